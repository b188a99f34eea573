"""What the operations of this room say of people, departments and leave, and how they read them."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from tongzhou.lib.access import Refused, require
from tongzhou.lib.rest import Day, Input, Key, Words
from tongzhou.people import queries
from tongzhou.people.access import can_manage_people, phone_shown, signed_in
from tongzhou.people.models import Department, Leave, User, WorkCalendar


class Named(Schema):
    id: int
    name: str


class DepartmentOut(Schema):
    id: int
    name: str
    parent: int | None


class PersonOut(Schema):
    id: int
    login: str
    name: str
    employee_number: str
    title: str
    department: DepartmentOut | None
    is_active: bool


class PersonDetail(PersonOut):
    email: str
    phone: str = Field(description="whole for oneself, the department's head and administrators; else 138****5678")
    stand_in: Named | None
    is_administrator: bool


class ProjectMove(Schema):
    number: str
    name: str
    tasks: int
    first: str
    last: str
    finish_before: str
    finish_after: str


class Moves(Schema):
    """What a change of calendars would move: the projects that one sees by name, the others counted."""

    projects: list[ProjectMove]
    hidden: int
    tasks: int
    looked: int
    more: int


class LeaveIn(Input):
    first: Day
    last: Day
    stand_in: Key | None = None
    note: Words = Field("", max_length=200)


class LeaveOut(Schema):
    id: int
    first: str
    last: str
    stand_in: int | None
    note: str


class Leaves(Schema):
    items: list[LeaveOut]
    count: int
    next: str | None


class StandInIn(Input):
    stand_in: Key | None = Field(description="id of a person, or null for nobody")


def _email(text: str) -> str:
    try:
        validate_email(text or "x@example.com")
    except ValidationError as error:
        raise PydanticCustomError("email", "an e-mail address") from error
    return text


Email = Annotated[Words, AfterValidator(_email)]
"""An e-mail address, or nothing."""


def administrator(request: HttpRequest) -> User:
    """Return who asks, an administrator.

    :raises Forbidden: if she is none.
    """
    user = signed_in(request)
    require(can_manage_people(user))
    return user


def person_or_404(person_id: int) -> User:
    found = User.objects.select_related("department", "stand_in").filter(pk=person_id).first()
    if found is None:
        raise Http404
    return found


def person_asked(key: int | None, field: str) -> User | None:
    """:raises Refused: if nobody who works here has this id."""
    return queries.person_by_id(key, field) if key is not None else None


def department_asked(key: int | None, field: str) -> Department | None:
    """:raises Refused: if there is no such department."""
    return queries.department_by_id(key, field) if key is not None else None


def calendar_asked(key: int | None, field: str) -> WorkCalendar | None:
    """:raises Refused: if there is no such calendar on offer, or it is the organisation's, which nobody need choose."""
    if key is None:
        return None
    found = WorkCalendar.objects.filter(pk=key, is_private=False, is_organisation=False).first()
    if found is None:
        raise Refused("calendar-unknown", _("There is no such calendar."), field)
    return found


def named(row: User | Department | None) -> dict[str, Any] | None:
    return {"id": row.pk, "name": row.name} if row is not None else None


def department_told(department: Department) -> dict[str, Any]:
    return {"id": department.pk, "name": department.name, "parent": department.parent_id}


def person_told(person: User) -> dict[str, Any]:
    return {
        "id": person.pk,
        "login": person.login,
        "name": person.name,
        "employee_number": person.employee_number,
        "title": person.title,
        "department": department_told(person.department) if person.department else None,
        "is_active": person.is_active,
    }


def detail_told(viewer: User, person: User) -> dict[str, Any]:
    """Return a person as her page shows her to `viewer`."""
    head = person.department.head_id if person.department else None
    return person_told(person) | {
        "email": person.email,
        "phone": phone_shown(viewer, person.pk, head, person.phone),
        "stand_in": named(person.stand_in),
        "is_administrator": person.is_administrator,
    }


def leave_told(leave: Leave) -> dict[str, Any]:
    return {
        "id": leave.pk,
        "first": leave.first.isoformat(),
        "last": leave.last.isoformat(),
        "stand_in": leave.stand_in_id,
        "note": leave.note,
    }
