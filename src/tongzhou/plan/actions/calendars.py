"""Writes: the calendar of a project, and plans that follow a changed calendar."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongzhou.lib import clock
from tongzhou.lib.access import require
from tongzhou.people.actions import CalendarSpec, keep_calendar
from tongzhou.people.models import Department, System, User, WorkCalendar
from tongzhou.plan import access
from tongzhou.plan.actions.scheduling import keep_schedule, locked_plan, strict_dates
from tongzhou.plan.events import PlanFollowedCalendar, ProjectCalendarChanged
from tongzhou.plan.models import Plan
from tongzhou.plan.queries.concerned import ProjectMoves, concerned_projects, item_moves, projects_of_people
from tongzhou.plan.queries.tree import edges_of, items_of
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record
from tongzhou.timeline.models import Event


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
        old, chosen = row.calendar, calendar
        before: dict[str, object] = {}
        after: dict[str, object] = {}
        if own is not None:
            present = old if old is not None and old.is_private else None
            chosen, before, after = keep_calendar(present, own)
            WorkCalendar.objects.filter(pk=chosen.pk).update(is_private=True)
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


def follow_calendar(event: int) -> None:
    """Handler of events after which calendars differ: reschedule every plan that they move, each in its own transaction."""
    for project in concerned_by(Event.objects.get(pk=event)):
        follow(project=project, now=clock.now())


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
    return [
        ChangeOf(
            "work_item",
            move.item.id,
            move.item.name,
            *differences(*({"start": side[0], "finish": side[1]} for side in (move.before, move.after))),
        )
        for move in moved
    ]
