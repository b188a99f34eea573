"""Many positions to instants at once, by flat tables."""

from collections.abc import Callable
from itertools import chain, repeat
from math import gcd
from operator import sub

from tongzhou.engine.calendar import WorkingCalendar

Convert = Callable[[list[int]], list[int]]
DEAREST = 1440 * 4  # minutes of the clock a position: longer tables cost more than asking the calendar
LONGEST = 256  # entries of the table a position


def converters(calendar: WorkingCalendar, count: int, first: int, last: int) -> tuple[Convert, Convert]:
    """Functions from positions first … last of `count` tasks to instants: on the start side, on the finish side."""
    begin, end = calendar.finish_of(first), calendar.start_of(last) + 1
    found = _table(calendar, begin, end, last, LONGEST * count) if end - begin <= DEAREST * count else None
    return found or (
        lambda positions: list(map(calendar.start_of, positions)),
        lambda positions: list(map(calendar.finish_of, positions)),
    )


def _table(calendar: WorkingCalendar, begin: int, end: int, last: int, limit: int) -> tuple[Convert, Convert] | None:
    """Conversion by a flat table: cheaper than asking the calendar when there are many tasks.

    Between two instants of work that share an interval the difference of instant and position is constant. All
    intervals are whole multiples of some `grain` (an hour, usually), so a position finds its interval by division.
    None where that takes more than `limit` grains.
    """
    starts, before = calendar.intervals(begin - 1, end)
    spans = list(map(sub, before[1:], before))
    base, grain = before[0], gcd(*spans) or max(1, last - before[0] + 1)
    if (last - base) // grain > limit:
        return None
    counts = [span // grain for span in spans]
    counts.append((last - before[-1]) // grain + 1)
    shift = list(chain.from_iterable(map(repeat, map(sub, starts, before), counts)))
    before_base = base + 1

    def on_start_side(positions: list[int]) -> list[int]:
        return [w + shift[(w - base) // grain] for w in positions]

    def on_finish_side(positions: list[int]) -> list[int]:
        return [w + shift[(w - before_base) // grain] for w in positions]

    return on_start_side, on_finish_side
