"""Whether what the plan room keeps ready (progress, dates, summary) is what follows from what was entered and reported."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from tongzhou.engine.calendar import CalendarEmpty
from tongzhou.engine.network import NetworkInvalid
from tongzhou.engine.schedule import CycleFound, schedule
from tongzhou.plan.models import ProgressMark, WorkItem
from tongzhou.plan.queries.calendars import PlanCalendars, calendars_of
from tongzhou.plan.queries.network import Dates, dates_of, network_of, project_start
from tongzhou.plan.queries.summary import summary_of
from tongzhou.plan.queries.tree import Item, edges_of, items_of
from tongzhou.projects.models import Project, ProjectSummary


@dataclass(frozen=True)
class Known:
    """What is known of an item: the day of its latest report, and what that said."""

    reported_on: date | None = None
    state: str = "todo"
    percent: int = 0
    done_quantity: Decimal | None = None
    actual_start: date | None = None
    actual_finish: date | None = None


COLUMNS = tuple(field.name for field in fields(Known))


@dataclass(frozen=True)
class Unsound:
    """What is not as it should be in one plan: items with another progress than their latest mark, items with other dates
    than a fresh schedule, the summary, or a plan that cannot be scheduled at all."""

    progress: int = 0
    dates: int = 0
    summary: bool = False
    impossible: bool = False


def unsound_of(project: Project) -> Unsound:
    """Compare what is stored of a plan with what follows from the rest. 6–9 queries."""
    progress = len(stray_progress(project))
    items = items_of(project)
    calendars = calendars_of(project, items)
    try:
        dates = len(stray_dates(project, items, calendars))
    except (CycleFound, NetworkInvalid, CalendarEmpty):
        return Unsound(progress, impossible=True)
    return Unsound(progress, dates, is_summary_stray(project))


def stray_progress(project: Project) -> dict[int, tuple[str, Known, Known]]:
    """Return the items whose stored progress is not that of their latest mark: id → name, stored, marked. Two queries."""
    marks = ProgressMark.objects.filter(work_item__project=project).order_by("status_date")
    latest = {row[0]: Known(*row[1:]) for row in marks.values_list("work_item_id", "status_date", *COLUMNS[1:])}
    rows = WorkItem.objects.filter(project=project).order_by("rank", "pk").values_list("pk", "name", *COLUMNS)
    stored = {row[0]: (row[1], Known(*row[2:])) for row in rows}
    return {
        key: (name, known, latest.get(key, Known()))
        for key, (name, known) in stored.items()
        if known != latest.get(key, Known())
    }


def stray_dates(project: Project, items: list[Item], calendars: PlanCalendars) -> list[tuple[Item, Dates]]:
    """Return the items whose stored dates, slack or place on the critical path are not those of a fresh schedule.

    :raises CycleFound: NetworkInvalid or CalendarEmpty, where the plan cannot be scheduled.
    """
    if not items:
        return []
    start = project_start(items, project.starts_on, project.created_at.date())
    network = network_of(items, edges_of(project), calendars, start=start)
    dates = dates_of(items, schedule(network), calendars)
    return [
        (item, at)
        for item, at in ((item, dates[item.id]) for item in items)
        if (item.start, item.finish, item.slack, item.critical) != (at.start, at.finish, at.slack, at.critical)
    ]


def is_summary_stray(project: Project) -> bool:
    """Whether the stored summary is not the one of the stored plan. 3–7 queries."""
    if WorkItem.objects.filter(project=project, finish__isnull=True).exists():
        return True
    figures, stored = summary_of(project), ProjectSummary.objects.filter(project=project).first()
    if figures is None or stored is None:
        return figures is not None or stored is not None
    return any(getattr(stored, name) != value for name, value in figures.items())
