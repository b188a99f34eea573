"""What a single report changes is kept by its difference, as far as the rest of the plan need not be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tongzhou.lib.access import Stale
from tongzhou.lib.prepared import Given, prepared
from tongzhou.lib.rows import update_row
from tongzhou.plan.actions.summarising import keep_summary
from tongzhou.plan.models import Baseline, Dependency, WorkItem
from tongzhou.plan.queries.summary_steps import leaf_of, stepped

FULL = 10000
# How many summaries above an item are looked at; below more, a report has the whole plan read.
DEPTH = 5


@dataclass(frozen=True)
class Said:
    """What an item kept of the latest report on it."""

    state: str
    percent: int
    actual_start: date | None
    actual_finish: date | None

    @property
    def cancelled(self) -> bool:
        return self.state == WorkItem.State.CANCELLED

    @property
    def placed(self) -> tuple[object, ...]:
        """Return all that a strict schedule takes from a report: equal ones lead to the same dates."""
        return (self.cancelled, self.actual_start, self.actual_finish, self.percent == FULL, bool(self.percent))


@dataclass(frozen=True)
class ToldItem:
    row: WorkItem
    """With its project and the project's summary."""
    is_summary: bool
    has_baseline: bool
    overtakes: bool
    """Whether it, or a summary above it, waits for the finish of something that is not done: what remains of it is then all
    that holds the latest dates of those before it."""


def told_item(item: WorkItem) -> ToldItem:
    """Return the item as it is now, under the plan's lock. One query.

    :raises Stale: if somebody removed it.
    """
    row: Any = _told.first(item.pk)
    if row is None:
        raise Stale("item-gone", _("Somebody else removed this task in the meantime."))
    return ToldItem(row, row.is_summary, row.has_baseline, row.overtakes or row.deep is not None)


@prepared
def _told(item: Given) -> QuerySet[WorkItem]:
    below = Exists(WorkItem.objects.filter(parent=OuterRef("pk")))
    cut = Exists(Baseline.objects.filter(project=OuterRef("project")))
    above = [OuterRef("pk"), *(OuterRef(f"{'parent__' * depth}parent_id") for depth in range(DEPTH))]
    links = Dependency.objects.filter(reduce(or_, (Q(successor=one) for one in above)), kind="FS", within=None)
    open_links = links.exclude(predecessor__state__in=[WorkItem.State.DONE, WorkItem.State.CANCELLED])
    rows = WorkItem.objects.select_related("project__summary").filter(pk=item).order_by()
    return rows.annotate(
        is_summary=below, has_baseline=cut, overtakes=Exists(open_links), deep=F(f"{'parent__' * DEPTH}parent_id")
    )


@dataclass(frozen=True)
class Step:
    """A report that is all that changed in a plan: the item as it is now, and what it knew before."""

    row: WorkItem
    was: Said


def keep_steady(step: Step) -> None:
    """Keep the summary after a report that moved no date. Two queries, unless other tasks have to be asked: those on which the
    figures hang now, where they hung on this one."""
    if not step_summary(step, ()):
        keep_summary(project=step.row.project)


def step_summary(step: Step, moved: Collection[int], ends: Mapping[str, date | None] | None = None) -> bool:
    """Keep the summary by what a report changes in it; return False, and write nothing, where other tasks have to be asked.

    :param moved: the leaves whose dates the report moved: none of them may be judged by these, only by the baseline.
    :param ends: start and finish of the plan, where these may have moved.
    """
    row, was = step.row, step.was
    project, summary = row.project, getattr(row.project, "summary", None)
    if summary is None or project.status_date is not None:
        return False
    if moved and _lines(project.pk, moved)[0][0] < len(moved):
        return False
    figures = stepped(project, summary, leaf_of(row), (was.state, was.percent), (row.state, row.percent))
    if figures is None:
        return False
    figures |= ends or {}
    for name, value in figures.items():
        setattr(summary, name, value)
    update_row(summary, tuple(figures))
    return True


@prepared
def _lines(project: Given, items: Given) -> QuerySet[Any, tuple[int]]:
    """How many of some items the current baseline knows."""
    known = Q(lines__item_id__among=items)
    cut = Baseline.objects.filter(project=project).order_by("-number")
    return cut.annotate(known=Count("lines", filter=known)).values_list("known")[:1]
