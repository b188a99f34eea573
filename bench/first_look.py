"""The first look at plan data after a change, at 250 and 5,000 rows: milliseconds of the processor in one process.

    python -m bench.first_look [--rounds 30]
    tools/postgres.sh python -m bench.first_look --database postgresql

In every round another connection writes, then the page asks for the plan as a browser does. `carried on`: the process has shown
the plan before; `again`: its second look; `never seen`: the first look of a process that has shown other plans only.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from tests.support.elsewhere import elsewhere

LIMITS = {250: 15, 5000: 60}
"""Rows, and the milliseconds that are allowed for the first look."""
SHAPE = 500
"""Rows of one project as the demo data have them: ten phases."""
Change = Callable[[], object]


@dataclass
class Times:
    """Milliseconds of each look, by its kind; bytes of the last answer."""

    carried: list[float] = field(default_factory=list)
    never: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    size: int = 0


def main() -> int:
    """Print a line a size and kind of change; 1 if one misses its limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.database == "sqlite":
            os.environ.pop("TONGZHOU_DATABASE_URL", None)
        projects, other = prepare(folder)
        ask(other), ask(other)
        print(f"{options.database}, {options.rounds} rounds, load {os.getloadavg()[0]:.1f}")
        print(f"{'rows':>6}  {'change':10}{'carried on':>12}{'p95':>7}{'never seen':>12}{'p95':>7}{'again':>7}{'KB':>6}")
        missed = [measured(projects[rows], rows, options.rounds) for rows in LIMITS]
    return int(any(missed))


def measured(project: Any, rows: int, rounds: int) -> bool:
    """Print a line for each kind of change; return whether one misses the limit."""
    times = {name: Times() for name in changes(project, 0)}
    for name, taken in times.items():
        for turn in range(rounds):
            elsewhere(changes(project, turn)[name])
            taken.never.append(in_a_child(partial(ask, project)))
    for name, taken in times.items():
        ask(project)
        for turn in range(rounds):
            elsewhere(changes(project, turn)[name])
            taken.carried.append(ask(project)[0])
            took, taken.size = ask(project)
            taken.again.append(took)
        told(name, rows, taken)
    return any(middle(taken.carried, 0.5) > LIMITS[rows] for taken in times.values())


def told(name: str, rows: int, taken: Times) -> None:
    """Print one line."""
    carried, never, again = (
        [middle(each, share) for share in (0.5, 0.95)] for each in (taken.carried, taken.never, taken.again)
    )
    note = f"  over {LIMITS[rows]}" if carried[0] > LIMITS[rows] else ""
    print(
        f"{rows:6}  {name:10}{carried[0]:12.1f}{carried[1]:7.1f}{never[0]:12.1f}{never[1]:7.1f}{again[0]:7.1f}"
        f"{taken.size / 1024:6.0f}{note}",
        flush=True,
    )


def middle(times: list[float], share: float) -> float:
    """The time that so large a share of the looks took at most."""
    ordered = sorted(times)
    return ordered[round(share * (len(ordered) - 1))]


def ask(project: Any) -> tuple[float, int]:
    """Ask for plan data as its manager; return the milliseconds of the processor and the bytes of the answer."""
    from django.test import Client

    from tongzhou.projects.models import ProjectRole

    client = Client(headers={"accept-encoding": "gzip"}, SERVER_NAME="localhost")
    client.force_login(ProjectRole.objects.get(project=project, kind="manager").user)
    begun = time.process_time()
    answer = client.get(f"/projects/{project.number}/plan/data")
    took = (time.process_time() - begun) * 1000
    assert answer.status_code == 200, answer.content[:300]
    return took, len(answer.content)


def changes(project: Any, turn: int) -> dict[str, Change]:
    """The kinds of change: a report, a name, and a duration that moves what waits for it."""
    from tongzhou.lib import clock
    from tongzhou.plan.actions import Asked, Report, record_progress, run_command
    from tongzhou.plan.models import WorkItem
    from tongzhou.projects.models import ProjectRole

    by = ProjectRole.objects.get(project=project, kind="manager").user
    dice, now = Random(turn), clock.now()
    leaves = WorkItem.objects.filter(project=project, children__isnull=True, is_milestone=False).select_related("project")
    going, waiting = (dice.choice(list(leaves.filter(state=state).order_by("pk"))) for state in ("doing", "todo"))
    report = Report("doing", 1000 + (going.percent + 1700) % 8000, going.actual_start)

    def cell(name: str, value: object) -> Change:
        cells = [{"id": waiting.pk, "field": name, "value": value}]
        return partial(run_command, by=by, project=project, asked=Asked("set", {"cells": cells}), now=now)

    return {
        "report": partial(record_progress, by=by, item=going, report=report, status_date=clock.today(), now=now),
        "name": cell("name", f"{waiting.name[:20]} {turn}"),
        "duration": cell("duration", 1 + (waiting.duration // 480 + turn) % 9),
    }


def in_a_child(look: Callable[[], tuple[float, int]]) -> float:
    """Look in a child of this process; what it comes to know ends with it. Returns the milliseconds."""
    from django.db import connection

    connection.close()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, str(look()[0]).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as told_by:
        return float(told_by.read())


def prepare(folder: str) -> tuple[dict[int, Any], Any]:
    """Lay demo projects into an empty database: the first half of one, ten in one, and another that is left as it is."""
    os.environ |= {"TONGZHOU_DATA": folder, "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings"}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from tongzhou.config.demo.large import Size
    from tongzhou.config.demo.laying import lay
    from tongzhou.lib import clock
    from tongzhou.plan.models import BaselineLine, Dependency, WorkItem
    from tongzhou.projects.models import Project

    lay(Size("M", 30, 1000, 2 + max(LIMITS) // SHAPE), clock.today(), lambda text: None)
    small, left, large, *others = Project.objects.order_by("pk")
    WorkItem.objects.filter(project__in=others).update(project=large)
    Dependency.objects.filter(project__in=others).update(project=large)
    BaselineLine.objects.filter(baseline__project__in=others).update(baseline=large.baselines.get())
    tops = WorkItem.objects.filter(project=small, parent=None).order_by("rank")
    for top in list(tops)[min(LIMITS) * 10 // SHAPE :]:
        top.delete()
    return {min(LIMITS): small, max(LIMITS): large}, left


if __name__ == "__main__":
    sys.exit(main())
