"""Reads: a calendar as people look at it, a year of months or some weeks ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count
from django.utils.translation import gettext as _

from tongzhou.people.models import Department, WorkCalendar
from tongzhou.people.queries.calendars import Book, Levels, department_levels

WEEKS_AHEAD = 8


@dataclass(frozen=True)
class Cell:
    """A day. `kind`: work, weekend, holiday, makeup, own-off, own-work; `sign` is 休 or 班 where it departs from the week."""

    day: date
    kind: str
    sign: str
    title: str
    today: bool = False


@dataclass(frozen=True)
class Month:
    number: int
    weeks: list[list[Cell | None]]
    worked: int


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday."""

    first: date
    cells: list[Cell]
    worked: int


def year_view(book: Book, levels: Levels, year: int, today: date) -> list[Month]:
    """Return the twelve months of a year. No query."""
    cells = days_between(book, levels, date(year, 1, 1), date(year, 12, 31), today)
    calendar = book.calendar(levels)
    months = []
    for number in range(1, 13):
        days = [cell for cell in cells if cell.day.month == number]
        padded: list[Cell | None] = [None] * days[0].day.weekday() + list(days)
        padded += [None] * (-len(padded) % 7)
        weeks = [padded[at : at + 7] for at in range(0, len(padded), 7)]
        months.append(Month(number, weeks, calendar.working_days(days[0].day, days[-1].day)))
    return months


def weeks_ahead(book: Book, levels: Levels, today: date) -> list[Week]:
    """Return the eight weeks from the one of `today` on. No query."""
    first = today - timedelta(days=today.weekday())
    last = first + timedelta(days=7 * WEEKS_AHEAD - 1)
    cells, calendar = days_between(book, levels, first, last, today), book.calendar(levels)
    found = []
    for at in range(0, len(cells), 7):
        week = cells[at : at + 7]
        found.append(Week(week[0].day, week, calendar.working_days(week[0].day, week[-1].day)))
    return found


def days_between(book: Book, levels: Levels, first: date, last: date, today: date) -> list[Cell]:
    """Return every day from `first` to `last`. No query."""
    special, calendar = book.special_days(levels, first, last), book.calendar(levels)
    found = []
    for step in range((last - first).days + 1):
        day = first + timedelta(days=step)
        what = special.get(day)
        if what is None:
            kind, sign, name = "work" if calendar.is_working_day(day) else "weekend", "", ""
        else:
            own = book.statutory.get(day) != what
            kind = ("own-work" if own else "makeup") if what[0] else ("own-off" if own else "holiday")
            sign, name = (_("on duty") if what[0] else _("off")), what[1]
        found.append(Cell(day, kind, sign, name, day == today))
    return found


def named_calendars() -> list[WorkCalendar]:
    """Return the calendars that are offered, the organisation's first, each with how many departments chose it. One query."""
    rows = WorkCalendar.objects.filter(is_private=False).annotate(used_by=Count("departments"))
    return list(rows)


def department_calendars(book: Book) -> list[tuple[Department, str, bool]]:
    """Return each department with the name of the calendar it works by, and whether it is its own choice. 1–2 queries."""
    levels = department_levels(book)
    organisation = book.layers[book.organisation].name if book.organisation is not None else ""
    rows = Department.objects.filter(is_active=True)
    return [
        (row, book.layers[levels[row.pk][0]].name if row.pk in levels else organisation, row.calendar_id is not None)
        for row in rows
    ]
