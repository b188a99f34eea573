"""Operations: what failed in the background, tried again or given up."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, access_declared, require
from tongzhou.lib.rest import Input, Key, PageOf, Words, json_answer, page_answer
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.rhythm import access, actions
from tongzhou.rhythm.queries import background

router = Router(tags=["rhythm"])
State = Literal["dead", "retried", "due", "waiting"]


class DueOut(Schema):
    id: int
    kind: str
    label: str
    key: int
    part: str
    at: str = Field(description="when it was due")
    next_at: str = Field(description="when it is tried next, or, while held, until when its worker has it")
    attempts: int
    error: str = Field(description="the last one, in one line, without passwords and tokens")
    dead_at: str | None = Field(description="since when it waits for somebody to try it again")
    held: bool = Field(description="a worker is at it")


class Dues(Schema):
    items: list[DueOut]
    count: int = Field(description="10001 stands for more than 10000")
    next: str | None


class AgainIn(Input):
    kind: Words = Field(max_length=40)
    id: Key | None = Field(None, description="one job; without it all of the kind that failed")


class AgainOut(Schema):
    count: int


@router.get("background-jobs", response=Dues, summary="后台任务：失败的、重试中的、等待中的")
@access_declared(ADMINISTRATOR)
def jobs(request: HttpRequest, page: Query[PageOf], state: State = "dead", kind: str = "") -> HttpResponse:
    _administrator(request)
    now, kind = clock.now(), kind.replace("\0", "")[:40]
    rows = background.listed(state, now, kind, offset=page.offset, limit=page.limit)
    count = background.rows_in(state, now, kind)[: background.MOST_COUNTED + 1].count()
    return page_answer(request, page, [_told(row) for row in rows], count)


@router.post("background-jobs/again", response=AgainOut, summary="再试一次")
@access_declared(ADMINISTRATOR)
def again(request: HttpRequest, data: AgainIn) -> HttpResponse:
    count = actions.try_again(by=_administrator(request), kind=data.kind, row=data.id, now=clock.now())
    return json_answer({"count": count})


@router.delete("background-jobs/{job_id}", response={204: None}, summary="放弃一个失败的后台任务")
@access_declared(ADMINISTRATOR)
def drop(request: HttpRequest, job_id: Key) -> HttpResponse:
    by = _administrator(request)
    if not background.rows_in("dead", clock.now()).filter(pk=job_id).exists():
        raise Http404
    actions.drop_due(by=by, row=job_id, now=clock.now())
    return HttpResponse(status=204)


def _administrator(request: HttpRequest) -> User:
    user = signed_in(request)
    require(access.can_look_after(user))
    return user


def _told(row: background.Row) -> dict[str, object]:
    dead_at = row.dead_at.isoformat() if row.dead_at else None
    return asdict(row) | {"at": row.at.isoformat(), "next_at": row.next_at.isoformat(), "dead_at": dead_at}
