"""Who may escalate, and who may decide on which step."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from tongzhou.escalations.models import Case, Level
from tongzhou.lib.prepared import Given
from tongzhou.people.models import Leave
from tongzhou.projects.access import Role, Standing, can_edit_basics
from tongzhou.projects.models import Project

EVERYWHERE = frozenset({Role.GENERAL_LEAD.value, Role.MANAGER.value, Role.QUALITY.value})


def can_escalate(at: Standing, departments: Collection[int | None], owner: int | None) -> bool:
    """Open a case, let it climb, close it: general lead, manager, quality supervisor; head and liaison of a department that
    suffers from it or answers for it; for her own task its owner."""
    if at.roles & EVERYWHERE or (at.heads | at.liaisons).intersection(departments):
        return True
    return owner is not None and owner == at.user_id and at.rules.members_report_own


def can_escalate_case(at: Standing, case: Case) -> bool:
    """Let this case climb, or close it."""
    return can_escalate(at, (case.department_id, case.origin_id), case.owner_id)


def can_decide(at: Standing, case: Case, asked: int | None) -> bool:
    """Decide or hand back: the general lead on every step, the manager up to hers, on the department's its head and liaison;
    and whoever is asked (`asked`, by id), such as a stand-in."""
    if Role.GENERAL_LEAD in at.roles or asked == at.user_id:
        return True
    if case.level == Level.LEAD:
        return False
    if at.manages:
        return True
    return case.level == Level.DEPARTMENT and case.department_id in at.heads | at.liaisons


def can_change_ladder(at: Standing) -> bool:
    """Change the time limits of a project: as its basic information."""
    return can_edit_basics(at)


def asked_into(user: int | Given, today: date | Given) -> tuple[QuerySet[Case, Any], ...]:
    """Return the keys of projects into which a person is asked today, because she stands in for who answers a case there."""
    away = Leave.objects.filter(first__lte=today, last__gte=today)
    named = away.filter(Q(stand_in_id=user) | Q(stand_in__isnull=True, user__stand_in_id=user)).values("user_id")
    open_ = Case.objects.filter(closed_at__isnull=True).order_by()
    manages = Q(project__roles__user__in=named) & (
        Q(level=Level.MANAGER, project__roles__kind=Role.MANAGER) | Q(level=Level.LEAD, project__roles__kind=Role.GENERAL_LEAD)
    )
    holds = Q(
        level=Level.DEPARTMENT,
        project__participations__department=F("department"),
        project__participations__seats__holder__in=named,
    )
    return open_.filter(manages).values("project_id"), open_.filter(holds).values("project_id")


def visible_cases(project: Project) -> QuerySet[Case]:
    """Return the cases of a project that somebody sees: who sees it sees them all."""
    return Case.objects.filter(project=project)
