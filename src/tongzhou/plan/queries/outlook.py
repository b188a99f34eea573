"""The plan as it stands on a status date: forecast dates, planned and actual percent, deviations. Cached by plan version."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from threading import Lock
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from tongzhou.engine.calendar import DAY, WorkingCalendar, midnight
from tongzhou.engine.progress import Deviation, deviation, planned_share
from tongzhou.engine.schedule import Schedule, schedule
from tongzhou.lib import clock
from tongzhou.lib.prepared import Given, prepared
from tongzhou.lib.reading import read_once
from tongzhou.plan.models import Baseline, BaselineLine, Plan, WorkItem
from tongzhou.plan.queries.calendars import PlanCalendars, PlanDays, plan_calendars, plan_days
from tongzhou.plan.queries.keeping import kept_calendars
from tongzhou.plan.queries.network import Dates, dates_of, network_of, project_start
from tongzhou.plan.queries.tree import Edge, Item, edges_of, items_of
from tongzhou.projects.models import Project

Value = TypeVar("Value")


@dataclass(slots=True)
class Line:
    """The baseline's view of one item."""

    start: date
    finish: date
    start_at: int
    finish_at: int
    weight: int
    milestone: bool


@dataclass
class Outlook:
    """Everything that pages say about a plan on `as_of`. Shares are Fractions 0..1, deviations percentage points."""

    version: int
    as_of: date
    items: list[Item]
    edges: list[Edge]
    days: PlanDays
    calendars: PlanCalendars
    dates: dict[int, Dates]
    baseline: dict[int, Line]
    planned: dict[int, Fraction]
    actual: dict[int, Fraction]
    deviations: dict[int, Deviation]
    total: Deviation | None
    finish: date | None
    baseline_finish: date | None
    conflicts: list[dict[str, object]]
    driving: list[int]
    by_id: dict[int, Item] = field(default_factory=dict)
    conflicting: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()
    """What is done or cancelled; a summary when all below it is."""
    kept: PlanCalendars | None = None
    """The calendars of the baseline, None without one."""
    told: dict[Hashable, Any] = field(default_factory=dict, init=False)
    """What `derive` has made of it."""

    def derive(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what `make` returns: something that depends on nothing but this outlook and `key`, made once."""
        if key not in self.told:
            self.told[key] = make()
        found: Value = self.told[key]
        return found

    def latest(self, key: Hashable, of: object, make: Callable[[], Value]) -> Value:
        """Return what `make` returns: something that depends on this outlook and `of`; only the last for a `key` is kept."""
        kept = self.told.get(key)
        if kept is None or kept[0] != of:
            kept = self.told[key] = (of, make())
        found: Value = kept[1]
        return found

    @property
    def calendar(self) -> WorkingCalendar:
        """The plan's own calendar."""
        return self.calendars.standard

    def planned_by(self, item: int, end: int) -> Fraction:
        """Share of an item's baseline work that lies before the instant `end`, on the calendar it was planned with."""
        line = self.baseline[item]
        return planned_share((self.kept or self.calendars).of(item), line.start_at, line.finish_at, end)

    def is_late(self, item: Item) -> bool:
        """延期: not done or cancelled, and the baseline's, else the planned, finish is before the status date."""
        if item.id in self.closed:
            return False
        line = self.baseline.get(item.id)
        due = line.finish if line else (item.typed_finish or item.finish)
        return due is not None and due < self.as_of

    def should_have_started(self, item: Item) -> bool:
        """应开未开: not started although the baseline's, else the planned, start has come."""
        if item.state != "todo" or not item.leaf:
            return False
        line = self.baseline.get(item.id)
        due = line.start if line else (item.typed_start or item.start)
        return due is not None and due <= self.as_of

    def late_days(self, item: Item) -> int:
        """Calendar days by which the forecast finish lies after the baseline's (negative: before); 0 without baseline."""
        line = self.baseline.get(item.id)
        return (self.dates[item.id].finish - line.finish).days if line else 0


NOTHING = Fraction(0)
_cache: dict[tuple[int, int, date, PlanDays, object], Outlook] = {}
_guard = Lock()


def status_date(project: Project, asked: date | None = None) -> date:
    """Return the day as of which the project is judged: the one asked for, the project's own, or today."""
    return asked or project.status_date or clock.today()


def outlook(project: Project, as_of: date) -> Outlook:
    """Return the plan as it stands on `as_of`. Computed once a plan version, content of the calendars and day.

    At most 9 queries; 2 more where departments have calendars or leave moves dates.
    """
    return read_once(("outlook", project.pk, as_of), lambda: _outlook(project, as_of))


def _outlook(project: Project, as_of: date) -> Outlook:
    row = next(iter(_version(project.pk)), None)
    version, days = row[0] if row else 0, plan_days(project, bool(row and row[1]))
    key = (project.pk, version, as_of, days, (project.deviation_threshold, project.deviation_guard, project.starts_on))
    found = _cache.get(key)
    if found is None:
        found = compute(project, version, as_of, days)
        if connection.in_atomic_block:
            # What a transaction sees may be rolled back, and its version number be used again.
            return found
        with _guard:
            while len(_cache) >= 64:
                _cache.pop(next(iter(_cache)))
            _cache[key] = found
    return found


@prepared
def _version(project: Given) -> QuerySet[Plan, tuple[int, bool]]:
    follows = Exists(WorkItem.objects.filter(project=OuterRef("project"), follows_owner=True))
    return Plan.objects.filter(project=project).values_list("version", follows)


def compute(project: Project, version: int, as_of: date, days: PlanDays) -> Outlook:
    """Schedule and judge a plan anew."""
    items, edges = items_of(project, as_of), edges_of(project)
    start, calendars = project_start(items, project.starts_on, as_of), plan_calendars(days, items)
    network = network_of(items, edges, calendars, start=start, forecast_from=as_of)
    result = schedule(network)
    made = Outlook(
        version=version,
        as_of=as_of,
        items=items,
        edges=edges,
        days=days,
        calendars=calendars,
        dates=dates_of(items, result, calendars),
        baseline=baseline_lines(project),
        planned={},
        actual={},
        deviations={},
        total=None,
        finish=None,
        baseline_finish=None,
        conflicts=[],
        driving=list(result.driving_chain),
        by_id={item.id: item for item in items},
        closed=_closed(items),
    )
    made.conflicts = conflicts_of(made, result)
    made.conflicting = frozenset(conflict.task for conflict in result.conflicts)
    if items:
        made.finish = max(made.dates[item.id].finish for item in items)
        made.baseline_finish = max((line.finish for line in made.baseline.values()), default=None)
        made.kept = kept_calendars(project) if made.baseline else None
        _judge(made, project)
    return made


def baseline_lines(project: Project, number: int | None = None) -> dict[int, Line]:
    """Return the lines of a baseline (None: the current, latest one) by item id. One query."""
    cut = Baseline.objects.filter(project=project)
    current = (cut if number is None else cut.filter(number=number)).order_by("-number").values("pk")[:1]
    rows = BaselineLine.objects.filter(baseline__in=current)
    columns = ("item_id", "start", "finish", "start_at", "finish_at", "weight", "is_milestone")
    return {row[0]: Line(*row[1:]) for row in rows.values_list(*columns)}


def conflicts_of(made: Outlook, result: Schedule) -> list[dict[str, object]]:
    """Return the conflicts with what people need to read them."""
    found = []
    for conflict in result.conflicts:
        item = made.by_id[conflict.task]
        link = conflict.link
        driver = made.by_id.get(link.predecessor) if link else None
        found.append(
            {
                "item": item.id,
                "code": item.code,
                "name": item.name,
                "date": item.constraint_date,
                "driver": f"{driver.code} {driver.name}" if driver else "",
                "minutes": conflict.minutes,
            }
        )
    return found


def _closed(items: list[Item]) -> frozenset[int]:
    going_on: set[int | None] = set()
    for item in reversed(items):
        if item.id in going_on or (item.leaf and item.state not in ("done", "cancelled")):
            going_on |= {item.id, item.parent}
    return frozenset(item.id for item in items if item.id not in going_on)


@dataclass(slots=True)
class Tally:
    """Sums over leaves with a baseline, exact and in whole numbers as far as possible.

    `planned` and `actual` are weighed; `even_…` count leaves without weight, which matter only where no leaf has any.
    """

    weight: int = 0
    planned: Fraction | int = 0
    actual: int = 0
    leaves: int = 0
    even_planned: Fraction | int = 0
    even_actual: int = 0

    def add(self, other: Tally) -> None:
        self.weight += other.weight
        self.planned += other.planned
        self.actual += other.actual
        self.leaves += other.leaves
        self.even_planned += other.even_planned
        self.even_actual += other.even_actual

    def shares(self) -> tuple[Fraction, Fraction]:
        """Return the planned and the actual share."""
        if self.weight:
            return Fraction(self.planned) / self.weight, Fraction(self.actual, self.weight * 10000)
        return Fraction(self.even_planned) / self.leaves, Fraction(self.even_actual, self.leaves * 10000)


def _judge(made: Outlook, project: Project) -> None:
    """Fill planned and actual shares and deviations, leaves first, summaries by the same weights (§6, §7)."""
    end, judge = midnight(made.as_of) + DAY, _Judge(made, project)
    below: dict[int | None, Tally] = {}
    for item in reversed(made.items):
        line = made.baseline.get(item.id)
        counts = item.leaf and line is not None and item.state != "cancelled"
        mine = _tally(made, item, made.baseline[item.id], end) if counts else below.pop(item.id, None)
        if mine is not None:
            below.setdefault(item.parent, Tally()).add(mine)
            made.planned[item.id], made.actual[item.id] = mine.shares()
            made.deviations[item.id] = judge.deviation(item)
        elif item.leaf:
            made.actual[item.id] = Fraction(item.percent, 10000)
    if None in below:
        made.total = deviation(*below[None].shares(), threshold_points=judge.threshold)


def _tally(made: Outlook, item: Item, line: Line, end: int) -> Tally:
    planned: Fraction | int = 1 if line.finish_at <= end else 0
    if line.start_at < end < line.finish_at:
        planned = made.planned_by(item.id, end)
    weight = 0 if item.is_milestone else line.weight
    if weight:
        return Tally(weight, weight * planned, weight * item.percent, 1)
    return Tally(leaves=1, even_planned=planned, even_actual=item.percent)


class _Judge:
    """Judges planned against actual shares by the project's threshold and guard."""

    def __init__(self, made: Outlook, project: Project) -> None:
        self.made, self.guard = made, project.deviation_guard
        self.threshold = Fraction(project.deviation_threshold)

    def deviation(self, item: Item) -> Deviation:
        planned, actual = self.made.planned[item.id], self.made.actual[item.id]
        if planned == actual:
            return Deviation(planned, actual, NOTHING, marked=False, asked=False)
        line, dates = self.made.baseline.get(item.id), self.made.dates[item.id]
        behind = self.made.calendars.of(item.id).between(line.finish_at, dates.finish_at) if line else 0
        days = Fraction(behind, 480) if self.guard else Fraction(1)
        return deviation(planned, actual, threshold_points=self.threshold, days_behind=days, critical=dates.critical)
