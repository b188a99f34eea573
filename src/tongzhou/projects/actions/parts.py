"""Writes: departments that take part, and their seats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, Stale, require
from tongzhou.people.models import Department, System, User
from tongzhou.projects import access
from tongzhou.projects.actions.agreed import may_change
from tongzhou.projects.actions.basics import subject_of
from tongzhou.projects.actions.formal import keep_seat_change
from tongzhou.projects.events import ParticipationChanged, ParticipationRemoved, SeatChanged, SeatPowersChanged
from tongzhou.projects.models import Participation, Project, Seat
from tongzhou.timeline.actions import ChangeOf, differences, record

LONGEST_DECISION = 500


@dataclass(frozen=True)
class Part:
    """How a department takes part. `initiating`: the project began with it; None leaves that as it is."""

    kind: str
    duty: str = ""
    deliverables: str = ""
    initiating: bool | None = None


def set_participation(
    *,
    by: User | System,
    project: Project,
    department: Department,
    part: Part,
    version: int | None = None,
    now: datetime,
) -> Participation:
    """Let a department take part, or change how it does. A new lead makes the old one a supporting department; a new
    initiating department takes that from the old one.

    :raises Refused: if `by` may not, the only lead would be lost, none would be left that initiated, the departments are
        signed, or (Stale) somebody else changed this part since `version`.
    """
    require(isinstance(by, System) or access.can_edit_basics(access.standing(by, project)))
    kind, duty, deliverables = part.kind, part.duty, part.deliverables
    if kind not in Participation.Kind.values:
        raise Refused("kind-unknown", _("Choose lead, support or supervise."), "kind")
    with transaction.atomic():
        found = Participation.objects.select_for_update(no_key=True).filter(project=project, department=department)
        row = found.first()
        if row is not None and version is not None and row.version != version:
            raise Stale("stale", _("Somebody else changed this in the meantime. Look at both texts, then save again."))
        before = _told(row) if row else {}
        if row and row.kind == Participation.Kind.LEAD and kind != Participation.Kind.LEAD:
            raise Refused("lead-needed", _("A project has exactly one lead department: make another one lead first."), "kind")
        demoted = _demote_lead(project, department) if kind == Participation.Kind.LEAD else []
        row = row or Participation(project=project, department=department)
        row.kind, row.duty, row.deliverables = kind, duty, deliverables
        demoted += _initiate(row, part.initiating)
        after = _told(row)
        if before == after:
            return row
        may_change(project, "departments")
        row.version += 0 if row.pk is None else 1
        row.save()
        change = ChangeOf("participation", row.pk, department.name, *differences(before, after))
        event = ParticipationChanged(project.pk, department.pk)
        record(event, by=by, now=now, subject=subject_of(project), project=project.pk, changes=[change, *demoted])
    return row


def remove_participation(*, by: User, participation: Participation, now: datetime) -> None:
    """Take a department out of the project.

    :raises Refused: if `by` may not, or it is the lead.
    """
    project = participation.project
    require(access.can_edit_basics(access.standing(by, project)))
    if participation.kind == Participation.Kind.LEAD:
        raise Refused("lead-needed", _("A project has exactly one lead department: make another one lead first."))
    with transaction.atomic():
        may_change(project, "departments")
        before = {name: getattr(participation, name) for name in ("kind", "duty", "deliverables")}
        before |= {row.kind: row.holder.name for row in participation.seats.select_related("holder").order_by("kind")}
        change = ChangeOf("participation", participation.pk, participation.department.name, before, dict.fromkeys(before))
        event = ParticipationRemoved(project.pk, participation.department_id)
        record(event, by=by, now=now, subject=subject_of(project), project=project.pk, changes=[change])
        for row in participation.seats.select_related("holder").order_by("kind"):
            keep_seat_change(project.pk, f"{row.kind}:{participation.department_id}", row.holder, None, by=by, now=now)
        participation.delete()


def seat(*, by: User, participation: Participation, kind: str, holder: User | None, now: datetime) -> None:
    """Give a seat of a department to `holder`, or empty it.

    :raises Refused: if `by` may not, the weight of the project knows no seats, or the holder is disabled.
    """
    project = participation.project
    require(access.can_change_seat(access.standing(by, project)))
    _check_holder(project, holder)
    with transaction.atomic():
        row = Seat.objects.select_related("holder").filter(participation=participation, kind=kind).first()
        if (row.holder_id if row else None) == (holder.pk if holder else None):
            return
        before = {"holder": row.holder.name if row else None}
        if row is None and holder is not None:
            Seat.objects.create(participation=participation, kind=kind, holder=holder)
        elif row is not None and holder is not None:
            # What the old holder might decide alone was said of her.
            Seat.objects.filter(pk=row.pk).update(holder=holder, may_decide="", version=row.version + 1)
        elif row is not None:
            row.delete()
        after = {"holder": holder.name if holder else None}
        event = SeatChanged(
            project.pk,
            participation.department_id,
            kind,
            by_herself=holder is not None and holder.pk == by.pk,
            before=row.holder_id if row else None,
            after=holder.pk if holder else None,
        )
        change = ChangeOf("seat", participation.pk, participation.department.name, before, after)
        record(event, by=by, now=now, subject=subject_of(project), project=project.pk, changes=[change])
        name = f"{kind}:{participation.department_id}"
        keep_seat_change(project.pk, name, row.holder if row else None, holder, by=by, now=now)


def let_decide(
    *, by: User, participation: Participation, kind: str, text: str, version: int | None = None, now: datetime
) -> None:
    """Write down what the holder of a seat may decide alone.

    :raises Refused: if `by` may not, nobody holds the seat, the text is too long, or (Stale) somebody else changed it since
        `version`.
    """
    project, text = participation.project, text.strip()
    require(access.can_change_seat(access.standing(by, project)))
    if len(text) > LONGEST_DECISION:
        raise Refused("text-too-long", _("At most %(count)s characters.") % {"count": LONGEST_DECISION}, "may_decide")
    with transaction.atomic():
        row = Seat.objects.select_for_update().filter(participation=participation, kind=kind).first()
        if row is None:
            raise Refused("seat-empty", _("Name who holds the seat first."), "may_decide")
        if row.may_decide == text:
            return
        if version is not None and row.version != version:
            raise Stale("stale", _("Somebody else changed this in the meantime. Look at both texts, then save again."))
        change = ChangeOf(
            "seat", participation.pk, participation.department.name, {"may_decide": row.may_decide}, {"may_decide": text}
        )
        row.may_decide, row.version = text, row.version + 1
        row.save(update_fields=["may_decide", "version"])
        event = SeatPowersChanged(project.pk, participation.department_id, kind)
        record(event, by=by, now=now, subject=subject_of(project), project=project.pk, changes=[change])


def _check_holder(project: Project, holder: User | None) -> None:
    if holder is None:
        return
    if not access.rules_of(project).seats:
        raise Refused("weight-without-seats", _("A light project has no seats. Raise its weight first."), "holder")
    if not holder.is_active:
        raise Refused("person-disabled", _("This account is disabled."), "holder")


def _told(row: Participation) -> dict[str, object]:
    told: dict[str, object] = {"kind": row.kind, "duty": row.duty, "deliverables": row.deliverables}
    return told | {"is_initiating": True} if row.is_initiating else told


def _initiate(row: Participation, initiating: bool | None) -> list[ChangeOf]:
    """Let the project have begun with a department; return what changed of the one with which it had.

    :raises Refused: if it was this one, and no other is named.
    """
    if initiating is None or initiating == row.is_initiating:
        return []
    if not initiating:
        raise Refused("initiating-needed", _("Make another department the initiating one instead."), "initiating")
    row.is_initiating = True
    others = row.project.participations.filter(is_initiating=True).exclude(department=row.department)
    changes = [
        ChangeOf("participation", one.pk, one.department.name, {"is_initiating": True}, {"is_initiating": False})
        for one in others.select_related("department")
    ]
    others.update(is_initiating=False)
    return changes


def _demote_lead(project: Project, department: Department) -> list[ChangeOf]:
    """Make the lead a supporting department, unless it is `department`; return what changed."""
    others = project.participations.filter(kind=Participation.Kind.LEAD).exclude(department=department)
    changes = [
        ChangeOf("participation", row.pk, row.department.name, {"kind": row.kind}, {"kind": Participation.Kind.SUPPORT})
        for row in others.select_related("department")
    ]
    others.update(kind=Participation.Kind.SUPPORT)
    return changes
