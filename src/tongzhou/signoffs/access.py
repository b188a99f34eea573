"""Who signs for a seat today, who sees what was signed, and who may verify it. Rights ask the seat, not the person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import Http404
from django.utils.translation import gettext as _

from tongzhou.lib.prepared import Given
from tongzhou.people.models import User
from tongzhou.projects.access import Standing, project_or_404, standing
from tongzhou.projects.models import Project, ProjectRole, Seat
from tongzhou.signoffs.models import Delegation, Sheet

AUDIT = "audit log read / verify"
AUDITORS = frozenset({"general_lead", "manager", "quality", "it_support"})
ROLE = "role"
SEATS = frozenset(Seat.Kind.values)


@dataclass(frozen=True)
class Held:
    """A seat that signs, in words (研发部负责人), its department, and who holds it now."""

    seat: str
    capacity: str
    department_id: int | None = None
    holder: User | None = None

    @property
    def is_empty(self) -> bool:
        return self.holder is None or not self.holder.is_active


def seats_held(project: Project, seats: Iterable[str]) -> dict[str, Held]:
    """Return who holds each seat: "role:general_lead", "head:12", "liaison:12" (by the department's id). Two queries."""
    wanted = list(seats)
    roles = ProjectRole.objects.filter(project=project).select_related("user__department").order_by("-pk")
    parts = Seat.objects.filter(participation__project=project).select_related(
        "holder__department", "participation__department"
    )
    holders = {f"{ROLE}:{row.kind}": row.user for row in roles}
    found = {seat: Held(seat, _role_word(seat), None, holders.get(seat)) for seat in wanted if seat.startswith(f"{ROLE}:")}
    by_seat = {f"{row.kind}:{row.participation.department_id}": row for row in parts}
    for seat in wanted:
        if seat not in found:
            row = by_seat.get(seat)
            found[seat] = _of_part(seat, row) if row is not None else Held(seat, _empty_word(project, seat), _department(seat))
    return {seat: found[seat] for seat in wanted}


def _of_part(seat: str, row: Seat) -> Held:
    department = row.participation.department
    return Held(seat, _seat_word(row.kind, department.name), department.pk, row.holder)


def _department(seat: str) -> int | None:
    kind, _colon, key = seat.partition(":")
    return int(key) if kind in SEATS and key.isdecimal() else None


def _empty_word(project: Project, seat: str) -> str:
    key = _department(seat)
    part = project.participations.filter(department_id=key).select_related("department").first() if key else None
    return _seat_word(seat.partition(":")[0], part.department.name) if part else seat


def _seat_word(kind: str, department: str) -> str:
    if kind == Seat.Kind.HEAD:
        return _("Head of %(department)s") % {"department": department}
    return _("Liaison of %(department)s") % {"department": department}


def _role_word(seat: str) -> str:
    kind = seat.partition(":")[2]
    return str(ProjectRole.Kind(kind).label) if kind in ProjectRole.Kind.values else seat


@dataclass(frozen=True)
class Capacity:
    """As what a person signs: as the holder of the seat, or in her own name for the principal (代)."""

    held: Held
    principal: User | None = None


def capacity_of(user: User, project: Project, held: Held, today: date) -> Capacity | None:
    """Return as what `user` may sign for a seat on this day; None if not at all. At most one query."""
    return capacities_of(user, project, [held], today).get(held.seat)


def capacities_of(user: User, project: Project, seats: Iterable[Held], today: date) -> dict[str, Capacity]:
    """Return by seat as what `user` may sign on this day, for those for which she may. At most one query, for any number."""
    held = [(at, at.holder) for at in seats if at.holder is not None and at.holder.is_active and user.is_active]
    own = {at.seat: Capacity(at) for at, holder in held if holder.pk == user.pk}
    others = {(at.seat, holder.pk): (at, holder) for at, holder in held if holder.pk != user.pk}
    if not others:
        return own
    given = valid_on(Delegation.objects.filter(project=project, delegate=user), today).values_list("seat", "principal_id")
    return own | {seat: Capacity(*others[seat, principal]) for seat, principal in given if (seat, principal) in others}


def valid_on(rows: QuerySet[Delegation], today: date | Given) -> QuerySet[Delegation]:
    """Return the delegations that hold on a day."""
    return rows.filter(first__lte=today, last__gte=today, ended_at__isnull=True)


def own_seats(user: User, project: Project) -> list[str]:
    """Return the seats (of the general lead, of heads) by which `user` signs in a project. One query."""
    at = standing(user, project)
    lead = [f"{ROLE}:{ProjectRole.Kind.GENERAL_LEAD}"] if ProjectRole.Kind.GENERAL_LEAD in at.roles else []
    return [*lead, *(f"head:{key}" for key in sorted(at.heads))]


def delegated_into(user: int | Given, today: date | Given) -> tuple[QuerySet[Delegation, Any], ...]:
    """Return the keys of the projects in which a person signs for somebody today, as one query.

    Who left the seat that was delegated lets nobody in by it, whatever else he holds there.
    """
    role, part = "project__roles", "project__participations"
    by_role = Q(seat=Concat(Value(f"{ROLE}:"), f"{role}__kind"), **{f"{role}__user": F("principal")})
    department = Cast(f"{part}__department_id", CharField())
    seat = Concat(f"{part}__seats__kind", Value(":"), department)
    by_seat = Q(seat=seat, **{f"{part}__seats__holder": F("principal")})
    return (valid_on(Delegation.objects.filter(by_role | by_seat, delegate=user), today).order_by().values("project_id"),)


def sheet_or_404(user: User, number: str, key: int) -> Sheet:
    """Return a sheet of a project that `user` sees.

    :raises Http404: alike for one that she may not see and one that never was.
    """
    project = project_or_404(user, number)
    sheet = Sheet.objects.filter(project=project, pk=key).select_related("ending").first()
    if sheet is None:
        raise Http404
    sheet.project = project
    return sheet


def can_open(at: Standing) -> bool:
    """Open a sheet for signing, and void one that is not complete: the manager."""
    return at.manages


def can_audit(at: Standing) -> bool:
    """Read the chain of formal acts and verify it."""
    return bool(AUDITORS & at.roles)


def can_verify(user: User, at: Standing, sheet: Sheet) -> bool:
    """Verify a sheet and take the evidence along: who audits, and who signed it."""
    return can_audit(at) or sheet.places.filter(signatures__person=user).exists()
