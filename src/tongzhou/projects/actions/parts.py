"""Writes: departments that take part, and their seats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.models import Department, System, User
from tongzhou.projects import access
from tongzhou.projects.actions.basics import subject_of
from tongzhou.projects.actions.formal import keep_seat_change
from tongzhou.projects.events import ParticipationChanged, ParticipationRemoved, SeatChanged, SeatPowersChanged
from tongzhou.projects.models import Participation, Project, Seat
from tongzhou.timeline.actions import ChangeOf, differences, record

LONGEST_DECISION = 500


@dataclass(frozen=True)
class Part:
    """How a department takes part."""

    kind: str
    duty: str = ""
    deliverables: str = ""


def set_participation(
    *,
    by: User | System,
    project: Project,
    department: Department,
    part: Part,
    now: datetime,
) -> Participation:
    """Let a department take part, or change how it does. A new lead makes the old one a supporting department.

    :raises Refused: if `by` may not, or the only lead would be lost.
    """
    require(isinstance(by, System) or access.can_edit_basics(access.standing(by, project)))
    kind, duty, deliverables = part.kind, part.duty, part.deliverables
    if kind not in Participation.Kind.values:
        raise Refused("kind-unknown", _("Choose lead, support or supervise."), "kind")
    with transaction.atomic():
        row = Participation.objects.filter(project=project, department=department).first()
        before = {"kind": row.kind, "duty": row.duty, "deliverables": row.deliverables} if row else {}
        if row and row.kind == Participation.Kind.LEAD and kind != Participation.Kind.LEAD:
            raise Refused("lead-needed", _("A project has exactly one lead department: make another one lead first."), "kind")
        demoted = _demote_lead(project, department) if kind == Participation.Kind.LEAD else []
        row = row or Participation(project=project, department=department)
        row.kind, row.duty, row.deliverables = kind, duty, deliverables
        after = {"kind": kind, "duty": duty, "deliverables": deliverables}
        if before == after:
            return row
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
            Seat.objects.filter(pk=row.pk).update(holder=holder, may_decide="")
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


def let_decide(*, by: User, participation: Participation, kind: str, text: str, now: datetime) -> None:
    """Write down what the holder of a seat may decide alone.

    :raises Refused: if `by` may not, nobody holds the seat, or the text is too long.
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
        change = ChangeOf(
            "seat", participation.pk, participation.department.name, {"may_decide": row.may_decide}, {"may_decide": text}
        )
        row.may_decide = text
        row.save(update_fields=["may_decide"])
        event = SeatPowersChanged(project.pk, participation.department_id, kind)
        record(event, by=by, now=now, subject=subject_of(project), project=project.pk, changes=[change])


def _check_holder(project: Project, holder: User | None) -> None:
    if holder is None:
        return
    if not access.rules_of(project).seats:
        raise Refused("weight-without-seats", _("A light project has no seats. Raise its weight first."), "holder")
    if not holder.is_active:
        raise Refused("person-disabled", _("This account is disabled."), "holder")


def _demote_lead(project: Project, department: Department) -> list[ChangeOf]:
    """Make the lead a supporting department, unless it is `department`; return what changed."""
    others = project.participations.filter(kind=Participation.Kind.LEAD).exclude(department=department)
    changes = [
        ChangeOf("participation", row.pk, row.department.name, {"kind": row.kind}, {"kind": Participation.Kind.SUPPORT})
        for row in others.select_related("department")
    ]
    others.update(kind=Participation.Kind.SUPPORT)
    return changes
