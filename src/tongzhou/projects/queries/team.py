"""Reads: who takes part in a project."""

from __future__ import annotations

from dataclasses import dataclass

from tongzhou.lib.reading import read_once
from tongzhou.people.models import User
from tongzhou.projects.models import Participation, Project, ProjectRole, Seat


@dataclass(frozen=True)
class TakingPart:
    """A participation with the holders of its seats."""

    row: Participation
    head: User | None
    liaison: User | None
    may_decide: str = ""


@dataclass(frozen=True)
class Team:
    """Who takes part: rows for participations with their seats, and people by role."""

    participations: list[TakingPart]
    roles: list[ProjectRole]
    lead: str
    manager: str
    manager_id: int | None
    people: list[str]


def team_of(project: Project) -> Team:
    """Return participations, seats and roles. Three queries."""
    return read_once(("team", project.pk), lambda: _team(project))


def _team(project: Project) -> Team:
    rows = list(Seat.objects.filter(participation__project=project).select_related("holder"))
    seats = {(seat.participation_id, seat.kind): seat.holder for seat in rows}
    alone = {seat.participation_id: seat.may_decide for seat in rows if seat.kind == Seat.Kind.LIAISON}
    parts = [
        TakingPart(part, seats.get((part.pk, Seat.Kind.HEAD)), seats.get((part.pk, Seat.Kind.LIAISON)), alone.get(part.pk, ""))
        for part in project.participations.select_related("department")
    ]
    roles = list(project.roles.select_related("user", "user__department"))
    manager = next((role.user for role in roles if role.kind == ProjectRole.Kind.MANAGER), None)
    lead = next((part.row.department.name for part in parts if part.row.kind == Participation.Kind.LEAD), "")
    names = dict.fromkeys([role.user.name for role in roles] + [holder.name for holder in seats.values()])
    return Team(parts, roles, lead, manager.name if manager else "", manager.pk if manager else None, list(names))
