"""A slot: people are reminded before it, what was said is counted at it, and who did not say is asked again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation

from tongzhou.lib.bulk import insert_rows
from tongzhou.notifications.actions import notify_all
from tongzhou.people.models import System
from tongzhou.progress.actions.beats import lock_syncs, remind_next
from tongzhou.progress.actions.chasing import Missed, told_of_missing, told_of_slot
from tongzhou.progress.events import SyncClosed
from tongzhou.progress.models import SyncMiss, SyncResult, SyncRound
from tongzhou.progress.queries.beats import URGENCIES, KeptBeat, kept_beats
from tongzhou.progress.queries.syncing import AskedTask, Slice, asked_tasks, rounds_at
from tongzhou.projects.access import rules_of
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import Subject, record


def remind_of_sync(urgency: str, beat: int, *, now: datetime) -> None:
    """Tell who has not synced yet that a slot comes: one notice a person and slot, over all projects whose slot it is.

    Light projects are not reminded of. A slot that was moved meanwhile is reminded of in its time.
    """
    lock_syncs()
    beats = kept_beats(_day(now))
    kept = next((one for one in beats if one.row.pk == beat), None)
    slot = kept.beat.after(urgency, now) if kept else None
    if kept is None or slot is None:
        return
    begins = slot - kept.beat.rule.lead
    if begins <= now:
        projects = _projects(key for one in beats for key in one.projects)
        slices = _slices(beats, slot, lambda kept, _urgency: bool(kept.beat.rule.lead))
        for one in slices:
            one.projects[:] = [key for key in one.projects if rules_of(projects[key]).seats]
        tasks = [task for task in asked_tasks(slices, slot, now) if not task.synced]
        with translation.override(settings.LANGUAGE_CODE):
            notify_all(told_of_slot(tasks, projects, slot, over=False), now=now)
    remind_next(kept, urgency, now)


def close_sync(urgency: str, beat: int, *, due_at: datetime, now: datetime) -> None:
    """Count the slot that is over, in all projects whose slot it was; ask again who did not sync, and name them.

    Of several slots that were missed while nothing ran, the last one is caught up.
    """
    lock_syncs()
    beats = kept_beats(_day(now))
    kept = next((one for one in beats if one.row.pk == beat), None)
    slot = kept.beat.latest(urgency, due_at, now) if kept else None
    if slot is None:
        return
    done = rounds_at(slot)
    slices = [
        Slice(one.urgency, [key for key in one.projects if (key, one.urgency) not in done], one.until, one.window)
        for one in _slices(beats, slot, lambda kept, urgency: kept.beat.latest(urgency, slot, now) == slot)
    ]
    tasks = asked_tasks(slices, slot, now)
    projects = _projects({task.project for task in tasks})
    counts = _count(tasks)
    closed = _Closed(slot, now, projects, counts)
    _keep_rounds(closed)
    _tell(closed, tasks)


@dataclass
class _Count:
    """What a round came to: the tasks of each (department, owner, who was asked)."""

    tasks: dict[tuple[int | None, int, int | None], list[AskedTask]] = field(default_factory=lambda: defaultdict(list))

    def people(self) -> tuple[int, int]:
        """How many people were asked, and how many of them had said all."""
        asked = {task.asked for tasks in self.tasks.values() for task in tasks if task.asked is not None}
        behind = {task.asked for tasks in self.tasks.values() for task in tasks if not task.synced}
        return len(asked), len(asked - behind)


Counts = dict[tuple[int, str], _Count]


@dataclass(frozen=True)
class _Closed:
    slot: datetime
    now: datetime
    projects: dict[int, Project]
    counts: Counts


def _count(tasks: Iterable[AskedTask]) -> Counts:
    found: Counts = defaultdict(_Count)
    for task in tasks:
        found[task.project, task.urgency].tasks[task.department, task.owner, task.asked].append(task)
    return found


def _keep_rounds(closed: _Closed) -> None:
    """Write the rounds with what each person came to: five statements, and one for the record of each round."""
    rows, columns = [], ("project", "urgency", "slot_at", "closed_at", "people", "synced_people", "tasks", "synced_tasks")
    for (project, urgency), count in closed.counts.items():
        tasks = [task for found in count.tasks.values() for task in found]
        synced = sum(task.synced for task in tasks)
        rows.append((project, urgency, closed.slot, closed.now, *count.people(), len(tasks), synced))
        event = SyncClosed(project, urgency, closed.slot.isoformat(), *count.people())
        subject = Subject("project", project, closed.projects[project].name)
        record(event, by=System(), now=closed.now, subject=subject, project=project)
    SyncRound.objects.bulk_create(SyncRound(**_named(columns, row)) for row in rows)
    made = SyncRound.objects.filter(slot_at=closed.slot, closed_at=closed.now).values_list("pk", "project_id", "urgency")
    _keep_results(closed, {row[1:]: row[0] for row in made if row[1:] in closed.counts})


def _named(columns: Collection[str], values: Iterable[object]) -> dict[str, object]:
    names = (f"{name}_id" if name == "project" else name for name in columns)
    return dict(zip(names, values, strict=True))


def _keep_results(closed: _Closed, rounds: dict[tuple[int, str], int]) -> None:
    results = {(rounds[key], *who): tasks for key, count in closed.counts.items() for who, tasks in count.tasks.items()}
    insert_rows(
        SyncResult,
        ("round_id", "department_id", "owner_id", "asked_id", "tasks", "missed"),
        [(*key, len(tasks), sum(not task.synced for task in tasks)) for key, tasks in results.items()],
    )
    names = ("round_id", "department_id", "owner_id", "asked_id", "pk")
    rows = SyncResult.objects.filter(round__in=rounds.values(), missed__gt=0).values_list(*names)
    missed = [(row[-1], task.id) for row in rows for task in results[row[:-1]] if not task.synced]
    SyncMiss.objects.bulk_create(SyncMiss(result_id=result, work_item_id=key) for result, key in missed)


def _tell(closed: _Closed, tasks: list[AskedTask]) -> None:
    missed = [task for task in tasks if not task.synced]
    with translation.override(settings.LANGUAGE_CODE):
        chased = told_of_slot(missed, closed.projects, closed.slot, over=True)
        listed = told_of_missing(Missed(missed, closed.projects, closed.slot))
        notify_all([*chased, *listed], now=closed.now)


def _slices(beats: Iterable[KeptBeat], slot: datetime, which: Callable[[KeptBeat, str], bool]) -> list[Slice]:
    """Return what is asked at a slot, of all beats that have it; `which` leaves out some of their urgencies."""
    found = []
    for kept in beats:
        for urgency in URGENCIES:
            if kept.projects and kept.beat.comes_at(urgency, slot) and which(kept, urgency):
                after = kept.beat.after(urgency, slot) or slot
                until = timezone.localtime(after).date()
                found.append(Slice(urgency, list(kept.projects), until, kept.beat.rule.window))
    return found


def _projects(keys: Iterable[int]) -> dict[int, Project]:
    wanted = set(keys)
    return Project.objects.in_bulk(wanted) if wanted else {}


def _day(now: datetime) -> object:
    return timezone.localtime(now).date()
