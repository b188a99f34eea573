"""Topological order, forward pass and backward pass over a compiled graph. Nothing recurses."""

from dataclasses import dataclass, field
from itertools import chain

from tongzhou.engine.graph import ClockArc, Graph

NONE = -1  # no driving link
UNBOUND = 1 << 60


@dataclass(slots=True)
class Dates:
    """Positions of every node, on its own calendar: early start, late start, the free room, and what drove the start.

    `start_at` and `finish_at` hold instants that a position alone does not give: milestones, actual dates,
    gates and exits. `driver` is the index of a link, NONE, or -2 - node for the hierarchy.
    """

    early: list[int]
    late: list[int]
    free: list[int]  # UNBOUND without successors
    driver: list[int]
    lower: list[int]
    start_at: dict[int, int] = field(default_factory=dict)
    finish_at: dict[int, int] = field(default_factory=dict)
    start_side: set[int] = field(default_factory=set)  # milestones of a lazy graph that lie on the start side
    earliest_leaf: dict[int, int] = field(default_factory=dict)  # exit -> the leaf below it that starts first
    pinned: dict[int, int] = field(default_factory=dict)  # late starts that successors do not move: MSO, MFO
    conflicts: list[tuple[int, int, int]] = field(default_factory=list)  # task, driving link, minutes
    clamped: list[int] = field(default_factory=list)


def backward_order(graph: Graph) -> list[int]:
    """All nodes, successors before predecessors; shorter than the graph if there is a cycle."""
    preds = graph.preds
    if graph.in_order:
        return list(range(len(preds) - 1, -1, -1))
    sources = _sources(graph)
    left = [0] * len(preds)
    for source in chain.from_iterable(sources):
        left[source] += 1
    order = [at for at, count in enumerate(left) if not count]
    found = order.append
    for at in order:
        for source in sources[at]:
            count = left[source] = left[source] - 1
            if not count:
                found(source)
    return order


def _sources(graph: Graph) -> list[list[int]]:
    """The predecessors of every node, over arcs of all kinds."""
    sources = [[arc[0] for arc in arcs] for arcs in graph.preds]
    for group in (graph.clock_arcs, graph.idle_arcs):
        for at, arcs in group.items():
            sources[at] += [arc.source for arc in arcs]
    return sources


def start_instant(graph: Graph, dates: Dates, node: int) -> int:
    """The instant at which a node starts: kept where it is special, else the start side of its position."""
    found = dates.start_at.get(node)
    return graph.calendars[graph.calendar_of[node]].start_of(dates.early[node]) if found is None else found


def finish_instant(graph: Graph, dates: Dates, node: int) -> int:
    """The instant at which a node finishes: kept where it is special, else the finish side of its position."""
    found = dates.finish_at.get(node)
    if found is not None:
        return found
    return graph.calendars[graph.calendar_of[node]].finish_of(dates.early[node] + graph.durations[node])


def late_limit(graph: Graph, dates: Dates, arc: ClockArc, position: int) -> int:
    """The latest start of the source such that the bound end of the target lies no later than `position`."""
    source, target = graph.calendar_of[arc.source], graph.calendar_of[arc.target]
    calendar = graph.calendars[target]
    if arc.elapsed:
        latest = calendar.start_of(position) - arc.lag
    elif source == target:
        return position - arc.lag - (graph.durations[arc.source] if arc.from_finish else 0)
    else:
        # Late milestones, like finishes, lie on the finish side, as Microsoft Project has them.
        finishes = arc.to_finish or not graph.durations[arc.target]
        latest = calendar.add((calendar.finish_of if finishes else calendar.start_of)(position), -arc.lag)
    limit = graph.calendars[source].worked(latest)
    return limit - graph.durations[arc.source] if arc.from_finish else limit


def backward(graph: Graph, dates: Dates, order: list[int]) -> None:
    """Push late starts and free slack from successors to predecessors; `dates.late` begins with the own limits."""
    early, late, free, preds, hooked = dates.early, dates.late, dates.free, graph.preds, graph.hooked
    first_exit = len(graph.network.tasks)
    for at in order:
        latest, now = late[at], early[at]
        if hooked[at]:
            latest = late[at] = dates.pinned.get(at, latest)
            if at >= first_exit or at in graph.children:
                now += free[at] if free[at] != UNBOUND else 0
            _push_clock_arcs(graph, dates, at, now)
            if at in graph.facts:
                continue
        for source, minutes, _ in preds[at]:
            limit = latest - minutes
            if limit < late[source]:  # noqa: PLR1730 (min() costs a call for every link)
                late[source] = limit
            gap = now - minutes - early[source]
            if gap < free[source]:  # noqa: PLR1730
                free[source] = gap


def _push_clock_arcs(graph: Graph, dates: Dates, at: int, now: int) -> None:
    for arc in graph.clock_arcs.get(at, ()):
        span = graph.durations[at] if arc.to_finish else 0
        _push(graph, dates, arc, dates.late[at] + span, now + span)
    fact = graph.facts.get(at)
    if fact is None or fact.done:
        return
    finish = dates.late[at] + graph.durations[at]
    for arc in graph.idle_arcs.get(at, ()):
        if arc.to_finish:
            _push(graph, dates, arc, finish, now + graph.durations[at])
        elif arc.from_finish:
            _push(graph, dates, arc, finish - fact.remaining, now)


def _push(graph: Graph, dates: Dates, arc: ClockArc, late: int, early: int) -> None:
    """Bind the source of one arc; the earliest start of a summary binds the leaf that has it."""
    if not arc.from_finish and arc.source in dates.earliest_leaf:
        arc = arc._replace(source=dates.earliest_leaf[arc.source])
    source = arc.source
    limit = late_limit(graph, dates, arc, late)
    dates.late[source] = min(dates.late[source], limit)
    gap = late_limit(graph, dates, arc, early) - dates.early[source]
    dates.free[source] = min(dates.free[source], gap)
