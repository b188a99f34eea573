"""What lists say of a plan on any day, computed once a change: the planned curve, and from which day on a light shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from tongzhou.engine.calendar import DAY, CalendarEmpty, WorkingCalendar, day_of, midnight
from tongzhou.engine.progress import planned_share, roll_up
from tongzhou.plan.queries.outlook import Line
from tongzhou.plan.queries.tree import Item
from tongzhou.projects.models import Project

# Ten years day by day; the curve of a longer plan has a point every few days.
MOST_POINTS = 3660
# What the sums of the curve, as floating point numbers, may be off by.
NOISE = 1e-6
OVER = ("done", "cancelled")


@dataclass(frozen=True)
class Judged:
    """A leaf that the baseline knows: its weight, the work positions of its start and finish, and its actual share."""

    weight: int
    line: Line
    begin: int
    end: int
    actual: Fraction

    def planned(self, calendar: WorkingCalendar, day: date) -> Fraction:
        return planned_share(calendar, self.line.start_at, self.line.finish_at, midnight(day) + DAY)


@dataclass(frozen=True)
class Curve:
    """The planned share at the end of every `step`-th day from `first` on, as floating point numbers."""

    first: date
    step: int
    shares: list[float]

    def day(self, place: int) -> date:
        return self.first + timedelta(days=place * self.step)

    def stored(self) -> list[int]:
        """Return the step, then the shares in basis points."""
        return [self.step, *(floor(share * 10000 + 0.5 + NOISE) for share in self.shares)]


def figures_of(
    project: Project,
    items: Sequence[Item],
    baseline: Mapping[int, Line],
    finishes: Mapping[int, date],
    calendar: WorkingCalendar,
) -> dict[str, Any]:
    """Return the fields of a ProjectSummary. `finishes`: the strict schedule's finish of each item.

    The light is the one that the outlook gives on each day on which nobody reports: a summary is marked only where a task
    below it is, so the first task to be marked or late decides.
    """
    leaves = [item for item in items if item.leaf]
    counted = [item for item in leaves if item.state != "cancelled"]
    judged = _weighed([_judged(item, baseline[item.id], calendar) for item in counted if item.id in baseline])
    actual = roll_up((one.weight, one.actual) for one in judged)
    if not judged:
        actual = roll_up((item.duration, Fraction(item.percent, 10000)) for item in counted)
    threshold = Fraction(project.deviation_threshold) / 100
    watch = [_marked_from(one, one.actual + threshold, calendar) for one in judged]
    watch += [_late_from(item, baseline, finishes) for item in leaves if item.state not in OVER]
    curve = _curve(judged, calendar) if judged else None
    return {
        "state": _state(leaves),
        "tasks": len(leaves),
        "open_tasks": sum(item.state not in OVER for item in leaves),
        "actual": floor(actual * 10000),
        "curve_from": curve.first if curve else None,
        "curve": curve.stored() if curve else [],
        "watch_from": min((day for day in watch if day is not None), default=None),
        "alarm_from": _alarm_from(judged, actual + threshold, curve, calendar) if curve else None,
        "finish": max(finishes.values(), default=None),
    }


def _judged(item: Item, line: Line, calendar: WorkingCalendar) -> Judged:
    begin, end = calendar.worked(line.start_at), calendar.worked(line.finish_at)
    return Judged(0 if item.is_milestone else line.weight, line, begin, end, Fraction(item.percent, 10000))


def _weighed(judged: list[Judged]) -> list[Judged]:
    """Let lines without weight count, evenly, where no line has any."""
    if any(one.weight for one in judged):
        return judged
    return [Judged(1, one.line, one.begin, one.end, one.actual) for one in judged]


def _state(leaves: Sequence[Item]) -> str:
    if all(item.state == "todo" for item in leaves):
        return "todo"
    return "done" if all(item.state in OVER for item in leaves) else "doing"


def _late_from(item: Item, baseline: Mapping[int, Line], finishes: Mapping[int, date]) -> date | None:
    line = baseline.get(item.id)
    return (line.finish if line else (item.typed_finish or finishes[item.id])) + timedelta(days=1)


def _marked_from(one: Judged, limit: Fraction, calendar: WorkingCalendar) -> date | None:
    """Return the first day at whose end more than `limit` of a task is planned; None if that never comes."""
    if limit >= 1:
        return None
    if one.begin >= one.end:
        return day_of(one.line.finish_at - 1)
    position = floor(one.begin + limit * (one.end - one.begin)) + 1
    try:
        return day_of(calendar.finish_of(position) - 1)
    except CalendarEmpty:
        return None


def _curve(judged: Sequence[Judged], calendar: WorkingCalendar) -> Curve:
    """Return the planned share of the whole, swept once: a task adds a slope at its start and takes it back at its finish."""
    first, last = min(one.line.start for one in judged), max(one.line.finish for one in judged)
    step = 1 + (last - first).days // MOST_POINTS
    total, origin = sum(one.weight for one in judged), calendar.worked(midnight(first))
    turns = sorted(turn for one in judged for turn in _turns(one, origin))
    slope = height = 0.0
    shares, place = [], 0
    for number in range((last - first).days // step + 2):
        end = midnight(first + timedelta(days=number * step)) + DAY
        worked = calendar.worked(end) - origin
        # A task without work counts from the instant of its finish, which may lie in time off.
        while place < len(turns) and turns[place][0] <= worked and (turns[place][0] < worked or turns[place][1] <= end):
            _position, _instant, turned, raised = turns[place]
            slope, height, place = slope + turned, height + raised, place + 1
        shares.append(min(max((slope * worked + height) / total, 0.0), 1.0))
    return Curve(first, step, shares)


def _turns(one: Judged, origin: int) -> list[tuple[int, int, float, float]]:
    """Return where the curve of one task bends: work position, instant, change of slope, change of height."""
    begin, end, weight = one.begin - origin, one.end - origin, one.weight
    if begin >= end:
        return [(end, one.line.finish_at, 0.0, float(weight))]
    slope = weight / (end - begin)
    return [(begin, one.line.start_at, slope, -slope * begin), (end, one.line.finish_at, -slope, slope * begin + weight)]


def _alarm_from(judged: Sequence[Judged], limit: Fraction, curve: Curve, calendar: WorkingCalendar) -> date | None:
    """Return the first day at whose end more than `limit` of the whole is planned; None if that never comes."""
    near = (place for place, share in enumerate(curve.shares) if share > limit - NOISE)
    place = next(near, None)
    if limit >= 1 or place is None:
        return None
    day = curve.day(place) - timedelta(days=curve.step - 1)
    while day <= curve.day(len(curve.shares) - 1):
        if roll_up((one.weight, one.planned(calendar, day)) for one in judged) > limit:
            return day
        day += timedelta(days=1)
    return None
