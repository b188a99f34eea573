"""Planned and actual progress: shares of 0..1 as exact fractions, deviations in percentage points.

Planned progress comes from a baseline, never from a forecast; both sides use the weights of the baseline.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.network import Network
from tongzhou.engine.schedule import Schedule

DEFAULT_THRESHOLD = Fraction(10)
CLEARING_MARGIN = 2  # a mark goes at threshold - 2 points, so that it does not flicker


@dataclass(frozen=True, slots=True)
class BaselineLine:
    """A task as it was planned: instants, its weight among the leaves, the calendar that it ran on (None: the plan's)."""

    id: int
    parent: int | None
    start: int
    finish: int
    weight: int
    milestone: bool
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """An immutable copy of a plan: its lines (leaves and summaries) and the compiled calendars."""

    lines: tuple[BaselineLine, ...]
    calendars: Mapping[str, WorkingCalendar]
    calendar: str

    def calendar_of(self, line: BaselineLine) -> WorkingCalendar:
        """The calendar on which a line was planned."""
        return self.calendars[line.calendar or self.calendar]


@dataclass(frozen=True, slots=True)
class Progress:
    """Shares by task id, summaries included; None is the whole project. `added` tasks are not in the baseline and
    count on neither side."""

    planned: Mapping[int | None, Fraction]
    actual: Mapping[int | None, Fraction]
    added: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Deviation:
    """How far the actual share lies behind the planned one: `points` are percentage points, negative when ahead.

    `marked`: beyond the threshold. `asked`: cause and measure are wanted. `ahead`: early beyond the threshold.
    """

    planned: Fraction
    actual: Fraction
    points: Fraction
    marked: bool
    asked: bool
    ahead: bool = False
    threshold: Fraction = DEFAULT_THRESHOLD

    @property
    def shown(self) -> Fraction:
        """`points` as every page and paper shows them."""
        return shown_points(self.points, self.threshold)


def planned_share(cal: WorkingCalendar, start: int, finish: int, status: int) -> Fraction:
    """The share of work between `start` and `finish` that lies before `status`; without work 1 once `finish` is reached."""
    begin, end = cal.worked(start), cal.worked(finish)
    if begin >= end:
        return Fraction(finish <= status)
    return min(max(Fraction(cal.worked(status) - begin, end - begin), Fraction(0)), Fraction(1))


def roll_up(lines: Iterable[tuple[int, Fraction]]) -> Fraction:
    """Weighted mean of (weight, share); lines without weight count, evenly, only where no line has any."""
    rows = list(lines)
    total = sum(weight for weight, _ in rows)
    if total:
        return sum((weight * share for weight, share in rows), Fraction(0)) / total
    return sum((share for _, share in rows), Fraction(0)) / len(rows) if rows else Fraction(0)


def leaf_weights(
    efforts: Sequence[int | None], baseline: Sequence[int | None], durations: Sequence[int], milestones: Sequence[bool]
) -> list[int]:
    """Weights of leaves: planned effort where every leaf has it, else baseline duration, else duration; milestones 0."""
    chosen: Sequence[int | None] = durations
    for column in (efforts, baseline):
        if all(weight is not None or milestone for weight, milestone in zip(column, milestones, strict=True)):
            chosen = column
            break
    return [0 if milestone else weight or 0 for weight, milestone in zip(chosen, milestones, strict=True)]


def shown_percent(share: Fraction, complete: bool) -> int:
    """Basis points for display, rounded down; 10000 only where every leaf, milestones too, is done."""
    return 10000 if complete else min(int(share * 10000), 9999)


def shown_points(points: Fraction, threshold: Fraction | None = None) -> Fraction:
    """Percentage points rounded once, half up, to two decimals; on the side of the threshold on which they lie.

    So 10.004 is shown as 10.01 by a threshold of 10: what is marked never looks as if it were not, nor the other way round.
    """
    hundredths = floor(points * 100 + Fraction(1, 2))
    if threshold is not None:
        edge = floor(threshold * 100)
        hundredths = max(hundredths, edge + 1) if points > threshold else min(hundredths, edge)
    return Fraction(hundredths, 100)


def cut_baseline(network: Network, answer: Schedule, weights: Mapping[int, int] | None = None) -> Baseline:
    """The baseline of a scheduled network; `weights` by leaf id, else durations. Cancelled tasks are left out."""
    parents = {task.parent for task in network.tasks}
    lines = []
    for task in network.tasks:
        if task.cancelled:
            continue
        dates = answer.tasks[task.id]
        duration = task.duration or 0
        weight = 0 if task.id in parents else duration if weights is None else weights.get(task.id, 0)
        milestone = task.id not in parents and not duration
        lines.append(
            BaselineLine(task.id, task.parent, dates.early_start, dates.early_finish, weight, milestone, task.calendar)
        )
    return Baseline(tuple(lines), dict(network.calendars), network.calendar)


def progress_at(baseline: Baseline, actual: Mapping[int, Fraction], status: int) -> Progress:
    """Planned and actual shares of all tasks at an instant; `actual` has the reported share of leaves (absent: 0)."""
    parents = {line.parent for line in baseline.lines}
    leaves = [line for line in baseline.lines if line.id not in parents]
    known = {line.id for line in baseline.lines}
    planned = {line.id: planned_share(baseline.calendar_of(line), line.start, line.finish, status) for line in leaves}
    reported = {line.id: Fraction(actual.get(line.id, 0)) for line in leaves}
    return Progress(
        planned=_with_summaries(baseline, leaves, planned),
        actual=_with_summaries(baseline, leaves, reported),
        added=tuple(task for task in actual if task not in known),
    )


def _with_summaries(
    baseline: Baseline, leaves: Sequence[BaselineLine], shares: Mapping[int, Fraction]
) -> dict[int | None, Fraction]:
    """Shares of leaves, and of every summary and the project over all leaves below (never means of means)."""
    above = {line.id: line.parent for line in baseline.lines}
    below: dict[int | None, list[tuple[int, Fraction]]] = {None: []}
    for line in leaves:
        node: int | None = line.parent
        row = (line.weight, shares[line.id])
        while node is not None:
            below.setdefault(node, []).append(row)
            node = above.get(node)
        below[None].append(row)
    found: dict[int | None, Fraction] = {node: roll_up(rows) for node, rows in below.items()}
    for task, share in shares.items():
        found[task] = share
    return found


def working_days_behind(planned: Fraction, actual: Fraction, minutes: int, minutes_per_day: int = 480) -> Fraction:
    """Working days by which a task of `minutes` planned minutes lies behind (negative: ahead)."""
    return (planned - actual) * Fraction(minutes, minutes_per_day)


def deviation(
    planned: Fraction,
    actual: Fraction,
    threshold_points: Fraction = DEFAULT_THRESHOLD,
    days_behind: Fraction | int | None = None,
    critical: bool = False,
    was_marked: bool = False,
) -> Deviation:
    """Judge planned against actual, exactly: marked above the threshold, and until threshold - 2 once marked.

    The guard (at least one working day behind, or critical) decides only whether cause and measure are asked;
    `days_behind` None switches it off.

    :raises ValueError: for a threshold outside 0.5..50 points.
    """
    threshold = Fraction(threshold_points)
    if not Fraction(1, 2) <= threshold <= 50:
        raise ValueError(f"threshold outside 0.5..50 points: {threshold_points}")
    points = (planned - actual) * 100
    marked = points > threshold or (was_marked and points > threshold - CLEARING_MARGIN)
    asked = marked and (days_behind is None or days_behind >= 1 or critical)
    return Deviation(planned, actual, points, marked, asked, ahead=points < -threshold, threshold=threshold)
