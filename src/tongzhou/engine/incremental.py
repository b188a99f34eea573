"""One change in a scheduled plan, without scheduling the rest anew.

Early starts are moved on from the changed task, in topological order, for as long as anything moves. Of the late side only
the *tail* of each task is kept, the work from its start to the end of the longest chain behind it: a late start is the plan's
end less the tail, so that an end that moves costs nothing. What a plan of the plainest kind does not have (summaries, progress,
several calendars, clock lags, constraints other than "no earlier than", deadlines) is scheduled as a whole at every change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from operator import add

from tongzhou.engine.answer import TaskDates
from tongzhou.engine.cycles import CycleFound, find_cycles
from tongzhou.engine.graph import Arc, Graph, compile_network, lag_minutes, minutes_between
from tongzhou.engine.network import Link, Network
from tongzhou.engine.passes import NONE, backward_order
from tongzhou.engine.schedule import Schedule, schedule


class Replan:
    """A schedule that follows changes of single tasks; answers what `schedule` would answer for the changed network."""

    def __init__(self, network: Network) -> None:
        """Schedule a network; it is copied.

        :raises CycleFound, NetworkInvalid, CalendarEmpty: as `schedule`.
        """
        self.network = replace(network, tasks=[replace(task) for task in network.tasks])
        self._at = {task.id: at for at, task in enumerate(self.network.tasks)}
        self._whole: Schedule | None = None
        self._compile()

    @property
    def finish(self) -> int:
        """The instant at which the plan ends."""
        if self._whole is not None:
            return self._whole.finish
        if not self._early:
            return self.network.start
        late = any(self._early[at] == self._last for at in self._sides)
        return self._calendar.start_of(self._last) if late else self._calendar.finish_of(self._last)

    def set_duration(self, task: int, minutes: int) -> set[int]:
        """Give a task another duration in working minutes; return the ids of the tasks whose early dates moved.

        :raises KeyError: for a task that is not there.
        """
        row = self.network.tasks[self._at[task]]
        before, row.duration = row.duration, minutes
        if self._whole is not None or not before or not minutes:
            return self._anew()
        at = self._place[task]
        self._durations[at] = minutes
        sources, targets = [arc[0] for arc in self._before[at]], [arc[0] for arc in self._after[at]]
        self._measure(at, [at, *targets], [at, *sources])
        moved = self._forward([at, *targets], {at})
        self._backward([at, *sources])
        return {self._ids[node] for node in moved}

    def set_start(self, task: int, moment: int | None) -> set[int]:
        """Let a task start no earlier than an instant, or as early as it can; return the ids of those that moved."""
        row = self.network.tasks[self._at[task]]
        row.constraint, row.date = ("ASAP", None) if moment is None else ("SNET", moment)
        if self._whole is not None or not row.duration:
            return self._anew()
        place = self._place[task]
        self._least[place] = self._floor if moment is None else max(self._floor, self._calendar.worked(moment))
        return {self._ids[node] for node in self._forward([place], set())}

    def dates(self, task: int) -> TaskDates:
        """Return the dates of one task as the whole schedule has them."""
        if self._whole is not None:
            return self._whole.tasks[task]
        at = self._place[task]
        early, span, calendar = self._early[at], self._durations[at], self._calendar
        late = self._end() - self._tails[at]
        starts, finishes = calendar.start_of(early), calendar.finish_of(early + span)
        late_starts, late_finishes = calendar.start_of(late), calendar.finish_of(late + span)
        if not span:
            if at in self._sides:
                finishes, late_finishes = starts, late_starts if late == early else late_finishes
            starts, late_starts = finishes, late_finishes
        slack, driver = late - early, self._driver[at]
        gaps = [self._early[target] - minutes - early for target, minutes, _number in self._after[at]]
        room = max(min(gaps), 0) if gaps else slack
        link = None if driver == NONE else self.network.links[driver]
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
        size = len(order)
        self._early, self._driver, self._tails = [self._floor - 1] * size, [NONE] * size, [-1] * size
        self._sides: set[int] = set()
        self._forward(range(size), set())
        self._backward(range(size))

    def _number(self, graph: Graph, order: list[int]) -> None:
        """Number the tasks by their place in a topological order, so that every link leads to a higher place."""
        place = {at: number for number, at in enumerate(order)}
        tasks = self.network.tasks
        self._ids = [tasks[at].id for at in order]
        self._place = {key: number for number, key in enumerate(self._ids)}
        self._durations = [graph.durations[at] for at in order]
        self._least = [self._floor] * len(order)
        for at in graph.limited:
            self._least[place[at]] = max(self._floor, self._calendar.worked(tasks[at].date or 0))
        self._before: list[list[Arc]] = [[(place[arc[0]], arc[1], arc[2]) for arc in graph.preds[at]] for at in order]
        self._after: list[list[Arc]] = [[] for _ in order]
        for at, arcs in enumerate(self._before):
            for source, minutes, number in arcs:
                self._after[source].append((at, minutes, number))

    def _measure(self, at: int, targets: list[int], sources: list[int]) -> None:
        """Give the links of a task whose duration is another one their minutes anew, at both of their ends."""
        numbers = {arc[2]: self._between(arc[2]) for arc in (*self._before[at], *self._after[at])}
        for arcs, nodes in ((self._before, targets), (self._after, sources)):
            for node in nodes:
                arcs[node] = [(other, numbers.get(number, minutes), number) for other, minutes, number in arcs[node]]

    def _end(self) -> int:
        imposed = self.network.imposed_finish
        return self._last if imposed is None else self._calendar.worked(imposed)

    def _between(self, number: int) -> int:
        link = self.network.links[number]
        source, target = self._place[link.predecessor], self._place[link.successor]
        lag = lag_minutes(link.lag, self._durations[source])[0]
        return minutes_between(link.kind, self._durations[source], self._durations[target]) + lag

    def _forward(self, begin: Iterable[int], moved: set[int]) -> set[int]:
        """Place the nodes of `begin` anew and, in their order, all that this moves. `moved` have another finish already."""
        early, driver, before, after = self._early, self._driver, self._before, self._after
        least, durations, waiting = self._least, self._durations, bytearray(len(self._early))
        for at in begin:
            waiting[at] = 1
        at = waiting.find(1)
        while at >= 0:
            best, by = least[at] - 1, NONE
            for source, minutes, number in before[at]:
                bound = early[source] + minutes
                if bound > best:
                    best, by = bound, number
            best += by == NONE
            differs, early[at], driver[at] = early[at] != best, best, by
            if (not durations[at] and self._choose_side(at)) or differs:
                moved.add(at)
                for arc in after[at]:
                    waiting[arc[0]] = 1
            at = waiting.find(1, at + 1)
        self._last = max(map(add, early, durations), default=self._floor)
        return moved

    def _choose_side(self, at: int) -> bool:
        """Put a milestone on its side of a gap; return whether it was on the other one."""
        tied = (arc for arc in self._before[at] if self._early[arc[0]] + arc[1] == self._early[at])
        aside = self._driver[at] == NONE or any(self._is_aside(*arc) for arc in tied)
        if aside == (at in self._sides):
            return False
        (self._sides.add if aside else self._sides.discard)(at)
        return True

    def _is_aside(self, source: int, minutes: int, number: int) -> bool:
        """Whether the bound of this link lies on the start side: after a start, or before the finish by a lead."""
        link: Link = self.network.links[number]
        from_start = link.kind[0] == "S"
        lag = minutes - (0 if from_start else self._durations[source])
        return lag < 0 or (not lag and (source in self._sides if not self._durations[source] else from_start))

    def _backward(self, begin: Iterable[int]) -> None:
        """Measure the tails of the nodes of `begin` anew and, against the order, of all that this changes."""
        tails, before, after, durations = self._tails, self._before, self._after, self._durations
        waiting = bytearray(len(tails))
        for at in begin:
            waiting[at] = 1
        at = waiting.rfind(1)
        while at >= 0:
            tail = durations[at]
            for target, minutes, _number in after[at]:
                length = minutes + tails[target]
                if length > tail:  # noqa: PLR1730 (max() costs a call for every link)
                    tail = length
            if tail != tails[at]:
                tails[at] = tail
                for arc in before[at]:
                    waiting[arc[0]] = 1
            at = waiting.rfind(1, 0, at)


def _is_plain(graph: Graph) -> bool:
    """Whether a plan has nothing but tasks on one calendar, working lags, and starts that come no earlier than a day."""
    tasks = graph.network.tasks
    limits = all(tasks[at].constraint == "SNET" and tasks[at].deadline is None for at in graph.limited)
    return graph.lazy and limits and not (graph.cancelled or graph.reserves or graph.warnings)


def _early_dates(dates: TaskDates) -> tuple[int, int]:
    return dates.early_start, dates.early_finish
