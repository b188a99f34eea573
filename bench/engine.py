"""CPU time of the schedule engine against a bare pass over plain lists and, where installed, networkx.

    python bench/engine.py [sizes …]      (default 1000 10000 100000)

Targets: the whole engine at most 3 x the bare forward and backward pass of the same run, and at most 1.5 x
networkx.dag_longest_path_length; the command with parsing and output at most 2 x networkx; one change in a plan of 10,000
tasks, without scheduling the rest, at most 2 ms at the 95th percentile.
"""

import importlib.util
import io
import json
import random
import sys
import time
from collections.abc import Callable
from datetime import datetime

from tongzhou.config.commands.schedule import run
from tongzhou.engine.calendar import STANDARD_WEEK, WorkingCalendar, instant
from tongzhou.engine.incremental import Replan
from tongzhou.engine.network import Link, Network, Task
from tongzhou.engine.schedule import schedule

Arcs = list[tuple[int, int]]
HOURS = [["09:00", "12:00"], ["13:00", "18:00"]]


def plan_of(count: int) -> tuple[list[int], Arcs]:
    """Durations of `count` tasks and finish-to-start links, about two a task, from earlier to later tasks nearby."""
    dice = random.Random(count)
    durations = [dice.choice((0, 240, 480, 960, 1440, 2400)) for _ in range(count)]
    arcs = {(max(0, at - dice.randint(1, 50)), at) for at in range(1, count) for _ in range(2)}
    return durations, sorted(arcs)


def bare(durations: list[int], arcs: Arcs) -> int:
    """Topological order, forward pass, backward pass and slack: the least that any scheduler does."""
    count = len(durations)
    after: list[list[int]] = [[] for _ in range(count)]
    before: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for source, target in arcs:
        after[source].append(target)
        before[target].append(source)
        waiting[target] += 1
    order = [at for at in range(count) if not waiting[at]]
    for at in order:
        for target in after[at]:
            waiting[target] -= 1
            if not waiting[target]:
                order.append(target)
    return bare_passes(durations, before, after, order)


def bare_passes(durations: list[int], before: list[list[int]], after: list[list[int]], order: list[int]) -> int:
    """Both passes over a sorted graph."""
    finish = [0] * len(durations)
    for at in order:
        begin = 0
        for source in before[at]:
            if finish[source] > begin:  # noqa: PLR1730 (min and max cost a call for every link)
                begin = finish[source]
        finish[at] = begin + durations[at]
    end = max(finish)
    late = [end] * len(durations)
    for at in reversed(order):
        latest = end
        for target in after[at]:
            begin = late[target] - durations[target]
            if begin < latest:  # noqa: PLR1730
                latest = begin
        late[at] = latest
    return end + min(last - first for last, first in zip(late, finish, strict=True))


def in_turns(sides: dict[str, Callable[[], object]], least: float = 2.0) -> dict[str, float]:
    """The smallest CPU time of each side in seconds, over rounds in which every side has its turn."""
    best, total = dict.fromkeys(sides, float("inf")), 0.0
    rounds = 0
    while total < least or rounds < 5:
        for name, work in sides.items():
            began = time.process_time()
            work()
            taken = time.process_time() - began
            best[name], total = min(best[name], taken), total + taken
        rounds += 1
    return best


def network_of(durations: list[int], arcs: Arcs) -> Network:
    """The same plan for the engine."""
    return Network(
        "bench",
        instant(datetime(2026, 1, 5, 9)),
        [Task(at, duration) for at, duration in enumerate(durations)],
        [Link(source, target) for source, target in arcs],
        {"std": WorkingCalendar(STANDARD_WEEK)},
        "std",
    )


def text_of(durations: list[int], arcs: Arcs) -> str:
    """The same plan for the command."""
    return json.dumps(
        {
            "id": "bench",
            "start": "2026-01-05T09:00",
            "calendars": {"std": {"days": {day: HOURS for day in ("MON", "TUE", "WED", "THU", "FRI")}}},
            "calendar": "std",
            "tasks": [{"id": at, "duration": duration} for at, duration in enumerate(durations)],
            "links": [{"from": source, "to": target, "type": "FS", "lag": 0} for source, target in arcs],
        }
    )


def longest_path(durations: list[int], arcs: Arcs) -> Callable[[], object] | None:
    """The length of the longest path by networkx, None where it is not installed."""
    if importlib.util.find_spec("networkx") is None:
        return None
    import networkx

    graph = networkx.DiGraph()
    graph.add_weighted_edges_from((source, target, durations[source]) for source, target in arcs)
    return lambda: networkx.dag_longest_path_length(graph)


def one_change(count: int, changes: int = 200) -> None:
    """Print what one change of a duration, and of a start, costs in a plan that is scheduled already."""
    network = network_of(*plan_of(count))
    replan, dice, taken = Replan(network), random.Random(count), dict[str, list[float]]()
    leaves = [task for task in network.tasks if task.duration]
    for _ in range(changes):
        task, days = dice.choice(leaves), dice.randint(1, 5)
        for name, change in (
            ("duration", lambda task=task, days=days: replan.set_duration(task.id, days * 480)),
            ("start", lambda task=task, days=days: replan.set_start(task.id, replan.dates(task.id).early_start + days * 1440)),
            ("start back", lambda task=task: replan.set_start(task.id, None)),
        ):
            began = time.process_time()
            change()
            taken.setdefault(name, []).append(time.process_time() - began)
    for name, times in taken.items():
        times.sort()
        middle, late = times[len(times) // 2] * 1000, times[len(times) * 95 // 100] * 1000
        print(f"one change of {count} tasks, {name}: p50 {middle:.2f} ms, p95 {late:.2f} ms")


def measure(count: int) -> None:
    """Print one row of times and ratios."""
    durations, arcs = plan_of(count)
    network, text = network_of(durations, arcs), text_of(durations, arcs)
    sides: dict[str, Callable[[], object]] = {
        "bare": lambda: bare(durations, arcs),
        "engine": lambda: schedule(network),
        "command": lambda: run("-", io.StringIO(text), io.StringIO()),
    }
    peer = longest_path(durations, arcs)
    if peer is not None:
        sides["networkx"] = peer
    taken = in_turns(sides)
    floor, engine, command = taken["bare"], taken["engine"], taken["command"]
    row = f"{count:>8} {len(arcs):>8} {floor * 1000:>9.1f} {engine * 1000:>9.1f} {engine / floor:>7.2f}"
    if peer is None:
        print(f"{row}         -       - {command * 1000:>10.1f}       -")
    else:
        best = taken["networkx"]
        print(f"{row} {best * 1000:>9.1f} {engine / best:>7.2f} {command * 1000:>10.1f} {command / best:>7.2f}")


if __name__ == "__main__":
    print("   tasks    links   bare ms engine ms  /bare  networkx  /peer command ms  /peer")
    for size in sys.argv[1:] or ("1000", "10000", "100000"):
        measure(int(size))
    for size in sys.argv[1:] or ("10000",):
        one_change(int(size))
