"""Reads: lists of projects, and what a project's pages say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tongzhou.people.models import User
from tongzhou.projects.access import visible_to
from tongzhou.projects.models import Participation, Project, ProjectRole, Seat


@dataclass(frozen=True)
class Listed:
    """A project in a list."""

    number: str
    name: str
    kind: str
    lead: str
    manager: str
    starts_on: date | None
    ends_on: date | None


SORTS = {"number": "number", "name": "name", "start": "starts_on", "end": "ends_on", "new": "-created_at"}


def projects_of(user: User, *, search: str = "", sort: str = "new") -> list[Listed]:
    """Return the projects that `user` sees. Three queries."""
    rows = visible_to(user)
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(number__icontains=search))
    order = SORTS.get(sort.removeprefix("-"), SORTS["new"])
    order = (
        order.removeprefix("-")
        if sort.startswith("-") and order.startswith("-")
        else f"-{order}"
        if sort.startswith("-")
        else order
    )
    found = list(rows.order_by(order, "pk").values("pk", "number", "name", "kind", "starts_on", "ends_on"))
    keys = [row["pk"] for row in found]
    lead_rows = Participation.objects.filter(project__in=keys, kind=Participation.Kind.LEAD)
    leads = dict(lead_rows.values_list("project_id", "department__name"))
    managers = dict(
        ProjectRole.objects.filter(project__in=keys, kind=ProjectRole.Kind.MANAGER).values_list("project_id", "user__name")
    )
    kinds = dict(Project.Kind.choices)
    return [
        Listed(
            row["number"],
            row["name"],
            str(kinds[row["kind"]]),
            leads.get(row["pk"], ""),
            managers.get(row["pk"], ""),
            row["starts_on"],
            row["ends_on"],
        )
        for row in found
    ]


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
