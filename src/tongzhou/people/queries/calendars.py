"""Reads: the working calendars."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Count, Max, Q

from tongzhou.engine.calendar import STANDARD_WEEK, CalendarException, WorkingCalendar
from tongzhou.people.models import StatutoryDay

NINE_TO_SIX = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))


def working_calendar() -> WorkingCalendar:
    """Return the organisation's calendar: the standard week with the statutory days. One query; compiled once a content."""
    seen = StatutoryDay.objects.aggregate(last=Max("day"), days=Count("day"), working=Count("day", filter=Q(working=True)))
    return _compiled(seen["last"], seen["days"], seen["working"])


@lru_cache(maxsize=4)
def _compiled(last: date | None, days: int, working: int) -> WorkingCalendar:
    rows = StatutoryDay.objects.values_list("day", "working")
    return WorkingCalendar(
        STANDARD_WEEK, [CalendarException(day, day, NINE_TO_SIX if is_working else ()) for day, is_working in rows]
    )


def days_off(first: date, last: date) -> tuple[list[tuple[date, date, str]], list[date]]:
    """Return the named holidays between two days as (first, last, name) runs, and the make-up working days."""
    runs: list[tuple[date, date, str]] = []
    makeup: list[date] = []
    for day, working, name in StatutoryDay.objects.filter(day__range=(first, last)).values_list("day", "working", "name"):
        if working:
            makeup.append(day)
        elif runs and runs[-1][2] == name and runs[-1][1] + timedelta(days=1) == day:
            runs[-1] = (runs[-1][0], day, name)
        else:
            runs.append((day, day, name))
    return runs, makeup
