"""From positions to dates: what a schedule tells about every task, summaries rolled up, conflicts, the driving chain."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import repeat
from operator import add, sub

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.graph import Graph, lag_minutes
from tongzhou.engine.limits import reserve_limits
from tongzhou.engine.network import Link
from tongzhou.engine.passes import NONE, Dates


@dataclass(slots=True)
class TaskDates:
    """Dates are instants, slack is working minutes; `driver` is the link that decides the early start."""

    early_start: int
    early_finish: int
    late_start: int
    late_finish: int
    total_slack: int
    free_slack: int
    critical: bool
    driver: Link | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A constraint and what contradicts it: `minutes` working minutes, because of `link` (None: the status date or the
    project start)."""

    task: int
    constraint: str
    date: int
    link: Link | None
    minutes: int


@dataclass(frozen=True, slots=True)
class Warning_:
    """Something that people should know and that stops nothing; `kind` is stable."""

    kind: str
    task: int | None = None
    link: Link | None = None
    minutes: int = 0


@dataclass(slots=True)
class Schedule:
    """The answer: dates by task id. `driving_chain` lists the tasks that decide the project finish, first to last."""

    start: int
    finish: int
    tasks: dict[int, TaskDates]
    conflicts: list[Conflict] = field(default_factory=list)
    warnings: list[Warning_] = field(default_factory=list)
    driving_chain: list[int] = field(default_factory=list)


def answer(graph: Graph, dates: Dates, finish: int) -> Schedule:
    """Dates, slack and critical flags of all tasks; `finish` is the instant of the project finish."""
    rows = _rows(graph, dates)
    _patch(graph, dates, rows)
    if graph.children:
        _roll_up(graph, dates, rows)
    tasks = graph.network.tasks
    counted = [row for at, row in enumerate(rows) if at not in graph.cancelled] if graph.cancelled else rows
    return Schedule(
        start=min((row.early_start for row in counted), default=graph.network.start),
        finish=finish,
        tasks={task.id: row for task, row in zip(tasks, rows, strict=True)},
        conflicts=[
            Conflict(tasks[at].id, tasks[at].constraint, tasks[at].date or 0, _link(graph, dates, number), minutes)
            for at, number, minutes in sorted(dates.conflicts)
        ],
        warnings=_warnings(graph, dates, rows),
        driving_chain=_driving_chain(graph, dates, rows),
    )


def _rows(graph: Graph, dates: Dates) -> list[TaskDates]:
    count = len(graph.network.tasks)
    early, late, durations = dates.early[:count], dates.late[:count], graph.durations[:count]
    ends, late_ends = list(map(add, early, durations)), list(map(add, late, durations))
    slack = list(map(sub, late, early))
    room = [
        total if gap is None else (gap if gap > 0 else 0)
        for total, gap in zip(slack, dates.free[:count], strict=True)
    ]
    threshold = graph.network.critical_slack
    links, drivers = graph.network.links, dates.driver[:count]
    by = [links[number] if number >= 0 else (None if number == NONE else _link(graph, dates, number)) for number in drivers]
    starts, finishes = _converters(graph, min(early + late, default=0), max(ends + late_ends, default=0))
    return list(
        map(
            TaskDates,
            starts(early),
            finishes(ends),
            starts(late),
            finishes(late_ends),
            slack,
            room,
            [total <= threshold for total in slack],
            by,
        )
    )


Convert = Callable[[list[int]], list[int]]


def _converters(graph: Graph, first: int, last: int) -> tuple[Convert, Convert]:
    """Functions from positions of all tasks to instants: on the start side, on the finish side."""
    if len(graph.calendars) > 1:
        calendars = [graph.calendars[number] for number in graph.calendar_of[: len(graph.network.tasks)]]
        return (
            lambda positions: [calendar.start_of(w) for calendar, w in zip(calendars, positions, strict=True)],
            lambda positions: [calendar.finish_of(w) for calendar, w in zip(calendars, positions, strict=True)],
        )
    calendar = graph.calendars[0]
    begin, end = calendar.finish_of(first), calendar.start_of(last) + 1
    if end - begin > 1440 * 4 * len(graph.network.tasks):
        return (
            lambda positions: list(map(calendar.start_of, positions)),
            lambda positions: list(map(calendar.finish_of, positions)),
        )
    return _table(calendar, begin, end)


def _table(calendar: WorkingCalendar, begin: int, end: int) -> tuple[Convert, Convert]:
    """Conversion by bisection in one flat table: cheaper than asking the calendar when there are many tasks."""
    starts, before = calendar.intervals(begin - 1, end)
    shift = [0, *map(sub, starts, before)]
    shift[0] = shift[1]

    def on_start_side(positions: list[int]) -> list[int]:
        return [shift[k] + w for k, w in zip(map(bisect_right, repeat(before), positions), positions, strict=False)]

    def on_finish_side(positions: list[int]) -> list[int]:
        return [shift[k] + w for k, w in zip(map(bisect_left, repeat(before), positions), positions, strict=False)]

    return on_start_side, on_finish_side


