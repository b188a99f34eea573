"""Earned value and earned schedule, worked by hand. Times are working minutes since the start of the plan."""

from fractions import Fraction

import pytest

from engine.plans import DAY, STANDARD, at
from tongzhou.engine.earned import ValuedLine, earned_schedule, earned_value

MONDAY, TUESDAY, FRIDAY = at("2026-01-05 09:00"), at("2026-01-06 18:00"), at("2026-01-09 18:00")


def rows(first: Fraction, second: Fraction) -> list[ValuedLine]:
    """Monday to Tuesday worth 200, Wednesday to Friday worth 600."""
    wednesday = at("2026-01-07 09:00")
    return [ValuedLine(MONDAY, TUESDAY, 200, first), ValuedLine(wednesday, FRIDAY, 600, second)]


def test_all_figures_at_the_end_of_thursday() -> None:
    """PV = 200 + 400 = 600; EV = 200 + 100 = 300: planned for the middle of Wednesday, 1,200 minutes. AT = 1,920.
    SPI = 0.5, SPI(t) = 1200 / 1920 = 0.625, EAC(t) = 2400 / 0.625 = 3,840. AC = 400: CPI = 0.75."""
    found = earned_value(STANDARD, rows(Fraction(1), Fraction(1, 6)), at("2026-01-08 18:00"), Fraction(400))
    assert (found.planned_value, found.earned_value) == (600, 300)
    assert (found.spi, found.cpi) == (Fraction(1, 2), Fraction(3, 4))
    assert (found.earned_schedule, found.actual_time, found.planned_duration) == (1200, 1920, 5 * DAY)
    assert (found.spi_time, found.estimate_at_completion) == (Fraction(5, 8), 3840)


def test_before_the_start_there_is_nothing_to_divide_by() -> None:
    found = earned_value(STANDARD, rows(Fraction(0), Fraction(0)), at("2026-01-01 18:00"))
    assert (found.spi, found.cpi, found.spi_time, found.estimate_at_completion) == (None, None, None, None)


def test_the_earliest_time_on_a_flat_counts() -> None:
    """Nothing is planned on Wednesday: a value of 200 was planned to be there on Tuesday evening, 960 minutes."""
    lines = [ValuedLine(MONDAY, TUESDAY, 200, Fraction(1)), ValuedLine(at("2026-01-08 09:00"), FRIDAY, 100, Fraction(0))]
    assert earned_schedule(STANDARD, lines, Fraction(200)) == 2 * DAY
    assert earned_schedule(STANDARD, lines, Fraction(201)) == 3 * DAY + Fraction(2 * DAY, 100)


def test_milestones_with_value_are_steps() -> None:
    """50 on Tuesday evening at once: 0 before, anything up to 50 at 960 minutes."""
    lines = [ValuedLine(TUESDAY, TUESDAY, 50, Fraction(0)), ValuedLine(MONDAY, MONDAY, 0, Fraction(0))]
    assert earned_schedule(STANDARD, lines, Fraction(0)) == 0
    assert earned_schedule(STANDARD, lines, Fraction(10)) == 2 * DAY


def test_more_than_all_is_all() -> None:
    assert earned_schedule(STANDARD, rows(Fraction(1), Fraction(1)), Fraction(900)) == 5 * DAY


def test_without_lines_there_is_nothing_to_measure() -> None:
    with pytest.raises(ValueError, match="no lines"):
        earned_value(STANDARD, [], MONDAY)
