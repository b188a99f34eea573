"""From rows to the engine's network, and back to dates that people read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tongzhou.engine.calendar import DAY, WorkingCalendar, midnight
from tongzhou.engine.daymode import finish_of_day, shown_finish, shown_milestone, shown_start, start_of_day
from tongzhou.engine.network import Lag, Link, Network, Task
from tongzhou.engine.schedule import Schedule, TaskDates
from tongzhou.plan.queries.calendars import STANDARD, PlanCalendars, as_plan
from tongzhou.plan.queries.tree import Edge, Item

START_KINDS = ("SNET", "MSO", "SNLT")


@dataclass(slots=True)
class Dates:
    """What people see of a scheduled item. Slack in working minutes."""

    start: date
    finish: date
    late_finish: date
    slack: int
    critical: bool
    start_at: int
    finish_at: int


def network_of(
    items: Iterable[Item],
    edges: Iterable[Edge],
    calendar: WorkingCalendar | PlanCalendars,
    *,
    start: date,
    forecast_from: date | None = None,
    with_progress: bool = True,
) -> Network:
    """Build the network of a plan in day mode: every day is turned into instants on the item's own calendar.

    :param calendar: the calendars of the plan; a single one stands for a plan without others.
    :param start: the project's start; unstarted work never begins before it.
    :param forecast_from: the status date after whose end remaining work runs; without it the schedule is strict.
    :param with_progress: False for the plan as planned, as baselines need it.
    """
    status = midnight(forecast_from) + DAY if forecast_from else None
    calendars, sides = as_plan(calendar), _Sides()
    tasks = [_task(item, calendars, with_progress, status, sides) for item in items]
    return Network(
        id="",
        start=sides.start(calendars.standard, start),
        tasks=tasks,
        links=_links(edges),
        calendars=calendars.by_name,
        calendar=STANDARD,
        status=status,
        mode="forecast" if forecast_from else "strict",
    )


def network_after(
    before: Network,
    items: Iterable[Item],
    changed: Collection[int],
    edges: Iterable[Edge] | None,
    calendars: PlanCalendars,
    start: date,
) -> Network:
    """Return the network of `before` after a change; `before` itself where nothing changed that dates follow from.

    :param items: the same items on the same calendars, those of `changed` with other values.
    :param edges: None where they are as they were.
    """
    sides, begins = _Sides(), start_of_day(calendars.standard, start).instant
    tasks = [
        _task(item, calendars, True, before.status, sides) if item.id in changed else task
        for item, task in zip(items, before.tasks, strict=True)
    ]
    if edges is None and before.start == begins and tasks == before.tasks:
        return before
    return replace(before, start=begins, tasks=tasks, links=before.links if edges is None else _links(edges))


def _links(edges: Iterable[Edge]) -> list[Link]:
    return [
        Link(
            edge.predecessor,
            edge.successor,
            kind=edge.kind,
            lag=Lag(minutes=edge.lag, elapsed=edge.elapsed),
            within=edge.within,
        )
        for edge in edges
    ]


class _Sides:
    """The first and the last working minute of days. Many tasks of a plan name the same few: each is looked up once."""

    def __init__(self) -> None:
        self._starts: dict[tuple[WorkingCalendar, date], int] = {}
        self._finishes: dict[tuple[WorkingCalendar, date], int] = {}

    def start(self, calendar: WorkingCalendar, day: date) -> int:
        key = (calendar, day)
        if key not in self._starts:
            self._starts[key] = start_of_day(calendar, day).instant
        return self._starts[key]

    def finish(self, calendar: WorkingCalendar, day: date) -> int:
        key = (calendar, day)
        if key not in self._finishes:
            self._finishes[key] = finish_of_day(calendar, day).instant
        return self._finishes[key]


def _constraint_instant(item: Item, calendar: WorkingCalendar, sides: _Sides) -> int | None:
    if item.constraint_date is None:
        return None
    if item.constraint in START_KINDS and item.duration and not item.is_milestone:
        return sides.start(calendar, item.constraint_date)
    return sides.finish(calendar, item.constraint_date)


def typed_instants(items: Iterable[Item], calendar: WorkingCalendar | PlanCalendars) -> dict[int, int]:
    """Return the instant of each leaf's typed start: a day's first minute, for items without duration its last."""
    found, calendars, sides = {}, as_plan(calendar), _Sides()
    for item in items:
        if item.leaf and item.typed_start is not None:
            has_length = item.duration and not item.is_milestone
            day = item.typed_start if has_length else item.typed_finish or item.typed_start
            found[item.id] = (sides.start if has_length else sides.finish)(calendars.of(item.id), day)
    return found


def dates_of(items: Iterable[Item], result: Schedule, calendar: WorkingCalendar | PlanCalendars) -> dict[int, Dates]:
    """Turn instants into days. An item without duration keeps its typed day while nothing working lies between."""
    found: dict[int, Dates] = {}
    _date(list(items), result, as_plan(calendar), found)
    return found


def dates_after(
    items: list[Item], result: Schedule, calendars: PlanCalendars, before: Mapping[int, Dates], stale: Collection[int]
) -> tuple[dict[int, Dates], frozenset[int]]:
    """Return what dates_of returns, and the ids of the items whose dates were made anew.

    :param before: the dates of the same items on the same calendars; those of all but `stale` still hold, as do those of
        summaries with nothing stale below.
    """
    found, above = dict(before), set[int | None](stale)
    for item in reversed(items):
        if item.id in above:
            above.add(item.parent)
    for key in above:
        found.pop(key or 0, None)
    _date([item for item in items if item.parent in above], result, calendars, found)
    return found, frozenset(key for key in above if key is not None)


def _date(items: list[Item], result: Schedule, calendars: PlanCalendars, found: dict[int, Dates]) -> None:
    """Add the dates that `found` has not; a summary's span is that of the items right below it, which must be among `items`."""
    spans: dict[int, tuple[date, date]] = {}
    shown = _Shown()
    for item in reversed(items):
        dates = found.get(item.id)
        if dates is None:
            at, calendar = result.tasks[item.id], calendars.of(item.id)
            span = None if item.leaf else spans.get(item.id)
            first, last = span or shown.span(item, at, calendar)
            late = shown.finish(calendar, at.late_finish)
            dates = Dates(first, last, late, at.total_slack, at.critical, at.early_start, at.early_finish)
            found[item.id] = dates
        if item.parent is not None:
            span = spans.get(item.parent)
            first, last = dates.start, dates.finish
            spans[item.parent] = (min(first, span[0]), max(last, span[1])) if span else (first, last)


