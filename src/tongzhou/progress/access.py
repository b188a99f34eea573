"""Who may report: as the plan says; which tasks somebody may name; who may report exceptions and write on their record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from tongzhou.lib.prepared import Given
from tongzhou.people.models import Leave, User
from tongzhou.plan.access import can_report_or_stand_in
from tongzhou.plan.models import WorkItem
from tongzhou.progress.models import Block, ExceptionReport
from tongzhou.projects.access import Role, Standing, can_edit_basics, standing, visible_to
from tongzhou.projects.models import Project

FILES_ANYWHERE = frozenset({Role.GENERAL_LEAD.value, Role.MANAGER.value, Role.QUALITY.value, Role.FINANCE.value})


def seen_items(user: User, keys: Iterable[int]) -> QuerySet[WorkItem]:
    """Return the work items among `keys` in projects that `user` sees."""
    return WorkItem.objects.filter(pk__in=list(keys), project__in=visible_to(user).values("pk"))


def can_report(user: User, item: WorkItem, now: datetime) -> bool:
    """Report on a task, and so name who must unblock it."""
    return can_report_or_stand_in(standing(user, item.project), user, item, timezone.localtime(now).date())


def asked_into(user: int | Given, today: date | Given) -> tuple[QuerySet[Block, Any], ...]:
    """Return the keys of the projects in which a person is asked today to unblock a task, standing in for who is on leave.

    Whoever the block waits for: a person who takes part, the seats of a department, or the manager.
    """
    away = Leave.objects.filter(first__lte=today, last__gte=today)
    named = away.filter(Q(stand_in_id=user) | Q(stand_in__isnull=True, user__stand_in_id=user)).values("user_id")
    waiting = Block.objects.filter(closed_at__isnull=True, work_item__state=WorkItem.State.BLOCKED).order_by()
    path = "work_item__project__"
    there = Q(**{f"{path}roles__user": F("person")}) | Q(**{f"{path}participations__seats__holder": F("person")})
    seats = {f"{path}participations__department": F("department"), f"{path}participations__seats__holder__in": named}
    manages = {f"{path}roles__kind": Role.MANAGER, f"{path}roles__user__in": named}
    found = (
        waiting.filter(there, person__in=named),
        waiting.filter(**seats),
        waiting.filter(person__isnull=True, department__isnull=True, **manages),
    )
    return tuple(rows.values("work_item__project_id") for rows in found)


def can_file_exception(at: Standing, department: int | None, owner: int | None) -> bool:
    """Report an exception: general lead, manager, quality and finance; head and liaison for their department; an owner for
    her own task."""
    if at.roles & FILES_ANYWHERE:
        return True
    if department is not None and department in at.heads | at.liaisons:
        return True
    return owner is not None and owner == at.user_id and at.rules.members_report_own


def can_handle_exception(at: Standing, report: ExceptionReport, leads: Iterable[int]) -> bool:
    """Write on the record what is done: who may file it, who handles it, and the seats of the lead department (`leads`)."""
    owner = report.work_item.owner_id if report.work_item is not None else None
    if can_file_exception(at, report.department_id, owner) or report.handler_id == at.user_id:
        return True
    return bool(frozenset(leads) & (at.heads | at.liaisons))


def tasks_of(project: Project) -> QuerySet[WorkItem]:
    """Return the tasks of a project, without summaries, in the order of the plan."""
    return WorkItem.objects.filter(project=project, children__isnull=True).order_by("rank")


def tasks_to_file_on(at: Standing, project: Project) -> QuerySet[WorkItem]:
    """Return the tasks of a project on which somebody may report an exception, in the order of the plan."""
    rows = tasks_of(project)
    if at.roles & FILES_ANYWHERE:
        return rows
    owned = Q(owner_id=at.user_id) if at.rules.members_report_own else Q(pk__in=[])
    return rows.filter(Q(department_id__in=at.heads | at.liaisons) | owned)


def can_file_somewhere(at: Standing, project: Project) -> bool:
    """Whether somebody may report any exception in a project."""
    return bool(at.roles & FILES_ANYWHERE or at.heads | at.liaisons) or tasks_to_file_on(at, project).exists()


def can_set_rhythm(at: Standing) -> bool:
    """Change when a project's tasks are synced: as its basic information."""
    return can_edit_basics(at)
