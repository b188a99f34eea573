"""The schedule of a network: early and late dates, slack, critical path, conflicts. Rules follow Microsoft Project.

    schedule(network) -> Schedule

Dates are instants, slack is working minutes on the task's own calendar.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from operator import add, sub

from tongzhou.engine.actuals import check_actuals, is_incomplete, normalise_actuals
from tongzhou.engine.answer import Conflict, Schedule, Solution, TaskDates, Warning_, answer, by_task
from tongzhou.engine.bounds import forward, settle_sides
from tongzhou.engine.calendar import CalendarEmpty
from tongzhou.engine.cycles import CycleFound, CycleStep, find_cycles
from tongzhou.engine.graph import Graph, compile_network
from tongzhou.engine.limits import own_limits, pinned_limits
from tongzhou.engine.network import Network, NetworkInvalid, Task
from tongzhou.engine.passes import NONE, UNBOUND, Dates, backward, backward_order

__all__ = [
    "CalendarEmpty",
    "Conflict",
    "CycleFound",
    "CycleStep",
    "NetworkInvalid",
    "Schedule",
    "Solution",
    "TaskDates",
    "Warning_",
    "collector_paused",
    "schedule",
    "solve",
]


def schedule(network: Network) -> Schedule:
    """Compute the whole schedule.

    :raises CycleFound: if links run in circles; nothing is scheduled then.
    :raises NetworkInvalid: if the network contradicts itself.
    :raises CalendarEmpty: if a calendar in use has no working time within ten years of the project start.
    """
    with collector_paused():
        return by_task(solve(network))


def solve(network: Network) -> Solution:
    """The same answer with the dates in columns, for those who only write them down.

    :raises CycleFound, NetworkInvalid, CalendarEmpty: as `schedule`.
    """
    return _scheduled(_with_complete_actuals(network))


@contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage collection meanwhile: hundreds of thousands of small live objects, no cycles among them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _scheduled(network: Network) -> Solution:
    graph = compile_network(network)
    order = backward_order(graph)
    if len(order) < len(graph.durations):
        raise CycleFound(find_cycles(graph, order))
    dates = _empty(graph)
    forward(graph, dates, order)
    finish = project_finish(graph, dates)
    _run_backward(graph, dates, order, finish)
    late = [at for at, task in enumerate(network.tasks) if task.constraint == "ALAP" and _may_wait(graph, at)]
    if late:
        for at in late:
            dates.lower[at] = max(dates.lower[at], dates.late[at])
        dates.conflicts.clear()
        dates.clamped.clear()
        forward(graph, dates, order)
        _run_backward(graph, dates, order, finish)
    if graph.lazy:
        settle_sides(graph, dates, order)
    return answer(graph, dates)


def project_finish(graph: Graph, dates: Dates) -> int:
    """The instant at which the last task that counts finishes; the project start if there is none."""
    count = len(graph.network.tasks)
    if len(graph.calendars) == 1 and not (graph.children or graph.cancelled or dates.finish_at):
        if not count:
            return graph.network.start
        return graph.calendars[0].finish_of(max(map(add, dates.early, graph.durations)))
    ends: dict[int, int] = {}
    latest = []
    for at in range(count):
        if at in graph.children or at in graph.cancelled:
            continue
        if at in dates.finish_at:
            latest.append(dates.finish_at[at])
        else:
            calendar = graph.calendar_of[at]
            ends[calendar] = max(ends.get(calendar, -(1 << 62)), dates.early[at] + graph.durations[at])
    latest += [graph.calendars[calendar].finish_of(end) for calendar, end in ends.items()]
    return max(latest, default=graph.network.start)


def _with_complete_actuals(network: Network) -> Network:
    """The network with checked reports; dates that they leave out come from a strict schedule without them."""
    reported = [task for task in network.tasks if task.percent or task.actual_start or task.actual_finish or task.remaining]
    if not reported:
        return network
    parents = {task.parent for task in network.tasks}
    incomplete = set()
    for task in reported:
        if task.id not in parents:
            check_actuals(task, network.status)
            if is_incomplete(task):
                incomplete.add(task.id)
    if not incomplete:
        return network
    unreported = [_unreported(task) if task.id in incomplete else task for task in network.tasks]
    planned = schedule(replace(network, tasks=unreported, mode="strict")).tasks

    def completed(task: Task) -> Task:
        if task.id not in incomplete:
            return task
        return normalise_actuals(task, planned[task.id].early_start, planned[task.id].early_finish, network.status)

    return replace(network, tasks=[completed(task) for task in network.tasks])


def _unreported(task: Task) -> Task:
    return replace(task, percent=0, actual_start=None, actual_finish=None, remaining=None)


def _empty(graph: Graph) -> Dates:
    count = len(graph.durations)
    lower = [graph.floor[calendar] for calendar in graph.calendar_of]
    return Dates(early=lower.copy(), late=[], free=[], driver=[NONE] * count, lower=lower)


def _run_backward(graph: Graph, dates: Dates, order: list[int], finish: int) -> None:
    end = finish if graph.network.imposed_finish is None else graph.network.imposed_finish
    ends = [calendar.worked(end) for calendar in graph.calendars]
    if len(ends) == 1:
        last = ends[0]
        dates.late = [last - duration for duration in graph.durations]
    else:
        dates.late = list(map(sub, (ends[calendar] for calendar in graph.calendar_of), graph.durations))
    dates.free = [UNBOUND] * len(graph.durations)
    dates.pinned = pinned_limits(graph)
    for at, limit in own_limits(graph, dates):
        dates.late[at] = min(dates.late[at], limit)
        if at in dates.pinned:
            dates.pinned[at] = min(dates.pinned[at], limit)
    backward(graph, dates, order)


def _may_wait(graph: Graph, at: int) -> bool:
    return at not in graph.facts and at not in graph.cancelled and at not in graph.children
