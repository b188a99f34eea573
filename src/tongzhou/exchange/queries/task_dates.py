"""What the dates and the duration of a row come to as the typed ones of a work item."""

from __future__ import annotations

from datetime import date

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.daymode import duration_of_days, finish_of_day, shown_start
from tongzhou.workbooks.constraints import STARTING
from tongzhou.workbooks.result import TaskRow

DAY_MINUTES = 480


def typed_dates(task: TaskRow, calendar: WorkingCalendar) -> tuple[date | None, date | None, int | None]:
    """Typed start and finish and the duration in working minutes: a typed finish sets it; a summary has none of its own.

    Where a scheduling program held the dates, the duration is what was typed, and the finish follows from it.
    """
    start, finish, minutes = task.start, task.finish, task.duration
    if task.is_summary:
        return None, None, None
    if task.constraint in STARTING and task.constraint_date is not None:
        start = task.constraint_date
    if task.is_milestone:
        day = start if task.constraint in STARTING else finish or start
        return day, day, 0
    if task.constraint and start is not None and minutes:
        return start, None, minutes
    if start is not None and finish is not None:
        return start, finish, duration_of_days(calendar, start, finish) if start <= finish else 0
    if finish is not None:
        minutes = minutes or DAY_MINUTES
        return shown_start(calendar, calendar.add(finish_of_day(calendar, finish).instant, -minutes)), finish, minutes
    return start, None, minutes or DAY_MINUTES
