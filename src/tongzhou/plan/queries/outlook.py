"""The plan as it stands on a status date: forecast dates, planned and actual percent, deviations. Cached by plan version."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from threading import Lock

from django.db import connection
from django.db.models import Exists, OuterRef

from tongzhou.engine.calendar import DAY, WorkingCalendar, midnight
from tongzhou.engine.progress import Deviation, deviation, planned_share, roll_up
from tongzhou.engine.schedule import Schedule, schedule
from tongzhou.lib import clock
from tongzhou.plan.models import Baseline, BaselineLine, Plan, WorkItem
from tongzhou.plan.queries.calendars import PlanCalendars, PlanDays, plan_calendars, plan_days
from tongzhou.plan.queries.keeping import kept_calendars
from tongzhou.plan.queries.network import Dates, dates_of, network_of, project_start
from tongzhou.plan.queries.tree import Edge, Item, edges_of, items_of
from tongzhou.projects.models import Project


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


_cache: dict[tuple[int, int, date, PlanDays, object], Outlook] = {}
_guard = Lock()


def status_date(project: Project, asked: date | None = None) -> date:
    """Return the day as of which the project is judged: the one asked for, the project's own, or today."""
    return asked or project.status_date or clock.today()


def outlook(project: Project, as_of: date) -> Outlook:
    """Return the plan as it stands on `as_of`. Computed once a plan version, content of the calendars and day.

    At most 9 queries; 2 more where departments have calendars or leave moves dates.
    """
    follows = Exists(WorkItem.objects.filter(project=OuterRef("project"), follows_owner=True))
    row = Plan.objects.filter(project=project).values_list("version", follows).first()
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
        made.kept = kept_calendars(project, calendars) if made.baseline else None
        _judge(made, project)
    return made


def baseline_lines(project: Project) -> dict[int, Line]:
    """Return the lines of the current (latest) baseline by item id. One query."""
    current = Baseline.objects.filter(project=project).order_by("-number").values("pk")[:1]
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


def _judge(made: Outlook, project: Project) -> None:
    """Fill planned and actual shares and deviations, leaves first, summaries by the same weights (§6, §7)."""
    end = midnight(made.as_of) + DAY
    below: dict[int | None, list[tuple[int, Fraction, Fraction]]] = {}
    for item in reversed(made.items):
        line = made.baseline.get(item.id)
        if item.leaf and line is not None and item.state != "cancelled":
            weight = 0 if item.is_milestone else line.weight
            mine = [(weight, made.planned_by(item.id, end), Fraction(item.percent, 10000))]
        else:
            mine = below.get(item.id, [])
        if mine:
            below.setdefault(item.parent, []).extend(mine)
            made.planned[item.id] = _share(mine, 0)
            made.actual[item.id] = _share(mine, 1)
            made.deviations[item.id] = _deviation(made, item, project)
        elif item.leaf:
            made.actual[item.id] = Fraction(item.percent, 10000)
    if below.get(None):
        made.total = deviation(_share(below[None], 0), _share(below[None], 1), threshold_points=_threshold(project))


def _share(lines: list[tuple[int, Fraction, Fraction]], side: int) -> Fraction:
    """Return the planned (side 0) or actual (1) share of leaves; milestones weigh only where there is nothing else."""
    milestones_only = all(weight == 0 for weight, _planned, _actual in lines)
    return roll_up((1 if milestones_only else weight, (planned, actual)[side]) for weight, planned, actual in lines)


def _deviation(made: Outlook, item: Item, project: Project) -> Deviation:
    line, dates = made.baseline.get(item.id), made.dates[item.id]
    behind = made.calendars.of(item.id).between(line.finish_at, dates.finish_at) if line else 0
    return deviation(
        made.planned[item.id],
        made.actual[item.id],
        threshold_points=_threshold(project),
        days_behind=Fraction(behind, 480) if project.deviation_guard else Fraction(1),
        critical=dates.critical,
    )


def _threshold(project: Project) -> Fraction:
    return Fraction(project.deviation_threshold)