def _patch(graph: Graph, dates: Dates, rows: list[TaskDates]) -> None:
    """Milestones, started, done and cancelled tasks: what positions do not tell."""
    count = len(rows)
    for at, moment in dates.start_at.items():
        if at >= count or at in graph.children:
            continue
        row = rows[at]
        row.early_start, row.early_finish = moment, dates.finish_at[at]
        fact = graph.facts.get(at)
        if fact is None:
            row.late_start = row.late_finish = moment if dates.late[at] == dates.early[at] else row.late_finish
            continue
        row.late_start = fact.start
        if fact.done:
            _settle_row(row)
    for at in graph.cancelled:
        _settle_row(rows[at])


def _settle_row(row: TaskDates) -> None:
    row.late_start, row.late_finish = row.early_start, row.early_finish
    row.total_slack = row.free_slack = 0
    row.critical = False


def _roll_up(graph: Graph, dates: Dates, rows: list[TaskDates]) -> None:
    """Summaries from their children, the deepest first; cancelled rows count only where everything is cancelled."""
    for at in reversed(graph.summaries):
        children = [rows[child] for child in graph.children[at] if child not in graph.cancelled or at in graph.cancelled]
        row = rows[at]
        row.early_start = min(child.early_start for child in children)
        row.early_finish = max(child.early_finish for child in children)
        row.late_start = min(child.late_start for child in children)
        row.late_finish = max(child.late_finish for child in children)
        row.total_slack = min(child.total_slack for child in children)
        row.free_slack = min(child.free_slack for child in children)
        row.critical = any(child.critical for child in children)


def _link(graph: Graph, dates: Dates, number: int) -> Link | None:
    """The link behind a driver: through the gates of the hierarchy to the link into a summary."""
    while number < NONE:
        number = dates.driver[-2 - number]
    return graph.network.links[number] if number >= 0 else None


def _warnings(graph: Graph, dates: Dates, rows: list[TaskDates]) -> list[Warning_]:
    tasks, links = graph.network.tasks, graph.network.links
    found = [
        Warning_(kind, task, links[number] if number is not None else None, minutes)
        for kind, task, number, minutes in graph.warnings
    ]
    found += _duplicates(graph)
    for at in sorted(dates.clamped):
        found += _clamp_warnings(graph, dates, at)
    for at in graph.limited:
        task = tasks[at]
        if task.deadline is not None and at not in graph.cancelled:
            calendar = graph.calendars[graph.calendar_of[at]]
            missed = calendar.between(task.deadline, rows[at].early_finish)
            if missed > 0:
                found.append(Warning_("deadline_missed", task.id, None, missed))
    for number in graph.reserves:
        missed = max((dates.early[at] - limit for at, limit in reserve_limits(graph, dates, number)), default=0)
        if missed > 0:
            found.append(Warning_("relative_deadline_missed", links[number].successor, links[number], missed))
    return found


def _duplicates(graph: Graph) -> list[Warning_]:
    """Links of one kind between one pair: all count, the tightest decides."""
    links = graph.network.links
    seen: set[tuple[int, int, str]] = set()
    found = []
    if len({(link.predecessor, link.successor) for link in links}) == len(links):
        return []
    for link in links:
        key = (link.predecessor, link.successor, str(link.kind))
        if key in seen and link.within is None:
            found.append(Warning_("duplicate_link", link.successor, link))
        seen.add(key)
    return found


def _clamp_warnings(graph: Graph, dates: Dates, at: int) -> list[Warning_]:
    """Leads that would start a task before the project start."""
    if at >= len(graph.network.tasks):
        return []
    tasks, links = graph.network.tasks, graph.network.links
    calendar = graph.calendars[graph.calendar_of[at]]
    begin = calendar.worked(graph.network.start)
    found = []
    for source, minutes, number in graph.preds[at]:
        short = begin - dates.early[source] - minutes
        if number >= 0 and short > 0:
            lag, _ = lag_minutes(links[number].lag, tasks[source].duration or 0 if source < len(tasks) else 0)
            if lag < 0:
                found.append(Warning_("clamped_to_project_start", tasks[at].id, links[number], short))
    return found


def _driving_chain(graph: Graph, dates: Dates, rows: list[TaskDates]) -> list[int]:
    """Task ids from the first to the last task: each was placed by a link from the one before."""
    tasks = graph.network.tasks
    if graph.children or graph.cancelled:
        ends = [at for at in range(len(rows)) if at not in graph.children and at not in graph.cancelled]
    else:
        ends = list(range(len(rows)))
    if not ends:
        return []
    latest = max(rows[at].early_finish for at in ends)
    at = max((at for at in ends if rows[at].early_finish == latest), key=lambda end: (rows[end].early_start, tasks[end].id))
    chain = [tasks[at].id]
    while (link := _link(graph, dates, dates.driver[at])) is not None:
        at = _source(graph, dates, link)
        chain.append(tasks[at].id)
    return chain[::-1]


def _source(graph: Graph, dates: Dates, link: Link) -> int:
    """The task behind the predecessor end of a link; of a summary the leaf that decides."""
    at = graph.exits.get(graph.index[link.predecessor], graph.index[link.predecessor])
    if at < len(graph.network.tasks):
        return at
    if link.kind[0] == "S":
        return dates.earliest_leaf.get(at, at)
    while at >= len(graph.network.tasks):
        at = -2 - dates.driver[at]
    return at

