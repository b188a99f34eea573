"""Writes: letting somebody sign for one's seat, between two days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Forbidden, Refused, require
from tongzhou.people.models import User
from tongzhou.projects.access import rules_of, standing
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.signoffs import access
from tongzhou.signoffs.actions.acts import append_act, next_number
from tongzhou.signoffs.events import DelegationEnded, SeatDelegated
from tongzhou.signoffs.models import Delegation
from tongzhou.timeline.actions import Subject, record

LONGEST_NOTE, LONGEST_DAYS = 200, 366


@dataclass(frozen=True)
class Grant:
    """To whom, from when to when (both days included), and why."""

    delegate: User
    first: date
    last: date
    note: str = ""


def delegate_seat(*, by: User, project: Project, seat: str, grant: Grant, now: datetime) -> Delegation:
    """Let somebody sign in her own name for the seat of `by` (代). Without a seat named it is the only one that she holds.

    :raises Refused: (Forbidden) if she holds no seat that signs, or not this one; if the person or the days cannot be used.
    """
    held = access.own_seats(by, project)
    require(bool(held))
    seat = seat or (held[0] if len(held) == 1 else "")
    if not seat:
        raise Refused("seat-needed", _("Choose the seat."), "seat")
    if seat not in held:
        raise Forbidden("not-your-seat", _("Only who holds a seat lets somebody sign for it."))
    _check(by, project, seat, grant, now)
    with transaction.atomic():
        row = Delegation.objects.create(
            project=project,
            seat=seat,
            principal=by,
            delegate=grant.delegate,
            first=grant.first,
            last=grant.last,
            note=grant.note.strip(),
            made_at=now,
            act_number=next_number(project.pk),
        )
        append_act(project=project.pk, kind="delegated", payload=_payload(row), by=by, now=now)
        event, subject = SeatDelegated(row.pk, grant.delegate.pk), Subject("delegation", row.pk, grant.delegate.name)
        record(event, by=by, now=now, subject=subject, project=project.pk)
    return row


def end_delegation(*, by: User, delegation: Delegation, now: datetime) -> None:
    """End a delegation before its time; what was signed under it stays.

    :raises Refused: if it is not hers and she is not the general lead, or it is over already.
    """
    leads = ProjectRole.Kind.GENERAL_LEAD in standing(by, delegation.project).roles
    require(by.pk == delegation.principal_id or leads)
    with transaction.atomic():
        row = Delegation.objects.select_for_update(of=("self",)).select_related("delegate").get(pk=delegation.pk)
        if row.ended_at is not None or row.last < timezone.localtime(now).date():
            raise Refused("delegation-over", _("This delegation is over already."))
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        append_act(project=row.project_id, kind="delegation-ended", payload=_payload(row), by=by, now=now)
        event, subject = DelegationEnded(row.pk, row.delegate_id), Subject("delegation", row.pk, row.delegate.name)
        record(event, by=by, now=now, subject=subject, project=row.project_id)


def _check(by: User, project: Project, seat: str, grant: Grant, now: datetime) -> None:
    if grant.delegate.pk == by.pk or not grant.delegate.is_active:
        raise Refused("delegate-unfit", _("Choose somebody else who works here."), "delegate")
    if grant.last < grant.first:
        raise Refused("days-turned", _("The last day is before the first one."), "last")
    if grant.last < timezone.localtime(now).date():
        raise Refused("days-past", _("These days are past."), "last")
    if (grant.last - grant.first).days >= LONGEST_DAYS:
        raise Refused("days-too-many", _("At most a year."), "last")
    if len(grant.note) > LONGEST_NOTE or "\0" in grant.note:
        raise Refused("text-too-long", _("At most %(count)s characters.") % {"count": LONGEST_NOTE}, "note")
    _check_apart(project, seat, grant.delegate)


def _check_apart(project: Project, seat: str, delegate: User) -> None:
    """What one person may not hold together, nobody signs for by the way of a delegation either."""
    kind, _colon, role = seat.partition(":")
    if kind != access.ROLE:
        return
    held = set(ProjectRole.objects.filter(project=project, user=delegate).values_list("kind", flat=True))
    for other in sorted(held):
        if frozenset({role, other}) in rules_of(project).apart:
            words = {"role": ProjectRole.Kind(role).label, "other": ProjectRole.Kind(other).label, "name": delegate.name}
            raise Refused("roles-apart", _("%(name)s is %(other)s here and cannot be %(role)s as well.") % words, "delegate")


def _payload(row: Delegation) -> dict[str, Any]:
    return {
        "delegation": row.pk,
        "seat": row.seat,
        "principal": row.principal_id,
        "delegate": row.delegate_id,
        "delegate_name": row.delegate.name,
        "first": row.first,
        "last": row.last,
        "note": row.note,
    }
