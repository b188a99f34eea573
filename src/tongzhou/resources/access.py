"""Who asks departments for resources, who answers for one, and who reads amounts of money."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from tongzhou.lib.prepared import Given
from tongzhou.people.models import Leave, User
from tongzhou.plan.access import can_edit_item
from tongzhou.projects.access import Role, Standing, asked_of
from tongzhou.projects.models import Project, Seat
from tongzhou.projects.queries.asked import WITH_SEATS, principals_of
from tongzhou.resources.models import Commitment
from tongzhou.signoffs.access import valid_on
from tongzhou.signoffs.models import Delegation

READERS = frozenset({Role.GENERAL_LEAD, Role.MANAGER, Role.QUALITY, Role.FINANCE})


def are_asked(project: Project) -> bool:
    """Whether departments are asked to promise anything in a project of this weight."""
    return "commitments" in asked_of(project)


def can_ask(at: Standing, department_id: int | None) -> bool:
    """Ask a department for something, change or withdraw it: the manager, and the department's liaison."""
    return can_edit_item(at, department_id)


@dataclass(frozen=True)
class Answers:
    """For which departments of which projects a person answers today, each with the name of whose answer it is ("": hers)."""

    seats: dict[tuple[int, int], str]

    def answers(self, project: int, department: int) -> bool:
        return (project, department) in self.seats

    def instead_of(self, project: int, department: int) -> str:
        return self.seats.get((project, department), "")

    def departments(self, project: int) -> frozenset[int]:
        return frozenset(department for place, department in self.seats if place == project)


def answers_of(user: User, today: date, project: Project | None = None) -> Answers:
    """Return for whom `user` answers: as head, as delegate of one, or standing in for one on leave. Three queries."""
    people = principals_of(user, today)
    given = valid_on(Delegation.objects.filter(delegate=user, seat__startswith=f"{Seat.Kind.HEAD}:"), today)
    grants = {(key, seat, principal) for key, seat, principal in given.values_list("project_id", "seat", "principal_id")}
    seats = Seat.objects.filter(
        kind=Seat.Kind.HEAD,
        holder__in={*people, *(principal for _key, _seat, principal in grants)},
        holder__is_active=True,
        participation__project__weight__in=WITH_SEATS,
    )
    if project is not None:
        seats = seats.filter(participation__project=project)
    columns = ("participation__project_id", "participation__department_id", "holder_id", "holder__name")
    found: dict[tuple[int, int], str] = {}
    for key, department, holder, name in seats.order_by("pk").values_list(*columns):
        if holder == user.pk:
            found[key, department] = ""
        elif holder in people or (key, f"{Seat.Kind.HEAD}:{department}", holder) in grants:
            found.setdefault((key, department), name)
    return Answers(found)


@dataclass(frozen=True)
class Sees:
    """Whose amounts of money a person reads: all, or those of some departments."""

    everything: bool
    departments: Collection[int] = ()

    def amounts(self, kind: str, department: int) -> bool:
        return kind != Commitment.Kind.BUDGET or self.everything or department in self.departments


def sees(at: Standing, answers: Answers, project: Project) -> Sees:
    """Return which amounts a person reads in a project (row “read amounts”)."""
    own = at.heads | at.liaisons | answers.departments(project.pk)
    return Sees(bool(READERS & at.roles), own)


def asked_into(user: int | Given, today: date | Given) -> tuple[QuerySet[Commitment, Any], ...]:
    """Return the keys of projects into which a person is asked today, because she stands in for a head who is to answer.

    In a project that ended nothing is answered any more.
    """
    away = Leave.objects.filter(first__lte=today, last__gte=today)
    named = away.filter(Q(stand_in_id=user) | Q(stand_in__isnull=True, user__stand_in_id=user)).values("user_id")
    rows = Commitment.objects.filter(
        state=Commitment.State.ASKED,
        project__weight__in=WITH_SEATS,
        project__participations__department=F("department"),
        project__participations__seats__kind=Seat.Kind.HEAD,
        project__participations__seats__holder__in=named,
    )
    return (rows.exclude(project__stage=Project.Stage.CLOSED).order_by().values("project_id"),)
