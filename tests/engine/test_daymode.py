"""Day mode: typed days in, shown days out."""

from datetime import date

from engine.plans import FULL_DAY, at, off, text
from tongzhou.engine.calendar import STANDARD_WEEK, WorkingCalendar
from tongzhou.engine.daymode import (
    duration_of_days,
    finish_of_day,
    shown_finish,
    shown_milestone,
    shown_start,
    start_of_day,
)

MAY = WorkingCalendar(STANDARD_WEEK, [off("2024-05-01", "2024-05-05"), off("2024-05-11", "2024-05-11", FULL_DAY)])


def test_working_days_stay() -> None:
    start, finish = start_of_day(MAY, date(2024, 4, 29)), finish_of_day(MAY, date(2024, 4, 29))
    assert (text(start.instant), start.day, start.moved) == ("2024-04-29 09:00", date(2024, 4, 29), False)
    assert (text(finish.instant), finish.day, finish.moved) == ("2024-04-29 18:00", date(2024, 4, 29), False)


def test_days_off_snap_inwards() -> None:
    """May 1st to 5th 2024 are off: a start moves to the 6th, a finish back to April 30th."""
    start, finish = start_of_day(MAY, date(2024, 5, 2)), finish_of_day(MAY, date(2024, 5, 2))
    assert (text(start.instant), start.day, start.moved) == ("2024-05-06 09:00", date(2024, 5, 6), True)
    assert (text(finish.instant), finish.day, finish.moved) == ("2024-04-30 18:00", date(2024, 4, 30), True)


def test_durations_count_both_ends_and_nothing_off() -> None:
    """04-29, 04-30, 05-06 … 05-11 (make-up Saturday): 8 working days."""
    assert duration_of_days(MAY, date(2024, 4, 29), date(2024, 5, 11)) == 8 * 480
    assert duration_of_days(MAY, date(2024, 5, 1), date(2024, 5, 1)) == 0
    assert duration_of_days(MAY, date(2024, 5, 8), date(2024, 5, 6)) == 0
    assert duration_of_days(MAY, date(2024, 5, 6), date(2024, 5, 7), minutes_per_day=450) == 900


def test_shown_days_look_at_the_side_of_the_work() -> None:
    evening, morning = at("2024-04-30 18:00"), at("2024-05-06 09:00")
    assert shown_start(MAY, evening) == shown_start(MAY, morning) == date(2024, 5, 6)
    assert shown_finish(MAY, evening) == shown_finish(MAY, morning) == date(2024, 4, 30)


def test_a_milestone_typed_on_a_day_off_stays_there() -> None:
    """Launch on May 1st: no minute of its own, so it lies there while it equals April 30th 18:00."""
    launch = date(2024, 5, 1)
    assert shown_milestone(MAY, finish_of_day(MAY, launch).instant, launch) == launch
    assert shown_milestone(MAY, at("2024-05-06 18:00"), launch) == date(2024, 5, 6)
    assert shown_milestone(MAY, at("2024-04-30 18:00"), None) == date(2024, 4, 30)


def test_a_finish_at_midnight_belongs_to_the_day_before() -> None:
    late = WorkingCalendar({day: [(1080, 1440)] for day in range(7)})
    assert finish_of_day(late, date(2024, 5, 1)).day == date(2024, 5, 1)
    assert shown_finish(late, at("2024-05-02 00:00")) == date(2024, 5, 1)
    assert shown_milestone(late, at("2024-05-02 00:00"), None) == date(2024, 5, 1)