def project_start(items: Iterable[Item], given: date | None, fallback: date) -> date:
    """Return the plan's start: the project's, or the earliest typed day if that is earlier."""
    days = [day for item in items for day in (item.typed_start, item.actual_start) if day is not None]
    if given is not None:
        days.append(given)
    return min(days, default=fallback)


def item_names(items: Iterable[Item]) -> Mapping[int, str]:
    return {item.id: f"{item.code} {item.name}" for item in items}


class _Shown:
    """The days of instants. Many tasks of a plan begin and end together: each instant is looked up once."""

    def __init__(self) -> None:
        self._starts: dict[tuple[WorkingCalendar, int], date] = {}
        self._finishes: dict[tuple[WorkingCalendar, int], date] = {}

    def span(self, item: Item, at: TaskDates, calendar: WorkingCalendar) -> tuple[date, date]:
        if item.leaf and (item.is_milestone or not item.duration):
            day = item.actual_finish or shown_milestone(calendar, at.early_finish, item.typed_finish or item.typed_start)
            return day, day
        return self.start(calendar, at.early_start), self.finish(calendar, at.early_finish)

    def start(self, calendar: WorkingCalendar, instant: int) -> date:
        key = (calendar, instant)
        if key not in self._starts:
            self._starts[key] = shown_start(calendar, instant)
        return self._starts[key]

    def finish(self, calendar: WorkingCalendar, instant: int) -> date:
        key = (calendar, instant)
        if key not in self._finishes:
            self._finishes[key] = shown_finish(calendar, instant)
        return self._finishes[key]


def _task(item: Item, calendars: PlanCalendars, with_progress: bool, status: int | None, sides: _Sides) -> Task:
    if not item.leaf:
        return Task(item.id, None, parent=item.parent, cancelled=item.state == "cancelled")
    calendar = calendars.of(item.id)
    task = Task(
        item.id,
        0 if item.is_milestone else item.duration,
        parent=item.parent,
        calendar=calendars.names.get(item.id),
        constraint=item.constraint,
        date=_constraint_instant(item, calendar, sides),
        deadline=sides.finish(calendar, item.deadline) if item.deadline else None,
        cancelled=item.state == "cancelled",
    )
    if with_progress and item.percent:
        task.percent = item.percent
        task.actual_start = sides.start(calendar, item.actual_start) if item.actual_start else None
        task.actual_finish = sides.finish(calendar, item.actual_finish) if item.actual_finish else None
        # Done on days off only: the next morning and the evening before are one moment of work.
        if task.actual_start is not None and task.actual_finish is not None:
            task.actual_start = min(task.actual_start, task.actual_finish)
    elif with_progress and item.actual_start:
        task.actual_start = sides.start(calendar, item.actual_start)
    if task.actual_start is not None and status is not None:
        # Begun on a day off that the status date ends: the same moment of work as the next morning.
        task.actual_start = min(task.actual_start, status)
    return task


def next_day(day: date) -> date:
    return day + timedelta(days=1)
