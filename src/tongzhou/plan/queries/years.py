"""Which open plans reach into a year, and who manages them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Max, QuerySet

from tongzhou.projects.models import Project, ProjectRole, ProjectSummary


def projects_into(year: int) -> QuerySet[Project]:
    """Return the projects that are not done and whose plan ends in `year` or later."""
    return Project.objects.filter(summary__finish__gte=date(year, 1, 1)).exclude(summary__state="done").order_by("pk")


def last_planned_day() -> date | None:
    """Return the last day that an open plan reaches. One query."""
    found: date | None = ProjectSummary.objects.exclude(state="done").aggregate(last=Max("finish"))["last"]
    return found


def managers_of(projects: Iterable[int]) -> list[tuple[int, int]]:
    """Return (manager, project) of these projects. One query."""
    rows = ProjectRole.objects.filter(project__in=list(projects), kind=ProjectRole.Kind.MANAGER)
    return list(rows.order_by("user", "project").values_list("user_id", "project_id"))
