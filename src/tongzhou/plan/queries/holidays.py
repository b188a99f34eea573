"""Which tasks run across statutory holidays, and which meet the leave of their owners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.people.models import Leave, User
from tongzhou.people.queries.calendars import Book
from tongzhou.plan.queries.calendars import calendar_without_leave
from tongzhou.plan.queries.outlook import Outlook
from tongzhou.plan.queries.tree import Item


@dataclass(frozen=True)
class HolidayRun:
    """A statutory holiday: days off in a row under one name."""

    name: str
    first: date
    last: date


@dataclass
class AcrossHoliday:
    """An open task whose dates contain a holiday. `lost` are working days of its week that the holidays take."""

    item: Item
    owner: str
    start: date
    finish: date
    runs: list[HolidayRun] = field(default_factory=list)
    lost: int = 0
    deadline_off: bool = False
    milestone_off: bool = False


@dataclass(frozen=True)
class MeetsLeave:
    """An open task whose owner is away within its dates; `lost` are working days of the task on which he is away."""

    item: Item
    owner: str
    start: date
    finish: date
    first: date
    last: date
    lost: int
    follows: bool


def holiday_runs(book: Book, first: date, last: date) -> list[HolidayRun]:
    """Return the statutory holidays that touch a span, whole."""
    runs: list[HolidayRun] = []
    for day in sorted(day for day, (worked, _name) in book.statutory.items() if not worked):
        name = book.statutory[day][1]
        if runs and runs[-1].name == name and runs[-1].last + timedelta(days=1) == day:
            runs[-1] = HolidayRun(name, runs[-1].first, day)
        else:
            runs.append(HolidayRun(name, day, day))
    return [run for run in runs if run.first <= last and run.last >= first]


def tasks_across_holidays(found: Outlook) -> list[AcrossHoliday]:
    """Return the open tasks whose dates (or deadline) meet a statutory holiday, by start. One query."""
    open_items = list(_open(found))
    if not open_items:
        return []
    names = _owner_names(open_items)
    ends = [item.deadline for item in open_items if item.deadline is not None]
    first = min((*(found.dates[item.id].start for item in open_items), *ends))
    last = max((*(found.dates[item.id].finish for item in open_items), *ends))
    runs = holiday_runs(found.days.book, first, last)
    rows = [_across(found, item, runs, names) for item in open_items]
    return sorted((row for row in rows if row.runs or row.deadline_off), key=lambda row: (row.start, row.item.code))


def tasks_meeting_leave(found: Outlook) -> list[MeetsLeave]:
    """Return the open tasks during which their owners are away, by start. Two queries."""
    open_items = [item for item in _open(found) if item.owner is not None]
    leaves = Leave.objects.filter(user__in={item.owner for item in open_items}).order_by("first")
    away: dict[int, list[tuple[date, date]]] = {}
    for person, first, last in leaves.values_list("user_id", "first", "last"):
        away.setdefault(person, []).append((first, last))
    if not away:
        return []
    names, rows = _owner_names(open_items), []
    for item in open_items:
        at, calendar = found.dates[item.id], calendar_without_leave(found.days, item)
        for first, last in away.get(item.owner or 0, ()):
            if first <= at.finish and last >= at.start:
                lost = calendar.working_days(max(first, at.start), min(last, at.finish))
                owner = names.get(item.owner or 0, "")
                rows.append(MeetsLeave(item, owner, at.start, at.finish, first, last, lost, item.follows_owner))
    return sorted(rows, key=lambda row: (row.start, row.item.code))


def _open(found: Outlook) -> Iterator[Item]:
    return (item for item in found.items if item.leaf and item.id not in found.closed)


def _across(found: Outlook, item: Item, runs: list[HolidayRun], names: dict[int, str]) -> AcrossHoliday:
    at, calendar = found.dates[item.id], found.calendars.of(item.id)
    met = [run for run in runs if run.first <= at.finish and run.last >= at.start]
    days = (day for run in met for day in _days(max(run.first, at.start), min(run.last, at.finish)))
    lost = 0 if item.is_milestone else sum(1 for day in days if _is_lost(calendar, day))
    return AcrossHoliday(
        item=item,
        owner=names.get(item.owner or 0, ""),
        start=at.start,
        finish=at.finish,
        runs=met,
        lost=lost,
        deadline_off=item.deadline is not None and any(run.first <= item.deadline <= run.last for run in runs),
        milestone_off=item.is_milestone and bool(met),
    )


def _is_lost(calendar: WorkingCalendar, day: date) -> bool:
    """Whether a day off would be worked by the plain week of the calendar."""
    week = calendar.week
    if calendar.other_week is not None and calendar.anchor is not None and (day - calendar.anchor).days // 7 % 2:
        week = calendar.other_week
    return bool(week[day.weekday()]) and not calendar.is_working_day(day)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=step) for step in range((last - first).days + 1))


def _owner_names(items: Iterable[Item]) -> dict[int, str]:
    owners = {item.owner for item in items if item.owner is not None}
    return dict(User.objects.filter(pk__in=owners).values_list("pk", "name"))
