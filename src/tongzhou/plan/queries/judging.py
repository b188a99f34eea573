"""Planned against actual shares of every item of a plan, and which of them deviate."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from tongzhou.engine.calendar import DAY, midnight
from tongzhou.engine.progress import Deviation, deviation
from tongzhou.plan.queries.baselines import Line
from tongzhou.plan.queries.judged import Outlook
from tongzhou.plan.queries.tally import Tally
from tongzhou.plan.queries.tree import Item
from tongzhou.projects.models import Project

Pair = tuple[int, int, int, int]
"""A planned and an actual share, as whole numbers."""
NOTHING, EVERYTHING = Fraction(0), Fraction(1)
WORKDAY = 480


def judge(made: Outlook, project: Project) -> None:
    """Fill planned and actual shares and deviations, leaves first, summaries by the same weights (§6, §7)."""
    _judge(made, _Judge(made, project), made.items)


def judge_again(made: Outlook, project: Project, before: Outlook, touched: Collection[int]) -> frozenset[int]:
    """Judge as `judge` what may have changed since `before`; return the ids of these items: `touched` and all above them.

    The tree, the day, the baseline and what the project says of deviations are the same in both.
    """
    if is_first_day(made) != is_first_day(before):
        judge(made, project)
        return frozenset(item.id for item in made.items)
    made.planned, made.actual, made.deviations = before.planned.copy(), before.actual.copy(), before.deviations.copy()
    made.total = before.total
    stirred: set[int | None] = set(touched)
    for item in reversed(made.items):
        if item.id in stirred:
            stirred.add(item.parent)
    made.tallies = {key: tally for key, tally in before.tallies.items() if key not in stirred}
    if touched:
        # An item that is the same counts in the sums of the summary above it.
        _judge(made, _Judge(made, project), [item for item in made.items if item.parent in stirred])
    return frozenset(key for key in stirred if key is not None)


def is_first_day(made: Outlook) -> bool:
    """Whether no working day of what the baseline knows is over yet: until then nothing is expected of anybody."""
    lines = (made.baseline.get(item.id) for item in made.items if item.leaf and item.state != "cancelled")
    return all(line is None or line.start >= made.as_of for line in lines)


def _judge(made: Outlook, judge: _Judge, items: list[Item]) -> None:
    below = made.tallies
    for item in reversed(items):
        line, mine = made.baseline.get(item.id), below.get(item.id)
        if item.leaf and line is not None and item.state != "cancelled":
            planned, actual = judge.planned(item, line), judge.reported(item.percent)
            weight = 0 if item.is_milestone else line.weight
            below.setdefault(item.parent, Tally()).add_leaf(weight, planned, item.percent)
        elif mine is not None:
            below.setdefault(item.parent, Tally()).add(mine)
            planned, actual = mine.shares()
        else:
            judge.leave_out(item)
            continue
        made.planned[item.id], made.actual[item.id] = planned, actual
        made.deviations[item.id] = judge.deviation(item, planned, actual)
    made.total = deviation(*below[None].shares(), threshold_points=judge.threshold) if None in below else None


class _Judge:
    """Judges planned against actual shares by the project's threshold and guard. Most tasks say one of few pairs of shares."""

    def __init__(self, made: Outlook, project: Project) -> None:
        self.made, self.guard = made, project.deviation_guard
        self.threshold, self.end = Fraction(project.deviation_threshold), midnight(made.as_of) + DAY
        self.begins = is_first_day(made)
        self._reported: dict[int, Fraction] = {}
        self._asked: dict[Pair, Deviation] = {}
        self._calm: dict[Pair, Deviation] = {}

    def leave_out(self, item: Item) -> None:
        """Judge nothing of what no baseline knows, or is cancelled; of a task there is what was reported."""
        for known in (self.made.planned, self.made.actual, self.made.deviations):
            known.pop(item.id, None)
        if item.leaf:
            self.made.actual[item.id] = self.reported(item.percent)

    def planned(self, item: Item, line: Line) -> Fraction:
        if self.begins:
            return NOTHING
        if line.finish_at <= self.end:
            return EVERYTHING
        return self.made.planned_by(item.id, self.end) if line.start_at < self.end else NOTHING

    def reported(self, percent: int) -> Fraction:
        """Return basis points as a share."""
        if percent not in self._reported:
            self._reported[percent] = Fraction(percent, 10000)
        return self._reported[percent]

    def deviation(self, item: Item, planned: Fraction, actual: Fraction) -> Deviation:
        pair = (*planned.as_integer_ratio(), *actual.as_integer_ratio())
        known = self._asked.get(pair) or self._judged(self._asked, pair, days_behind=1)
        if not known.marked or self._asks(item):
            return known
        return self._calm.get(pair) or self._judged(self._calm, pair, days_behind=0)

    def _asks(self, item: Item) -> bool:
        """The guard: a working day behind, or critical."""
        line, dates = self.made.baseline.get(item.id), self.made.dates[item.id]
        if not self.guard or dates.critical:
            return True
        return line is not None and self.made.calendars.of(item.id).between(line.finish_at, dates.finish_at) >= WORKDAY

    def _judged(self, known: dict[Pair, Deviation], pair: Pair, *, days_behind: int) -> Deviation:
        planned, actual = Fraction(*pair[:2]), Fraction(*pair[2:])
        found = known[pair] = deviation(planned, actual, threshold_points=self.threshold, days_behind=days_behind)
        return found
