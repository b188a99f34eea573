"""My tasks: everything that I owe, on one page, by keyboard."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Refused, Stale, access_declared, status_of
from tongzhou.lib.params import json_body, parse_day, text_asked
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.progress import actions
from tongzhou.progress.access import seen_items
from tongzhou.progress.queries.mine import GROUPS, PAGE, Asked, MyTask, chosen, my_tasks

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SHOWN = re.compile(r"([1-9][0-9]{0,17})-([1-9][0-9]{0,17})")
NAMED = 5
"""So many tasks are named when they were confirmed; of more it is said that there are."""
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
    """My tasks; a POST reports 「无变化」 on those that are named, all or none: JSON, or the form of a project's group."""
    user = signed_in(request)
    if request.method == "POST":
        sent = request.content_type in FORMS
        return group_unchanged(request, user) if sent else unchanged(user, json_body(request))
    return _page(request, user)


def _page(request: HttpRequest, user: User, refused: Refused | None = None) -> HttpResponse:
    """Return the list as it is now; where something was refused, with the reason above it."""
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
        "refused": refused.message if refused else "",
    }
    return render(request, "progress/mine.html", context, status=status_of(refused) if refused else 200)


def group_unchanged(request: HttpRequest, user: User) -> HttpResponse:
    """Report 「无变化」 on the tasks of a project's group, as they were shown: `tasks` is "id-version id-version …"."""
    try:
        seen = _seen(request.POST.get("tasks", ""))
        items = list(seen_items(user, list(seen)).select_related("project"))
        if len(items) != len(seen):
            raise Stale("item-gone", _("Some of these tasks are not yours any more, or were removed. Nothing is saved."))
        count = actions.report_unchanged(by=user, items=items, status_date=None, now=clock.now(), seen=seen)
    except Refused as error:
        return _page(request, user, error)
    names = "、".join(item.name for item in items[:NAMED]) + ("…" if count > NAMED else "")
    said = ngettext(
        "No change confirmed for %(count)s task: %(names)s. Its progress stays as it is; report on it whenever it moves.",
        "No change confirmed for %(count)s tasks: %(names)s. Their progress stays as it is; report whenever one moves.",
        count,
    )
    messages.success(request, said % {"count": count, "names": names})
    return redirect(f"{reverse('my_tasks')}?{request.GET.urlencode()}".rstrip("?"))


def _seen(text: str) -> dict[int, int]:
    """Return the versions that were shown, by the task's id.

    :raises Refused: if it names none, or cannot be read.
    """
    found = [SHOWN.fullmatch(part) for part in text.split()]
    pairs = {int(part[1]): int(part[2]) for part in found if part is not None}
    if not pairs or len(pairs) != len(found):
        raise Refused("how-many", _("Choose at least one task."), "tasks")
    return pairs


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


@dataclass(frozen=True)
class Part:
    """The tasks under one head: those of a project where they are to be reported today, all of the group elsewhere."""

    project: str
    number: str
    tasks: list[MyTask]

    @property
    def seen(self) -> str:
        """The tasks with the versions that are shown, as the form sends them."""
        return " ".join(f"{task.id}-{task.version}" for task in self.tasks)


def _grouped(tasks: list[MyTask]) -> list[tuple[str, str, int, list[Part]]]:
    found: dict[str, list[MyTask]] = {}
    for task in tasks:
        found.setdefault(task.group, []).append(task)
    return [(name, str(NAMES[name]), len(found[name]), _parts(name, found[name])) for name in GROUPS if name in found]


def _parts(group: str, tasks: list[MyTask]) -> list[Part]:
    if group != "report":
        return [Part("", "", tasks)]
    found: dict[str, list[MyTask]] = {}
    for task in tasks:
        found.setdefault(task.number, []).append(task)
    return [Part(below[0].project, number, below) for number, below in found.items()]


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
