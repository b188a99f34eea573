"""What lists say of a plan on any day, computed once a change: the planned curve, and from which day on a light shows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from tongzhou.engine.calendar import DAY, CalendarEmpty, WorkingCalendar, day_of, midnight
from tongzhou.plan.queries.baselines import Line, current_baseline
from tongzhou.plan.queries.calendars import PlanCalendars, calendars_of
from tongzhou.plan.queries.tree import Item, items_of
from tongzhou.projects.models import Project, ProjectSummary

# Ten years day by day; the curve of a longer plan has a point every few days.
MOST_POINTS = 3660
# Slopes of the curve are whole numbers of 1 / 2**BITS, so that what a task adds is taken back to the last bit.
BITS = 80
Turn = tuple[int, int, int, int]
OVER = ("done", "cancelled")
FULL = 10_000
FINE = ProjectSummary.FINE
KEPT_WATCHES = 40


@dataclass(frozen=True)
class Judged:
    """A leaf that the baseline knows, on the calendar with which it was planned: the work positions of its start and finish."""

    weight: int
    line: Line
    calendar: WorkingCalendar
    begin: int
    end: int
    percent: int
    """Basis points."""


@dataclass(frozen=True)
class Curve:
    """The planned share at the end of every `step`-th day from `first` on, in units of 1/FINE, rounded."""

    first: date
    step: int
    shares: list[int]

    def day(self, place: int) -> date:
        return self.first + timedelta(days=place * self.step)

    def stored(self) -> list[int]:
        """Return the step, then the shares."""
        return [self.step, *self.shares]


def summary_of(project: Project, items: Sequence[Item] | None = None) -> dict[str, Any] | None:
    """Return the fields of the ProjectSummary that belongs to what is stored; None for a plan without items. 2–7 queries.

    :param items: the rows as they are stored now, where the caller has them; they are read anew for a day in the past.
    """
    if items is None or project.status_date is not None:
        items = items_of(project, project.status_date)
    if not items:
        return None
    finishes = {item.id: item.finish for item in items if item.finish is not None}
    cut = current_baseline(project)
    # Planned is what lay before a day on the calendars with which it was planned.
    used = (cut.calendars or calendars_of(project, list(items))) if cut.lines else None
    figures = figures_of(project, items, cut.lines, finishes, used)
    return figures | {"start": min((item.start for item in items if item.start is not None), default=None)}


def figures_of(
    project: Project,
    items: Sequence[Item],
    baseline: Mapping[int, Line],
    finishes: Mapping[int, date],
    calendars: PlanCalendars | None,
) -> dict[str, Any]:
    """Return the fields of a ProjectSummary. `finishes`: the strict schedule's, by item; `calendars`: the baseline's.

    The light is the one that the outlook gives on each day on which nobody reports: a summary is marked only where a task
    below it is, so the first task to be marked or late decides.
    """
    leaves = [item for item in items if item.leaf]
    counted = [item for item in leaves if item.state != "cancelled"]
    known = [item for item in counted if item.id in baseline] if calendars else []
    judged = [
        judged_of(item.is_milestone, item.percent, baseline[item.id], calendars.of(item.id)) for item in known if calendars
    ]
    # Without any weight each counts the same, which a single report cannot know: below zero no report steps the sums.
    sign = 1 if any(one.weight for one in judged) else -1
    judged = _weighed(judged)
    work, worked = sign * sum(one.weight for one in judged), sign * sum(one.weight * one.percent for one in judged)
    actual = _rolled([(one.weight, one.percent) for one in judged] or [(item.duration, item.percent) for item in counted])
    threshold = Fraction(project.deviation_threshold) / 100
    limits = {percent: Fraction(percent, FULL) + threshold for percent in {one.percent for one in judged}}
    marked = {item.id: marked_from(one, limits[one.percent]) for item, one in zip(known, judged, strict=True)}
    late = {
        item.id: late_from(baseline.get(item.id), item.typed_finish or finishes[item.id])
        for item in leaves
        if item.state not in OVER
    }
    curve = _curve(judged) if judged else None
    marked = {key: after_first(curve.first, day) for key, day in marked.items() if curve}
    watch = first_watched({item.id: earliest(marked.get(item.id), late.get(item.id)) for item in leaves})
    return {
        "state": _state(leaves),
        "tasks": len(leaves),
        "open_tasks": sum(item.state not in OVER for item in leaves),
        "todo_tasks": sum(item.state == "todo" for item in leaves),
        "work": work,
        "worked": worked,
        "actual": floor(actual * FULL),
        "curve_from": curve.first if curve else None,
        "curve": curve.stored() if curve else [],
        "watch_from": watched_from(watch),
        "watch_next": watch,
        "alarm_from": _alarm_from(judged, actual + threshold, curve) if curve else None,
        "finish": max(finishes.values(), default=None),
    }


def earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def first_watched(days: Mapping[int, date | None]) -> list[Any]:
    """Return what a summary keeps of the days from which on tasks show 关注: see ProjectSummary.watch_next."""
    found = sorted([day.isoformat(), item] for item, day in days.items() if day is not None)
    rest = found[KEPT_WATCHES][0] if len(found) > KEPT_WATCHES else None
    return [rest, *found[:KEPT_WATCHES]]


def watched_from(watch: Sequence[Any]) -> date | None:
    """Return the first day on which any task shows 关注, out of what first_watched gives."""
    return date.fromisoformat(watch[1][0]) if len(watch) > 1 else None


def judged_of(is_milestone: bool, percent: int, line: Line, calendar: WorkingCalendar) -> Judged:
    """Return a leaf as the baseline judges it."""
    begin, end = calendar.worked(line.start_at), calendar.worked(line.finish_at)
    return Judged(0 if is_milestone else line.weight, line, calendar, begin, end, percent)


def _weighed(judged: list[Judged]) -> list[Judged]:
    """Let lines without weight count, evenly, where no line has any."""
    if any(one.weight for one in judged):
        return judged
    return [Judged(1, one.line, one.calendar, one.begin, one.end, one.percent) for one in judged]


def _state(leaves: Sequence[Item]) -> str:
    if all(item.state == "todo" for item in leaves):
        return "todo"
    return "done" if all(item.state in OVER for item in leaves) else "doing"


def late_from(line: Line | None, due: date | None) -> date | None:
    """Return the day from which on an open leaf is late; `due`: by when it is to be done where no baseline says so."""
    end = line.finish if line else due
    return end + timedelta(days=1) if end else None


def after_first(first: date, day: date | None) -> date | None:
    """Return a day from which something is marked; never the plan's first one, on which nothing is expected yet."""
    return max(day, first + timedelta(days=1)) if day else None


