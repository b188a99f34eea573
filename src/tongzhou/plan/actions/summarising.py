"""Keeping what lists show of a plan."""

from __future__ import annotations

from collections.abc import Sequence

from tongzhou.plan.queries.summary import summary_of
from tongzhou.plan.queries.tree import Item
from tongzhou.projects.models import Project, ProjectSummary


def keep_summary(*, project: Project, items: Sequence[Item] | None = None) -> None:
    """Outcome of "project-basics-changed", and the end of every change of a plan: store the summary of what is stored.

    :param items: the rows as they are stored now, where the caller has them; they are read anew for a day in the past.
    """
    figures = summary_of(project, items)
    if figures is None:
        ProjectSummary.objects.filter(project=project).delete()
    elif not ProjectSummary.objects.filter(project=project).update(**figures):
        ProjectSummary.objects.update_or_create(project=project, defaults=figures)
