"""Who sees a project, and who may change it. One rule feeds every door: `Standing`."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404

from tongzhou.people.models import User
from tongzhou.projects.models import Participation, Project, ProjectRole, Seat

Role = ProjectRole.Kind


@dataclass(frozen=True)
class Standing:
    """What a person is in a project: roles, and the departments whose head or liaison seat she holds."""

    user_id: int
    roles: frozenset[str]
    heads: frozenset[int]
    liaisons: frozenset[int]

    @property
    def takes_part(self) -> bool:
        return bool(self.roles or self.heads or self.liaisons)

    @property
    def manages(self) -> bool:
        return Role.MANAGER in self.roles


def standing(user: User, project: Project) -> Standing:
    """Return what `user` is in `project`. Two queries."""
    roles = ProjectRole.objects.filter(project=project, user=user).values_list("kind", flat=True)
    seats = Seat.objects.filter(participation__project=project, holder=user).values_list("kind", "participation__department_id")
    held = list(seats)
    return Standing(
        user_id=user.pk,
        roles=frozenset(roles),
        heads=frozenset(department for kind, department in held if kind == Seat.Kind.HEAD),
        liaisons=frozenset(department for kind, department in held if kind == Seat.Kind.LIAISON),
    )


def visible_to(user: User) -> QuerySet[Project]:
    """Return the projects in which `user` takes part; nobody else sees one."""
    by_role = ProjectRole.objects.filter(user_id=user.pk).values("project_id")
    by_seat = Participation.objects.filter(seats__holder_id=user.pk).values("project_id")
    return Project.objects.filter(Q(pk__in=by_role) | Q(pk__in=by_seat))


def visible_project(user: User, number: str) -> Project | None:
    """Return the project `number` if `user` sees it, else None."""
    # PostgreSQL takes no NUL, and no number has one.
    return None if "\0" in number else visible_to(user).filter(number=number).first()


def project_or_404(user: User, number: str) -> Project:
    """Return the project `number` if `user` sees it.

    :raises Http404: alike for one that she may not see and one that never was.
    """
    project = visible_project(user, number)
    if project is None:
        raise Http404
    return project


def can_edit_basics(at: Standing) -> bool:
    """Basic information, participations, scope, members: the manager."""
    return at.manages


def can_change_seat(at: Standing) -> bool:
    return at.manages


def can_create_project(user: User) -> bool:
    """Anybody who works here may start a project; she becomes its manager."""
    return user.is_active
