"""Day mode: typed dates become instants, instants become the dates that people read. Finish dates are inclusive."""

from dataclasses import dataclass
from datetime import date

from tongzhou.engine.calendar import DAY, WorkingCalendar, day_of, midnight


@dataclass(frozen=True, slots=True)
class Snapped:
    """A typed date as an instant; `day` is the working day it came to lie on, `moved` that this is another day."""

    instant: int
    day: date
    moved: bool


def start_of_day(cal: WorkingCalendar, day: date) -> Snapped:
    """The first working minute on or after the day."""
    found = cal.start_of(cal.worked(midnight(day)))
    lands = day_of(found)
    return Snapped(found, lands, lands != day)


def finish_of_day(cal: WorkingCalendar, day: date) -> Snapped:
    """The end of the last working minute of the day, or of the last working day before it."""
    found = cal.finish_of(cal.worked(midnight(day) + DAY))
    lands = day_of(found - 1)
    return Snapped(found, lands, lands != day)


def duration_of_days(cal: WorkingCalendar, first: date, last: date, minutes_per_day: int = 480) -> int:
    """Minutes of a task from `first` to `last`, both counted; 0 (an event) when no day of them is a working day."""
    return cal.working_days(first, last) * minutes_per_day if first <= last else 0


def shown_start(cal: WorkingCalendar, instant: int) -> date:
    """The day on which work that starts at `instant` begins: 18:00 on Friday is shown as Monday."""
    return day_of(cal.start_of(cal.worked(instant)))


def shown_finish(cal: WorkingCalendar, instant: int) -> date:
    """The last day of work that finishes at `instant`: 09:00 on Monday is shown as Friday."""
    return day_of(cal.finish_of(cal.worked(instant)) - 1)


def shown_milestone(cal: WorkingCalendar, instant: int, typed: date | None) -> date:
    """The day of a milestone: the typed day while the milestone still lies on it, else the day of the instant.

    A day off has no minute of its own, so a milestone typed on May 1st lies on it as long as nothing pushed it
    past the working minutes around that day.
    """
    if typed is not None and cal.worked(midnight(typed)) <= cal.worked(instant) <= cal.worked(midnight(typed) + DAY):
        return typed
    return day_of(instant - 1) if instant % DAY == 0 else day_of(instant)
