"""What a change that concerns many people costs its writer, against the same change that concerns nobody.

    python bench/fanout.py [--people 500] [--rounds 30]

Target: at most 1.2 times, in CPU time of the writer. Both sides send a weekly report, in turns: one of a project in which 500
people take part, each of whom is told, one of a project with its manager alone. The worker's part is printed beside it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable

LIMIT = 1.2


def main() -> int:
    """Print both sides and their ratio; 1 if it is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"TONGZHOU_DATA": folder, "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings"}
        return measured(options.people, options.rounds)


def measured(people: int, rounds: int) -> int:
    """Make the people, write reports in turns, and let the worker tell."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from tongzhou.lib import clock
    from tongzhou.notifications.models import Notice
    from tongzhou.people.actions import add_department, add_person
    from tongzhou.people.models import System, User
    from tongzhou.projects.actions import create_project
    from tongzhou.projects.models import ProjectRole
    from tongzhou.projects.queries.comments import participants
    from tongzhou.reports import actions as reports
    from tongzhou.rhythm.jobs import settle

    call_command("migrate", verbosity=0)
    now, system = timezone.now(), System()
    lead = add_department(by=system, name="研发部", now=now)
    manager = add_person(by=system, name="陈一", login="chenyi", department=lead, now=now)
    found = User.objects.bulk_create([User(login=f"p{at}", name=f"人{at:03}") for at in range(people)])
    projects = {}
    for name, members in (("many", found), ("none", [])):
        projects[name] = create_project(
            by=system, number=name, manager=manager, lead=lead, now=now, basics={"name": name, "starts_on": now.date()}
        )
        ProjectRole.objects.bulk_create([ProjectRole(project=projects[name], user=one, kind="member") for one in members])
    settle(now)
    times: dict[str, list[float]] = {name: [] for name in projects}
    for turn in range(rounds):
        for name, project in projects.items():
            times[name].append(_cost(lambda p=project, t=turn: _send(reports, manager, p, t, clock.now())))
    began = time.process_time()
    settle(clock.now())
    told = time.process_time() - began
    many, none = (statistics.median(times[name]) * 1000 for name in ("many", "none"))
    counts = {name: participants(project).count() - 1 for name, project in projects.items()}
    sides = f"{counts['many']} concerned {many:.2f} ms CPU, {counts['none']} concerned {none:.2f} ms"
    print(f"writer: {sides}; ratio {many / none:.2f} (at most {LIMIT})")
    print(f"the worker told {Notice.objects.count()} times in {told:.1f} s CPU")
    return int(many / none > LIMIT)


def _send(reports: object, by: object, project: object, turn: int, now: object) -> None:
    """Send the report of a week that has none: everybody who sees the project is told."""
    from datetime import date, timedelta

    from tongzhou.papers import Paper
    from tongzhou.reports.queries import week_of

    week = week_of(date(2020, 1, 6) + timedelta(weeks=turn))
    finished = reports.Finished(Paper("周报"), week.first, 0)  # type: ignore[attr-defined]
    reports.send_report(by=by, project=project, week=week, finished=finished, now=now)  # type: ignore[attr-defined]


def _cost(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
