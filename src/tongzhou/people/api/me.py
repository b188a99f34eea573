"""Operations: what one sets for oneself: leave, stand-in, sessions, preferences."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, access_declared
from tongzhou.lib.rest import Input, Key, PageOf, json_answer, page_answer, page_of_rows
from tongzhou.people import actions
from tongzhou.people.access import signed_in
from tongzhou.people.api.shapes import (
    LeaveIn,
    LeaveOut,
    Leaves,
    PersonDetail,
    StandInIn,
    detail_told,
    leave_told,
    person_asked,
    person_or_404,
)
from tongzhou.people.models import Leave
from tongzhou.people.queries.preferences import KEYS, preference
from tongzhou.people.queries.sessions import SessionRow, sessions_of

router = Router(tags=["people"])


class SessionOut(Schema):
    id: int
    browser: str
    address: str
    since: str
    seen: str
    here: bool


class Sessions(Schema):
    items: list[SessionOut]
    count: int
    next: str | None


class Ended(Schema):
    count: int


class PreferenceIn(Input):
    value: Any


class PreferenceOut(Schema):
    value: Any


@router.get("me", response=PersonDetail, summary="我是谁")
@access_declared(SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    return json_answer(detail_told(user, person_or_404(user.pk)))


@router.put("me/stand-in", response=PersonDetail, summary="设置我的代理人")
@access_declared(SIGNED_IN)
def my_stand_in(request: HttpRequest, data: StandInIn) -> HttpResponse:
    """Who is asked while I am away, where the leave itself names nobody."""
    user = signed_in(request)
    actions.set_stand_in(by=user, person=user, stand_in=person_asked(data.stand_in, "stand_in"), now=clock.now())
    return me(request)


@router.get("me/leave", response=Leaves, summary="我的休假")
@access_declared(SIGNED_IN)
def leaves(request: HttpRequest, page: Query[PageOf]) -> HttpResponse:
    return page_of_rows(request, page, Leave.objects.filter(user=signed_in(request)), leave_told)


@router.post("me/leave", response={201: LeaveOut}, summary="登记休假")
@access_declared(SIGNED_IN)
def take_leave(request: HttpRequest, data: LeaveIn) -> HttpResponse:
    user, days = signed_in(request), (data.first, data.last)
    stand_in = person_asked(data.stand_in, "stand_in")
    made = actions.take_leave(by=user, person=user, days=days, stand_in=stand_in, note=data.note, now=clock.now())
    return json_answer(leave_told(made), status=201)


@router.delete("me/leave/{leave_id}", response={204: None}, summary="取消休假")
@access_declared(SIGNED_IN)
def cancel_leave(request: HttpRequest, leave_id: Key) -> HttpResponse:
    found = Leave.objects.select_related("user").filter(user=signed_in(request), pk=leave_id).first()
    if found is None:
        raise Http404
    actions.cancel_leave(by=signed_in(request), leave=found, now=clock.now())
    return HttpResponse(status=204)


@router.get("me/sessions", response=Sessions, summary="我的登录会话")
@access_declared(SIGNED_IN)
def my_sessions(request: HttpRequest, page: Query[PageOf]) -> HttpResponse:
    """Where I am signed in, the last seen first; `here` is the session that asks (none for a token)."""
    return sessions_answer(request, page, sessions_of(signed_in(request), clock.now(), request.session.session_key))


@router.delete("me/sessions", response=Ended, summary="结束我的其他会话")
@access_declared(SIGNED_IN)
def end_my_others(request: HttpRequest) -> HttpResponse:
    """End all sessions but the one that asks; asked by token, all of them."""
    user, here = signed_in(request), request.session.session_key
    return json_answer({"count": actions.end_other_sessions(by=user, person=user, here=here, now=clock.now())})


@router.delete("me/sessions/{session_id}", response={204: None}, summary="结束我的一个会话")
@access_declared(SIGNED_IN)
def end_mine(request: HttpRequest, session_id: Key) -> HttpResponse:
    user = signed_in(request)
    if not actions.end_session(by=user, person=user, session=session_id, now=clock.now()):
        raise Http404
    return HttpResponse(status=204)


@router.get("me/preferences/{key}", response=PreferenceOut, summary="我的一项偏好")
@access_declared(SIGNED_IN)
def my_preference(request: HttpRequest, key: str) -> HttpResponse:
    """What I chose for a key of the closed list, or null."""
    if key not in KEYS:
        raise Http404
    return json_answer({"value": preference(signed_in(request), key)})


@router.put("me/preferences/{key}", response=PreferenceOut, summary="设置我的一项偏好")
@access_declared(SIGNED_IN)
def prefer(request: HttpRequest, key: str, data: PreferenceIn) -> HttpResponse:
    """Remember any JSON value of at most 16 KB; null forgets."""
    if key not in KEYS:
        raise Http404
    actions.set_preference(by=signed_in(request), key=key, value=data.value, now=clock.now())
    return my_preference(request, key)


def sessions_answer(request: HttpRequest, page: PageOf, rows: list[SessionRow]) -> HttpResponse:
    """Answer with a page of sessions."""
    items = [
        {
            "id": row.id,
            "browser": row.what,
            "address": row.address,
            "since": row.since.isoformat(),
            "seen": row.seen.isoformat(),
            "here": row.here,
        }
        for row in rows[page.offset :][: page.limit]
    ]
    return page_answer(request, page, items, len(rows))
