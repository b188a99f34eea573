"""Reports without leaving the page: one door for my tasks, the tracking table and the board."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused, Stale, access_declared, require
from tongzhou.lib.params import json_body, parse_day
from tongzhou.lib.web import problem
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.plan.access import can_report_or_stand_in
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import status_date
from tongzhou.plan.queries.item import item_or_404
from tongzhou.progress import actions
from tongzhou.progress.forms import ProgressForm, completed
from tongzhou.progress.queries.board import board_card
from tongzhou.progress.queries.mine import my_task
from tongzhou.progress.views.said import report_of, words_of
from tongzhou.progress.views.tracking import row_context
from tongzhou.projects.access import standing


@require_POST
@access_declared("update progress/blocked")
def report(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    """Save a report, given as JSON: what is not sent stays as it is known; `unchanged` repeats all of it.

    `seen` is the version of the task that the page shows; `row` asks for the task's row of that page in the answer.
    """
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    body = json_body(request)
    require(can_report_or_stand_in(standing(user, item.project), user, item, clock.today()))
    try:
        found = _saved(user, item, body)
    except Forbidden:
        raise
    except Stale as stale:
        return _with_row(problem(412, stale), user, item, body)
    return found or JsonResponse(_row(user, item, body), json_dumps_params={"ensure_ascii": False})


def _saved(user: User, item: WorkItem, body: dict[str, Any]) -> HttpResponse | None:
    """Save what `body` says; return the answer where its fields are wrong."""
    day, seen = status_date(item.project, _day(body)), body.get("seen")
    if seen is not None and (isinstance(seen, bool) or not isinstance(seen, int)):
        raise Refused("version-invalid", _("The version of the task is a number."), "seen")
    if body.get("unchanged") is True:
        actions.report_unchanged(by=user, items=[item], status_date=day, now=clock.now())
        return None
    form = ProgressForm(completed(body, item), item=item)
    if not form.is_valid():
        return fields_wrong(form)
    actions.report_progress(
        by=user, item=item, report=report_of(form, seen), words=words_of(form), status_date=day, now=clock.now()
    )
    return None


def _day(body: dict[str, Any]) -> Any:
    """Return the status date of the body, None where it says none.

    :raises Refused: if it is no day that plans can have.
    """
    if not body.get("date"):
        return None
    day = parse_day(body["date"])
    if day is None:
        raise Refused("day-invalid", _("Write a date like 2024-04-18."), "date")
    return day


def fields_wrong(form: ProgressForm) -> JsonResponse:
    """Answer a form that is not valid as a program reads it: each field with its first message."""
    errors = {name: str(messages[0]) for name, messages in form.errors.items()}
    body = {"type": "about:invalid", "title": "invalid", "status": 422, "detail": next(iter(errors.values())), "errors": errors}
    answer = JsonResponse(body, status=422, json_dumps_params={"ensure_ascii": False})
    answer["Content-Type"] = "application/problem+json"
    return answer


def _with_row(answer: JsonResponse, user: User, item: WorkItem, body: dict[str, Any]) -> JsonResponse:
    told = json.loads(answer.content) | _row(user, item, body)
    fresh = JsonResponse(told, status=answer.status_code, json_dumps_params={"ensure_ascii": False})
    fresh["Content-Type"] = "application/problem+json"
    return fresh


def _row(user: User, item: WorkItem, body: dict[str, Any]) -> dict[str, Any]:
    """Return the task as it is now, with its row of the page that asked."""
    task = my_task(user, item)
    found: dict[str, Any] = {"id": task.id, "version": task.version, "state": task.state, "percent": task.percent}
    if body.get("row") == "mine":
        found["html"] = render_to_string("progress/mine.html#row", {"task": task})
        return found
    day = status_date(item.project, parse_day(body.get("date")))
    if body.get("row") == "tracking":
        found["html"] = render_to_string("progress/tracking.html#row", row_context(user, item, day))
    elif body.get("row") == "card":
        found["card"] = board_card(user, item.project, day, item.pk)
    return found
