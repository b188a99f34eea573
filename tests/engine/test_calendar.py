"""Calendars: positions, their two inverses, exceptions, day counts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plans import FULL_DAY, ROUND_THE_CLOCK, STANDARD, at, off, text
from tongzhou.engine.calendar import (
    STANDARD_WEEK,
    CalendarEmpty,
    CalendarException,
    WorkingCalendar,
    day_of,
    midnight,
)

SPRING = WorkingCalendar(STANDARD_WEEK, [off("2026-02-16", "2026-02-22"), off("2026-02-14", "2026-02-14", FULL_DAY)])


def test_two_sides_of_an_evening_are_the_same_moment_of_work() -> None:
    evening, morning = at("2026-01-05 18:00"), at("2026-01-06 09:00")
    position = STANDARD.worked(evening)
    assert STANDARD.worked(morning) == position
    assert (STANDARD.finish_of(position), STANDARD.start_of(position)) == (evening, morning)


def test_adding_nothing_changes_nothing_and_other_sums_end_on_their_side() -> None:
    """480 minutes after Monday 18:00 end on Tuesday 18:00; 480 before Tuesday 09:00 begin on Monday 09:00."""
    saturday = at("2026-01-10 11:00")
    assert STANDARD.add(saturday, 0) == saturday
    assert text(STANDARD.add(at("2026-01-05 18:00"), 480)) == "2026-01-06 18:00"
    assert text(STANDARD.add(at("2026-01-06 09:00"), -480)) == "2026-01-05 09:00"


def test_exceptions_change_days() -> None:
    """Saturday 02-14 works, the week from 02-16 does not: after Friday 02-13 comes 02-14, then 02-23."""
    assert text(SPRING.add(at("2026-02-13 18:00"), 480)) == "2026-02-14 18:00"
    assert text(SPRING.add(at("2026-02-14 18:00"), 1)) == "2026-02-23 09:01"
    assert SPRING.is_working_day(date(2026, 2, 14))
    assert not SPRING.is_working_day(date(2026, 2, 16))
    assert SPRING.working_days(date(2026, 2, 9), date(2026, 2, 23)) == 7


def test_the_later_of_two_exceptions_wins() -> None:
    calendar = WorkingCalendar(STANDARD_WEEK, [off("2026-02-16", "2026-02-22"), off("2026-02-18", "2026-02-18", ((540, 600),))])
    assert calendar.between(midnight(date(2026, 2, 16)), midnight(date(2026, 2, 23))) == 60


def test_touching_and_overlapping_intervals_merge() -> None:
    calendar = WorkingCalendar({0: [(600, 720), (540, 600), (700, 780)]})
    assert calendar.week[0] == ((540, 780),)


def test_round_the_clock_has_one_side_only() -> None:
    position = ROUND_THE_CLOCK.worked(at("2026-01-06 00:00"))
    assert ROUND_THE_CLOCK.start_of(position) == ROUND_THE_CLOCK.finish_of(position)


def test_a_calendar_without_working_time_says_so() -> None:
    empty = WorkingCalendar({})
    with pytest.raises(CalendarEmpty):
        empty.add(at("2026-01-05 09:00"), 1)
    once = WorkingCalendar({}, [off("2026-01-05", "2026-01-05", ((540, 600),))])
    assert text(once.add(at("2026-01-01 00:00"), 60)) == "2026-01-05 10:00"
    with pytest.raises(CalendarEmpty):
        once.add(at("2026-01-01 00:00"), 61)


@pytest.mark.parametrize("intervals", [[(600, 600)], [(600, 500)], [(-1, 60)], [(0, 1441)]])
def test_impossible_intervals_are_refused(intervals: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="no working interval"):
        WorkingCalendar({0: intervals})


def test_an_exception_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before"):
        WorkingCalendar(STANDARD_WEEK, [off("2026-02-16", "2026-02-15")])


HOURS = st.lists(st.integers(0, 24), max_size=4, unique=True).map(
    lambda cuts: tuple((a * 60, b * 60) for a, b in zip(*[iter(sorted(cuts))] * 2, strict=False))
)
FIRST = date(2026, 1, 5)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    week = {day: draw(HOURS) for day in range(7)}
    week[0] = week[0] or ((540, 600),)
    exceptions = []
    for _ in range(draw(st.integers(0, 4))):
        begin = FIRST + timedelta(days=draw(st.integers(0, 20)))
        exceptions.append(CalendarException(begin, begin + timedelta(days=draw(st.integers(0, 5))), draw(HOURS)))
    return WorkingCalendar(week, exceptions)


@given(calendars(), st.integers(0, 30 * 1440))
def test_positions_and_instants_agree(calendar: WorkingCalendar, offset: int) -> None:
    """Both inverses give back the position, enclose the instant, and nothing is worked between them."""
    when = midnight(FIRST) + offset
    position = calendar.worked(when)
    low, high = calendar.finish_of(position), calendar.start_of(position)
    assert low <= when <= high
    assert calendar.worked(low) == calendar.worked(high) == position
    assert calendar.worked(low - 1) == position - 1
    assert calendar.worked(high + 1) == position + 1


@given(calendars(), st.integers(0, 20), st.integers(0, 12))
def test_working_days_are_counted_as_one_by_one(calendar: WorkingCalendar, begin: int, length: int) -> None:
    first = FIRST + timedelta(days=begin)
    days = [first + timedelta(days=k) for k in range(length + 1)]
    assert calendar.working_days(first, days[-1]) == sum(calendar.is_working_day(day) for day in days)


@given(calendars(), st.integers(0, 30), st.integers(1, 30))
def test_the_flat_table_says_the_same(calendar: WorkingCalendar, begin: int, days: int) -> None:
    low = midnight(FIRST + timedelta(days=begin))
    starts, before = calendar.intervals(low, low + days * 1440)
    assert starts == sorted(starts)
    assert [calendar.worked(start) for start in starts] == before
    assert all(day_of(start) >= FIRST + timedelta(days=begin - 7) for start in starts)
