"""Operations: departments, and the calendars that they work by."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, SIGNED_IN, Refused, access_declared
from tongzhou.lib.rest import (
    Input,
    Key,
    PageOf,
    Words,
    json_answer,
    left_out,
    not_changed,
    page_of_rows,
    require_match,
    tag_of_content,
)
from tongzhou.people import actions
from tongzhou.people.api.shapes import (
    DepartmentOut,
    Moves,
    Named,
    administrator,
    calendar_asked,
    department_asked,
    department_told,
    named,
    person_asked,
)
from tongzhou.people.models import Department
from tongzhou.people.queries.moves import moves_of, moves_told

router = Router(tags=["people"])


class DepartmentDetail(DepartmentOut):
    head: Named | None
    calendar: int | None = Field(description="its own choice; null works as the department above")
    is_active: bool
    people: int = Field(description="how many work in it, without the departments below")


class Departments(Schema):
    items: list[DepartmentDetail]
    count: int
    next: str | None


class DepartmentIn(Input):
    name: Words = Field(max_length=80)
    parent: Key | None = None
    head: Key | None = None


class DepartmentChange(Input):
    """What is left out stays; parent and head are emptied by null. A department is closed, never removed."""

    name: Words = left_out(max_length=80)
    parent: Key | None = None
    head: Key | None = None
    is_active: bool = left_out()


class CalendarChoice(Input):
    calendar: Key | None = Field(description="id of a calendar, or null for that of the department above")
    dry: bool = Field(False, description="tell what would move, and write nothing")


class CalendarChosen(Schema):
    department: DepartmentDetail
    moves: list[Moves] | None = Field(description="what would move; null when it was written")


@router.get("departments", response=Departments, summary="部门")
@access_declared(SIGNED_IN)
def departments(request: HttpRequest, page: Query[PageOf]) -> HttpResponse:
    return page_of_rows(request, page, _rows().order_by("name", "pk"), _told)


@router.post("departments", response={201: DepartmentDetail}, summary="新增部门")
@access_declared(ADMINISTRATOR)
def add_department(request: HttpRequest, data: DepartmentIn) -> HttpResponse:
    user, parent = administrator(request), department_asked(data.parent, "parent")
    head = person_asked(data.head, "head")
    made = actions.add_department(by=user, name=data.name, parent=parent, head=head, now=clock.now())
    return _answer(made.pk, 201)


@router.get("departments/{department_id}", response=DepartmentDetail, summary="一个部门")
@access_declared(SIGNED_IN)
def department(request: HttpRequest, department_id: Key) -> HttpResponse:
    return not_changed(request, _tag(_told(_found(department_id)))) or _answer(department_id)


@router.patch("departments/{department_id}", response=DepartmentDetail, summary="修改部门（改名、上级、负责人、停用）")
@access_declared(ADMINISTRATOR)
def change_department(request: HttpRequest, department_id: Key, data: DepartmentChange) -> HttpResponse:
    user, values = administrator(request), data.dict(exclude_unset=True)
    with transaction.atomic():
        row = _locked(request, department_id)
        if "parent" in values:
            values["parent"] = department_asked(data.parent, "parent")
        if "head" in values:
            values["head"] = person_asked(data.head, "head")
        actions.change_department(by=user, department=row, values=values, now=clock.now())
    return _answer(department_id)


@router.put("departments/{department_id}/calendar", response=CalendarChosen, summary="选择部门的工作日历，可先预览影响")
@access_declared(ADMINISTRATOR)
def choose_calendar(request: HttpRequest, department_id: Key, data: CalendarChoice) -> HttpResponse:
    """Let a department, and all below it without a calendar of their own, work by a calendar."""
    user = administrator(request)
    with transaction.atomic():
        row = _locked(request, department_id)
        if not row.is_active:
            raise Refused("department-closed", _("This department is closed."), "calendar")
        chosen = calendar_asked(data.calendar, "calendar")

        def choose() -> None:
            actions.choose_department_calendar(by=user, department=row, calendar=chosen, now=clock.now())

        concerned = {key for key in (row.calendar_id, data.calendar) if key is not None}
        if data.dry:
            moves = moves_told(actions.as_if(choose, lambda: moves_of(request, concerned)))
            return json_answer({"department": _told(row), "moves": moves})
        choose()
    told = _told(_found(department_id))
    return json_answer({"department": told, "moves": None}, etag=_tag(told))


def _rows() -> QuerySet[Department]:
    people = Count("people", filter=Q(people__is_active=True))
    return Department.objects.select_related("head").annotate(active_people=people)


def _found(department_id: int) -> Department:
    found = _rows().filter(pk=department_id).first()
    if found is None:
        raise Http404
    return found


def _locked(request: HttpRequest, department_id: int) -> Department:
    """Return a department that nobody changes until the transaction ends, if it still is as the request says."""
    Department.objects.select_for_update().filter(pk=department_id).first()
    found = _found(department_id)
    told = _told(found)
    require_match(request, _tag(told), lambda: told)
    return found


def _told(row: Department) -> dict[str, Any]:
    people: int = row.active_people  # type: ignore[attr-defined]
    more = {"head": named(row.head), "calendar": row.calendar_id, "is_active": row.is_active, "people": people}
    return department_told(row) | more


def _tag(told: dict[str, Any]) -> str:
    return tag_of_content("department", {name: value for name, value in told.items() if name != "people"})


def _answer(department_id: int, status: int = 200) -> HttpResponse:
    told = _told(_found(department_id))
    return json_answer(told, status=status, etag=_tag(told))
