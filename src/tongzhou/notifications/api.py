"""Operations: what I was told, how I want to be told, and what was not delivered."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, SIGNED_IN, access_declared, require
from tongzhou.lib.rest import Input, Key, PageOf, Words, json_answer, page_answer
from tongzhou.notifications import actions
from tongzhou.notifications.access import can_manage_delivery
from tongzhou.notifications.queries import Choices, choices_of
from tongzhou.notifications.queries.choices import defaults
from tongzhou.notifications.queries.deliveries import deliveries
from tongzhou.notifications.queries.inbox import Row, Wanted, chosen, rows_of, unread_count
from tongzhou.people.access import signed_in

router = Router(tags=["notices"])
MOST_AT_ONCE = 200
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="like 20:00")]
Weekday = Annotated[int, Field(ge=0, le=6, description="0 is Monday")]


class NoticesAsked(PageOf):
    unread: bool = False
    kind: Words = Field("", max_length=40)
    project: Key | None = None


class NoticeOut(Schema):
    id: int
    kind: str
    title: str
    text: str
    link: str = Field(description="the address of the form, without the host")
    project: int | None
    number: str
    urgent: bool
    at: str
    read_at: str | None


class Notices(Schema):
    items: list[NoticeOut]
    count: int
    next: str | None


class Unread(Schema):
    unread: int


class ReadIn(Input):
    notices: list[Key] = Field(max_length=MOST_AT_ONCE)


class Marked(Schema):
    count: int


class ChoicesIn(Input):
    switched: dict[str, dict[str, bool]] = Field(
        {}, description="channel → kind → wanted; what is left out follows the defaults"
    )
    pace: Literal["now", "daily", "weekly"]
    hour: int = Field(9, ge=0, le=23)
    weekday: Weekday = 0
    quiet: bool = False
    quiet_from: Clock = "20:00"
    quiet_to: Clock = "08:00"
    quiet_days: list[Weekday] = Field([], max_length=7, description="all of them when empty")


class ChoicesOut(ChoicesIn):
    own: bool = Field(description="whether the person chose herself")


class DeliveryOut(Schema):
    id: int
    person: str
    channel: str
    kind: str
    state: str
    at: str
    tries: int
    error: str


class Deliveries(Schema):
    items: list[DeliveryOut]


@router.get("me/notices", response=Notices, summary="我的消息")
@access_declared(SIGNED_IN)
def notices(request: HttpRequest, asked: Query[NoticesAsked]) -> HttpResponse:
    """The latest first; only what I may still see."""
    rows = chosen(signed_in(request), Wanted(asked.unread, asked.kind, asked.project))
    part = rows_of(rows[asked.offset : asked.offset + asked.limit])
    return page_answer(request, asked, [_notice(row) for row in part], rows.count())


@router.get("me/notices/unread", response=Unread, summary="未读消息数")
@access_declared(SIGNED_IN)
def unread(request: HttpRequest) -> HttpResponse:
    return json_answer({"unread": unread_count(signed_in(request))})


@router.post("me/notices/read", response=Marked, summary="标为已读")
@access_declared(SIGNED_IN)
def read(request: HttpRequest, data: ReadIn) -> HttpResponse:
    """Mark one's own notices as read; ids that are none of one's own change nothing."""
    return json_answer({"count": actions.mark_read(by=signed_in(request), notices=data.notices, now=clock.now())})


@router.get("me/notice-choices", response=ChoicesOut, summary="我的通知设置")
@access_declared(SIGNED_IN)
def my_choices(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    return json_answer(_choices(choices_of([user.pk])[user.pk]))


@router.put("me/notice-choices", response=ChoicesOut, summary="更改我的通知设置")
@access_declared(SIGNED_IN)
def choose(request: HttpRequest, data: ChoicesIn) -> HttpResponse:
    actions.choose(by=signed_in(request), choices=_chosen(data), now=clock.now())
    return my_choices(request)


@router.delete("me/notice-choices", response=ChoicesOut, summary="恢复默认通知设置")
@access_declared(SIGNED_IN)
def follow_defaults(request: HttpRequest) -> HttpResponse:
    actions.follow_defaults(by=signed_in(request), now=clock.now())
    return my_choices(request)


@router.get("notice-defaults", response=ChoicesOut, summary="组织的默认通知设置")
@access_declared(ADMINISTRATOR)
def for_all(request: HttpRequest) -> HttpResponse:
    require(can_manage_delivery(signed_in(request)))
    return json_answer(_choices(defaults()))


@router.put("notice-defaults", response=ChoicesOut, summary="更改组织的默认通知设置")
@access_declared(ADMINISTRATOR)
def choose_for_all(request: HttpRequest, data: ChoicesIn) -> HttpResponse:
    actions.choose(by=signed_in(request), choices=_chosen(data), now=clock.now(), for_all=True)
    return for_all(request)


@router.get("deliveries", response=Deliveries, summary="未送达的消息")
@access_declared(ADMINISTRATOR)
def undelivered(request: HttpRequest) -> HttpResponse:
    """What failed or was tried in vain: to whom and why, not what it says."""
    require(can_manage_delivery(signed_in(request)))
    names = ("id", "person", "channel", "kind", "state", "tries", "error")
    return json_answer({"items": [{n: getattr(row, n) for n in names} | {"at": row.at.isoformat()} for row in deliveries()]})


@router.post("deliveries/{delivery_id}/again", response={204: None}, summary="再发一次")
@access_declared(ADMINISTRATOR)
def again(request: HttpRequest, delivery_id: Key) -> HttpResponse:
    actions.send_again(by=signed_in(request), delivery=delivery_id, now=clock.now())
    return HttpResponse(status=204)


def _notice(row: Row) -> dict[str, Any]:
    names = ("id", "kind", "title", "text", "link", "project", "number", "urgent")
    read_at = row.read_at.isoformat() if row.read_at else None
    return {name: getattr(row, name) for name in names} | {"at": row.at.isoformat(), "read_at": read_at}


def _choices(choices: Choices) -> dict[str, Any]:
    names = ("pace", "hour", "weekday", "quiet", "own", "switched")
    times = {"quiet_from": f"{choices.quiet_from:%H:%M}", "quiet_to": f"{choices.quiet_to:%H:%M}"}
    return {name: getattr(choices, name) for name in names} | times | {"quiet_days": list(choices.quiet_days)}


def _chosen(data: ChoicesIn) -> Choices:
    values = data.dict() | {"quiet_days": tuple(data.quiet_days)}
    values |= {name: time.fromisoformat(values[name]) for name in ("quiet_from", "quiet_to")}
    return Choices(**values)
