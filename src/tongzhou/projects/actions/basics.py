"""Writes: projects, their basic information and scope."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, Stale, require
from tongzhou.lib.registry import HOLDS, OUTCOMES
from tongzhou.people.models import Department, System, User
from tongzhou.projects import access
from tongzhou.projects.actions.agreed import may_change
from tongzhou.projects.actions.numbers import take_number
from tongzhou.projects.events import ProjectBasicsChanged, ProjectCreated
from tongzhou.projects.models import Participation, Project, ProjectRole
from tongzhou.projects.queries.numbers import NOT_NUMBERS, NUMBER, organisation, weight_of
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record
from tongzhou.workbooks.text import is_seen

BASICS = (
    "name",
    "kind",
    "starts_on",
    "ends_on",
    "contact",
    "background",
    "objective",
    "status_date",
    "deviation_threshold",
    "deviation_guard",
)
LONGEST_NAME = 120
SIGNED = {"starts_on": "period", "ends_on": "period", "objective": "objectives", "background": "background"}
"""Which signed part a field of the basic information belongs to."""


def create_project(
    *,
    by: User | System,
    number: str | None,
    manager: User,
    lead: Department | None,
    now: datetime,
    basics: dict[str, Any],
) -> Project:
    """Create a project with its manager and lead department (which is the initiating one, too).

    `number`: None takes the next one of the kind's pattern. `lead`: None only where the weight needs none.
    `basics`: any of BASICS and `weight`; the name is needed; what is missing is as the organisation set it.
    :raises Refused: if `by` may not, or the number is taken or not usable, or a date is wrong.
    """
    require(isinstance(by, System) or access.can_create_project(by))
    values = _with_defaults(basics)
    _check_basics(values)
    if lead is None and access.RULES[values["weight"]].lead_department:
        raise Refused("lead-needed", _("A project of this weight needs a lead department."), "lead")
    with transaction.atomic():
        chosen = take_number(values["kind"], timezone.localdate(now)) if number is None else _checked(number.strip())
        project = _insert(chosen, values, now)
        if lead is not None:
            Participation.objects.create(project=project, department=lead, kind=Participation.Kind.LEAD, is_initiating=True)
        ProjectRole.objects.create(project=project, user=manager, kind=ProjectRole.Kind.MANAGER)
        record(ProjectCreated(project.pk), by=by, now=now, subject=subject_of(project), project=project.pk)
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
        _hold_what_starts_with(project, values)
        row = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        if version is not None and row.version != version:
            raise Stale("stale", _("Somebody else changed this in the meantime. Look at the page again."))
        before, after = differences({name: getattr(row, name) for name in BASICS}, values)
        if not after:
            return row
        may_change(row, *dict.fromkeys(SIGNED[name] for name in after if name in SIGNED))
        for field_name, value in after.items():
            setattr(row, field_name, value)
        row.version += 1
        row.save()
        change = ChangeOf("project", row.pk, row.name, before, after)
        record(ProjectBasicsChanged(row.pk), by=by, now=now, subject=subject_of(row), project=row.pk, changes=[change])
        if "starts_on" in after:
            for handler in OUTCOMES.at("project-start-changed"):
                handler(project=row)
        for handler in OUTCOMES.at("project-basics-changed"):
            handler(project=row)
    return row


def _hold_what_starts_with(project: Project, values: Mapping[str, Any]) -> None:
    """Lock what moves with the start day before the project: whoever edits the plan comes to the project only then."""
    if values.get("starts_on", project.starts_on) != project.starts_on:
        for hold in HOLDS.at("project-start"):
            hold(project.pk)


def subject_of(project: Project) -> Subject:
    return Subject("project", project.pk, project.name)


def _with_defaults(basics: dict[str, Any]) -> dict[str, Any]:
    settings = organisation()
    values = {"deviation_threshold": settings.deviation_threshold, "deviation_guard": settings.deviation_guard} | basics
    values.setdefault("kind", Project.Kind.PROJECT)
    if values["kind"] not in Project.Kind.values:
        raise Refused("kind-unknown", _("Choose a kind of collaboration."), "kind")
    values["weight"] = values.get("weight") or weight_of(settings, values["kind"])
    if values["weight"] not in access.RULES:
        raise Refused("weight-unknown", _("Choose light, standard or strict."), "weight")
    return values


def _checked(number: str) -> str:
    if not NUMBER.fullmatch(number) or number in NOT_NUMBERS:
        raise Refused("number-invalid", _("A number has 1 to 40 characters without spaces and / ? # %% \\.") % (), "number")
    return number


def _insert(number: str, values: dict[str, Any], now: datetime) -> Project:
    """Create the row; of two at once who want the same number, the second is refused."""
    taken = Refused("number-taken", _("There is a project with the number %(number)s already.") % {"number": number}, "number")
    if Project.objects.filter(number=number).exists():
        raise taken
    try:
        with transaction.atomic():
            made = Project(number=number, created_at=now, **values)
            made.stage = access.stages_of(made)[0]
            made.save()
            return made
    except IntegrityError as error:
        if Project.objects.filter(number=number).exists():
            raise taken from error
        raise


def _check_basics(values: dict[str, Any]) -> None:
    if not is_seen(str(values.get("name", ""))):
        raise Refused("name-missing", _("A project needs a name."), "name")
    if len(str(values["name"])) > LONGEST_NAME:
        raise Refused("name-too-long", _("A name has at most %(count)s characters.") % {"count": LONGEST_NAME}, "name")
    starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
    if isinstance(starts_on, date) and isinstance(ends_on, date) and ends_on < starts_on:
        raise Refused("ends-before-start", _("The project ends before it starts."), "ends_on")
