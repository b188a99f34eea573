"""Operations: me, people, departments."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, SIGNED_IN, Refused, access_declared
from tongzhou.lib.rest import Input, Key, PageOf, Words, json_answer, page_answer, page_of_rows
from tongzhou.people import actions, queries
from tongzhou.people.access import signed_in
from tongzhou.people.models import Department, User

router = Router(tags=["people"])


class DepartmentOut(Schema):
    id: int
    name: str
    parent: int | None


class Departments(Schema):
    items: list[DepartmentOut]
    count: int
    next: str | None


class PersonOut(Schema):
    id: int
    login: str
    name: str
    employee_number: str
    title: str
    department: DepartmentOut | None
    is_active: bool


class People(Schema):
    items: list[PersonOut]
    count: int
    next: str | None


class DepartmentIn(Input):
    name: Words = Field(max_length=80)
    parent: Key | None = None


class PersonIn(Input):
    name: Words = Field(max_length=80)
    login: Words = Field("", max_length=60, pattern=r"^[a-zA-Z0-9._-]*$")
    department: Key | None = None
    employee_number: Words = Field("", max_length=40)
    title: Words = Field("", max_length=80)


@router.get("me", response=PersonOut, summary="我是谁")
@access_declared(SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    return json_answer(_person(signed_in(request)))


@router.get("people", response=People, summary="人员")
@access_declared(SIGNED_IN)
def people(request: HttpRequest, page: Query[PageOf], q: Words = "") -> HttpResponse:
    """Active people by pinyin; `q` looks in name, pinyin, login, number and department."""
    return page_of_rows(request, page, queries.people(q[:80]), _person)


@router.get("people/{person_id}", response=PersonOut, summary="一位人员")
@access_declared(SIGNED_IN)
def person(request: HttpRequest, person_id: Key) -> HttpResponse:
    found = User.objects.select_related("department").filter(pk=person_id).first()
    if found is None:
        raise Http404
    return json_answer(_person(found))


@router.post("people", response={201: PersonOut}, summary="新增人员")
@access_declared(ADMINISTRATOR)
def add_person(request: HttpRequest, data: PersonIn) -> HttpResponse:
    made = actions.add_person(
        by=signed_in(request),
        name=data.name,
        login=data.login,
        department=_department(data.department),
        details={"employee_number": data.employee_number, "title": data.title},
        now=clock.now(),
    )
    return json_answer(_person(made), status=201)


@router.get("departments", response=Departments, summary="部门")
@access_declared(SIGNED_IN)
def departments(request: HttpRequest, page: Query[PageOf]) -> HttpResponse:
    rows = Department.objects.order_by("name").values("id", "name", parent_=F("parent_id"))
    items = [{"id": row["id"], "name": row["name"], "parent": row["parent_"]} for row in rows[page.offset :][: page.limit]]
    return page_answer(request, page, items, rows.count())


@router.post("departments", response={201: DepartmentOut}, summary="新增部门")
@access_declared(ADMINISTRATOR)
def add_department(request: HttpRequest, data: DepartmentIn) -> HttpResponse:
    made = actions.add_department(
        by=signed_in(request), name=data.name, parent=_department(data.parent, "parent"), now=clock.now()
    )
    return json_answer(_department_out(made), status=201)


def _department(key: int | None, field: str = "department") -> Department | None:
    """Return the department of that id.

    :raises Refused: if there is none.
    """
    if key is None:
        return None
    found = Department.objects.filter(pk=key).first()
    if found is None:
        raise Refused("department-unknown", _("There is no such department."), field)
    return found


def _department_out(department: Department) -> dict[str, Any]:
    return {"id": department.pk, "name": department.name, "parent": department.parent_id}


def _person(person: User) -> dict[str, Any]:
    return {
        "id": person.pk,
        "login": person.login,
        "name": person.name,
        "employee_number": person.employee_number,
        "title": person.title,
        "department": _department_out(person.department) if person.department else None,
        "is_active": person.is_active,
    }
