"""Writes: projects, participations with their seats, roles, scope."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, Stale, require
from tongzhou.lib.registry import OUTCOMES
from tongzhou.people.models import Department, System, User
from tongzhou.projects import access
from tongzhou.projects.events import (
    ParticipationChanged,
    ParticipationRemoved,
    ProjectBasicsChanged,
    ProjectCreated,
    RoleGiven,
    RoleTaken,
    ScopeChanged,
    SeatChanged,
)
from tongzhou.projects.models import Participation, Project, ProjectRole, ScopeItem, Seat
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

BASICS = (
    "name",
    "kind",
    "starts_on",
    "ends_on",
    "contact",
    "objective",
    "status_date",
    "deviation_threshold",
    "deviation_guard",
)
# No slash, question mark or control character: the number stands in addresses.
NUMBER = re.compile(r"[^\s/?#%\\\x00-\x1f\x7f\ud800-\udfff]{1,40}")
# Words that mean something else in an address.
NOT_NUMBERS = ("new", ".", "..")
LONGEST_NAME = 120


@dataclass(frozen=True)
class Part:
    """How a department takes part."""

    kind: str
    duty: str = ""
    deliverables: str = ""


@dataclass(frozen=True)
class ScopeLine:
    kind: str
    text: str
    department: Department | None = None


def create_project(
    *,
    by: User | System,
    number: str,
    manager: User,
    lead: Department,
    now: datetime,
    basics: dict[str, Any],
) -> Project:
    """Create a project with its manager and lead department (which is the initiating one, too).

    `basics`: any of BASICS; the name is needed.
    :raises Refused: if `by` may not, or the number is taken or not usable, or a date is wrong.
    """
    require(isinstance(by, System) or access.can_create_project(by))
    number, values = number.strip(), dict(basics)
    if not NUMBER.fullmatch(number) or number in NOT_NUMBERS:
        raise Refused("number-invalid", _("A number has 1 to 40 characters without spaces and / ? # %% \\.") % (), "number")
    _check_basics(values)
    with transaction.atomic():
        if Project.objects.filter(number=number).exists():
            raise Refused(
                "number-taken", _("There is a project with the number %(number)s already.") % {"number": number}, "number"
            )
        project = Project.objects.create(number=number, created_at=now, **values)
        Participation.objects.create(project=project, department=lead, kind=Participation.Kind.LEAD, is_initiating=True)
        ProjectRole.objects.create(project=project, user=manager, kind=ProjectRole.Kind.MANAGER)
        record(ProjectCreated(project.pk), by=by, now=now, subject=_subject(project), project=project.pk)
    return project


def change_basics(
    *, by: User | System, project: Project, values: dict[str, Any], version: int | None = None, now: datetime
) -> Project:
    """Change the basic information.

    :raises Refused: if `by` may not, a value is wrong, or (Stale) somebody else changed it since `version`.
    """
    require(isinstance(by, System) or access.can_edit_basics(access.standing(by, project)))
    _check_basics({name: getattr(project, name) for name in BASICS} | values)
    with transaction.atomic():
        row = Project.objects.select_for_update().get(pk=project.pk)
        if version is not None and row.version != version:
            raise Stale("stale", _("Somebody else changed this in the meantime. Look at the page again."))
        before, after = differences({name: getattr(row, name) for name in BASICS}, values)
        if not after:
            return row
        for field_name, value in after.items():
            setattr(row, field_name, value)
        row.version += 1
        row.save()
        change = ChangeOf("project", row.pk, row.name, before, after)
        record(ProjectBasicsChanged(row.pk), by=by, now=now, subject=_subject(row), project=row.pk, changes=[change])
        if "starts_on" in after:
            for handler in OUTCOMES.at("project-start-changed"):
                handler(project=row)
    return row


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
        record(event, by=by, now=now, subject=_subject(project), project=project.pk, changes=[change, *demoted])
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
        record(event, by=by, now=now, subject=_subject(project), project=project.pk, changes=[change])
        participation.delete()


def seat(*, by: User, participation: Participation, kind: str, holder: User | None, now: datetime) -> None:
    """Give a seat of a department to `holder`, or empty it.

    :raises Refused: if `by` may not, or the holder is disabled.
    """
    project = participation.project
    require(access.can_change_seat(access.standing(by, project)))
    if holder is not None and not holder.is_active:
        raise Refused("person-disabled", _("This account is disabled."), "holder")
    with transaction.atomic():
        row = Seat.objects.select_related("holder").filter(participation=participation, kind=kind).first()
        if (row.holder_id if row else None) == (holder.pk if holder else None):
            return
        before = {"holder": row.holder.name if row else None}
        if holder is None:
            Seat.objects.filter(participation=participation, kind=kind).delete()
        else:
            Seat.objects.update_or_create(participation=participation, kind=kind, defaults={"holder": holder})
        event = SeatChanged(project.pk, participation.department_id, kind, by_herself=holder is not None and holder.pk == by.pk)
        change = ChangeOf(
            "seat", participation.pk, participation.department.name, before, {"holder": holder.name if holder else None}
        )
        record(event, by=by, now=now, subject=_subject(project), project=project.pk, changes=[change])


def give_role(*, by: User | System, project: Project, person: User, role: str, now: datetime) -> None:
    """Give a person a role; the roles of one holder (manager, general lead) move from their old holder.

    :raises Refused: if `by` may not, or the role or the person cannot be used.
    """
    require(isinstance(by, System) or access.can_edit_basics(access.standing(by, project)))
    if role not in ProjectRole.Kind.values:
        raise Refused("role-unknown", _("There is no such role."), "role")
    if not person.is_active:
        raise Refused("person-disabled", _("This account is disabled."), "person")
    with transaction.atomic():
        if role in (ProjectRole.Kind.MANAGER, ProjectRole.Kind.GENERAL_LEAD):
            for held in ProjectRole.objects.filter(project=project, kind=role).exclude(user=person).select_related("user"):
                _take(held, by=by, now=now)
        _row, made = ProjectRole.objects.get_or_create(project=project, user=person, kind=role)
        if made:
            event = RoleGiven(project.pk, person.pk, role)
            record(event, by=by, now=now, subject=Subject("person", person.pk, person.name), project=project.pk)


def take_role(*, by: User, project: Project, person: User, role: str, now: datetime) -> None:
    """Take a role from a person.

    :raises Refused: if `by` may not, or the project would be without manager.
    """
    require(access.can_edit_basics(access.standing(by, project)))
    if role == ProjectRole.Kind.MANAGER:
        raise Refused("manager-needed", _("A project has one manager: name the next one instead."))
    with transaction.atomic():
        held = ProjectRole.objects.filter(project=project, user=person, kind=role).select_related("user").first()
        if held is not None:
            _take(held, by=by, now=now)


def enrol(*, by: User | System, project: Project, people: Iterable[User], now: datetime) -> None:
    """Make members of those who do not take part yet, because work was given to them."""
    present = set(ProjectRole.objects.filter(project=project).values_list("user_id", flat=True))
    present |= set(Seat.objects.filter(participation__project=project).values_list("holder_id", flat=True))
    for person in {person.pk: person for person in people}.values():
        if person.pk not in present:
            ProjectRole.objects.create(project=project, user=person, kind=ProjectRole.Kind.MEMBER)
            event = RoleGiven(project.pk, person.pk, ProjectRole.Kind.MEMBER)
            record(event, by=by, now=now, subject=Subject("person", person.pk, person.name), project=project.pk)


def set_scope(*, by: User, project: Project, lines: list[ScopeLine], now: datetime) -> None:
    """Replace what is included and excluded.

    :raises Refused: if `by` may not.
    """
    require(access.can_edit_basics(access.standing(by, project)))
    with transaction.atomic():
        before = [[line.kind, line.text] for line in project.scope_items.all()]
        after = [[line.kind, line.text] for line in lines]
        project.scope_items.all().delete()
        ScopeItem.objects.bulk_create(
            ScopeItem(project=project, kind=line.kind, text=line.text, department=line.department) for line in lines
        )
        if before != after:
            change = ChangeOf("project", project.pk, project.name, {"scope": before}, {"scope": after})
            record(ScopeChanged(project.pk), by=by, now=now, subject=_subject(project), project=project.pk, changes=[change])


def _check_basics(values: dict[str, Any]) -> None:
    if not str(values.get("name", "")).strip():
        raise Refused("name-missing", _("A project needs a name."), "name")
    if len(str(values["name"])) > LONGEST_NAME:
        raise Refused("name-too-long", _("A name has at most %(count)s characters.") % {"count": LONGEST_NAME}, "name")
    starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
    if isinstance(starts_on, date) and isinstance(ends_on, date) and ends_on < starts_on:
        raise Refused("ends-before-start", _("The project ends before it starts."), "ends_on")


def _demote_lead(project: Project, department: Department) -> list[ChangeOf]:
    """Make the lead a supporting department, unless it is `department`; return what changed."""
    others = project.participations.filter(kind=Participation.Kind.LEAD).exclude(department=department)
    changes = [
        ChangeOf("participation", row.pk, row.department.name, {"kind": row.kind}, {"kind": Participation.Kind.SUPPORT})
        for row in others.select_related("department")
    ]
    others.update(kind=Participation.Kind.SUPPORT)
    return changes


def _take(held: ProjectRole, *, by: User | System, now: datetime) -> None:
    event, person = RoleTaken(held.project_id, held.user_id, held.kind), held.user
    held.delete()
    record(event, by=by, now=now, subject=Subject("person", person.pk, person.name), project=event.project)


def _subject(project: Project) -> Subject:
    return Subject("project", project.pk, project.name)
