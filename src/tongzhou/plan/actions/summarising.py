"""Keeping what lists show of a plan."""

from __future__ import annotations

from tongzhou.people.queries import working_calendar
from tongzhou.plan.queries.outlook import baseline_lines
from tongzhou.plan.queries.summary import figures_of
from tongzhou.plan.queries.tree import items_of
from tongzhou.projects.models import Project, ProjectSummary


def keep_summary(*, project: Project) -> None:
    """Outcome of "project-basics-changed", and the end of every change of a plan: store the summary of what is stored."""
    items = items_of(project, project.status_date)
    if not items:
        ProjectSummary.objects.filter(project=project).delete()
        return
    finishes = {item.id: item.finish for item in items if item.finish is not None}
    calendar = working_calendar()
    figures = figures_of(project, items, baseline_lines(project), finishes, calendar)
    figures["start"] = min((item.start for item in items if item.start is not None), default=None)
    ProjectSummary.objects.update_or_create(project=project, defaults=figures)
