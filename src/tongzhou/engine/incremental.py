"""One change in a scheduled plan, without scheduling the rest anew.

Early starts are moved on from the changed task, in topological order, for as long as anything moves (longest.py). Of the late
side only the *tail* of each task is kept, the work from its start to the end of the longest chain behind it: a late start is
the plan's end less the tail, so that an end that moves costs nothing. What a plan of the plainest kind does not have
(summaries, progress, several calendars, clock lags, constraints other than "no earlier than", deadlines) is scheduled as a
whole at every change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import compress
from operator import add

from tongzhou.engine.answer import TaskDates
from tongzhou.engine.cycles import CycleFound, find_cycles
from tongzhou.engine.graph import Arc, Graph, compile_network, lag_minutes, minutes_between
from tongzhou.engine.longest import BLOCK, Longest
from tongzhou.engine.network import Network
from tongzhou.engine.passes import backward_order
from tongzhou.engine.schedule import Schedule, schedule


class Replan:
    """A schedule that follows changes of single tasks; answers what `schedule` would answer for the changed network."""

    def __init__(self, network: Network, block: int = BLOCK) -> None:
        """Schedule a network; it is copied. Nodes are followed in blocks of `block` (see longest.py).

        :raises CycleFound, NetworkInvalid, CalendarEmpty: as `schedule`.
        """
        self.network = replace(network, tasks=[replace(task) for task in network.tasks])
        self._block = block
        self._at = {task.id: at for at, task in enumerate(self.network.tasks)}
        self._whole: Schedule | None = None
        self._compile()

    @property
    def finish(self) -> int:
        """The instant at which the plan ends."""
        if self._whole is not None:
            return self._whole.finish
        if not self._ids:
            return self.network.start
        last = self._last
        late = any(self._early.values[at] == last for at in self._sides)
        return self._calendar.start_of(last) if late else self._calendar.finish_of(last)

    def set_duration(self, task: int, minutes: int) -> set[int]:
        """Give a task another duration in working minutes; return the ids of the tasks whose early dates moved.

        :raises KeyError: for a task that is not there.
        """
        row = self.network.tasks[self._at[task]]
        before, row.duration = row.duration, minutes
        if self._whole is not None or not before or not minutes:
            return self._anew()
        at, end = self._place[task], len(self._ids) - 1
        self._durations[at] = self._tails.own[end - at] = minutes
        targets = [end - arc[0] for arc in self._tails.arcs(end - at)]
        sources = [arc[0] for arc in self._early.arcs(at)]
        for arc in (*self._early.arcs(at), *self._tails.arcs(end - at)):
            between = self._between(arc[2])
            self._early.measure(arc[2], between)
            self._tails.measure(arc[2], between)
        self._tails.follow([end - node for node in (at, *sources)])
        return self._forward([at, *targets]) | {task}

    def set_start(self, task: int, moment: int | None) -> set[int]:
        """Let a task start no earlier than an instant, or as early as it can; return the ids of those that moved."""
        row = self.network.tasks[self._at[task]]
        row.constraint, row.date = ("ASAP", None) if moment is None else ("SNET", moment)
        if self._whole is not None or not row.duration:
            return self._anew()
        place = self._place[task]
        self._early.own[place] = self._floor if moment is None else max(self._floor, self._calendar.worked(moment))
        return self._forward([place])

    def dates(self, task: int) -> TaskDates:
        """Return the dates of one task as the whole schedule has them."""
        if self._whole is not None:
            return self._whole.tasks[task]
        at, end, early = self._place[task], len(self._ids) - 1, self._early.values
        starts_at, span, calendar = early[at], self._durations[at], self._calendar
        late = self._end() - self._tails.values[end - at]
        starts, finishes = calendar.start_of(starts_at), calendar.finish_of(starts_at + span)
        late_starts, late_finishes = calendar.start_of(late), calendar.finish_of(late + span)
        if not span:
            if at in self._sides:
                finishes, late_finishes = starts, late_starts if late == starts_at else late_finishes
            starts, late_starts = finishes, late_finishes
        slack, driver = late - starts_at, self._driver(at)
        gaps = [early[end - target] - minutes - starts_at for target, minutes, _number in self._tails.arcs(end - at)]
        room = max(min(gaps), 0) if gaps else slack
        link = None if driver is None else self.network.links[driver[2]]
        critical = slack <= self.network.critical_slack
        return TaskDates(starts, finishes, late_starts, late_finishes, slack, room, critical, link)

    def _anew(self) -> set[int]:
        before = {task.id: self.dates(task.id) for task in self.network.tasks}
        self._compile()
        after = {key: self.dates(key) for key in before}
        return {key for key in before if _early_dates(before[key]) != _early_dates(after[key])}

    def _compile(self) -> None:
        graph = compile_network(self.network)
        if not _is_plain(graph):
            self._whole = schedule(self.network)
            return
        order = backward_order(graph)
        if len(order) < len(graph.durations):
            raise CycleFound(find_cycles(graph, order))
        self._whole = None
        self._calendar, self._floor = graph.calendars[0], graph.floor[0]
        self._number(graph, order[::-1])
        self._sides: set[int] = set()
        self._choose_sides(range(len(order)))
        self._ends: list[int] = [self._latest(*span) for span in self._early.spans]

    def _number(self, graph: Graph, order: list[int]) -> None:
        """Number the tasks by their place in a topological order; tails are measured from the other end."""
        place = {at: number for number, at in enumerate(order)}
        tasks, end = self.network.tasks, len(order) - 1
        self._ids = [tasks[at].id for at in order]
        self._place = {key: number for number, key in enumerate(self._ids)}
        self._durations = [graph.durations[at] for at in order]
        least = [self._floor] * len(order)
        for at in graph.limited:
            least[place[at]] = max(self._floor, self._calendar.worked(tasks[at].date or 0))
        before = [[(place[arc[0]], arc[1], arc[2]) for arc in graph.preds[at]] for at in order]
        after: list[list[Arc]] = [[] for _ in order]
        for at, arcs in enumerate(before):
            for source, minutes, number in arcs:
                after[end - source].append((end - at, minutes, number))
        self._early, self._tails = Longest(least, before, self._block), Longest(self._durations[::-1], after, self._block)

    def _end(self) -> int:
        imposed = self.network.imposed_finish
        return self._last if imposed is None else self._calendar.worked(imposed)

    @property
    def _last(self) -> int:
        """The position at which the plan ends."""
        return max(self._ends, default=self._floor)

    def _latest(self, low: int, high: int) -> int:
        ends: Iterable[int] = map(add, self._early.values[low:high], self._durations[low:high])
        return max(ends)

    def _between(self, number: int) -> int:
        link = self.network.links[number]
        source, target = self._place[link.predecessor], self._place[link.successor]
        lag = lag_minutes(link.lag, self._durations[source])[0]
        return minutes_between(link.kind, self._durations[source], self._durations[target]) + lag

    def _driver(self, at: int) -> Arc | None:
        """The first arc that decides where a task starts."""
        early = self._early.values
        return next((arc for arc in self._early.arcs(at) if early[arc[0]] + arc[1] == early[at]), None)

    def _forward(self, begin: list[int]) -> set[int]:
        """Move all that a change of the nodes of `begin` moves; return the ids."""
        moves, ids = self._early.follow(begin), self._ids
        moved = {ids[at] for at in moves.nodes}
        settled = set(moves.settled)
        for block, shift in moves.shifts.items():
            low, high = self._early.spans[block]
            followers = self._early.followers(block)
            if block in settled or shift is None or 0 in followers:
                self._ends[block] = self._latest(low, high)
            else:
                self._ends[block] += shift
            if block not in settled:
                moved.update(compress(ids[low:high], followers))
        nodes = [at for block in moves.settled for at in range(*self._early.spans[block])]
        return moved | {ids[at] for at in self._choose_sides(nodes)}

    def _choose_sides(self, begin: Iterable[int]) -> list[int]:
        """Put milestones among the nodes of `begin` on their side of a gap, and those behind them; return which changed."""
        durations, waiting, end = self._durations, bytearray(len(self._durations)), len(self._durations) - 1
        for at in begin:
            if not durations[at]:
                waiting[at] = 1
        changed = []
        at = waiting.find(1)
        while at >= 0:
            if self._is_on_start_side(at) != (at in self._sides):
                self._sides ^= {at}
                changed.append(at)
                for arc in self._tails.arcs(end - at):
                    waiting[end - arc[0]] = not durations[end - arc[0]]
            at = waiting.find(1, at + 1)
        return changed

    def _is_on_start_side(self, at: int) -> bool:
        """Whether a bound that decides lies on the start side: none, after a start, or before a finish by a lead."""
        early, position, held = self._early.values, self._early.values[at], True
        for source, minutes, number in self._early.arcs(at):
            if early[source] + minutes != position:
                continue
            held = False
            from_start = self.network.links[number].kind[0] == "S"
            lag = minutes - (0 if from_start else self._durations[source])
            if lag < 0 or (not lag and (source in self._sides if not self._durations[source] else from_start)):
                return True
        return held


def _is_plain(graph: Graph) -> bool:
    """Whether a plan has nothing but tasks on one calendar, working lags, and starts that come no earlier than a day."""
    tasks = graph.network.tasks
    limits = all(tasks[at].constraint == "SNET" and tasks[at].deadline is None for at in graph.limited)
    return graph.lazy and limits and not (graph.cancelled or graph.reserves or graph.warnings)


def _early_dates(dates: TaskDates) -> tuple[int, int]:
    return dates.early_start, dates.early_finish
