"""跨部门任务协作清单: the plan as the general lead approves it and departments work by it, one entry a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tongzhou.engine.canonical import digest
from tongzhou.lib.reading import read_once
from tongzhou.plan.models import Dependency, WorkItem
from tongzhou.plan.queries.columns import supporter_texts
from tongzhou.plan.queries.tree import Item, items_of
from tongzhou.projects.models import Project

KIND = "task-list"
SEATS = ("role:general_lead",)


def labels() -> dict[str, str]:
    """Return the words of the fields."""
    return {
        "items": _("Tasks"),
        "code": _("Code"),
        "department": _("Department"),
        "owner": _("Owner"),
        "supporters": _("Supporters"),
        "start": _("Start"),
        "finish": _("Finish"),
        "output": _("Key output"),
        "standard": _("Delivery standard"),
        "after": _("Predecessors"),
        "milestone": _("Milestone"),
    }


@dataclass(frozen=True)
class Said:
    """What is said of a task in words."""

    output: str
    standard: str
    owner: str
    department: str


def words_of(project: Project) -> dict[int, Said]:
    """Return what is said of each task. One query."""
    rows = WorkItem.objects.filter(project=project).order_by()
    columns = ("pk", "key_output", "delivery_standard", "owner__name", "department__name")
    return {
        key: Said(output, standard, owner or "", department or "")
        for key, output, standard, owner, department in rows.values_list(*columns)
    }


def plan_read_once(project: Project) -> tuple[list[Item], dict[int, Said]]:
    """Return the tasks of a plan and what is said of them, for all that one page asks of them. Two queries."""
    return read_once(("plan in words", project.pk), lambda: (items_of(project), words_of(project)))


def task_list(project: Project) -> dict[str, Any]:
    """Return the list: every task that was not cancelled, each with the hash of what is said of it. Four queries."""
    every, said = plan_read_once(project)
    items = [item for item in every if item.state != WorkItem.State.CANCELLED]
    supporters = supporter_texts(project)
    codes = {item.id: item.code for item in items}
    before: dict[int, list[str]] = {}
    links = Dependency.objects.filter(project=project).order_by("pk").values_list("successor_id", "predecessor_id", "kind")
    for after, first, kind in links:
        if first in codes:
            before.setdefault(after, []).append(f"{codes[first]}{kind}")
    return {
        "items": [
            _entry(
                item,
                department=said[item.id].department,
                owner=said[item.id].owner,
                supporters=supporters.get(item.id, ""),
                output=said[item.id].output,
                standard=said[item.id].standard,
                after=", ".join(before.get(item.id, ())),
            )
            for item in items
        ]
    }


def _entry(item: Item, **said: str) -> dict[str, Any]:
    start, finish = item.start or item.typed_start, item.finish or item.typed_finish
    entry: dict[str, Any] = {
        "id": item.id,
        "name": item.name,
        "code": item.code,
        "milestone": item.is_milestone,
        "start": start.isoformat() if start else "",
        "finish": finish.isoformat() if finish else "",
        **said,
    }
    return entry | {"sha256": digest(entry)}


def task_list_page(project: Project, content: dict[str, Any]) -> str:
    """Return the list as it is shown and signed."""
    return render_to_string("plan/task_list_paper.html", {"project": project, "items": content["items"]})
