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
from tongzhou.engine.schedule import Schedule, collector_paused, schedule
from tongzhou.lib import clock
from tongzhou.lib.prepared import Given, Question, prepared
from tongzhou.lib.reading import read_once
from tongzhou.people.models import User
from tongzhou.people.queries.calendars import calendars_question
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.plan.queries.baselines import Line, Lines, current_baseline
from tongzhou.plan.queries.calendars import PlanCalendars, PlanDays, plan_calendars, plan_days
from tongzhou.plan.queries.network import Dates, dates_of, network_of, project_start
from tongzhou.plan.queries.tree import Edge, Item, edges_of, items_of
from tongzhou.projects.models import Project
from tongzhou.projects.queries.pins import pins_question
from tongzhou.projects.queries.team import team_questions

Value = TypeVar("Value")
Pair = tuple[int, int, int, int]
"""A planned and an actual share, as whole numbers."""
WORKDAY = 480


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
    baseline: Lines
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


NOTHING, EVERYTHING = Fraction(0), Fraction(1)
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


def outlook_questions(project: Project) -> tuple[Question, Question]:
    """What `outlook` asks of a plan that it knows, to be asked ahead."""
    return _version.of(project.pk), calendars_question()


def page_questions(user: User, project: Project) -> tuple[Question, ...]:
    """What every page of a project asks, with its head and the frame around it, to be asked ahead."""
    return *outlook_questions(project), *team_questions(project), pins_question(user, clock.today())


def _outlook(project: Project, as_of: date) -> Outlook:
    row = next(iter(_version(project.pk)), None)
    version, days = row[0] if row else 0, plan_days(project, bool(row and row[1]))
    key = (project.pk, version, as_of, days, (project.deviation_threshold, project.deviation_guard, project.starts_on))
    found = _cache.get(key)
    if found is None:
        with collector_paused():
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
    result, cut = schedule(network), current_baseline(project)
    made = Outlook(
        version=version,
        as_of=as_of,
        items=items,
        edges=edges,
        days=days,
        calendars=calendars,
        dates=dates_of(items, result, calendars),
        baseline=cut.lines,
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
        made.kept = cut.calendars
        _judge(made, project)
    return made


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

    def add_leaf(self, weight: int, planned: Fraction, percent: int) -> None:
        """Add a leaf; the shares that are most, none and all, are whole numbers here."""
        share = int(planned) if planned.denominator == 1 else planned
        if weight:
            self.weight += weight
            self.planned += weight * share
            self.actual += weight * percent
        else:
            self.leaves += 1
            self.even_planned += share
            self.even_actual += percent

    def shares(self) -> tuple[Fraction, Fraction]:
        """Return the planned and the actual share."""
        if self.weight:
            return Fraction(self.planned) / self.weight, Fraction(self.actual, self.weight * 10000)
        return Fraction(self.even_planned) / self.leaves, Fraction(self.even_actual, self.leaves * 10000)


def _judge(made: Outlook, project: Project) -> None:
    """Fill planned and actual shares and deviations, leaves first, summaries by the same weights (§6, §7)."""
    judge = _Judge(made, project)
    below: dict[int | None, Tally] = {}
    for item in reversed(made.items):
        line = made.baseline.get(item.id)
        if item.leaf and line is not None and item.state != "cancelled":
            planned, actual = judge.planned(item, line), judge.reported(item.percent)
            weight = 0 if item.is_milestone else line.weight
            below.setdefault(item.parent, Tally()).add_leaf(weight, planned, item.percent)
        elif item.id in below:
            mine = below.pop(item.id)
            below.setdefault(item.parent, Tally()).add(mine)
            planned, actual = mine.shares()
        else:
            if item.leaf:
                made.actual[item.id] = judge.reported(item.percent)
            continue
        made.planned[item.id], made.actual[item.id] = planned, actual
        made.deviations[item.id] = judge.deviation(item, planned, actual)
    if None in below:
        made.total = deviation(*below[None].shares(), threshold_points=judge.threshold)


class _Judge:
    """Judges planned against actual shares by the project's threshold and guard. Most tasks say one of few pairs of shares."""

    def __init__(self, made: Outlook, project: Project) -> None:
        self.made, self.guard = made, project.deviation_guard
        self.threshold, self.end = Fraction(project.deviation_threshold), midnight(made.as_of) + DAY
        self._reported: dict[int, Fraction] = {}
        self._asked: dict[Pair, Deviation] = {}
        self._calm: dict[Pair, Deviation] = {}

    def planned(self, item: Item, line: Line) -> Fraction:
        if line.finish_at <= self.end:
            return EVERYTHING
        return self.made.planned_by(item.id, self.end) if line.start_at < self.end else NOTHING

    def reported(self, percent: int) -> Fraction:
        """Return basis points as a share."""
        if percent not in self._reported:
            self._reported[percent] = Fraction(percent, 10000)
        return self._reported[percent]

    def deviation(self, item: Item, planned: Fraction, actual: Fraction) -> Deviation:
        pair = (*planned.as_integer_ratio(), *actual.as_integer_ratio())
        known = self._asked.get(pair) or self._judged(self._asked, pair, days_behind=1)
        if not known.marked or self._asks(item):
            return known
        return self._calm.get(pair) or self._judged(self._calm, pair, days_behind=0)

    def _asks(self, item: Item) -> bool:
        """The guard: a working day behind, or critical."""
        line, dates = self.made.baseline.get(item.id), self.made.dates[item.id]
        if not self.guard or dates.critical:
            return True
        return line is not None and self.made.calendars.of(item.id).between(line.finish_at, dates.finish_at) >= WORKDAY

    def _judged(self, known: dict[Pair, Deviation], pair: Pair, *, days_behind: int) -> Deviation:
        planned, actual = Fraction(*pair[:2]), Fraction(*pair[2:])
        found = known[pair] = deviation(planned, actual, threshold_points=self.threshold, days_behind=days_behind)
        return found
