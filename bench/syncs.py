"""What a sync round costs: a thousand people of two hundred projects are reminded before a slot, counted and chased at it.

    python bench/syncs.py [--size M] [--rounds 3]
    tools/postgres.sh python bench/syncs.py

CPU time of the process that ticks, beside that of a bare write of the same rows (bulk_create in one transaction, in the same
run). Two fifths of the people have reported in time. Aim: at most four times the bare write, and the same number of statements
for any number of projects, but for one row on the record of each (counted for all projects, and for a tenth of them).
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

LIMIT = 4.0
TODAY = "2026-11-20"
# 17:00 in Shanghai, that Friday; the first slot that is measured is a week later.
FRIDAY = datetime(2026, 11, 20, 9, tzinfo=UTC)
LEAD = timedelta(hours=2)


def main() -> int:
    """Print both sides of the reminder and of the chase; 1 if a line is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="M")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"TONGZHOU_DATA": folder, "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings"}
        import django

        django.setup()
        return measured(options)


def measured(options: argparse.Namespace) -> int:
    """Lay the data, run the slots of some weeks by the clock alone, and write the same rows bare."""
    from django.core.management import call_command
    from django.db import connection

    from tongzhou.config.cli import main as tongzhou
    from tongzhou.progress.actions import keep_beats
    from tongzhou.projects.models import Project
    from tongzhou.rhythm.jobs import settle

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    assert tongzhou(["seed", "--size", options.size, "--today", TODAY]) == 0
    Project.objects.update(status_date=None)
    settle(FRIDAY + timedelta(hours=1))
    keep_beats(FRIDAY + timedelta(hours=1))
    print(
        f"{connection.vendor}, size {options.size}, laid in {time.perf_counter() - began:.0f} s, load {os.getloadavg()[0]:.1f}"
    )
    sides: dict[str, list[tuple[float, float, int, int]]] = {"reminder": [], "slot and chase": []}
    for week in range(1, options.rounds + 1):
        slot = FRIDAY + timedelta(weeks=week)
        settle(slot - timedelta(hours=3))
        sides["reminder"].append(_side(lambda slot=slot: settle(slot - LEAD)))
        _report(slot - timedelta(hours=1))
        sides["slot and chase"].append(_side(lambda slot=slot: settle(slot)))
    _print_people()
    ratios = [_print_side(name, rows) for name, rows in sides.items()]
    many, few = _statements(options.rounds + 1)
    print(f"statements of a slot: {many[0]} for {many[1]} projects, {few[0]} for {few[1]} (both without the record's rows)")
    met = max(ratios) <= LIMIT and many[0] == few[0]
    print("met" if met else "MISSED")
    return int(not met)


def _side(work: Callable[[], object]) -> tuple[float, float, int, int]:
    """Return seconds of CPU of the tick and of the bare write of what it wrote, its rows, and the people who were told."""
    from tongzhou.notifications.models import Notice

    before = _marks()
    began = time.process_time()
    work()
    spent = time.process_time() - began
    told = Notice.objects.filter(pk__gt=before[Notice]).values("person").distinct().count()
    bare, rows = _bare(before)
    return spent, bare, rows, told


def _models() -> list[Any]:
    from tongzhou.notifications.models import Delivery, Notice
    from tongzhou.progress.models import SyncMiss, SyncResult, SyncRound
    from tongzhou.timeline.models import Event

    return [SyncRound, SyncResult, SyncMiss, Event, Notice, Delivery]


def _marks() -> dict[Any, int]:
    return {model: model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0 for model in _models()}


def _bare(before: dict[Any, int]) -> tuple[float, int]:
    """Write the rows that came since once more, as plain rows under other keys; return the seconds of CPU and how many."""
    from django.db import transaction

    found = {model: list(model.objects.filter(pk__gt=mark).order_by("pk")) for model, mark in before.items()}
    parents = {model: {row.pk: row for row in rows} for model, rows in found.items()}
    for rows in found.values():
        for row in rows:
            row.pk, row._state.adding = None, True
    rounds, _results, _misses, _events, notices, _deliveries = found.values()
    for row in rounds:
        row.slot_at += timedelta(seconds=1)
    for row in notices:
        row.source = f"{row.source}~"[:200]
    spent = 0.0
    with transaction.atomic():
        for model, rows in found.items():
            for row in rows:
                _rename(row, parents)
            began = time.process_time()
            model.objects.bulk_create(rows)
            spent += time.process_time() - began
    _remove(rounds, notices)
    return spent, sum(map(len, found.values()))


