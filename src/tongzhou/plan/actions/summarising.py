"""Keeping what lists show of a plan."""

from __future__ import annotations

from collections.abc import Sequence

from tongzhou.plan.queries.calendars import calendars_of
from tongzhou.plan.queries.keeping import kept_calendars
from tongzhou.plan.queries.outlook import baseline_lines
from tongzhou.plan.queries.summary import figures_of
from tongzhou.plan.queries.tree import Item, items_of
from tongzhou.projects.models import Project, ProjectSummary


def keep_summary(*, project: Project, items: Sequence[Item] | None = None) -> None:
    """Outcome of "project-basics-changed", and the end of every change of a plan: store the summary of what is stored.

    :param items: the rows as they are stored now, where the caller has them; they are read anew for a day in the past.
    """
    if items is None or project.status_date is not None:
        items = items_of(project, project.status_date)
    if not items:
        ProjectSummary.objects.filter(project=project).delete()
        return
    finishes = {item.id: item.finish for item in items if item.finish is not None}
    lines = baseline_lines(project)
    # Planned is what lay before a day on the calendars with which it was planned.
    used = (kept_calendars(project) or calendars_of(project, list(items))) if lines else None
    figures = figures_of(project, items, lines, finishes, used)
    figures["start"] = min((item.start for item in items if item.start is not None), default=None)
    if not ProjectSummary.objects.filter(project=project).update(**figures):
        ProjectSummary.objects.update_or_create(project=project, defaults=figures)
