"""A report that moves no date: what is stored is kept by its difference, without reading the rest of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from tongzhou.lib.access import Stale
from tongzhou.lib.prepared import Given, prepared
from tongzhou.lib.rows import update_row
from tongzhou.plan.models import Baseline, Plan, WorkItem
from tongzhou.plan.queries.summary_steps import leaf_of, stepped

FULL = 10000


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


def told_item(item: WorkItem) -> ToldItem:
    """Return the item as it is now, under the plan's lock. One query.

    :raises Stale: if somebody removed it.
    """
    row: Any = next(iter(_told(item.pk)), None)
    if row is None:
        raise Stale("item-gone", _("Somebody else removed this task in the meantime."))
    return ToldItem(row, row.is_summary, row.has_baseline)


@prepared
def _told(item: Given) -> QuerySet[WorkItem]:
    below = Exists(WorkItem.objects.filter(parent=OuterRef("pk")))
    cut = Exists(Baseline.objects.filter(project=OuterRef("project")))
    rows = WorkItem.objects.select_related("project__summary").annotate(is_summary=below, has_baseline=cut)
    return rows.filter(pk=item)


def keep_steady(plan: Plan, row: WorkItem, was: Said) -> bool:
    """Raise the plan's version and keep the summary, where the report on `row` moved no date and its figures follow from
    the difference to what `was` known; False where the whole plan has to be read. Three queries."""
    summary = getattr(row.project, "summary", None)
    if summary is None or row.project.status_date is not None:
        return False
    figures = stepped(row.project, summary, leaf_of(row), (was.state, was.percent), (row.state, row.percent))
    if figures is None:
        return False
    plan.version += 1
    update_row(plan, ("version",))
    for name, value in figures.items():
        setattr(summary, name, value)
    update_row(summary, tuple(figures))
    return True
