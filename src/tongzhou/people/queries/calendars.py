"""Reads: working calendars in layers, from the statutory days up to the calendar of a task.

A day is what the nearest layer with an exception for it says; without one what the statutory days say; else what the
nearest pattern says. Hours come from the nearest layer that has its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from typing import Any

from django.db.models import QuerySet

from tongzhou.engine.calendar import CalendarException, WorkingCalendar
from tongzhou.lib.prepared import Question, prepared
from tongzhou.lib.reading import read_once
from tongzhou.people.models import CalendarDay, Department, StatutoryDay, StatutoryYear, User, WorkCalendar

NINE_TO_SIX = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))
MONDAY_TO_FRIDAY, MONDAY_TO_SATURDAY = range(5), range(6)
Hours = tuple[tuple[int, int], ...]
Levels = tuple[int, ...]
Span = tuple[date, date]


@dataclass(frozen=True)
class OwnDay:
    """A run of days on which a calendar departs from its pattern."""

    first: date
    last: date
    working: bool
    name: str = ""


@dataclass(frozen=True)
class Layer:
    """One calendar as it is stored. Hours are minutes since midnight; none inherit."""

    name: str
    pattern: str = "inherited"
    anchor: date | None = None
    hours: Hours = ()
    days: tuple[OwnDay, ...] = ()


@dataclass(frozen=True)
class CalendarSpec:
    """What a calendar says: hours in minutes since midnight (none inherit), days on which it departs from its pattern."""

    name: str
    pattern: str = WorkCalendar.Pattern.INHERITED
    anchor: date | None = None
    hours: Hours = ()
    days: tuple[OwnDay, ...] = ()


@dataclass(eq=False)
class Book:
    """All calendars of the organisation as they are at one moment. Two books are the same when they are one object."""

    statutory: dict[date, tuple[bool, str]]
    """By day: whether it is worked, and the name of the holiday."""
    layers: dict[int, Layer]
    organisation: int | None
    _compiled: dict[tuple[Levels, tuple[Span, ...]], WorkingCalendar] = field(default_factory=dict)

    def calendar(self, levels: Levels = (), off: tuple[Span, ...] = ()) -> WorkingCalendar:
        """Return the compiled calendar of `levels` (ids, nearest first; the organisation's is added), without `off`."""
        found = self._compiled.get((levels, off))
        if found is None:
            while len(self._compiled) >= 256:
                self._compiled.pop(next(iter(self._compiled)))
            found = self._compiled[levels, off] = self._compile(levels, off)
        return found

    def stack(self, levels: Levels) -> list[Layer]:
        """Return the layers of `levels` nearest first, the organisation's last."""
        keys = [key for key in levels if key != self.organisation and key in self.layers]
        return [self.layers[key] for key in (*keys, *([self.organisation] if self.organisation is not None else []))]

    def special_days(self, levels: Levels, first: date, last: date) -> dict[date, tuple[bool, str]]:
        """Return what departs from the pattern in a span: day → (worked, name), as the nearest definition says."""
        found = {day: what for day, what in self.statutory.items() if first <= day <= last}
        for layer in reversed(self.stack(levels)):
            for own in layer.days:
                for day in _days(max(own.first, first), min(own.last, last)):
                    found[day] = (own.working, own.name)
        return found

    def _compile(self, levels: Levels, off: tuple[Span, ...]) -> WorkingCalendar:
        stack = self.stack(levels)
        hours = next((layer.hours for layer in stack if layer.hours), NINE_TO_SIX)
        exceptions = [CalendarException(day, day, hours if worked else ()) for day, (worked, _name) in self.statutory.items()]
        for layer in reversed(stack):
            exceptions += [CalendarException(own.first, own.last, hours if own.working else ()) for own in layer.days]
        exceptions += [CalendarException(first, last, ()) for first, last in off]
        shape = next((layer for layer in stack if layer.pattern != WorkCalendar.Pattern.INHERITED), None)
        return _with_pattern(shape, hours, exceptions)


def _with_pattern(shape: Layer | None, hours: Hours, exceptions: list[CalendarException]) -> WorkingCalendar:
    short, long = {day: hours for day in MONDAY_TO_FRIDAY}, {day: hours for day in MONDAY_TO_SATURDAY}
    if shape is None or shape.pattern == WorkCalendar.Pattern.TWO_DAYS:
        return WorkingCalendar(short, exceptions)
    if shape.pattern == WorkCalendar.Pattern.ONE_DAY:
        return WorkingCalendar(long, exceptions)
    return WorkingCalendar(long, exceptions, other_week=short, anchor=shape.anchor)


_books: dict[object, Book] = {}
_guard = Lock()


def calendar_book() -> Book:
    """Return all calendars as they are now. One query; read and compiled once a content."""
    return read_once("calendars", _calendar_book)


def _calendar_book() -> Book:
    marks = tuple(_marks())
    stamp: object = marks
    if not any(is_organisation for _key, _version, is_organisation in marks):
        # Nothing counts the statutory days then; a notice that was put right has as many of them as the wrong one.
        stamp = (marks, tuple(StatutoryDay.objects.values_list("day", "working", "name")))
    found = _books.get(stamp)
    if found is None:
        found = _read_book()
        with _guard:
            while len(_books) >= 8:
                _books.pop(next(iter(_books)))
            _books[stamp] = found
    return found


def calendars_question() -> Question:
    """What `calendar_book` asks, to be asked ahead."""
    return _marks.of()


@prepared
def _marks() -> QuerySet[WorkCalendar, tuple[int, int, bool]]:
    return WorkCalendar.objects.order_by("pk").values_list("pk", "version", "is_organisation")


def working_calendar() -> WorkingCalendar:
    """Return the organisation's calendar. One query; compiled once a content."""
    return calendar_book().calendar()


def department_levels(book: Book) -> dict[int, Levels]:
    """Return for each department under a calendar the ids of its own and its parents' calendars, nearest first.

    One query, none where the organisation's calendar is the only one.
    """
    if len(book.layers) < 2:
        return {}
    rows = {key: (parent, own) for key, parent, own in Department.objects.values_list("pk", "parent_id", "calendar_id")}
    found: dict[int, Levels] = {}
    for key in rows:
        levels: list[int] = []
        at: int | None = key
        seen: set[int] = set()
        while at is not None and at not in seen:
            seen.add(at)
            at, own = rows[at]
            if own is not None and own != book.organisation:
                levels.append(own)
        if levels:
            found[key] = tuple(levels)
    return found


def owners_of(people: QuerySet[Any, Any] | Collection[int]) -> list[tuple[int, int | None, date | None, date | None]]:
    """Return (person, department, leave from, to) of `people` (ids, or a query of them), a row for each leave. One query."""
    rows = User.objects.filter(pk__in=people).order_by("pk", "leaves__first")
    return list(rows.values_list("pk", "department_id", "leaves__first", "leaves__last"))


def unknown_years(first: date, last: date) -> list[int]:
    """Return the years from `first` to `last` whose statutory days are not announced yet. One query."""
    known = {year for (year,) in _announced()}
    return [year for year in range(first.year, last.year + 1) if year not in known]


def years_question() -> Question:
    """What `unknown_years` asks, to be asked ahead."""
    return _announced.of()


@prepared
def _announced() -> QuerySet[StatutoryYear, tuple[int]]:
    return StatutoryYear.objects.filter(announced=True).order_by().values_list("year")


def days_off(
    first: date, last: date, book: Book | None = None, levels: Levels = ()
) -> tuple[list[tuple[date, date, str]], list[date]]:
    """Return the named days off between two days as (first, last, name) runs, and the Saturdays and Sundays worked."""
    book = book or calendar_book()
    special = book.special_days(levels, first, last)
    runs: list[tuple[date, date, str]] = []
    for day in sorted(day for day, (worked, _name) in special.items() if not worked):
        name = special[day][1]
        if runs and runs[-1][2] == name and runs[-1][1] + timedelta(days=1) == day:
            runs[-1] = (runs[-1][0], day, name)
        else:
            runs.append((day, day, name))
    calendar = book.calendar(levels)
    saturday = first + timedelta(days=(5 - first.weekday()) % 7 - (7 if first.weekday() == 6 else 0))
    weekends = (day for week in range((last - saturday).days // 7 + 1) for day in _weekend(saturday, week))
    return runs, [day for day in weekends if first <= day <= last and calendar.is_working_day(day)]


def _weekend(saturday: date, week: int) -> tuple[date, date]:
    begin = saturday + timedelta(days=7 * week)
    return begin, begin + timedelta(days=1)


def _read_book() -> Book:
    statutory = {day: (working, name) for day, working, name in StatutoryDay.objects.values_list("day", "working", "name")}
    days: dict[int, list[OwnDay]] = {}
    for own in CalendarDay.objects.order_by("pk"):
        days.setdefault(own.calendar_id, []).append(OwnDay(own.first, own.last, own.working, own.name))
    rows = list(WorkCalendar.objects.all())
    layers = {
        row.pk: Layer(row.name, row.pattern, row.anchor, hours_of(row.hours), tuple(days.get(row.pk, ()))) for row in rows
    }
    return Book(statutory, layers, next((row.pk for row in rows if row.is_organisation), None))


def hours_of(stored: Sequence[Sequence[int]]) -> Hours:
    """Return stored hours as the engine takes them."""
    return tuple((int(begin), int(end)) for begin, end in stored)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=step) for step in range((last - first).days + 1))
