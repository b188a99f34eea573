"""My tasks: everything that I owe, on one page, by keyboard."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Refused, access_declared
from tongzhou.lib.params import json_body, parse_day, text_asked
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.progress import actions
from tongzhou.progress.access import seen_items
from tongzhou.progress.queries.mine import GROUPS, PAGE, Asked, MyTask, chosen, my_tasks

NAMES = {
    "report": gettext_lazy("To report today"),
    "late": gettext_lazy("Late"),
    "doing": gettext_lazy("In progress"),
    "soon": gettext_lazy("Starting soon"),
    "later": gettext_lazy("The rest"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@access_declared(SIGNED_IN)
def tasks(request: HttpRequest) -> HttpResponse:
    """My tasks; a POST reports 「无变化」 on those that are named, all or none."""
    user = signed_in(request)
    if request.method == "POST":
        return unchanged(user, json_body(request))
    found = my_tasks(user)
    asked = Asked(*(text_asked(request, name) for name in ("group", "state", "project", "q")))
    page = Paginator(chosen(found, asked), PAGE).get_page(request.GET.get("page"))
    context = {
        "groups": _grouped(list(page.object_list)),
        "chips": _chips(request, found, asked),
        "projects": sorted({task.number: task.project for task in found}.items()),
        "asked": asked,
        "page": page,
        "all": len(found),
        "today": clock.today().isoformat(),
        "states": WorkItem.State.choices,
    }
    return render(request, "progress/mine.html", context)


def unchanged(user: User, body: dict[str, Any]) -> HttpResponse:
    """Report 「无变化」 on `tasks` (ids) as of `date`.

    :raises Http404: alike for a task that she may not see and one that never was.
    """
    keys = body.get("tasks")
    if not isinstance(keys, list) or not keys or not all(_is_id(key) for key in keys):
        raise Refused("how-many", _("Choose at least one task."), "tasks")
    day = parse_day(body["date"]) if body.get("date") else None
    if body.get("date") and day is None:
        raise Refused("day-invalid", _("Write a date like 2024-04-18."), "date")
    items = list(seen_items(user, keys).select_related("project"))
    if len(items) != len(set(keys)):
        raise Http404
    count = actions.report_unchanged(by=user, items=items, status_date=day, now=clock.now())
    return JsonResponse({"count": count})


def _is_id(key: object) -> bool:
    return isinstance(key, int) and not isinstance(key, bool) and 0 < key < 2**63


def _grouped(tasks: list[MyTask]) -> list[tuple[str, str, list[MyTask]]]:
    found: dict[str, list[MyTask]] = {}
    for task in tasks:
        found.setdefault(task.group, []).append(task)
    return [(name, str(NAMES[name]), found[name]) for name in GROUPS if name in found]


def _chips(request: HttpRequest, tasks: list[MyTask], asked: Asked) -> list[tuple[str, str, int, bool]]:
    """Return the filters by group: address, word, count, whether it is on; the other parameters of the address stay."""
    counts = Counter(task.group for task in tasks)
    found = []
    for name, word, count in [("", _("All"), len(tasks)), *((name, str(NAMES[name]), counts[name]) for name in GROUPS)]:
        query = request.GET.copy()
        query.pop("page", None)
        query["group"] = name
        if not name:
            del query["group"]
        found.append((f"?{query.urlencode()}", word, count, asked.group == name))
    return found
