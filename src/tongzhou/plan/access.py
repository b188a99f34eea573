"""Who may change the plan: the manager, and a liaison for the work items of his own department."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from tongzhou.lib.access import require
from tongzhou.people.models import Leave, User
from tongzhou.plan.models import WorkItem
from tongzhou.projects.access import LIAISON, Standing, standing
from tongzhou.projects.models import Project


def can_edit_plan(at: Standing) -> bool:
    """Create, import, move and link anything."""
    return at.manages


def can_edit_item(at: Standing, department_id: int | None) -> bool:
    may = LIAISON in at.rules.edits_wbs
    return at.manages or (may and department_id is not None and department_id in at.liaisons)


def can_assign_item(at: Standing, department_id: int | None) -> bool:
    """Give a work item to an owner: the manager, or the department's liaison or head."""
    return can_edit_item(at, department_id) or (department_id is not None and department_id in at.heads)


def can_report_item(at: Standing, department_id: int | None, owner_id: int | None) -> bool:
    """Report progress: the manager, the department's liaison, the owner."""
    return can_edit_item(at, department_id) or (at.rules.members_report_own and owner_id == at.user_id)


def can_report_or_stand_in(at: Standing, user: User, item: WorkItem, today: date) -> bool:
    """Report progress as can_report_item, or in the owner's place; `at` is what `user` is in the project."""
    own = can_report_item(at, item.department_id, item.owner_id)
    return own or (at.takes_part and can_stand_in(user, item, today))


def can_stand_in(user: User, item: WorkItem, today: date) -> bool:
    """Report for the owner: as the item's stand-in (B角), or as the owner's while she is on leave."""
    if item.owner_id is None or item.owner_id == user.pk:
        return False
    return item.stand_in_id == user.pk or _stood_in(user, today).filter(user_id=item.owner_id).exists()


def asked_instead(user: User, today: date) -> Q:
    """Return the condition of the work items about which `user` is asked because their owner is on leave."""
    away = Leave.objects.filter(first__lte=today, last__gte=today)
    of_item = Q(stand_in_id=user.pk, owner__in=away.values("user_id"))
    return (of_item | Q(owner__in=_stood_in(user, today).values("user_id"))) & ~Q(owner_id=user.pk)


def _stood_in(user: User, today: date) -> QuerySet[Leave]:
    """Return the leaves of today for which `user` stands in: named there, or by default."""
    named = Q(stand_in_id=user.pk) | Q(stand_in__isnull=True, user__stand_in_id=user.pk)
    return Leave.objects.filter(named, first__lte=today, last__gte=today)


def require_some_right(user: User, project: Project, at: Standing | None = None) -> None:
    """Let pass who may change anything in the plan at all; which rows, the actions look at.

    :raises Forbidden: if there is nothing.
    """
    at = at or standing(user, project)
    rows = WorkItem.objects.filter(project=project)
    stands_in = Q(stand_in_id=user.pk) | Q(owner__stand_in_id=user.pk) | Q(owner__leaves__stand_in_id=user.pk)
    require(bool(at.manages or at.liaisons or at.heads) or rows.filter(Q(owner_id=user.pk) | stands_in).exists())
