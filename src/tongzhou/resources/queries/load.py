"""What a department promised in all projects against what it has: said before its head promises more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.db.models import Case, Count, F, When

from tongzhou.engine.calendar import WorkingCalendar, midnight
from tongzhou.people.models import User
from tongzhou.people.queries import calendar_book, department_levels
from tongzhou.projects.access import seen_keys
from tongzhou.resources.models import Commitment
from tongzhou.resources.queries.listing import Line, said_amount

Kind, State = Commitment.Kind, Commitment.State
COUNTED = (Kind.PEOPLE, Kind.HOURS)
CENT = Decimal("0.01")
NOTHING = Decimal(0)


class Promise(NamedTuple):
    """What is promised somewhere, in which days."""

    line: int
    project: int
    number: str
    name: str
    department: int
    kind: str
    amount: Decimal
    first: date
    last: date


@dataclass(frozen=True)
class Elsewhere:
    """What another project was promised: its number and name, and how much."""

    number: str
    name: str
    amount: Decimal


@dataclass(frozen=True)
class Load:
    """What a department has in the days of a line (people, or hours), what it promised then, and what the line asks for.

    People: the most that are promised at once, on `day`; hours: those that fall into the days of the line. `here` is the same
    project's part, `named` that of other projects which the reader sees, `unnamed` the sum of all others.
    """

    kind: str
    unit: str
    has: Decimal
    asked: Decimal
    here: Decimal
    named: tuple[Elsewhere, ...]
    unnamed: Decimal
    day: date | None = None

    @property
    def promised(self) -> Decimal:
        return self.here + sum((one.amount for one in self.named), NOTHING) + self.unnamed

    @property
    def total(self) -> Decimal:
        return self.promised + self.asked

    @property
    def over(self) -> Decimal:
        """By how much promises would exceed what there is; 0 where they do not."""
        return max(self.total - self.has, NOTHING)

    @property
    def left(self) -> Decimal:
        """How much could still be promised before this line."""
        return max(self.has - self.promised, NOTHING)

    @property
    def shares(self) -> tuple[float, float, float]:
        """The bar in percent: promised, asked for within what there is, and beyond it."""
        whole = max(self.total, self.has)
        if not whole:
            return 0.0, 0.0, 0.0
        within = max(min(self.asked, self.has - self.promised), NOTHING)
        parts = (self.promised, within, self.asked - within)
        first, second, third = (round(float(100 * part / whole), 2) for part in parts)
        return first, second, third

    @property
    def until(self) -> float:
        """Where on the bar the part beyond what there is begins."""
        return round(100 - self.shares[2], 2)

    @property
    def limit(self) -> float:
        """Where on the bar that ends which there is, in percent."""
        whole = max(self.total, self.has)
        return round(float(100 * self.has / whole), 2) if whole else 0.0

    def words(self, amount: Decimal) -> str:
        return said_amount(amount, self.unit)


def loads_of(user: User, project: int, lines: Iterable[Line]) -> dict[int, Load]:
    """Return for the lines of people and hours what their departments promised everywhere. At most six queries.

    Other projects are named only where `user` sees them.
    """
    wanted = [line for line in lines if line.kind in COUNTED and line.amount is not None and line.starts_on and line.ends_on]
    if not wanted:
        return {}
    departments = {line.department_id for line in wanted}
    promises, heads = _promises(departments, wanted), _heads(departments)
    seen = set(seen_keys(user)) if any(one.project != project for one in promises) else set()
    calendars = _calendars(departments) if any(line.kind == Kind.HOURS for line in wanted) else {}
    found = {}
    for line in wanted:
        others = [
            one
            for one in promises
            if one.line != line.id and (one.department, one.kind) == (line.department_id, line.kind) and _meet(one, line)
        ]
        if line.kind == Kind.PEOPLE:
            day, amounts = _most_at_once(others, line)
            has = Decimal(heads.get(line.department_id, 0))
        else:
            day, calendar = None, calendars[line.department_id]
            amounts = {one: _hours_within(one, line, calendar) for one in others}
            has = heads.get(line.department_id, 0) * _hours(calendar, *_days(line))
        found[line.id] = _load(line, project, (has, day), amounts, seen)
    return found


def _load(
    line: Line, project: int, there: tuple[Decimal, date | None], amounts: Mapping[Promise, Decimal], seen: Collection[int]
) -> Load:
    by_project: dict[int, Decimal] = defaultdict(Decimal)
    names: dict[int, tuple[str, str]] = {}
    for one, amount in amounts.items():
        by_project[one.project] += amount
        names[one.project] = (one.number, one.name)
    others = sorted((key for key in by_project if key != project), key=lambda key: (-by_project[key], key))
    return Load(
        kind=line.kind,
        unit=line.unit,
        has=there[0],
        asked=line.amount or NOTHING,
        here=by_project.get(project, NOTHING),
        named=tuple(Elsewhere(*names[key], by_project[key]) for key in others if key in seen),
        unnamed=sum((by_project[key] for key in others if key not in seen), NOTHING),
        day=there[1],
    )


def _promises(departments: Collection[int], lines: Collection[Line]) -> list[Promise]:
    """Return what these departments promised in days that the lines touch, in all projects. One query."""
    first = min(line.starts_on for line in lines if line.starts_on)
    last = max(line.ends_on for line in lines if line.ends_on)
    given = Case(When(state=State.TRIMMED, then=F("offered")), default=F("amount"))
    rows = Commitment.objects.filter(
        department__in=departments,
        kind__in=COUNTED,
        state__in=(State.CONFIRMED, State.TRIMMED),
        starts_on__lte=last,
        ends_on__gte=first,
    ).annotate(given=given)
    columns = ("pk", "project_id", "project__number", "project__name", "department_id", "kind", "given", "starts_on", "ends_on")
    return [Promise(*row) for row in rows.order_by("pk").values_list(*columns)]


def _heads(departments: Collection[int]) -> dict[int, int]:
    """Return how many people work in each department now. One query."""
    rows = User.objects.filter(department__in=departments, is_active=True).order_by().values("department_id")
    return dict(rows.annotate(count=Count("pk")).values_list("department_id", "count"))


def _calendars(departments: Collection[int]) -> dict[int, WorkingCalendar]:
    book = calendar_book()
    levels = department_levels(book)
    return {key: book.calendar(levels.get(key, ())) for key in departments}


def _meet(one: Promise, line: Line) -> bool:
    first, last = _days(line)
    return one.first <= last and one.last >= first


def _days(line: Line) -> tuple[date, date]:
    assert line.starts_on is not None and line.ends_on is not None
    return line.starts_on, line.ends_on


def _most_at_once(others: Collection[Promise], line: Line) -> tuple[date | None, dict[Promise, Decimal]]:
    """Return the day within the line on which most people are promised, and to whom. It is the first day of one of them."""
    first, _last = _days(line)
    best: tuple[Decimal, date | None, dict[Promise, Decimal]] = (NOTHING, None, {})
    for day in sorted({max(one.first, first) for one in others}):
        there = {one: one.amount for one in others if one.first <= day <= one.last}
        total = sum(there.values(), NOTHING)
        if total > best[0]:
            best = (total, day, there)
    return best[1], best[2]


def _hours_within(one: Promise, line: Line, calendar: WorkingCalendar) -> Decimal:
    """Return the part of promised hours that falls into the days of the line: by working time."""
    first, last = _days(line)
    whole = _hours(calendar, one.first, one.last)
    if not whole:
        return one.amount
    share = _hours(calendar, max(one.first, first), min(one.last, last)) / whole
    return (one.amount * share).quantize(CENT, ROUND_HALF_UP)


def _hours(calendar: WorkingCalendar, first: date, last: date) -> Decimal:
    """Return the working hours of one person from one day to another, both included."""
    return (Decimal(calendar.between(midnight(first), midnight(last + timedelta(days=1)))) / 60).quantize(CENT)