def marked_from(one: Judged, limit: Fraction) -> date | None:
    """Return the first day at whose end more than `limit` of a task is planned; None if that never comes."""
    if limit >= 1:
        return None
    if one.begin >= one.end:
        return day_of(one.line.finish_at - 1)
    position = floor(one.begin + limit * (one.end - one.begin)) + 1
    try:
        return day_of(one.calendar.finish_of(position) - 1)
    except CalendarEmpty:
        return None


def _curve(judged: Sequence[Judged]) -> Curve:
    """Return the planned share of the whole, swept once for each calendar."""
    first, last = min(one.line.start for one in judged), max(one.line.finish for one in judged)
    step = 1 + (last - first).days // MOST_POINTS
    ends = [midnight(first + timedelta(days=place * step)) + DAY for place in range((last - first).days // step + 2)]
    by_calendar: dict[int, list[Judged]] = {}
    for one in judged:
        by_calendar.setdefault(id(one.calendar), []).append(one)
    sums = [0] * len(ends)
    for group in by_calendar.values():
        _sweep(group, ends, sums)
    total = sum(one.weight for one in judged) << BITS
    shares = [min(max((2 * found * FINE + total) // (2 * total), 0), FINE) for found in sums]
    # Before the first day is over nothing is expected: judging.is_first_day.
    return Curve(first, step, [0, *shares[1:]])


def _sweep(group: Sequence[Judged], ends: Sequence[int], sums: list[int]) -> None:
    """Add to `sums` what of a group is planned before each of `ends`: a task adds a slope at its start and takes it back at
    its finish."""
    calendar = group[0].calendar
    begins = min(one.line.start_at for one in group)
    origin = calendar.worked(begins)
    turns = sorted(turn for one in group for turn in _turns(one, origin))
    slope = height = 0
    turned_at = 0
    for place in range(bisect_right(ends, begins), len(ends)):
        if turned_at == len(turns):
            # Nothing is left to come.
            slope, height = 0, sum(one.weight for one in group) << BITS
        worked = calendar.worked(ends[place]) - origin if slope or turned_at < len(turns) else 0
        # A task without work counts from the instant of its finish, which may lie in time off.
        while turned_at < len(turns) and _is_past(turns[turned_at], worked, ends[place]):
            slope, height, turned_at = slope + turns[turned_at][2], height + turns[turned_at][3], turned_at + 1
        sums[place] += slope * worked + height


def _is_past(turn: Turn, worked: int, end: int) -> bool:
    return turn[0] < worked or (turn[0] == worked and turn[1] <= end)


def _turns(one: Judged, origin: int) -> list[Turn]:
    """Return where the curve of one task bends: work position, instant, change of slope, change of height."""
    begin, end, weight = one.begin - origin, one.end - origin, one.weight
    if begin >= end:
        return [(end, one.line.finish_at, 0, weight << BITS)]
    slope = (weight << BITS) // (end - begin)
    return [
        (begin, one.line.start_at, slope, -slope * begin),
        (end, one.line.finish_at, -slope, slope * begin + (weight << BITS)),
    ]


def _rolled(lines: Sequence[tuple[int, int]]) -> Fraction:
    """Return the weighted mean of (weight, basis points) as a share; evenly where nothing has a weight."""
    total = sum(weight for weight, _percent in lines)
    if total:
        return Fraction(sum(weight * percent for weight, percent in lines), total * FULL)
    return Fraction(sum(percent for _weight, percent in lines), len(lines) * FULL) if lines else Fraction(0)


def _planned(judged: Sequence[Judged], day: date) -> Fraction:
    """Return the planned share of the whole at the end of a day, exactly: whole numbers for each length of a task."""
    end = midnight(day) + DAY
    worked = {calendar: calendar.worked(end) for calendar in {one.calendar for one in judged}}
    over, part = 0, dict[int, int]()
    for one in judged:
        at = worked[one.calendar]
        if one.begin >= one.end:
            over += one.weight * (one.line.finish_at <= end)
        elif at >= one.end:
            over += one.weight
        elif at > one.begin:
            part[one.end - one.begin] = part.get(one.end - one.begin, 0) + one.weight * (at - one.begin)
    share = over + sum(Fraction(done, length) for length, done in part.items())
    return Fraction(share) / sum(one.weight for one in judged)


def _alarm_from(judged: Sequence[Judged], limit: Fraction, curve: Curve) -> date | None:
    """Return the first day at whose end more than `limit` of the whole is planned; None if that never comes."""
    near = (place for place, share in enumerate(curve.shares) if share > limit * FINE - 1)
    place = next(near, None)
    if limit >= 1 or place is None:
        return None
    day = curve.day(place) - timedelta(days=curve.step - 1)
    while day <= curve.day(len(curve.shares) - 1):
        if _planned(judged, day) > limit:
            return day
        day += timedelta(days=1)
    return None
