"""What caps the late dates of a task by itself: deadlines, constraints, relative deadlines."""

from collections.abc import Iterator

from tongzhou.engine.graph import Graph
from tongzhou.engine.passes import Dates, finish_instant, start_instant


def own_limits(graph: Graph, dates: Dates) -> Iterator[tuple[int, int]]:
    """Pairs (task node, latest start position); a limit of a summary holds for all its leaves."""
    for at in graph.limited:
        task = graph.network.tasks[at]
        if task.deadline is not None:
            for leaf in graph.leaves(at):
                yield leaf, _position(graph, leaf, task.deadline) - graph.durations[leaf]
        if task.constraint in ("FNLT", "MFO") and task.date is not None:
            for leaf in graph.leaves(at) if task.constraint == "FNLT" else (at,):
                yield leaf, _position(graph, leaf, task.date) - graph.durations[leaf]
        elif task.constraint in ("SNLT", "MSO") and task.date is not None:
            yield at, _position(graph, at, task.date)
    for number in graph.reserves:
        yield from reserve_limits(graph, dates, number)


def pinned_limits(graph: Graph) -> dict[int, int]:
    """Late starts of tasks that must start or finish on a date: exactly there, whatever their successors need.

    The slack of what comes before is measured against the date; that the links disagree is a conflict, not slack.
    """
    found = {}
    if graph.network.honor_constraints:
        for at in graph.limited:
            task = graph.network.tasks[at]
            if task.constraint in ("MSO", "MFO") and task.date is not None:
                span = graph.durations[at] if task.constraint == "MFO" else 0
                found[at] = _position(graph, at, task.date) - span
    return found


def reserve_limits(graph: Graph, dates: Dates, number: int) -> Iterator[tuple[int, int]]:
    """Limits that one relative deadline sets: done within so many minutes after its predecessor's bound."""
    link = graph.network.links[number]
    sources = list(graph.leaves(graph.index[link.predecessor]))
    if not sources:
        return
    if link.kind[0] == "F":
        since = max(finish_instant(graph, dates, source) for source in sources)
    else:
        since = min(start_instant(graph, dates, source) for source in sources)
    for leaf in graph.leaves(graph.index[link.successor]):
        yield leaf, _position(graph, leaf, since) + (link.within or 0) - graph.durations[leaf]


def _position(graph: Graph, at: int, instant: int) -> int:
    return graph.calendars[graph.calendar_of[at]].worked(instant)
