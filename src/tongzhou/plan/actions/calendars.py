"""Writes: the calendar of a project, and plans that follow a changed calendar."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongzhou.lib import clock
from tongzhou.lib.access import require
from tongzhou.people.access import signed_in
from tongzhou.people.actions import as_if, keep_calendar
from tongzhou.people.models import Department, System, User, WorkCalendar
from tongzhou.people.queries import CalendarSpec
from tongzhou.plan import access
from tongzhou.plan.actions.scheduling import fresh_item, keep_schedule, locked_plan, reschedule, strict_dates
from tongzhou.plan.actions.summarising import keep_summary
from tongzhou.plan.events import PlanFollowedCalendar, ProjectCalendarChanged, WorkItemChanged
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.plan.queries.concerned import ProjectMoves, concerned_projects, item_moves, projects_of_people
from tongzhou.plan.queries.tree import edges_of, items_of
from tongzhou.projects.access import standing, visible_to
from tongzhou.projects.models import Project
from tongzhou.rhythm.actions import owe
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record
from tongzhou.timeline.models import Event

MOST_PREVIEWED = 60
Looked = TypeVar("Looked")


def change_project_calendar(
    *,
    by: User | System,
    project: Project,
    calendar: WorkCalendar | None,
    own: CalendarSpec | None = None,
    now: datetime,
) -> None:
    """Let the project work by a calendar of the organisation, by days of its own, or (neither) by the organisation's.

    The plan is rescheduled in the same transaction.
    :raises Refused: if `by` may not edit the plan, or the project's own calendar would contradict itself.
    """
    require(isinstance(by, System) or access.can_edit_plan(standing(by, project)))
    with transaction.atomic():
        plan = locked_plan(project)
        row = Project.objects.select_related("calendar").get(pk=project.pk)
        old = row.calendar
        chosen, before, after = _kept(row, own) if own is not None else (calendar, {}, {})
        if (old and old.pk) != (chosen and chosen.pk):
            before = {"calendar": old.name if old else None}
            after = {"calendar": chosen.name if chosen else None}
        if before == after:
            return
        row.calendar = project.calendar = chosen
        row.save(update_fields=["calendar"])
        if old is not None and old.is_private and chosen != old:
            old.delete()
        changes = [ChangeOf("project", project.pk, project.name, before, after), *_reschedule(row, plan)]
        subject = Subject("project", project.pk, project.name)
        record(ProjectCalendarChanged(project.pk), by=by, now=now, subject=subject, project=project.pk, changes=changes)


def change_item_calendar(
    *, by: User, item: WorkItem, calendar: WorkCalendar | None, follows_owner: bool, now: datetime
) -> None:
    """Let a task run on a calendar of its own (None: as its owner's department or the project), and follow its owner's leave.

    :raises Refused: if `by` may not change the task.
    """
    require(access.can_edit_item(standing(by, item.project), item.department_id), _("You may not change this task."))
    with transaction.atomic():
        plan, item = locked_plan(item.project), fresh_item(item)
        old = {"calendar": item.calendar.name if item.calendar else None, "follows_owner": item.follows_owner}
        fresh = {"calendar": calendar.name if calendar else None, "follows_owner": follows_owner}
        before, after = differences(old, fresh)
        if not after:
            return
        changed = {"calendar": calendar, "follows_owner": follows_owner}
        WorkItem.objects.filter(pk=item.pk).update(**changed, version=item.version + 1)
        reschedule(item.project, plan)
        change = ChangeOf("work_item", item.pk, item.name, before, after)
        subject = Subject("work_item", item.pk, item.name)
        record(WorkItemChanged(item.pk), by=by, now=now, subject=subject, project=item.project_id, changes=[change])


def follow_calendar(event: int) -> None:
    """Handler of events after which calendars differ: every plan that they may move follows, each in its own transaction."""
    owe("plan-calendar", [project.pk for project in concerned_by(Event.objects.get(pk=event))], clock.now())


def follow(*, project: Project, now: datetime) -> int:
    """Bring the stored dates of a plan to its calendars as they are now; return how many items moved."""
    with transaction.atomic():
        plan = locked_plan(project)
        changes = _reschedule(project, plan)
        if changes:
            subject = Subject("project", project.pk, project.name)
            event = PlanFollowedCalendar(project.pk, len(changes))
            record(event, by=System(), now=now, subject=subject, project=project.pk, changes=changes)
    return len(changes)


def concerned_by(event: Event) -> list[Project]:
    """Return the projects whose calendars an event may have changed."""
    if event.kind in ("leave-taken", "leave-cancelled"):
        return projects_of_people([event.data["person"]], following=True)
    if event.kind in ("person-changed", "department-changed"):
        used = set(Department.objects.filter(calendar__isnull=False).values_list("calendar", flat=True))
        if not used:
            return []
        return projects_of_people([event.data["person"]]) if event.kind == "person-changed" else concerned_projects(used)
    if event.kind == "statutory-year-announced":
        return concerned_projects(None)
    return concerned_projects(set(event.data.get("calendars", [event.data.get("calendar")])))


def calendar_moves(request: HttpRequest, concerned: Collection[int] | None) -> dict[str, Any]:
    """Panel of "calendar_change": what would move in which project, as things stand in this transaction.

    Projects that the person may not see are counted, not named.
    """
    projects = concerned_projects(concerned)
    named = set(visible_to(signed_in(request)).values_list("pk", flat=True))
    looked = projects[:MOST_PREVIEWED]
    moved = [moves for project in looked if (moves := project_moves(project)) is not None]
    seen = [moves for moves in moved if moves.project.pk in named]
    counts = {"looked": len(looked), "more": len(projects) - len(looked), "tasks": sum(moves.count for moves in moved)}
    return {
        "template": "plan/calendar_moves.html",
        "moves": seen,
        "hidden": [moves for moves in moved if moves.project.pk not in named],
        "count": len(moved),
        "told": {"projects": [_told(moves) for moves in seen], "hidden": len(moved) - len(seen), **counts},
        **counts,
    }


def _told(moves: ProjectMoves) -> dict[str, Any]:
    days = {name: getattr(moves, name).isoformat() for name in ("first", "last", "finish_before", "finish_after")}
    return {"number": moves.project.number, "name": moves.project.name, "tasks": moves.count, **days}


def under_calendar(
    project: Project, calendar: WorkCalendar | None, own: CalendarSpec | None, look: Callable[[Project], Looked]
) -> Looked:
    """Return what `look` sees of the project under another choice of change_project_calendar. Everything is taken back.

    :raises Refused: if the own calendar would contradict itself.
    """
    fresh = Project.objects.select_related("calendar").get(pk=project.pk)

    def change() -> None:
        fresh.calendar = calendar if own is None else _kept(fresh, own)[0]
        fresh.save(update_fields=["calendar"])

    return as_if(change, lambda: look(fresh))


def _kept(project: Project, own: CalendarSpec) -> tuple[WorkCalendar, dict[str, object], dict[str, object]]:
    present = project.calendar if project.calendar is not None and project.calendar.is_private else None
    kept, before, after = keep_calendar(present, own)
    kept.is_private = True
    kept.save(update_fields=["is_private"])
    return kept, before, after


def project_moves(project: Project) -> ProjectMoves | None:
    """Return what would move in a plan if it followed its calendars as they are now; None if nothing. Writes nothing."""
    items, edges = items_of(project), edges_of(project)
    dates = strict_dates(project, items, edges)
    moved = [move for move in item_moves(items, dates) if move.item.leaf]
    if not moved:
        return None
    days = [day for move in moved for day in (*move.before, *move.after) if day is not None]
    before = max((item.finish for item in items if item.finish is not None), default=max(days))
    after = max(dates[item.id].finish for item in items)
    return ProjectMoves(project, len(moved), min(days), max(days), before, after)


def _reschedule(project: Project, plan: Plan) -> list[ChangeOf]:
    """Schedule the stored plan where a date moves; return the moved items' changes."""
    items, edges = items_of(project), edges_of(project)
    moved = item_moves(items, strict_dates(project, items, edges)) if items else []
    if moved:
        keep_schedule(project, plan, items, edges)
    else:
        keep_summary(project=project, items=items)
    return [
        ChangeOf(
            "work_item",
            move.item.id,
            move.item.name,
            *differences(*({"start": side[0], "finish": side[1]} for side in (move.before, move.after))),
        )
        for move in moved
    ]
