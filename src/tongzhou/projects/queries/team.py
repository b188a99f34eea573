"""Reads: who takes part in a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from tongzhou.lib.prepared import Given, Question, prepared
from tongzhou.lib.reading import read_once
from tongzhou.people.models import User
from tongzhou.projects.access import Standing, rules_of
from tongzhou.projects.models import Participation, Project, ProjectRole, Seat


@dataclass(frozen=True)
class Holder:
    """Who holds a seat."""

    id: int
    name: str
    is_active: bool = True


@dataclass(frozen=True)
class TakingPart:
    """A participation with the holders of its seats.

    `may_decide`: what the liaison decides alone, with the version of that text; `initiating`: the project began with it.
    """

    id: int
    department_id: int
    department: str
    kind: str
    duty: str
    deliverables: str
    head: Holder | None = None
    liaison: Holder | None = None
    may_decide: str = ""
    powers_version: int = 0
    initiating: bool = False

    @property
    def word(self) -> str:
        """Lead, support or supervise, in the reader's language."""
        return str(Participation.Kind(self.kind).label)


@dataclass(frozen=True)
class RoleHeld:
    """A role and who has it."""

    kind: str
    user_id: int
    name: str
    department: str
    is_active: bool = True

    @property
    def word(self) -> str:
        """The role in the reader's language."""
        return str(ProjectRole.Kind(self.kind).label)


@dataclass(frozen=True)
class Team:
    """Who takes part: participations with their seats, and people by role."""

    participations: tuple[TakingPart, ...]
    roles: tuple[RoleHeld, ...]
    lead: str
    manager: str
    manager_id: int | None
    people: tuple[str, ...]


def team_of(project: Project) -> Team:
    """Return participations, seats and roles. Two queries."""
    return read_once(("team", project.pk), lambda: _team(project))


def standing_of(user: User, project: Project) -> Standing:
    """Return what `user` is in `project`, as `access.standing` does, from the team: no query where a page shows it anyhow."""
    team, rules = team_of(project), rules_of(project)
    parts = team.participations if rules.seats else ()
    return Standing(
        user_id=user.pk,
        roles=frozenset(role.kind for role in team.roles if role.user_id == user.pk),
        heads=frozenset(part.department_id for part in parts if part.head and part.head.id == user.pk),
        liaisons=frozenset(part.department_id for part in parts if part.liaison and part.liaison.id == user.pk),
        rules=rules,
    )


def may_manage(user: User, project: Project) -> bool:
    """Whether she manages a project that has not ended, from the team: no query where a page shows it anyhow."""
    return project.stage != Project.Stage.CLOSED and team_of(project).manager_id == user.pk


def team_questions(project: Project) -> tuple[Question, Question]:
    """What `team_of` asks, to be asked ahead."""
    return _parts.of(project.pk), _roles.of(project.pk)


@prepared
def _parts(project: Given) -> QuerySet[Participation, tuple[Any, ...]]:
    rows = Participation.objects.filter(project=project).order_by("pk", "seats__pk")
    part = ("pk", "department_id", "department__name", "kind", "duty", "deliverables")
    return rows.values_list(
        *part,
        *("seats__kind", "seats__holder_id", "seats__holder__name", "seats__may_decide", "seats__version"),
        *("seats__holder__is_active", "is_initiating"),
    )


@prepared
def _roles(project: Given) -> QuerySet[ProjectRole, tuple[Any, ...]]:
    rows = ProjectRole.objects.filter(project=project).order_by("pk")
    return rows.values_list("kind", "user_id", "user__name", "user__department__name", "user__is_active")


def _team(project: Project) -> Team:
    rows = _parts(project.pk)
    seats = {(row[0], row[6]): Holder(row[7], row[8], row[11]) for row in rows if row[6]}
    alone = {row[0]: (row[9], row[10]) for row in rows if row[6] == Seat.Kind.LIAISON}
    parts = tuple(
        TakingPart(
            id=key,
            department_id=department,
            department=name,
            kind=kind,
            duty=duty,
            deliverables=deliverables,
            head=seats.get((key, Seat.Kind.HEAD)),
            liaison=seats.get((key, Seat.Kind.LIAISON)),
            may_decide=alone.get(key, ("", 0))[0],
            powers_version=alone.get(key, ("", 0))[1],
            initiating=initiating,
        )
        for key, department, name, kind, duty, deliverables, initiating in dict.fromkeys((*row[:6], row[12]) for row in rows)
    )
    found = _roles(project.pk)
    roles = tuple(RoleHeld(kind, user, name, department or "", active) for kind, user, name, department, active in found)
    manager = next((role for role in roles if role.kind == ProjectRole.Kind.MANAGER), None)
    lead = next((part.department for part in parts if part.kind == Participation.Kind.LEAD), "")
    names = dict.fromkeys([role.name for role in roles] + [holder.name for holder in seats.values()])
    return Team(parts, roles, lead, manager.name if manager else "", manager.user_id if manager else None, tuple(names))
