"""What a schedule tells about every task and about the whole: conflicts, warnings, the driving chain."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from tongzhou.engine.columns import Columns, columns_of, link_behind
from tongzhou.engine.graph import Graph, lag_minutes
from tongzhou.engine.limits import reserve_limits
from tongzhou.engine.network import Link, Network
from tongzhou.engine.passes import NONE, Dates


class TaskDates(NamedTuple):
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
class Solution:
    """The answer with the dates in columns; the lists follow the tasks of the network."""

    network: Network
    ids: Iterable[int]
    start: int
    finish: int
    columns: Columns
    conflicts: list[Conflict]
    warnings: list[Warning_]
    driving_chain: list[int]


@dataclass(slots=True)
class Schedule:
    """The answer: dates by task id. `driving_chain` lists the tasks that decide the project finish, first to last."""

    start: int
    finish: int
    tasks: dict[int, TaskDates]
    conflicts: list[Conflict] = field(default_factory=list)
    warnings: list[Warning_] = field(default_factory=list)
    driving_chain: list[int] = field(default_factory=list)


def answer(graph: Graph, dates: Dates) -> Solution:
    """Dates, slack and critical flags of all tasks, and what follows from them."""
    columns = columns_of(graph, dates)
    ends = _counted(graph)
    tasks = graph.network.tasks
    starts, finishes = columns.early_starts, columns.early_finishes
    return Solution(
        network=graph.network,
        ids=graph.index,
        start=min(starts if ends is None else [starts[at] for at in ends], default=graph.network.start),
        finish=max(finishes if ends is None else [finishes[at] for at in ends], default=graph.network.start),
        columns=columns,
        conflicts=[
            Conflict(tasks[at].id, tasks[at].constraint, tasks[at].date or 0, _link(graph, dates, number), minutes)
            for at, number, minutes in sorted(dates.conflicts)
        ],
        warnings=_warnings(graph, dates, columns),
        driving_chain=_driving_chain(graph, dates, columns, ends),
    )


def by_task(found: Solution) -> Schedule:
    """The answer with the dates of every task together, by its id."""
    columns, links = found.columns, found.network.links
    by_number: list[Link | None] = [*links, None]  # NONE, which is -1, finds the last entry
    rows = map(
        partial(tuple.__new__, TaskDates),  # a call of the class costs three times as much
        zip(
            columns.early_starts,
            columns.early_finishes,
            columns.late_starts,
            columns.late_finishes,
            columns.slack,
            columns.room,
            columns.critical,
            map(by_number.__getitem__, columns.drivers),
            strict=True,
        ),
    )
    return Schedule(
        found.start,
        found.finish,
        dict(zip(found.ids, rows, strict=True)),
        found.conflicts,
        found.warnings,
        found.driving_chain,
    )


def _counted(graph: Graph) -> list[int] | None:
    """The leaves that decide where the plan starts and ends; None: all tasks."""
    if not (graph.children or graph.cancelled):
        return None
    return [at for at in range(len(graph.network.tasks)) if at not in graph.children and at not in graph.cancelled]


def _link(graph: Graph, dates: Dates, number: int) -> Link | None:
    """The link behind a driver."""
    number = link_behind(dates, number)
    return None if number == NONE else graph.network.links[number]


def _warnings(graph: Graph, dates: Dates, columns: Columns) -> list[Warning_]:
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
            missed = calendar.between(task.deadline, columns.early_finishes[at])
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
    starts, finishes = columns.early_starts, columns.early_finishes
    latest = max(finishes if ends is None else [finishes[at] for at in ends], default=None)
    last = [at for at, finish in enumerate(finishes) if finish == latest]
    if ends is not None:
        last = sorted(set(ends).intersection(last))
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
