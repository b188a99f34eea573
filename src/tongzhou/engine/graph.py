"""A network as flat lists: nodes, arcs between starts, fixed facts.

Every node has a *work position* on its own calendar (see calendar.py). A link between two tasks of one calendar
with a working lag is a plain arc (u, c, link): start(v) >= start(u) + c. Whatever needs the clock (two calendars,
elapsed lags, the earliest start of a summary) is a `ClockArc`. A summary is two virtual nodes: its own index, the
*gate* that binds the starts of its leaves, and an *exit* that carries their latest finish and earliest start.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tongzhou.engine.calendar import CalendarEmpty, WorkingCalendar
from tongzhou.engine.network import NO_LAG, Lag, Link, Network, NetworkInvalid, Task

TEN_YEARS = 3653 * 1440
Arc = tuple[int, int, int]  # predecessor node, minutes between the starts, index of the link (negative: hierarchy)


class ClockArc(NamedTuple):
    """An arc that is computed through instants; `link` is an index, or negative for the hierarchy."""

    source: int
    target: int
    link: int
    from_finish: bool
    to_finish: bool
    lag: int
    elapsed: bool


class Fact(NamedTuple):
    """A started task: its actual start, its (actual or computed) finish, and what remains."""

    start: int
    finish: int
    remaining: int
    done: bool


@dataclass(slots=True)
class Graph:
    """The compiled network. Lists are by node: first the tasks in their order, then the exits of summaries."""

    network: Network
    index: dict[int, int]
    durations: list[int]
    calendars: list[WorkingCalendar]
    calendar_of: list[int]
    floor: list[int]  # by calendar: the position before which nothing unstarted lies
    preds: list[list[Arc]]
    hooked: bytearray  # nodes that bounds.settle treats: everything but plain tasks
    repeated: bool = True  # perhaps two links join the same pair
    in_order: bool = True  # every arc leads from a lower to a higher node
    lazy: bool = False  # milestones take the plain way: only their side of the gap is settled, afterwards
    children: dict[int, list[int]] = field(default_factory=dict)
    summaries: list[int] = field(default_factory=list)  # parents before their children
    exits: dict[int, int] = field(default_factory=dict)
    clock_arcs: dict[int, list[ClockArc]] = field(default_factory=dict)
    idle_arcs: dict[int, list[ClockArc]] = field(default_factory=dict)  # into started tasks: they move nothing
    facts: dict[int, Fact] = field(default_factory=dict)
    cancelled: set[int] = field(default_factory=set)
    limited: list[int] = field(default_factory=list)  # tasks with a constraint or a deadline
    reserves: list[int] = field(default_factory=list)  # links that are relative deadlines
    warnings: list[tuple[str, int | None, int | None, int]] = field(default_factory=list)  # kind, task, link, minutes

    def leaves(self, node: int) -> Iterator[int]:
        """The leaves below a summary that are not cancelled, or the task itself."""
        stack = [node]
        while stack:
            at = stack.pop()
            if at in self.children:
                stack.extend(self.children[at])
            elif at not in self.cancelled:
                yield at

    def add_clock_arc(self, arc: ClockArc) -> None:
        """Hook the target and count the arc, among the idle ones if the target has started."""
        arcs = self.idle_arcs if arc.target in self.facts else self.clock_arcs
        arcs.setdefault(arc.target, []).append(arc)
        self.in_order = False
        self.hooked[arc.target] = 1


def compile_network(network: Network) -> Graph:
    """The graph of a network.

    :raises NetworkInvalid: if the description contradicts itself.
    :raises CalendarEmpty: if a calendar in use has no working time within ten years of the project start.
    """
    tasks = network.tasks
    index = {task.id: at for at, task in enumerate(tasks)}
    if len(index) != len(tasks):
        raise NetworkInvalid("duplicate_task", "two tasks have the same id")
    count = len(tasks)
    durations = [task.duration or 0 for task in tasks]
    if count and min(durations) < 0:
        at = durations.index(min(durations))
        raise NetworkInvalid("negative_duration", f"task {tasks[at].id} has a negative duration", tasks[at].id)
    calendars, calendar_of = _calendars(network)
    begin = network.start
    if network.mode == "forecast" and network.status is not None:
        begin = max(begin, network.status)
    graph = Graph(
        network=network,
        index=index,
        durations=durations,
        calendars=calendars,
        calendar_of=calendar_of,
        floor=[calendar.worked(begin) for calendar in calendars],
        preds=[[] for _ in tasks],
        hooked=bytearray(count),
    )
    _read_hierarchy(graph)
    _read_states(graph)
    if graph.children:
        _wire_summaries(graph)
    _read_links(graph)
    _hook_milestones(graph)
    return graph


def _hook_milestones(graph: Graph) -> None:
    """Milestones need their instants while others are placed, unless all arcs and facts are of the plainest kind."""
    special = graph.children or graph.facts or graph.clock_arcs or graph.idle_arcs or len(graph.calendars) > 1
    durations, hooked = graph.durations, graph.hooked
    if not special and graph.network.mode != "forecast" and all(durations[at] for at in graph.limited):
        graph.lazy = True
        return
    for at, duration in enumerate(durations):
        if not duration:
            hooked[at] = 1


def _calendars(network: Network) -> tuple[list[WorkingCalendar], list[int]]:
    names = [network.calendar]
    own = {task.calendar for task in network.tasks} - {None, network.calendar}
    names += sorted(name for name in own if name is not None)
    calendars = []
    for name in names:
        if name not in network.calendars:
            raise NetworkInvalid("unknown_calendar", f"calendar {name!r} is not described")
        calendars.append(_checked(network.calendars[name], name, network.start))
    if len(names) == 1:
        return calendars, [0] * len(network.tasks)
    numbers: dict[str | None, int] = {name: at for at, name in enumerate(names)}
    numbers[None] = 0
    return calendars, [numbers[task.calendar] for task in network.tasks]


def _checked(calendar: WorkingCalendar, name: str, start: int) -> WorkingCalendar:
    try:
        begins = calendar.start_of(calendar.worked(start))
    except CalendarEmpty:
        raise CalendarEmpty(name) from None
    if begins - start > TEN_YEARS:
        raise CalendarEmpty(name)
    return calendar


def _read_hierarchy(graph: Graph) -> None:
    tasks = graph.network.tasks
    for at, task in enumerate(tasks):
        if task.parent is not None:
            parent = graph.index.get(task.parent)
            if parent is None:
                raise NetworkInvalid("unknown_parent", f"task {task.id} has the unknown parent {task.parent}", task.id)
            graph.children.setdefault(parent, []).append(at)
    if not graph.children:
        return
    stack = [at for at in graph.children if tasks[at].parent is None]
    while stack:
        at = stack.pop()
        graph.summaries.append(at)
        stack.extend(child for child in graph.children[at] if child in graph.children)
    if len(graph.summaries) < len(graph.children):
        task = tasks[min(set(graph.children) - set(graph.summaries))]
        raise NetworkInvalid("hierarchy_loop", f"task {task.id} is its own ancestor", task.id)
    for at in graph.summaries:
        graph.durations[at] = 0
        graph.hooked[at] = 1


def _read_states(graph: Graph) -> None:
    """Constraints, calendars, actuals, cancellation: hook what is not plain."""
    for at, task in enumerate(graph.network.tasks):
        if task.constraint != "ASAP" or task.deadline is not None:
            _check_constraint(task)
            graph.limited.append(at)
            graph.hooked[at] = 1
        if task.actual_start is not None or task.percent or task.remaining is not None:
            _read_progress(graph, at, task)
        if task.duration is None or task.cancelled:
            _read_rarity(graph, at, task)
    for at in reversed(graph.summaries):
        if all(child in graph.cancelled for child in graph.children[at]):
            graph.cancelled.add(at)
    for at in graph.cancelled:
        graph.hooked[at] = 1


def _read_rarity(graph: Graph, at: int, task: Task) -> None:
    if task.cancelled:
        graph.cancelled.update(graph.leaves(at))
    if task.duration is None and at not in graph.children:
        graph.warnings.append(("summary_without_leaves", task.id, None, 0))


_DATED = frozenset(("SNET", "SNLT", "FNET", "FNLT", "MSO", "MFO"))


def _check_constraint(task: Task) -> None:
    if task.constraint in _DATED:
        if task.date is None:
            raise NetworkInvalid("constraint_without_date", f"task {task.id}: {task.constraint} needs a date", task.id)
    elif task.constraint not in ("ASAP", "ALAP"):
        raise NetworkInvalid("unknown_constraint", f"task {task.id}: unknown constraint {task.constraint!r}", task.id)


def _read_progress(graph: Graph, at: int, task: Task) -> None:
    """Duration and finish of a started task: strict from its start, forecast from what is done or the status date."""
    if at in graph.children:
        return
    network, calendar = graph.network, graph.calendars[graph.calendar_of[at]]
    done, remaining = work_done(task)
    total = graph.durations[at] = done + remaining
    graph.hooked[at] = graph.hooked[at] or not total
    if task.actual_start is None:
        return
    start = calendar.worked(task.actual_start)
    if task.actual_finish is not None:
        finish = task.actual_finish
        graph.durations[at] = calendar.worked(finish) - start
        remaining = 0
    elif not total:
        finish = task.actual_start
    elif network.mode == "forecast" and network.status is not None:
        ends = max(start + done, calendar.worked(network.status) if remaining else start) + remaining
        graph.durations[at] = ends - start
        finish = calendar.finish_of(ends)
    else:
        finish = calendar.finish_of(start + total)
    graph.facts[at] = Fact(task.actual_start, finish, remaining, task.actual_finish is not None)
    graph.hooked[at] = 1


def work_done(task: Task) -> tuple[int, int]:
    """Actual and remaining minutes of a task, from percent = actual / (actual + remaining), half up."""
    if task.remaining is None:
        total = task.duration or 0
        done = (total * task.percent + 5000) // 10000
        return done, total - done
    if task.percent >= 10000:
        return task.duration or 0, 0
    open_share = 10000 - task.percent
    return (2 * task.remaining * task.percent + open_share) // (2 * open_share), task.remaining


def _wire_summaries(graph: Graph) -> None:
    """Gates where a summary (or one above it) has predecessors or a start constraint, exits where it has successors."""
    index, tasks = graph.index, graph.network.tasks
    live = [link for link in graph.network.links if link.within is None]
    bound = {index.get(link.successor) for link in live} | {at for at in graph.summaries if tasks[at].constraint == "SNET"}
    sources = {index.get(link.predecessor) for link in live}
    for at in graph.summaries:
        for reached in (bound, sources):
            if at in reached:
                reached.update(graph.children[at])
        if tasks[at].constraint not in ("ASAP", "SNET", "FNLT"):
            graph.warnings.append(("summary_constraint_ignored", tasks[at].id, None, 0))
        if at in sources:
            graph.exits[at] = _new_exit(graph, at)
    for at in graph.summaries:
        for child in set(graph.children[at]) - graph.cancelled:
            _wire_child(graph, at, child, gate=at in bound)


def _new_exit(graph: Graph, at: int) -> int:
    graph.durations.append(0)
    graph.calendar_of.append(graph.calendar_of[at])
    graph.preds.append([])
    graph.in_order = False
    graph.hooked.append(1)
    return len(graph.durations) - 1


def _wire_child(graph: Graph, at: int, child: int, gate: bool) -> None:
    same = graph.calendar_of[at] == graph.calendar_of[child]
    if gate:
        if same and child not in graph.facts:
            graph.preds[child].append((at, 0, -2 - at))
            graph.in_order = False
        else:
            graph.add_clock_arc(ClockArc(at, child, -2 - at, False, False, 0, False))
    if at in graph.exits:
        source, leaves = graph.exits.get(child, child), graph.exits[at]
        if same:
            graph.preds[leaves].append((source, graph.durations[child], -2 - source))
        else:
            graph.add_clock_arc(ClockArc(source, leaves, -2 - source, True, False, 0, False))


def _read_links(graph: Graph) -> None:
    """Plain links between plain tasks at once, all others one by one."""
    index, durations, preds, odd = graph.index, graph.durations, graph.preds, _odd_nodes(graph)
    mixed, backwards, repeated = any(odd), False, False
    try:
        for number, link in enumerate(graph.network.links):
            source, target = index[link.predecessor], index[link.successor]
            if link.within is not None or (mixed and (odd[source] != odd[target] or odd[source] == ODD)):
                _read_odd_link(graph, number, link, source, target)
                continue
            kind, lag = link.kind, link.lag
            minutes = durations[source] if kind == "FS" else minutes_between(kind, durations[source], durations[target])
            if lag is not NO_LAG:
                if lag.elapsed or lag.percent is not None:
                    _read_odd_link(graph, number, link, source, target)
                    continue
                minutes += lag.minutes
            if source >= target:
                backwards = True
            arcs = preds[target]
            if arcs and arcs[-1][0] >= source:
                repeated = True
            arcs.append((source, minutes, number))
    except KeyError as missing:
        raise NetworkInvalid("unknown_task", f"a link names the unknown task {missing}") from None
    graph.in_order = graph.in_order and not backwards
    graph.repeated = repeated or mixed or bool(graph.clock_arcs)


def minutes_between(kind: str, source: int, target: int) -> int:
    """Minutes from the start of the source to the earliest start of the target, by the durations of both."""
    if kind not in ("FS", "SS", "FF", "SF"):
        raise NetworkInvalid("unknown_link", f"unknown kind of link: {kind!r}")
    return (source if kind[0] == "F" else 0) - (target if kind[1] == "F" else 0)


ODD = 255


def _odd_nodes(graph: Graph) -> list[int]:
    """The calendar of every task, or ODD for tasks whose links need a closer look."""
    odd = graph.calendar_of[: len(graph.network.tasks)]
    if len(graph.calendars) >= ODD:
        return [ODD] * len(odd)
    for group in (graph.children, graph.cancelled, graph.facts):
        for at in group:
            odd[at] = ODD
    return odd


def _read_odd_link(graph: Graph, number: int, link: Link, source: int, target: int) -> None:
    if link.kind not in ("FS", "SS", "FF", "SF"):
        raise NetworkInvalid("unknown_link", f"unknown kind of link: {link.kind!r}")
    if link.within is not None:
        graph.reserves.append(number)
        return
    if source in graph.cancelled or target in graph.cancelled:
        return
    from_finish, to_finish = link.kind[0] == "F", link.kind[1] == "F"
    if target in graph.children and to_finish:
        raise NetworkInvalid("finish_of_summary", f"{link.kind} cannot bind summary {link.successor}", link.successor)
    minutes, elapsed = lag_minutes(link.lag, graph.network.tasks[source].duration or 0)
    leaves = source in graph.children
    source = graph.exits.get(source, source)
    plain = not elapsed and graph.calendar_of[source] == graph.calendar_of[target] and target not in graph.facts
    if plain and (from_finish or not leaves):
        minutes += minutes_between(link.kind, graph.durations[source], graph.durations[target])
        graph.preds[target].append((source, minutes, number))
        graph.in_order = graph.in_order and source < target
    else:
        graph.add_clock_arc(ClockArc(source, target, number, from_finish, to_finish, minutes, elapsed))


def lag_minutes(lag: Lag, duration: int) -> tuple[int, bool]:
    """A lag in minutes and whether they run on the clock; percent of the predecessor's duration, half up."""
    if lag.percent is not None:
        return (2 * duration * lag.percent + 100) // 200, False
    return lag.minutes, lag.elapsed
