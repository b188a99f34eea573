"""Slots: when something happens again and again, by local days of a zone and the working days of a calendar.

Instants are aware datetimes. A slot happens once on a local day: at a time that the clock skips, it happens when the clock
has skipped it (02:30 → 03:30), at a time that comes twice, the first time.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Literal

from tongzhou.engine.calendar import DAY, LAST_INSTANT, CalendarEmpty, WorkingCalendar, day_of, midnight

Pattern = Literal["daily", "weekly", "monthly", "monthly_weekday", "monthly_working_day"]
DayOff = Literal["keep", "skip", "before", "after"]
PATTERNS: tuple[Pattern, ...] = ("daily", "weekly", "monthly", "monthly_weekday", "monthly_working_day")
DAYS_OFF: tuple[DayOff, ...] = ("keep", "skip", "before", "after")
HORIZON = 40 * 366
"""Days in which a slot that ever happens happens: weekdays and leap days repeat after 28 years, 40 across a century."""
LONGEST_BREAK = 400
MOST_EVERY = 1000


class SlotInvalid(ValueError):
    """A slot that says nothing sensible; the text is the name of the field that is wrong."""


class NeverOccurs(Exception):
    """A slot that can never happen."""


@dataclass(frozen=True)
class Slot:
    """A rule: `every` so many days, weeks or months, counted from `anchor`, at a local time.

    daily: nothing more. weekly: on `weekday` (0 Monday). monthly: on the `day` of the month (-1: the last; months without it
    have none). monthly_weekday: on the `nth` `weekday` of the month (-1: the last). monthly_working_day: on the `nth` working
    day of the month (-1: the last). `day_off`: what becomes of it on a day without working time: it happens all the same
    (keep), not at all (skip), on the last working day before or the next one after. `last`: the last day on which it happens.
    """

    pattern: Pattern
    at: time
    day_off: DayOff = "skip"
    every: int = 1
    weekday: int | None = None
    day: int | None = None
    nth: int | None = None
    anchor: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        """Check.

        :raises SlotInvalid: if the fields do not make a rule.
        """
        needs = {"weekly": ("weekday",), "monthly": ("day",), "monthly_weekday": ("weekday", "nth")}
        checks = (
            ("pattern", self.pattern in PATTERNS),
            ("day_off", self.day_off in DAYS_OFF),
            ("at", self.at.tzinfo is None),
            ("every", 1 <= self.every <= MOST_EVERY and (self.every == 1 or self.anchor is not None)),
            ("weekday", self.weekday is None or 0 <= self.weekday <= 6),
            ("day", self.day is None or self.day == -1 or 1 <= self.day <= 31),
            ("nth", self.nth is None or self.nth in range(-31, 0) or self.nth in range(1, 32)),
        )
        wrong = [name for name, good in checks if not good]
        wanted = needs.get(self.pattern, ("nth",) if self.pattern == "monthly_working_day" else ())
        wrong += [name for name in wanted if getattr(self, name) is None]
        if wrong:
            raise SlotInvalid(wrong[0])


def next_slot(slot: Slot, after: datetime, calendar: WorkingCalendar, zone: tzinfo) -> datetime | None:
    """Return the first instant strictly after `after` (aware) at which the slot happens, in UTC; None after its last day.

    :raises NeverOccurs: if it happens on no day of the next 40 years.
    """
    local = after.astimezone(zone).date()
    days = _happening(slot, _first_to_look_at(slot, local, calendar), calendar)
    for day in days:
        if slot.last is not None and day > slot.last:
            return None
        found = _instant(day, slot.at, zone)
        if found > after:
            return found
    if slot.last is not None and slot.last <= local + timedelta(days=HORIZON // 2):
        return None
    raise NeverOccurs


def slots_between(slot: Slot, first: datetime, last: datetime, calendar: WorkingCalendar, zone: tzinfo) -> list[datetime]:
    """Return the instants at which the slot happens after `first` and not after `last`."""
    found, at = [], next_slot(slot, first, calendar, zone)
    while at is not None and at <= last:
        found.append(at)
        at = next_slot(slot, at, calendar, zone)
    return found


def _instant(day: date, at: time, zone: tzinfo) -> datetime:
    # fold 0: before the clocks change. A time that they skip is read with the older offset, and so lies after the change.
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


def _first_to_look_at(slot: Slot, day: date, calendar: WorkingCalendar) -> date:
    """The first day whose slot may still happen on `day` or later: one before a break that ends on it, if slots move on."""
    eve = date.fromordinal(max(day.toordinal() - 1, 1))
    moves_on = slot.day_off == "after" and slot.pattern != "monthly_working_day"
    return (moves_on and _worked_before(eve, calendar)) or eve


def _happening(slot: Slot, first: date, calendar: WorkingCalendar) -> Iterator[date]:
    """The days on which the slot happens, in order, from nominal days on or after `first`."""
    before: date | None = None
    for nominal in _nominal(slot, first, calendar):
        day = _moved(slot, nominal, calendar)
        if day is not None and (before is None or day > before):
            yield day
            before = day


def _moved(slot: Slot, nominal: date, calendar: WorkingCalendar) -> date | None:
    """The day on which a slot of this nominal day happens."""
    if slot.day_off == "keep" or slot.pattern == "monthly_working_day" or _worked(calendar, nominal):
        return nominal
    if slot.day_off == "skip":
        return None
    return _worked_before(nominal, calendar) if slot.day_off == "before" else _worked_after(nominal, calendar)


def _worked_before(day: date, calendar: WorkingCalendar) -> date | None:
    """The last working day that is not after `day`, unless it lies too far away."""
    end = midnight(day) + DAY
    try:
        found = calendar.finish_of(calendar.worked(end))
    except CalendarEmpty:
        return None
    return day_of(found - 1) if found > DAY and end - found < LONGEST_BREAK * DAY else None


def _worked_after(day: date, calendar: WorkingCalendar) -> date | None:
    """The first working day that is not before `day`, unless it lies too far away."""
    begin = midnight(day)
    try:
        found = calendar.start_of(calendar.worked(begin))
    except CalendarEmpty:
        return None
    return day_of(found) if found - begin < LONGEST_BREAK * DAY and found < LAST_INSTANT else None


def _nominal(slot: Slot, first: date, calendar: WorkingCalendar) -> Iterator[date]:
    """The days that the rule names on or after `first`, within the horizon."""
    end = min(first.toordinal() + HORIZON, date.max.toordinal())
    if slot.pattern in ("daily", "weekly"):
        step, start = slot.every, slot.anchor or first
        if slot.pattern == "weekly":
            monday = start.toordinal() - start.weekday()
            step, start = 7 * slot.every, date.fromordinal(min(monday + (slot.weekday or 0), date.max.toordinal()))
        ahead = (start.toordinal() - first.toordinal()) % step
        yield from map(date.fromordinal, range(first.toordinal() + ahead, end + 1, step))
        return
    for year, month in _months(slot, first, date.fromordinal(end)):
        day = _day_of_month(slot, year, month, calendar)
        if day is not None and first <= day:
            yield day


def _months(slot: Slot, first: date, end: date) -> Iterator[tuple[int, int]]:
    anchor = slot.anchor or first
    ahead = ((anchor.year - first.year) * 12 + anchor.month - first.month) % slot.every
    begin = first.year * 12 + first.month - 1 + ahead
    for month in range(begin, end.year * 12 + end.month, slot.every):
        yield month // 12, month % 12 + 1


def _day_of_month(slot: Slot, year: int, month: int, calendar: WorkingCalendar) -> date | None:
    length = monthrange(year, month)[1]
    if slot.pattern == "monthly":
        day = length if slot.day == -1 else slot.day or 1
        return date(year, month, day) if day <= length else None
    nth = slot.nth or 1
    days = (date(year, month, day) for day in (range(1, length + 1) if nth > 0 else range(length, 0, -1)))
    if slot.pattern == "monthly_weekday":
        chosen = (day for day in days if day.weekday() == slot.weekday)
    else:
        chosen = (day for day in days if _worked(calendar, day))
    return next(islice(chosen, abs(nth) - 1, None), None)


def _worked(calendar: WorkingCalendar, day: date) -> bool:
    return calendar.is_working_day(day)
