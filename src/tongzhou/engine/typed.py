"""What a typed start means beside the links (rule 11a): nothing, “not earlier than”, or a kept date that conflicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.graph import lag_minutes
from tongzhou.engine.network import Link, Network, Task
from tongzhou.engine.schedule import Schedule, schedule


@dataclass(frozen=True)
class Resolution:
    """The constraint that a typed start turns into; `driving` is the link that the typed date breaks, else None."""

    constraint: str
    date: int | None
    driving: Link | None = None


def resolve_typed_starts(
    network: Network, typed: Mapping[int, int], follow: frozenset[int] = frozenset()
) -> dict[int, Resolution]:
    """Decide for each typed start (task id → instant) what it means.

    Later than the links give, or no links: SNET (FNET for a task without duration). Equal: ASAP. Earlier: MSO, the typed
    date is kept and conflicts; for ids in `follow` the links win instead (ASAP). The network's own constraints on those
    tasks are ignored.

    :raises CycleFound: if the links form a cycle.
    """
    kinds = {task.id: "SNET" if task.duration else "FNET" for task in network.tasks}
    soft = {task: (kinds[task], when) for task, when in typed.items()}
    first, calendars = schedule(_with(network, soft)), _calendars(network)
    pushed = {
        task
        for task, when in typed.items()
        if task not in follow and calendars[task].worked(first.tasks[task].early_start) > calendars[task].worked(when)
    }
    placed = schedule(_with(network, soft | {task: ("MSO", typed[task]) for task in pushed}))
    bounds = link_bounds(network, placed)
    found = {}
    for task, when in typed.items():
        bound, driving = bounds.get(task, (network.start, None))
        gap = calendars[task].worked(when) - calendars[task].worked(max(bound, network.start))
        # Without links nothing but the typed start itself holds the task when the project's start moves.
        if gap > 0 or (gap == 0 and task not in bounds):
            found[task] = Resolution(kinds[task], when)
        elif gap < 0 and task not in follow:
            found[task] = Resolution("MSO", when, driving)
        else:
            found[task] = Resolution("ASAP", None)
    return found


def link_bounds(network: Network, result: Schedule) -> dict[int, tuple[int, Link]]:
    """Return for each task with links the earliest start that they allow in `result`, and the link that drives it.

    Links into a summary bind the starts of its leaves.
    """
    tasks = {task.id: task for task in network.tasks}
    calendars = _calendars(network)
    leaves = _leaves(network)
    bounds: dict[int, tuple[int, Link]] = {}
    for link in network.links:
        length = tasks[link.predecessor].duration or 0
        if link.within is not None or tasks[link.predecessor].cancelled or tasks[link.successor].cancelled:
            continue
        for leaf in leaves[link.successor]:
            instant = _allowed(link, length, tasks[leaf], calendars[leaf], result)
            if leaf not in bounds or instant > bounds[leaf][0]:
                bounds[leaf] = (instant, link)
    return bounds


def _allowed(link: Link, duration: int, successor: Task, calendar: WorkingCalendar, result: Schedule) -> int:
    predecessor = result.tasks[link.predecessor]
    base = predecessor.early_finish if link.kind in ("FS", "FF") else predecessor.early_start
    minutes, elapsed = lag_minutes(link.lag, duration)
    if elapsed:
        bound = calendar.start_of(calendar.worked(base + minutes))
    elif minutes:
        bound = calendar.add(base, minutes)
    else:
        bound = base
    if link.kind in ("FF", "SF"):
        bound = calendar.add(bound, -(successor.duration or 0)) if successor.duration else bound
    return bound


def _with(network: Network, constraints: Mapping[int, tuple[str, int]]) -> Network:
    tasks = [
        replace(task, constraint=constraints[task.id][0], date=constraints[task.id][1]) if task.id in constraints else task
        for task in network.tasks
    ]
    return replace(network, tasks=tasks)


def _calendars(network: Network) -> dict[int, WorkingCalendar]:
    return {task.id: network.calendars[task.calendar or network.calendar] for task in network.tasks}


def _leaves(network: Network) -> dict[int, list[int]]:
    children: dict[int, list[int]] = {task.id: [] for task in network.tasks}
    for task in network.tasks:
        if task.parent is not None:
            children[task.parent].append(task.id)
    leaves: dict[int, list[int]] = {}
    for task in network.tasks:
        stack, found = [task.id], []
        while stack:
            current = stack.pop()
            if children[current]:
                stack.extend(children[current])
            else:
                found.append(current)
        leaves[task.id] = found
    return leaves
