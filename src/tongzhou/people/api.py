"""Operations: me, people, departments, working calendars."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, SIGNED_IN, access_declared
from tongzhou.lib.params import FIRST_YEAR, LAST_YEAR
from tongzhou.lib.rest import Day, Input, Key, PageOf, Words, json_answer, left_out, page_answer, page_of_rows
from tongzhou.people import actions, queries
from tongzhou.people.access import signed_in
from tongzhou.people.models import Department, Leave, StatutoryDay, StatutoryYear, User, WorkCalendar

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
    return json_answer(_person(_found(person_id)))


@router.post("people", response={201: PersonOut}, summary="新增人员")
@access_declared(ADMINISTRATOR)
def add_person(request: HttpRequest, data: PersonIn) -> HttpResponse:
    made = actions.add_person(
        by=signed_in(request),
        name=data.name,
        login=data.login,
        department=_department(data.department, "department"),
        details={"employee_number": data.employee_number, "title": data.title},
        now=clock.now(),
    )
    return json_answer(_person(made), status=201)


class PersonChange(Input):
    """What is left out stays; only the department can be emptied by null."""

    name: Words = left_out(max_length=80)
    department: Key | None = None
    employee_number: Words = left_out(max_length=40)
    title: Words = left_out(max_length=80)
    email: Words = left_out(max_length=254)
    phone: Words = left_out(max_length=40)


class Successor(Input):
    successor: Key | None = Field(None, description="id of the person who takes over the open work")


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


@router.patch("people/{person_id}", response=PersonOut, summary="修改人员")
@access_declared(ADMINISTRATOR)
def change_person(request: HttpRequest, person_id: Key, data: PersonChange) -> HttpResponse:
    values = data.dict(exclude_unset=True)
    if "department" in values:
        values["department"] = _department(data.department, "department")
    changed = actions.change_person(by=signed_in(request), person=_found(person_id), values=values, now=clock.now())
    return json_answer(_person(_found(changed.pk)))


@router.post("people/{person_id}/disable", response=PersonOut, summary="停用账号并移交工作")
@access_declared(ADMINISTRATOR)
def disable(request: HttpRequest, person_id: Key, data: Successor) -> HttpResponse:
    successor = queries.person_by_id(data.successor, "successor") if data.successor is not None else None
    actions.disable_person(by=signed_in(request), person=_found(person_id), successor=successor, now=clock.now())
    return json_answer(_person(_found(person_id)))


@router.post("people/{person_id}/enable", response=PersonOut, summary="启用账号")
@access_declared(ADMINISTRATOR)
def enable(request: HttpRequest, person_id: Key) -> HttpResponse:
    actions.enable_person(by=signed_in(request), person=_found(person_id), now=clock.now())
    return json_answer(_person(_found(person_id)))


@router.get("me/leave", response=Leaves, summary="我的休假")
@access_declared(SIGNED_IN)
def leaves(request: HttpRequest, page: Query[PageOf]) -> HttpResponse:
    return page_of_rows(request, page, Leave.objects.filter(user=signed_in(request)), _leave)


@router.post("me/leave", response={201: LeaveOut}, summary="登记休假")
@access_declared(SIGNED_IN)
def take_leave(request: HttpRequest, data: LeaveIn) -> HttpResponse:
    user = signed_in(request)
    stand_in = queries.person_by_id(data.stand_in, "stand_in") if data.stand_in is not None else None
    days = (data.first, data.last)
    made = actions.take_leave(by=user, person=user, days=days, stand_in=stand_in, note=data.note, now=clock.now())
    return json_answer(_leave(made), status=201)


@router.delete("me/leave/{leave_id}", response={204: None}, summary="取消休假")
@access_declared(SIGNED_IN)
def cancel_leave(request: HttpRequest, leave_id: Key) -> HttpResponse:
    found = Leave.objects.select_related("user").filter(user=signed_in(request), pk=leave_id).first()
    if found is None:
        raise Http404
    actions.cancel_leave(by=signed_in(request), leave=found, now=clock.now())
    return HttpResponse(status=204)


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


class OwnDays(Schema):
    first: str
    last: str
    working: bool
    name: str


class CalendarOut(Schema):
    id: int
    name: str
    is_organisation: bool
    pattern: Literal["inherited", "two_days", "one_day", "alternating"]
    anchor: str | None
    hours: list[list[str]]
    days: list[OwnDays]


class Calendars(Schema):
    items: list[CalendarOut]
    count: int
    next: str | None


class StatutoryDayOut(Schema):
    day: str
    working: bool
    name: str


class YearOut(Schema):
    year: int
    announced: bool
    source: str
    days: list[StatutoryDayOut]


@router.get("calendars", response=Calendars, summary="工作日历")
@access_declared(SIGNED_IN)
def calendars(request: HttpRequest, page: Query[PageOf]) -> HttpResponse:
    """The calendars that are offered, the organisation's first; `anchor` is the Monday of a week with a worked Saturday."""
    return page_of_rows(request, page, WorkCalendar.objects.filter(is_private=False).prefetch_related("days"), _calendar)


@router.get("calendars/years/{year}", response=YearOut, summary="某年的节假日与调休")
@access_declared(SIGNED_IN)
def calendar_year(request: HttpRequest, year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]) -> HttpResponse:
    """The days of a year that depart from the week; without a notice (`announced`) only the week counts."""
    state = StatutoryYear.objects.filter(year=year).first()
    rows = StatutoryDay.objects.filter(day__range=(date(year, 1, 1), date(year, 12, 31)))
    days = [{"day": row.day.isoformat(), "working": row.working, "name": row.name} for row in rows]
    announced, source = (state.announced, state.source) if state else (False, "")
    return json_answer({"year": year, "announced": announced, "source": source, "days": days})


def _calendar(row: WorkCalendar) -> dict[str, Any]:
    own = [
        {"first": day.first.isoformat(), "last": day.last.isoformat(), "working": day.working, "name": day.name}
        for day in row.days.all()
    ]
    return {
        "id": row.pk,
        "name": row.name,
        "is_organisation": row.is_organisation,
        "pattern": row.pattern,
        "anchor": row.anchor.isoformat() if row.anchor else None,
        "hours": row.hours_shown,
        "days": own,
    }


def _found(person_id: int) -> User:
    found = User.objects.select_related("department").filter(pk=person_id).first()
    if found is None:
        raise Http404
    return found


def _leave(leave: Leave) -> dict[str, Any]:
    return {
        "id": leave.pk,
        "first": leave.first.isoformat(),
        "last": leave.last.isoformat(),
        "stand_in": leave.stand_in_id,
        "note": leave.note,
    }


def _department(key: int | None, field: str) -> Department | None:
    return queries.department_by_id(key, field) if key is not None else None


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