def _rename(row: Any, parents: dict[Any, dict[int, Any]]) -> None:
    """Let a row name the new parent instead of the one that it was copied from."""
    for field in row._meta.concrete_fields:
        known = parents.get(field.related_model) if field.is_relation else None
        parent = known.get(getattr(row, field.attname)) if known else None
        if parent is not None:
            setattr(row, field.attname, parent.pk)


def _remove(rounds: list[Any], notices: list[Any]) -> None:
    """Take the copies away again, so that the next slot meets what the product wrote alone."""
    for rows in (rounds, notices):
        if rows:
            type(rows[0]).objects.filter(pk__in=[row.pk for row in rows]).delete()


def _report(at: datetime) -> None:
    """Let two fifths of the people report on all that they run."""
    from tongzhou.plan.models import WorkItem
    from tongzhou.progress.models import ProgressUpdate

    rows = WorkItem.objects.filter(owner__isnull=False, children__isnull=True).exclude(state__in=("done", "cancelled"))
    ProgressUpdate.objects.bulk_create(
        ProgressUpdate(
            work_item_id=row.pk,
            reported_by_id=row.owner_id,
            reporter_name="",
            state=row.state,
            percent=row.percent,
            status_date=at.date(),
            reported_at=at,
        )
        for row in rows.only("pk", "owner_id", "state", "percent")
        if row.owner_id % 5 < 2
    )


def _print_people() -> None:
    from tongzhou.progress.models import SyncResult, SyncRound

    asked = SyncResult.objects.values("owner").distinct().count()
    latest = SyncRound.objects.order_by("-slot_at").values_list("slot_at", flat=True)[0]
    rows = SyncRound.objects.filter(slot_at=latest)
    tasks, synced = (sum(rows.values_list(name, flat=True)) for name in ("tasks", "synced_tasks"))
    print(f"{asked} people asked in {rows.values('project').distinct().count()} projects: {tasks} tasks, {synced} in time")


def _print_side(name: str, rows: list[tuple[float, float, int, int]]) -> float:
    ours, bare = (statistics.median(row[at] for row in rows) for at in (0, 1))
    written, told = rows[-1][2:]
    each = ours / max(told, 1) * 1e6
    print(
        f"{name}: {ours:.3f} s CPU for {told} people told and {written} rows, {each:.0f} µs a person; "
        f"bare write {bare:.3f} s; ratio {ours / bare:.2f} (aim {LIMIT:.0f})"
    )
    return ours / bare


def _statements(week: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Count what a slot asks of the database, for all projects and for a tenth of them (others stand still)."""
    from tongzhou.projects.models import Project
    from tongzhou.rhythm.jobs import settle

    found = []
    for share in (1, 10):
        slot = FRIDAY + timedelta(weeks=week + len(found))
        keys = Project.objects.order_by("pk").values_list("pk", flat=True)
        Project.objects.filter(pk__in=[key for at, key in enumerate(keys) if at % share]).update(status_date="2020-01-06")
        settle(slot - timedelta(hours=1))
        found.append(_counted(slot))
    return found[0], found[1]


def _counted(slot: datetime) -> tuple[int, int]:
    """Return the statements of a slot without those of the record's rows, and of how many projects it was."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from tongzhou.lib import clock
    from tongzhou.progress.actions import close_sync
    from tongzhou.progress.models import SyncBeat, SyncRound

    beat = SyncBeat.objects.order_by("pk")[0]
    with clock.pretend(slot), transaction.atomic(), CaptureQueriesContext(connection) as caught:
        close_sync("regular", beat.pk, due_at=slot, now=slot)
    rows = SyncRound.objects.filter(slot_at=slot)
    recorded = sum("timeline_event" in query["sql"] and "INSERT" in query["sql"] for query in caught.captured_queries)
    return len(caught) - recorded, rows.values("project").distinct().count()


if __name__ == "__main__":
    sys.exit(main())
