"""The notice that starts a project in a group chat: who does what until when."""

from __future__ import annotations

from datetime import date

from django.db.models import F
from django.utils.translation import gettext as _

from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project


def start_notice(project: Project, address: str) -> str:
    """Return the text to copy: the project, its address, and for each person her tasks. One query."""
    lines = [_("[%(project)s] has started. Plan and progress: %(address)s") % {"project": project.name, "address": address}]
    owner = ""
    leaves = WorkItem.objects.filter(project=project, children__isnull=True)
    leaves = leaves.order_by(F("owner__sort_key").asc(nulls_last=True), F("owner").asc(nulls_last=True), "rank")
    for task, person, start, finish in leaves.values_list("name", "owner__name", "start", "finish"):
        name = f"@{person}" if person else _("Nobody yet")
        if name != owner:
            lines += ["", name]
            owner = name
        lines.append(f"· {task}　{_period(start, finish)}")
    return "\n".join(lines)


def _period(start: date | None, finish: date | None) -> str:
    if start is None or finish is None:
        return ""
    first, last = f"{start.month}/{start.day}", f"{finish.month}/{finish.day}"
    return first if first == last else f"{first}–{last}"
