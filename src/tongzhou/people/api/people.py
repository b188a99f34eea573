"""Operations: people, their leave and their sessions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, SIGNED_IN, access_declared, require
from tongzhou.lib.rest import (
    Input,
    Key,
    PageOf,
    Words,
    json_answer,
    left_out,
    not_changed,
    page_answer,
    page_of_rows,
    require_match,
    tag_of_content,
)
from tongzhou.people import actions, queries
from tongzhou.people.access import can_manage_people, signed_in
from tongzhou.people.api.me import Ended, Sessions, sessions_answer
from tongzhou.people.api.shapes import (
    Email,
    LeaveIn,
    LeaveOut,
    Leaves,
    PersonDetail,
    PersonOut,
    administrator,
    department_asked,
    detail_told,
    leave_told,
    person_asked,
    person_or_404,
    person_told,
)
from tongzhou.people.forms.people import plain_phone
from tongzhou.people.models import Leave, User
from tongzhou.people.queries.open_work import open_work
from tongzhou.people.queries.organisation import FOR_ALL, Asked, ordered
from tongzhou.people.queries.sessions import sessions_of

router = Router(tags=["people"])
Login = Annotated[Words, Field(max_length=60, pattern=r"^[a-zA-Z0-9._-]*$")]
Phone = Annotated[Words, Field(max_length=40, pattern=r"^[0-9０-９+＋()（） \-－]*$")]


class People(Schema):
    items: list[PersonOut]
    count: int
    next: str | None


class WhoAsked(Schema):
    """Who is listed, and in which order."""

    q: Words = Field("", description="words of name, pinyin, initials, login, number or department")
    department: Key | None = Field(None, description="only those of a department and of all below it")
    state: Literal["active", "leave", "no-password", "disabled"] = Field(
        "active", description="no-password and disabled are for administrators"
    )
    sort: Literal["name", "-name", "department", "-department", "number", "-number", "title", "-title", "login", "-login"] = (
        "name"
    )

    def asked(self, user: User) -> Asked:
        """:raises Forbidden: if only administrators are told of this state."""
        require(self.state in FOR_ALL or can_manage_people(user))
        return Asked(self.q[:80], self.department, self.state, self.sort)


class PeopleAsked(PageOf, WhoAsked):
    pass


class PersonIn(Input):
    name: Words = Field(max_length=80)
    login: Login = ""
    department: Key | None = None
    employee_number: Words = Field("", max_length=40)
    title: Words = Field("", max_length=80)
    email: Email = Field("", max_length=254)
    phone: Phone = ""
    stand_in: Key | None = None
    is_administrator: bool = False


class PersonChange(Input):
    """What is left out stays; only the department and the stand-in can be emptied by null."""

    name: Words = left_out(max_length=80)
    login: Words = left_out(min_length=1, max_length=60, pattern=r"^[a-zA-Z0-9._-]+$")
    department: Key | None = None
    employee_number: Words = left_out(max_length=40)
    title: Words = left_out(max_length=80)
    email: Email = left_out(max_length=254)
    phone: Phone = left_out()
    stand_in: Key | None = None
    is_administrator: bool = left_out()


class Successor(Input):
    successor: Key | None = Field(None, description="id of the person who takes over the open work")


class OpenWorkOut(Schema):
    key: str
    group: str
    kind: str
    what: str
    due: str
    stand_in: str


class OpenWorks(Schema):
    items: list[OpenWorkOut]
    count: int
    next: str | None


class HandOverIn(Input):
    successor: Key
    chosen: list[Annotated[Words, Field(max_length=60)]] = Field(max_length=5000, description="keys of the open work")


@router.get("people", response=People, summary="人员")
@access_declared(SIGNED_IN)
def people(request: HttpRequest, asked: Query[PeopleAsked]) -> HttpResponse:
    """People by pinyin; without `state` those who work here."""
    user = signed_in(request)
    found = ordered(asked.asked(user), user, clock.today()).select_related("department")
    return page_of_rows(request, asked, found, person_told)


@router.get("people/{person_id}", response=PersonDetail, summary="一位人员")
@access_declared(SIGNED_IN)
def person(request: HttpRequest, person_id: Key) -> HttpResponse:
    found = person_or_404(person_id)
    return not_changed(request, tag_of_content("person", detail_told(signed_in(request), found))) or _answer(request, found)


@router.post("people", response={201: PersonDetail}, summary="新增人员")
@access_declared(ADMINISTRATOR)
def add_person(request: HttpRequest, data: PersonIn) -> HttpResponse:
    made = actions.add_person(
        by=administrator(request),
        name=data.name,
        login=data.login,
        department=department_asked(data.department, "department"),
        details={
            "employee_number": data.employee_number,
            "title": data.title,
            "email": data.email,
            "phone": plain_phone(data.phone),
            "stand_in": person_asked(data.stand_in, "stand_in"),
            "is_administrator": data.is_administrator,
        },
        now=clock.now(),
    )
    return _answer(request, person_or_404(made.pk), 201)


@router.patch("people/{person_id}", response=PersonDetail, summary="修改人员")
@access_declared(ADMINISTRATOR)
def change_person(request: HttpRequest, person_id: Key, data: PersonChange) -> HttpResponse:
    values, user = data.dict(exclude_unset=True), administrator(request)
    if "phone" in values:
        values["phone"] = plain_phone(data.phone)
    with transaction.atomic():
        User.objects.select_for_update().filter(pk=person_id).first()
        found = person_or_404(person_id)
        now_told = detail_told(user, found)
        require_match(request, tag_of_content("person", now_told), lambda: now_told)
        if "department" in values:
            values["department"] = department_asked(data.department, "department")
        if "stand_in" in values:
            values["stand_in"] = person_asked(data.stand_in, "stand_in")
        actions.change_person(by=user, person=found, values=values, now=clock.now())
    return _answer(request, person_or_404(person_id))


@router.post("people/{person_id}/disable", response=PersonDetail, summary="停用账号并移交工作")
@access_declared(ADMINISTRATOR)
def disable(request: HttpRequest, person_id: Key, data: Successor) -> HttpResponse:
    user, found = administrator(request), person_or_404(person_id)
    actions.disable_person(by=user, person=found, successor=person_asked(data.successor, "successor"), now=clock.now())
    return _answer(request, person_or_404(person_id))


@router.post("people/{person_id}/enable", response=PersonDetail, summary="启用账号")
@access_declared(ADMINISTRATOR)
def enable(request: HttpRequest, person_id: Key) -> HttpResponse:
    actions.enable_person(by=signed_in(request), person=person_or_404(person_id), now=clock.now())
    return _answer(request, person_or_404(person_id))


@router.get("people/{person_id}/open-work", response=OpenWorks, summary="名下未完成的工作")
@access_declared(ADMINISTRATOR)
def work_left(request: HttpRequest, person_id: Key, page: Query[PageOf]) -> HttpResponse:
    """What somebody else must take over from a person: departments headed, seats and roles, open tasks."""
    administrator(request)
    items = _open_work(request, person_or_404(person_id))
    return page_answer(request, page, items[page.offset :][: page.limit], len(items))


@router.post("people/{person_id}/hand-over", response=OpenWorks, summary="移交工作")
@access_declared(ADMINISTRATOR)
def hand_over(request: HttpRequest, person_id: Key, data: HandOverIn) -> HttpResponse:
    """Give chosen open work to somebody else; the answer is the first page of what is left."""
    user, found = administrator(request), person_or_404(person_id)
    successor, chosen = queries.person_by_id(data.successor, "successor"), frozenset(data.chosen)
    actions.hand_over_work(by=user, person=found, successor=successor, chosen=chosen, now=clock.now())
    items = _open_work(request, found)
    return json_answer({"items": items[:50], "count": len(items), "next": None})


@router.get("people/{person_id}/leave", response=Leaves, summary="某人的休假")
@access_declared(SIGNED_IN)
def leaves(request: HttpRequest, person_id: Key, page: Query[PageOf]) -> HttpResponse:
    return page_of_rows(request, page, Leave.objects.filter(user=person_or_404(person_id)), leave_told)


@router.post("people/{person_id}/leave", response={201: LeaveOut}, summary="为他人登记休假")
@access_declared(ADMINISTRATOR)
def enter_leave(request: HttpRequest, person_id: Key, data: LeaveIn) -> HttpResponse:
    user, found = administrator(request), person_or_404(person_id)
    days, stand_in = (data.first, data.last), person_asked(data.stand_in, "stand_in")
    made = actions.take_leave(by=user, person=found, days=days, stand_in=stand_in, note=data.note, now=clock.now())
    return json_answer(leave_told(made), status=201)


@router.delete("people/{person_id}/leave/{leave_id}", response={204: None}, summary="取消他人的休假")
@access_declared(ADMINISTRATOR)
def cancel_leave(request: HttpRequest, person_id: Key, leave_id: Key) -> HttpResponse:
    user = administrator(request)
    found = Leave.objects.select_related("user").filter(user=person_id, pk=leave_id).first()
    if found is None:
        raise Http404
    actions.cancel_leave(by=user, leave=found, now=clock.now())
    return HttpResponse(status=204)


@router.get("people/{person_id}/sessions", response=Sessions, summary="某人的登录会话")
@access_declared(ADMINISTRATOR)
def sessions(request: HttpRequest, person_id: Key, page: Query[PageOf]) -> HttpResponse:
    administrator(request)
    return sessions_answer(request, page, sessions_of(person_or_404(person_id), clock.now(), request.session.session_key))


@router.delete("people/{person_id}/sessions", response=Ended, summary="让某人在所有地方退出登录")
@access_declared(ADMINISTRATOR)
def end_sessions(request: HttpRequest, person_id: Key) -> HttpResponse:
    """Sign a person out everywhere; of one's own sessions the one that asks stays."""
    user, found = signed_in(request), person_or_404(person_id)
    here = request.session.session_key if found.pk == user.pk else None
    return json_answer({"count": actions.end_other_sessions(by=user, person=found, here=here, now=clock.now())})


def _open_work(request: HttpRequest, person: User) -> list[dict[str, Any]]:
    names = ("key", "group", "kind", "what", "due", "stand_in")
    return [{name: getattr(row, name) for name in names} for group in open_work(request, person) for row in group.rows]


def _answer(request: HttpRequest, person: User, status: int = 200) -> HttpResponse:
    told = detail_told(signed_in(request), person)
    return json_answer(told, status=status, etag=tag_of_content("person", told))
