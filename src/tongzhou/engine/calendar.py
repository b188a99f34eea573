"""Working time: calendars compiled to prefix sums of working minutes.

An instant is an integer: minutes of local time, `date.toordinal() * 1440 + minute of the day`.
A *work position* w(c, t) is the number of working minutes of calendar c before t, counted from a fixed
origin; two instants are the same moment of work on c when their positions are equal.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

DAY = 1440
WEEK = 7 * DAY
LAST_INSTANT = (date.max.toordinal() + 1) * DAY  # 24:00 of the last day of year 9999
_MONDAY = DAY  # date.toordinal() is 1 on 0001-01-01, a Monday

STANDARD_WEEK: Mapping[int, Sequence[tuple[int, int]]] = {day: ((540, 720), (780, 1080)) for day in range(5)}


class CalendarEmpty(Exception):
    """A calendar has no working time within ten years of where some is needed."""

    def __init__(self, calendar: str = "") -> None:
        super().__init__(f"calendar_empty: {calendar}" if calendar else "calendar_empty")
        self.calendar = calendar


def instant(moment: datetime) -> int:
    """The instant of a naive local datetime; seconds are dropped."""
    return moment.toordinal() * DAY + moment.hour * 60 + moment.minute


def moment(instant: int) -> datetime:
    """The naive local datetime of an instant.

    :raises ValueError: outside the years 1 to 9999.
    """
    day, minute = divmod(instant, DAY)
    return datetime.combine(date.fromordinal(day), time(minute // 60, minute % 60))


def day_of(instant: int) -> date:
    """The calendar day that contains an instant (midnight belongs to the day that begins)."""
    return date.fromordinal(instant // DAY)


def midnight(day: date) -> int:
    """The instant at which a day begins."""
    return day.toordinal() * DAY


@dataclass(frozen=True, slots=True)
class CalendarException:
    """Other hours on every day from `first` to `last` (both included); no intervals: days off."""

    first: date
    last: date
    intervals: tuple[tuple[int, int], ...]


class _Pattern(NamedTuple):
    """Working time that repeats: a week, or one day for a run of exceptional days."""

    period: int
    starts: list[int]
    before: list[int]  # working minutes of the period before each start
    total: int

    def worked(self, minute: int) -> int:
        """Working minutes of the endless pattern between its origin and `minute`."""
        periods, rest = divmod(minute, self.period)
        at = bisect_right(self.starts, rest) - 1
        done = periods * self.total
        if at < 0:
            return done
        room = (self.before[at + 1] if at + 1 < len(self.before) else self.total) - self.before[at]
        return done + self.before[at] + min(rest - self.starts[at], room)

    def start_of(self, work: int) -> int:
        """The latest minute before which exactly `work` minutes lie."""
        periods, rest = divmod(work, self.total)
        at = bisect_right(self.before, rest) - 1
        return periods * self.period + self.starts[at] + rest - self.before[at]

    def finish_of(self, work: int) -> int:
        """The earliest minute before which exactly `work` minutes lie."""
        periods, rest = divmod(work - 1, self.total)
        at = bisect_right(self.before, rest) - 1
        return periods * self.period + self.starts[at] + rest + 1 - self.before[at]


class WorkingCalendar:
    """Working hours as a weekly pattern with dated exceptions, for every year; immutable.

    `week` maps a weekday (0 = Monday) to its intervals [a, b) in minutes of the day (b may be 1440); days
    left out are days off. Of two exceptions for one date the later in the list wins. With `other_week` the weeks
    alternate: `week` holds in the week of `anchor`, `other_week` in the next, both ways for ever.
    """

    __slots__ = (
        "__weakref__",
        "_base",
        "_before",
        "_origin",
        "_patterns",
        "_starts",
        "anchor",
        "exceptions",
        "other_week",
        "week",
    )

    def __init__(
        self,
        week: Mapping[int, Sequence[tuple[int, int]]],
        exceptions: Iterable[CalendarException] = (),
        other_week: Mapping[int, Sequence[tuple[int, int]]] | None = None,
        anchor: date | None = None,
    ) -> None:
        """Compile the calendar.

        :raises ValueError: for an interval outside 0..1440 or without length, or an exception that ends before it starts.
        """
        self.week = _normal(week)
        self.other_week = None if other_week is None else _normal(other_week)
        self.anchor = anchor
        self.exceptions = tuple(exceptions)
        weeks = [self.week] if self.other_week is None else [self.week, self.other_week]
        hours = [(at * WEEK + day * DAY, found) for at, days in enumerate(weeks) for day, found in days.items()]
        weekly = _pattern(WEEK * len(weeks), [(begin + a, begin + b) for begin, found in hours for a, b in found])
        origin = _MONDAY if anchor is None else midnight(anchor) - anchor.weekday() * DAY
        self._starts: list[int] = [-(1 << 62)]
        self._patterns = [weekly]
        self._origin = [origin]
        for first, end, intervals in _runs(self.exceptions):
            self._append(first * DAY, _pattern(DAY, intervals), first * DAY)
            self._append(end * DAY, weekly, origin)
        self._base = [0]
        self._before = [-(1 << 62)]
        for k in range(1, len(self._starts)):
            begins = self._starts[k]
            position = self._base[k - 1] + self._patterns[k - 1].worked(begins - self._origin[k - 1])
            self._before.append(position)
            self._base.append(position - self._patterns[k].worked(begins - self._origin[k]))

    def _append(self, start: int, pattern: _Pattern, origin: int) -> None:
        if self._starts[-1] == start:
            for column in (self._starts, self._patterns, self._origin):
                column.pop()
        self._starts.append(start)
        self._patterns.append(pattern)
        self._origin.append(origin)

    def worked(self, t: int) -> int:
        """w(c, t): working minutes before instant `t`, from a fixed origin (negative before it)."""
        k = bisect_right(self._starts, t) - 1
        return self._base[k] + self._patterns[k].worked(t - self._origin[k])

    def start_of(self, w: int) -> int:
        """The latest instant with work position `w`: where work that begins there begins.

        :raises CalendarEmpty: if no working time follows.
        """
        k = bisect_right(self._before, w) - 1
        if not self._patterns[k].total:
            raise CalendarEmpty
        return self._origin[k] + self._patterns[k].start_of(w - self._base[k])

    def finish_of(self, w: int) -> int:
        """The earliest instant with work position `w`: where work that ends there ends.

        :raises CalendarEmpty: if no working time lies before.
        """
        k = bisect_left(self._before, w) - 1
        if not self._patterns[k].total:
            raise CalendarEmpty
        return self._origin[k] + self._patterns[k].finish_of(w - self._base[k])

    def add(self, t: int, minutes: int) -> int:
        """`t` moved by working minutes: forward to a finish, backward to a start, by 0 not at all."""
        if not minutes:
            return t
        if minutes > 0:
            return self.finish_of(self.worked(t) + minutes)
        return self.start_of(self.worked(t) + minutes)

    def between(self, a: int, b: int) -> int:
        """Working minutes from instant `a` to instant `b` (negative when b is earlier)."""
        return self.worked(b) - self.worked(a)

    def is_working_day(self, day: date) -> bool:
        """Whether the day has any working time."""
        begins = midnight(day)
        return self.between(begins, begins + DAY) > 0

    def working_days(self, first: date, last: date) -> int:
        """How many days from `first` to `last`, both included, have working time."""
        begin, end = midnight(first), midnight(last) + DAY
        count = 0
        k = bisect_right(self._starts, begin) - 1
        while begin < end:
            until = min(end, self._starts[k + 1]) if k + 1 < len(self._starts) else end
            count += self._pattern_days(k, begin, until)
            begin = until
            k += 1
        return count

    def _pattern_days(self, k: int, begin: int, until: int) -> int:
        pattern, days = self._patterns[k], (until - begin) // DAY
        if pattern.period == DAY:
            return days if pattern.total else 0
        worked = [bool(hours) for week in (self.week, self.other_week) if week is not None for hours in week.values()]
        periods, rest = divmod(days, len(worked))
        first = (begin - self._origin[k]) // DAY
        return periods * sum(worked) + sum(worked[day % len(worked)] for day in range(first, first + rest))

    def intervals(self, begin: int, end: int) -> tuple[list[int], list[int]]:
        """Working intervals that touch [begin, end): their starts and the work position of each start.

        Flat lists for a caller that converts many positions by bisection.
        """
        starts: list[int] = []
        before: list[int] = []
        k = bisect_right(self._starts, begin) - 1
        while k < len(self._starts) and self._starts[k] < end:
            pattern, origin = self._patterns[k], self._origin[k]
            low = max(begin, self._starts[k])
            high = min(end, self._starts[k + 1]) if k + 1 < len(self._starts) else end
            if pattern.total:
                first = (low - origin) // pattern.period
                last = (high - 1 - origin) // pattern.period
                for period in range(first, last + 1):
                    at, done = origin + period * pattern.period, self._base[k] + period * pattern.total
                    if at >= self._starts[k] and at + pattern.period <= high:
                        starts += [at + start for start in pattern.starts]
                        before += [done + work for work in pattern.before]
                        continue
                    for start, work in zip(pattern.starts, pattern.before, strict=True):
                        if at + start >= self._starts[k] and at + start < high:
                            starts.append(at + start)
                            before.append(done + work)
            k += 1
        return starts, before


def _normal(week: Mapping[int, Sequence[tuple[int, int]]]) -> dict[int, tuple[tuple[int, int], ...]]:
    return {day: _merged(week.get(day, ())) for day in range(7)}


def _merged(intervals: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for a, b in sorted(intervals):
        if not 0 <= a < b <= DAY:
            raise ValueError(f"no working interval: {a}..{b}")
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return tuple(merged)


def _pattern(period: int, intervals: Sequence[tuple[int, int]]) -> _Pattern:
    before, total = [], 0
    for a, b in intervals:
        before.append(total)
        total += b - a
    return _Pattern(period, [a for a, _ in intervals], before, total)


def _runs(exceptions: Sequence[CalendarException]) -> list[tuple[int, int, tuple[tuple[int, int], ...]]]:
    """Disjoint runs of exceptional days in order: (first ordinal, ordinal after the last, intervals)."""
    edges: set[int] = set()
    for exception in exceptions:
        if exception.last < exception.first:
            raise ValueError(f"exception ends before it starts: {exception.first}..{exception.last}")
        edges |= {exception.first.toordinal(), exception.last.toordinal() + 1}
    cuts = sorted(edges)
    position = {edge: at for at, edge in enumerate(cuts)}
    hours: list[tuple[tuple[int, int], ...] | None] = [None] * len(cuts)
    for exception in exceptions:
        merged = _merged(exception.intervals)
        for at in range(position[exception.first.toordinal()], position[exception.last.toordinal() + 1]):
            hours[at] = merged
    return [(cuts[at], cuts[at + 1], found) for at, found in enumerate(hours) if found is not None]
