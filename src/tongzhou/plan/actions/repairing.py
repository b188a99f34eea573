"""Writes: bring what is kept ready back to what follows from what was entered and reported, where a database was damaged."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from tongzhou.engine.calendar import CalendarEmpty
from tongzhou.engine.network import NetworkInvalid
from tongzhou.engine.schedule import CycleFound
from tongzhou.lib.bulk import update_rows
from tongzhou.people.models import System
from tongzhou.plan.actions.scheduling import locked_plan, refused_by, reschedule
from tongzhou.plan.actions.summarising import keep_summary
from tongzhou.plan.events import PlanRepaired
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries.calendars import calendars_of
from tongzhou.plan.queries.soundness import COLUMNS, Unsound, is_summary_stray, stray_dates, stray_progress, unsound_of
from tongzhou.plan.queries.tree import items_of
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record


def confirmed_unsound(*, project: Project) -> Unsound:
    """Look at a plan again while nobody can change it: what a change under way looked like is not taken for damage."""
    with transaction.atomic():
        locked_plan(project)
        return unsound_of(Project.objects.get(pk=project.pk))


def repair_plan(*, by: System, project: Project, now: datetime) -> int:
    """Give the items the progress of their latest marks, schedule the plan, store its summary; return how many rows differed.

    :raises Refused: if the plan cannot be scheduled; then nothing is written.
    """
    with transaction.atomic():
        plan = locked_plan(project)
        row = Project.objects.get(pk=project.pk)
        stray = stray_progress(row)
        update_rows(WorkItem, COLUMNS, [(key, *asdict(marked).values()) for key, (_name, _known, marked) in stray.items()])
        changes = [
            ChangeOf("work_item", key, name, *differences(asdict(known), asdict(marked)))
            for key, (name, known, marked) in stray.items()
        ]
        moved = _repair_dates(row, changes, plan_changed=bool(stray))
        if moved:
            reschedule(row, plan)
        summary = is_summary_stray(row)
        if summary:
            keep_summary(project=row)
        count = len({change.id for change in changes}) + summary
        if count:
            subject = Subject("project", row.pk, row.name)
            record(PlanRepaired(row.pk, count), by=by, now=now, subject=subject, project=row.pk, changes=changes)
    return count


def _repair_dates(project: Project, changes: list[ChangeOf], *, plan_changed: bool) -> bool:
    """Add the dates that differ to `changes`; return whether the plan is to be scheduled."""
    items = items_of(project)
    if not items:
        return False
    try:
        off = [] if plan_changed else stray_dates(project, items, calendars_of(project, items))
    except (CycleFound, NetworkInvalid, CalendarEmpty) as error:
        raise refused_by(error, items) from error
    for item, at in off:
        stored = {"start": item.start, "finish": item.finish, "slack": item.slack, "critical": item.critical}
        fresh = {"start": at.start, "finish": at.finish, "slack": at.slack, "critical": at.critical}
        changes.append(ChangeOf("work_item", item.id, item.name, *differences(stored, fresh)))
    return bool(off) or plan_changed
