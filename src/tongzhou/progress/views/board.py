"""The board: the page, its data, and giving a task to another owner or department by moving its card."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, Stale, access_declared, require
from tongzhou.lib.packing import packed_answer
from tongzhou.lib.params import day_asked, json_body, text_asked
from tongzhou.people.access import signed_in
from tongzhou.people.models import Department, User
from tongzhou.plan.access import can_assign_item
from tongzhou.plan.actions import assign_owner, change_details
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import status_date
from tongzhou.plan.queries.item import item_or_404
from tongzhou.progress.queries.board import board_card, board_labels, board_parts
from tongzhou.projects.access import project_or_404, standing

VIEWS = ("state", "department", "person")


@require_safe
@access_declared("read project plan, tasks")
def board(request: HttpRequest, number: str) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    view = text_asked(request, "view")
    context = {
        "project": project,
        "tab": "work",
        "as_of": status_date(project, day_asked(request)),
        "view": view if view in VIEWS else "state",
        "labels": board_labels(),
    }
    return render(request, "progress/board.html", context)


@require_safe
@access_declared("read project plan, tasks")
def data(request: HttpRequest, number: str) -> HttpResponse:
    user = signed_in(request)
    project = project_or_404(user, number)
    parts = board_parts(user, project, status_date(project, day_asked(request)))
    return packed_answer(request, parts, "application/json")


@require_POST
@access_declared("claim/assign task in department")
def assign(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    """Give a task to `owner` (an id, or null), or move it to `department`; `seen` is the version that the card shows."""
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    body = json_body(request)
    require(can_assign_item(standing(user, item.project), item.department_id), _("You may not assign this task."))
    if body.get("seen") not in (None, item.version):
        raise Stale("item-changed", _("Somebody else changed this task in the meantime. The board shows it as it is now."))
    if "department" in body:
        department = _found(Department, body["department"], "department")
        change_details(by=user, item=item, values={"department_id": department.pk if department else None}, now=clock.now())
    elif "owner" in body:
        assign_owner(by=user, item=item, owner=_found(User, body["owner"], "owner"), now=clock.now())
    else:
        raise Refused("nothing-said", _("Say to whom or where the task goes."), "owner")
    day = status_date(item.project, day_asked(request))
    return JsonResponse({"card": card_of(user, item, day)}, json_dumps_params={"ensure_ascii": False})


def card_of(user: User, item: WorkItem, day: Any) -> list[Any] | None:
    return board_card(user, item.project, day, item.pk)


def _found(model: Any, key: object, field: str) -> Any:
    """Return the person or department with this id; None for null.

    :raises Refused: if there is none.
    """
    if key is None:
        return None
    known = isinstance(key, int) and not isinstance(key, bool) and 0 < key < 2**63
    row = model.objects.filter(pk=key).first() if known else None
    if row is None:
        raise Refused("unknown", _("This person or department does not exist."), field)
    return row
