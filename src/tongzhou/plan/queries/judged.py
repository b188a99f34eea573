"""A plan as it stands on a day: what pages ask of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.network import Network
from tongzhou.engine.progress import Deviation, planned_share
from tongzhou.engine.schedule import Schedule
from tongzhou.plan.queries.baselines import Lines
from tongzhou.plan.queries.calendars import PlanCalendars, PlanDays
from tongzhou.plan.queries.network import Dates
from tongzhou.plan.queries.tally import Tally
from tongzhou.plan.queries.tree import Edge, Item, Rows

Value = TypeVar("Value")


@dataclass(frozen=True)
class Grounds:
    """What an outlook was computed from, for the next version to be computed from what is different."""

    rows: Rows
    start: date
    network: Network
    result: Schedule
    rules: object
    """What the project says of its start and of deviations."""


class Carried(NamedTuple):
    """What was made `of` something for a version before, and the ids of the rows that are different since."""

    of: object
    made: Any
    touched: frozenset[int]


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
    grounds: Grounds
    """What it was computed from."""
    by_id: dict[int, Item] = field(default_factory=dict)
    conflicting: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()
    """What is done or cancelled; a summary when all below it is."""
    kept: PlanCalendars | None = None
    """The calendars of the baseline, None without one."""
    tallies: dict[int | None, Tally] = field(default_factory=dict)
    """The sums below each summary, and below None those of the whole plan."""
    carried: dict[Hashable, Carried] = field(default_factory=dict, init=False)
    """What `carry` made of the versions before."""
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

    def carry(self, key: Hashable, of: object, make: Callable[[Carried | None], Value]) -> Value:
        """Return what `make` returns, kept as by `latest`; it is given what it made of an equal `of` for a version before."""
        was = self.carried.get(key)
        return self.latest(("carried", key), of, lambda: make(was if was is not None and was.of == of else None))

    def follow(self, before: Outlook, touched: frozenset[int]) -> None:
        """Take over what was made of `before`, from which this one's rows differ in nothing but those of `touched`."""
        self.carried = {key: was._replace(touched=was.touched | touched) for key, was in before.carried.items()}
        for key, value in dict(before.told).items():
            if isinstance(key, tuple) and key[0] == "carried":
                of, made = value
                self.carried[key[1]] = Carried(of, made, touched)

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
