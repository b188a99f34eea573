"""Who can own work in a project (those who take part, and the owners), and the names of the departments that are shown."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, QuerySet, Value

from tongzhou.lib.prepared import Given, prepared
from tongzhou.people.models import Department, User
from tongzhou.plan.queries.outlook import Outlook
from tongzhou.projects.models import Participation, Project, ProjectRole


class Candidate(NamedTuple):
    """A person by whom a task can be done."""

    id: int
    name: str
    department: int | None
    pinyin: str
    initials: str


@prepared
def _team(project: Given) -> QuerySet[Any, tuple[int | None, int | None]]:
    """The departments that take part, a row for each seat, and the people with roles: (department, person)."""
    seats = Participation.objects.filter(project=project).order_by().values_list("department_id", "seats__holder_id")
    nobody = Value(None, output_field=BigIntegerField())
    roles = ProjectRole.objects.filter(project=project).order_by().values_list(nobody, "user_id")
    return seats.union(roles, all=True)


@prepared
def _people(keys: Given) -> QuerySet[User, tuple[Any, ...]]:
    rows = User.objects.filter(pk__among=keys).order_by("sort_key", "pk")
    return rows.values_list("pk", "name", "department_id", "pinyin", "initials")


@prepared
def _departments(keys: Given) -> QuerySet[Department, tuple[int, str]]:
    return Department.objects.filter(pk__among=keys).order_by("name", "pk").values_list("pk", "name")


def candidates(project: Project, found: Outlook) -> tuple[list[Candidate], set[int]]:
    """Return who may own work here, by name, and the ids of the departments that take part. Two queries."""
    team = _team(project.pk)
    inside = {person for _department, person in team if person is not None}
    inside |= found.derive("owners", lambda: {item.owner for item in found.items if item.owner is not None})
    return [Candidate(*row) for row in _people(inside)], {key for key, _person in team if key is not None}


def item_departments(found: Outlook) -> set[int]:
    """Return the departments of a plan's items. No query."""
    used: set[int] = found.derive(
        "departments of items", lambda: {item.department for item in found.items if item.department is not None}
    )
    return used


def department_names(keys: Collection[int]) -> dict[int, str]:
    """Return the names of departments by id, in their order. One query."""
    return dict(_departments(keys))
