"""The forward pass: where tasks start. Plain tasks in one tight loop, everything else through `settle`."""

from tongzhou.engine.graph import Arc, ClockArc, Graph
from tongzhou.engine.passes import NONE, Dates, finish_instant, start_instant

_FINISH_KINDS = frozenset(("FNET", "FNLT", "MFO"))
_HARD = frozenset(("SNLT", "FNLT", "MSO", "MFO"))


def forward(graph: Graph, dates: Dates, order: list[int]) -> None:
    """Give every node its earliest position, predecessors first; `order` is the backward order."""
    early, driver, lower = dates.early, dates.driver, dates.lower
    preds, hooked, clamped = graph.preds, graph.hooked, dates.clamped
    for at in reversed(order):
        if hooked[at]:
            settle(graph, dates, at)
            continue
        floor = lower[at]
        best = floor - 1
        by = NONE
        arcs = preds[at]
        for source, minutes, link in arcs:
            bound = early[source] + minutes
            if bound > best:
                best = bound
                by = link
        if by == NONE:
            best = floor
            if arcs:
                clamped.append(at)
        early[at] = best
        driver[at] = by


def settle_sides(graph: Graph, dates: Dates, order: list[int]) -> None:
    """The side of every milestone of a lazy graph: that of the bound that drives it, the start side of several."""
    durations, early, links, sides = graph.durations, dates.early, graph.network.links, dates.start_side
    for at in reversed(order):
        if durations[at]:
            continue
        position = early[at]
        if dates.driver[at] == NONE:
            sides.add(at)
            continue
        for source, minutes, number in graph.preds[at]:
            if early[source] + minutes == position:
                from_start = links[number].kind[0] == "S"
                lag = minutes if from_start else minutes - durations[source]
                if lag < 0 or (not lag and (source in sides if not durations[source] else from_start)):
                    sides.add(at)
                    break


def settle(graph: Graph, dates: Dates, at: int) -> None:
    """Place a node with a fact, a constraint, no duration, or arcs that need the clock."""
    fact = graph.facts.get(at)
    if fact is not None:
        dates.early[at] = graph.calendars[graph.calendar_of[at]].worked(fact.start)
        dates.start_at[at], dates.finish_at[at] = fact.start, fact.finish
        return
    if at >= len(graph.network.tasks):
        _settle_exit(graph, dates, at)
        return
    arcs: list[tuple[int, Arc | ClockArc]] = [(dates.early[arc[0]] + arc[1], arc) for arc in graph.preds[at]]
    arcs += [(_clock_bound(graph, dates, arc), arc) for arc in graph.clock_arcs.get(at, ())]
    linked = max(bound for bound, _ in arcs) if arcs else None
    floor = dates.lower[at]
    held = linked is None or linked < floor
    placed = floor if held or linked is None else linked
    tied = [] if held else [arc for bound, arc in arcs if bound == linked]
    driver = tied[0][2] if tied else NONE
    if held and arcs:
        dates.clamped.append(at)
    constrained = _constrained(graph, dates, at, placed, driver)
    dates.early[at] = constrained
    dates.driver[at] = driver if constrained == placed else NONE
    if not graph.durations[at]:
        moment = _milestone(graph, dates, at, tied if constrained == placed else [])
        dates.start_at[at] = dates.finish_at[at] = moment


def _settle_exit(graph: Graph, dates: Dates, at: int) -> None:
    """Latest finish and earliest start of the leaves below a summary."""
    sources = [arc[0] for arc in graph.preds[at]] + [arc.source for arc in graph.clock_arcs.get(at, ())]
    calendar = graph.calendars[graph.calendar_of[at]]
    if not sources:
        dates.early[at] = dates.lower[at]
        dates.start_at[at] = dates.finish_at[at] = calendar.start_of(dates.lower[at])
        return
    finish, last = max((finish_instant(graph, dates, source), source) for source in sources)
    start, first = min((start_instant(graph, dates, source), source) for source in sources)
    dates.early[at] = calendar.worked(finish)
    dates.start_at[at], dates.finish_at[at] = start, finish
    dates.driver[at] = -2 - last
    dates.earliest_leaf[at] = dates.earliest_leaf.get(first, first)


def _clock_bound(graph: Graph, dates: Dates, arc: ClockArc) -> int:
    """The earliest start position that one clock arc allows its target."""
    begin = (finish_instant if arc.from_finish else start_instant)(graph, dates, arc.source)
    calendar = graph.calendars[graph.calendar_of[arc.target]]
    bound = calendar.worked(begin + arc.lag) if arc.elapsed else calendar.worked(begin) + arc.lag
    return bound - graph.durations[arc.target] if arc.to_finish else bound


def _constrained(graph: Graph, dates: Dates, at: int, placed: int, driver: int) -> int:
    """The position after the task's constraint; notes a conflict where a link and a constraint disagree."""
    network = graph.network
    task = network.tasks[at]
    kind = task.constraint
    if task.date is None or kind in ("ASAP", "ALAP") or (at in graph.children and kind != "SNET"):
        return placed
    calendar = graph.calendars[graph.calendar_of[at]]
    wanted = calendar.worked(task.date) - (graph.durations[at] if kind in _FINISH_KINDS else 0)
    if kind in ("SNET", "FNET"):
        return max(placed, wanted)
    linked = driver != NONE
    if kind in ("MSO", "MFO"):
        result = wanted if network.honor_constraints else max(placed, wanted)
    else:
        result = min(placed, wanted) if network.honor_constraints else placed
    if network.mode == "forecast" and network.status is not None:
        result = max(result, calendar.worked(network.status))
    missed = max(result, placed if linked else result) - wanted
    if missed > 0:
        dates.conflicts.append((at, driver, missed))
    return result


def _milestone(graph: Graph, dates: Dates, at: int, tied: list[Arc | ClockArc]) -> int:
    """The instant of a milestone: that of the bound that drives it, the latest of several.

    A bound inside time off that is not the end of a working interval moves on to the next working minute.
    """
    calendar = graph.calendars[graph.calendar_of[at]]
    position = dates.early[at]
    if tied:
        moment = max(_bound_instant(graph, dates, at, arc) for arc in tied)
        return moment if moment == calendar.finish_of(position) else calendar.start_of(position)
    task, network = graph.network.tasks[at], graph.network
    if task.constraint in _FINISH_KINDS and position != dates.lower[at]:
        return calendar.finish_of(position)
    if network.mode == "forecast" and network.status is not None and position == calendar.worked(network.status):
        return calendar.finish_of(position)
    return calendar.start_of(position)


def _bound_instant(graph: Graph, dates: Dates, at: int, arc: Arc | ClockArc) -> int:
    calendar = graph.calendars[graph.calendar_of[at]]
    if isinstance(arc, ClockArc):
        begin = (finish_instant if arc.from_finish else start_instant)(graph, dates, arc.source)
        if arc.elapsed:
            return calendar.start_of(calendar.worked(begin + arc.lag))
        return calendar.add(begin, arc.lag)
    source, minutes, link = arc
    from_finish = link >= 0 and graph.network.links[link].kind[0] == "F"
    begin = (finish_instant if from_finish else start_instant)(graph, dates, source)
    return calendar.add(begin, minutes - (graph.durations[source] if from_finish else 0))
