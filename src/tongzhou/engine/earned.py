"""Earned value and earned schedule (Lipke), exact: planned value is piecewise linear in working minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.progress import planned_share


class ValuedLine(NamedTuple):
    """A leaf of the baseline: instants, its budget in any unit, and the share done."""

    start: int
    finish: int
    value: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class EarnedValue:
    """Times are working minutes since the planned start; an index whose divisor is 0 is None."""

    planned_value: Fraction
    earned_value: Fraction
    actual_cost: Fraction | None
    spi: Fraction | None  # EV / PV
    cpi: Fraction | None  # EV / AC
    planned_duration: int
    actual_time: int
    earned_schedule: Fraction
    spi_time: Fraction | None  # ES / AT
    estimate_at_completion: Fraction | None  # PD / SPI(t), a duration


def earned_value(
    cal: WorkingCalendar, lines: Sequence[ValuedLine], status: int, actual_cost: Fraction | None = None
) -> EarnedValue:
    """The figures of a plan at an instant; all lines run on one calendar.

    :raises ValueError: without lines.
    """
    if not lines:
        raise ValueError("no lines")
    begin = cal.worked(min(line.start for line in lines))
    duration = cal.worked(max(line.finish for line in lines)) - begin
    planned = sum((line.value * planned_share(cal, line.start, line.finish, status) for line in lines), Fraction(0))
    earned = sum((line.value * line.share for line in lines), Fraction(0))
    elapsed = max(0, cal.worked(status) - begin)
    schedule = earned_schedule(cal, lines, earned)
    index = schedule / elapsed if elapsed else None
    return EarnedValue(
        planned_value=planned,
        earned_value=earned,
        actual_cost=actual_cost,
        spi=earned / planned if planned else None,
        cpi=earned / actual_cost if actual_cost else None,
        planned_duration=duration,
        actual_time=elapsed,
        earned_schedule=schedule,
        spi_time=index,
        estimate_at_completion=duration / index if index else None,
    )


def earned_schedule(cal: WorkingCalendar, lines: Sequence[ValuedLine], earned: Fraction) -> Fraction:
    """The earliest working minute since the planned start at which the planned value reaches `earned`."""
    begin = cal.worked(min(line.start for line in lines))
    slopes: dict[int, Fraction] = {}
    jumps: dict[int, int] = {}
    for line in lines:
        first, last = cal.worked(line.start) - begin, cal.worked(line.finish) - begin
        if first >= last:
            jumps[last] = jumps.get(last, 0) + line.value
        else:
            rate = Fraction(line.value, last - first)
            slopes[first] = slopes.get(first, Fraction(0)) + rate
            slopes[last] = slopes.get(last, Fraction(0)) - rate
    value, slope, since = Fraction(0), Fraction(0), 0
    for at in sorted(slopes.keys() | jumps.keys()):
        reached = value + slope * (at - since)
        if reached >= earned and slope > 0:
            return since + (earned - value) / slope
        value, since = reached + jumps.get(at, 0), at
        slope += slopes.get(at, Fraction(0))
        if value >= earned:
            return Fraction(at)
    return Fraction(since)
