"""Writes: who has which role in a project."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.models import System, User
from tongzhou.projects import access
from tongzhou.projects.actions.formal import ONE_OF_MANY, keep_seat_change
from tongzhou.projects.events import RoleGiven, RoleTaken
from tongzhou.projects.models import Project, ProjectRole, Seat
from tongzhou.timeline.actions import Subject, record


def give_role(*, by: User | System, project: Project, person: User, role: str, now: datetime) -> None:
    """Give a person a role; the roles of one holder (manager, general lead) move from their old holder.

    :raises Refused: if `by` may not, or the role or the person cannot be used.
    """
    require(isinstance(by, System) or access.can_edit_basics(access.standing(by, project)))
    if role not in ProjectRole.Kind.values:
        raise Refused("role-unknown", _("There is no such role."), "role")
    if not person.is_active:
        raise Refused("person-disabled", _("This account is disabled."), "person")
    check_apart(project, person, role)
    with transaction.atomic():
        if role in (ProjectRole.Kind.MANAGER, ProjectRole.Kind.GENERAL_LEAD):
            for held in ProjectRole.objects.filter(project=project, kind=role).exclude(user=person).select_related("user"):
                _take(held, by=by, now=now)
        _row, made = ProjectRole.objects.get_or_create(project=project, user=person, kind=role)
        if made:
            event = RoleGiven(project.pk, person.pk, role)
            record(event, by=by, now=now, subject=Subject("person", person.pk, person.name), project=project.pk)
            if role not in ONE_OF_MANY:
                keep_seat_change(project.pk, f"role:{role}", None, person, by=by, now=now)


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


def check_apart(project: Project, person: User, role: str) -> None:
    """Let pass a role that the weight lets `person` hold beside those that she has.

    :raises Refused: otherwise.
    """
    held = set(ProjectRole.objects.filter(project=project, user=person).exclude(kind=role).values_list("kind", flat=True))
    for other in sorted(held):
        if frozenset({role, other}) in access.rules_of(project).apart:
            words = {"role": ProjectRole.Kind(role).label, "other": ProjectRole.Kind(other).label, "name": person.name}
            raise Refused("roles-apart", _("%(name)s is %(other)s here and cannot be %(role)s as well.") % words, "role")


def _take(held: ProjectRole, *, by: User | System, now: datetime) -> None:
    event, person = RoleTaken(held.project_id, held.user_id, held.kind), held.user
    held.delete()
    record(event, by=by, now=now, subject=Subject("person", person.pk, person.name), project=event.project)
    if event.role not in ONE_OF_MANY:
        keep_seat_change(event.project, f"role:{event.role}", person, None, by=by, now=now)
