"""From positions to dates: what a schedule tells about every task, summaries rolled up, conflicts, the driving chain."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import gcd
from operator import add, attrgetter, sub

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.graph import Graph, lag_minutes
from tongzhou.engine.limits import reserve_limits
from tongzhou.engine.network import Link
from tongzhou.engine.passes import NONE, UNBOUND, Dates


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


def answer(graph: Graph, dates: Dates) -> Schedule:
    """Dates, slack and critical flags of all tasks, and what follows from them."""
    columns = _columns(graph, dates)
    ends = _counted(graph)
    rows = _rows(graph, dates, columns)
    if graph.facts or graph.cancelled:
        _patch(graph, rows)
    if graph.children:
        _roll_up(graph, dates, rows)
    tasks = graph.network.tasks
    starts, finishes = columns[0], columns[1]
    return Schedule(
        start=min(starts if ends is None else [starts[at] for at in ends], default=graph.network.start),
        finish=max(finishes if ends is None else [finishes[at] for at in ends], default=graph.network.start),
        tasks=dict(zip([task.id for task in tasks], rows, strict=True)),
        conflicts=[
            Conflict(tasks[at].id, tasks[at].constraint, tasks[at].date or 0, _link(graph, dates, number), minutes)
            for at, number, minutes in sorted(dates.conflicts)
        ],
        warnings=_warnings(graph, dates, rows),
        driving_chain=_driving_chain(graph, dates, columns, ends),
    )


Columns = tuple[list[int], list[int], list[int], list[int]]  # early start, early finish, late start, late finish


def _counted(graph: Graph) -> list[int] | None:
    """The leaves that decide where the plan starts and ends; None: all tasks."""
    if not (graph.children or graph.cancelled):
        return None
    return [at for at in range(len(graph.network.tasks)) if at not in graph.children and at not in graph.cancelled]


def _columns(graph: Graph, dates: Dates) -> Columns:
    """The instants of all tasks, with milestones on their side and facts as they are."""
    count = len(graph.network.tasks)
    early, late, durations = dates.early[:count], dates.late[:count], graph.durations[:count]
    ends, late_ends = list(map(add, early, durations)), list(map(add, late, durations))
    starts, finishes = _converters(graph, min(early + late), max(ends + late_ends)) if count else (list, list)
    columns = (starts(early), finishes(ends), starts(late), finishes(late_ends))
    if graph.lazy:
        _place_milestones(graph, dates, columns)
    early_starts, early_finishes, late_starts, late_finishes = columns
    for at, moment in dates.start_at.items():
        if at < count and at not in graph.children:
            early_starts[at], early_finishes[at] = moment, dates.finish_at[at]
            if at not in graph.facts:
                if late[at] == early[at]:
                    late_finishes[at] = moment
                late_starts[at] = late_finishes[at]
    return columns


def _place_milestones(graph: Graph, dates: Dates, columns: Columns) -> None:
    """Both dates of a milestone are one instant; late ones lie on the finish side unless they are the early ones."""
    early_starts, early_finishes, late_starts, late_finishes = columns
    early, late, sides = dates.early, dates.late, dates.start_side
    for at, duration in enumerate(graph.durations):
        if duration:
            continue
        if at in sides:
            early_finishes[at] = early_starts[at]
            if late[at] == early[at]:
                late_finishes[at] = late_starts[at]
        else:
            early_starts[at] = early_finishes[at]
        late_starts[at] = late_finishes[at]


def _rows(graph: Graph, dates: Dates, columns: Columns) -> list[TaskDates]:
    count = len(graph.network.tasks)
    slack = list(map(sub, dates.late[:count], dates.early))
    room = [total if gap == UNBOUND else (gap if gap > 0 else 0) for total, gap in zip(slack, dates.free[:count], strict=True)]
    threshold, links = graph.network.critical_slack, graph.network.links
    critical = [total <= threshold for total in slack]
    by = [
        links[number] if number >= 0 else (None if number == NONE else _link(graph, dates, number))
        for number in dates.driver[:count]
    ]
    return list(map(TaskDates, *columns, slack, room, critical, by))


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
    count = len(graph.network.tasks)
    begin, end = calendar.finish_of(first), calendar.start_of(last) + 1
    table = _table(calendar, begin, end, last, 256 * count) if end - begin <= 1440 * 4 * count else None
    return table or (
        lambda positions: list(map(calendar.start_of, positions)),
        lambda positions: list(map(calendar.finish_of, positions)),
    )


def _table(calendar: WorkingCalendar, begin: int, end: int, last: int, limit: int) -> tuple[Convert, Convert] | None:
    """Conversion by a flat table: cheaper than asking the calendar when there are many tasks.

    Between two instants of work that share an interval the difference of instant and position is constant. All
    intervals are whole multiples of some `grain` (an hour, usually), so a position finds its interval by division.
    None where that takes more than `limit` grains.
    """
    starts, before = calendar.intervals(begin - 1, end)
    base, grain = before[0], gcd(*map(sub, before[1:], before)) or max(1, last - before[0] + 1)
    if (last - base) // grain > limit:
        return None
    shift: list[int] = []
    for start, position, following in zip(starts, before, [*before[1:], last + grain + 1], strict=True):
        shift += [start - position] * -(-(following - position) // grain)
    before_base = base + 1

    def on_start_side(positions: list[int]) -> list[int]:
        return [w + shift[(w - base) // grain] for w in positions]

    def on_finish_side(positions: list[int]) -> list[int]:
        return [w + shift[(w - before_base) // grain] for w in positions]

    return on_start_side, on_finish_side


def _patch(graph: Graph, rows: list[TaskDates]) -> None:
    """Started tasks keep their start; done and cancelled ones have no slack."""
    for at, fact in graph.facts.items():
        rows[at].late_start = fact.start
        if fact.done:
            _settle_row(rows[at])
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
    if not graph.repeated or len(set(map(_PAIR, links))) == len(links):
        return []
    seen: set[tuple[int, int, str]] = set()
    found = []
    for link in links:
        key = (link.predecessor, link.successor, str(link.kind))
        if key in seen and link.within is None:
            found.append(Warning_("duplicate_link", link.successor, link))
        seen.add(key)
    return found


_PAIR = attrgetter("predecessor", "successor")


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


def _driving_chain(graph: Graph, dates: Dates, columns: Columns, ends: list[int] | None) -> list[int]:
    """Task ids from the first to the last task: each was placed by a link from the one before."""
    tasks = graph.network.tasks
    starts, finishes = columns[0], columns[1]
    candidates = range(len(tasks)) if ends is None else ends
    latest = max(finishes if ends is None else [finishes[at] for at in ends], default=None)
    last = [at for at in candidates if finishes[at] == latest]
    if not last:
        return []
    at = max(last, key=lambda end: (starts[end], tasks[end].id))
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
