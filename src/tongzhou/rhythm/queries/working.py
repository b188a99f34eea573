"""Working time of the right calendar: until when something has to be done."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.engine.calendar import CalendarEmpty, WorkingCalendar, instant, moment
from tongzhou.lib.access import Refused
from tongzhou.people.queries import calendar_book, department_levels, working_calendar

MOST_DAYS = 100_000


def calendar_for(*, department: int | None = None, project_calendar: int | None = None) -> WorkingCalendar:
    """Return the calendar by which something is done: the department's, over the project's, over the organisation's.

    :param project_calendar: the id of the project's calendar (`Project.calendar_id`), if it has one. 1–2 queries.
    """
    book = calendar_book()
    levels = department_levels(book).get(department, ()) if department is not None else ()
    if project_calendar is not None and project_calendar != book.organisation:
        levels = (*levels, project_calendar)
    return book.calendar(levels)


def working_deadline(start: datetime, hours: Decimal | float, calendar: WorkingCalendar | None = None) -> datetime:
    """Return the instant after `hours` of working time from `start` on a calendar (None: the organisation's), to the minute.

    :raises Refused: if the calendar has no such hours, or they lie too far away.
    """
    local = timezone.localtime(start)
    try:
        minutes = math.ceil(Decimal(str(hours)) * 60)
        until = moment((calendar or working_calendar()).add(instant(local.replace(tzinfo=None)), minutes))
        return timezone.make_aware(until) if minutes else start
    except (CalendarEmpty, ValueError, OverflowError, ArithmeticError) as error:
        raise _too_far() from error


def working_days_after(start: datetime, days: int, calendar: WorkingCalendar | None = None) -> datetime:
    """Return `start`'s time of day on the `days`-th working day after its day (0: `start` itself).

    :raises Refused: if the calendar has no such day, or it lies too far away.
    """
    book, day, left = calendar or working_calendar(), timezone.localtime(start), days
    if not 0 <= days <= MOST_DAYS:
        raise _too_far()
    try:
        idle = 0
        while left:
            day += timedelta(days=1)
            worked = book.is_working_day(day.date())
            left, idle = left - worked, 0 if worked else idle + 1
            if idle > 3660:
                raise _too_far()
    except (ValueError, OverflowError) as error:
        raise _too_far() from error
    return timezone.make_aware(day.replace(tzinfo=None)) if days else start


def _too_far() -> Refused:
    return Refused("deadline-too-far", _("The calendar has no working time for this deadline."))
