"""Operations: texts that named people confirm: asking, answering, another text, withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.confirmations import access, actions
from tongzhou.confirmations.models import Confirmation
from tongzhou.confirmations.queries import ConfirmationStands, asked_of, confirmation_or_404, stands
from tongzhou.confirmations.queries.listing import Wanted, confirmations_of
from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Stale, access_declared, require
from tongzhou.lib.rest import (
    Input,
    Instant,
    Key,
    PageOf,
    Whole,
    Words,
    json_answer,
    page_answer,
    require_match,
    tag_of_content,
    told_at,
)
from tongzhou.people.access import signed_in
from tongzhou.projects.access import project_or_404, standing

READ = "read project plan, tasks"
ONE = "projects/{number}/confirmations/{confirmation_id}"
router = Router(tags=["confirmations"])
Silence = Literal["confirmed", "open"]


class ConfirmationsAsked(PageOf):
    state: Literal["", "mine", "closed", "withdrawn", "all"] = Field("", description="open ones without it; mine: wait for me")
    q: Words = Field("", max_length=80, description="words of the title or the text")
    sort: str = Field("", pattern=r"^(-?(title|asked_at|due))?$", description="a column; with a hyphen downwards")


class AnswerOut(Schema):
    person: int
    name: str
    department: str
    answer: Literal["", "confirmed", "objected", "assumed"] = Field(
        description="assumed: silence counted, an entry of the product"
    )
    reason: str
    at: str | None
    by: str = Field(description="who answered in her place, during leave")


class ConfirmationOut(Schema):
    id: int
    project: str = Field(description="the project's number")
    title: str
    text: str
    whole_at: str = Field(description="where the whole text is read and answered; empty where `text` is all of it")
    edition: int = Field(description="counts the texts: an answer names the one that was read")
    asker: int
    asker_name: str
    asked_at: str
    due: str
    silence: Silence = Field(description="what silence means: counts as confirmed, or leaves it open")
    state: Literal["waiting", "late", "objected", "complete", "withdrawn"]
    withdrawal: str = Field(description="why it was withdrawn")
    answers: list[AnswerOut]


class Confirmations(Schema):
    items: list[ConfirmationOut]
    count: int
    next: str | None


class AskIn(Input):
    title: Words = Field(max_length=120, examples=["上线时间"])
    text: Words = Field(max_length=10_000, examples=["上线改到周五，由研发部通知客户。"])
    people: list[Key] = Field(max_length=actions.MOST_PEOPLE, description="ids of those who must confirm it")
    due: Instant = Field(description="by when, within a year", examples=["2026-03-06T17:00+08:00"])
    silence: Silence = Field(description="what silence means, said beforehand")


class AnswerIn(Input):
    answer: Literal["confirmed", "objected"]
    reason: Words = Field("", max_length=1000, description="needed of who objects")
    edition: Whole = Field(ge=1, le=2**31 - 1, description="the edition that was read: 412 when the text is another one now")


class TextIn(Input):
    title: Words = Field(max_length=120)
    text: Words = Field(max_length=10_000)
    due: Instant


class WithdrawIn(Input):
    reason: Words = Field(max_length=500, examples=["说法有误，另行发起"])


@router.get("projects/{number}/confirmations", response=Confirmations, summary="书面确认列表")
@access_declared(READ)
def confirmations(request: HttpRequest, number: str, asked: Query[ConfirmationsAsked]) -> HttpResponse:
    """Texts with who answered what, the nearest date first."""
    user = signed_in(request)
    rows = confirmations_of(project_or_404(user, number), user, Wanted(asked.state, asked.q, asked.sort))
    part = rows.select_related("asker", "project")[asked.offset : asked.offset + asked.limit]
    return page_answer(request, asked, [_told(one) for one in stands(part, clock.now())], rows.count())


@router.post("projects/{number}/confirmations", response={201: ConfirmationOut}, summary="发起书面确认")
@access_declared(READ)
def ask(request: HttpRequest, number: str, data: AskIn) -> HttpResponse:
    """Ask named people of the project to confirm a text by a date; everybody who takes part may."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(access.can_ask(standing(user, project)))
    asking = actions.Asking(data.title, data.text, data.people, data.due, data.silence)
    row = actions.ask_confirmation(by=user, project=project, asking=asking, now=clock.now())
    return _shown(row, status=201)


@router.get(ONE, response=ConfirmationOut, summary="一份书面确认及各人答复")
@access_declared(READ)
def confirmation(request: HttpRequest, number: str, confirmation_id: Key) -> HttpResponse:
    return _shown(confirmation_or_404(signed_in(request), number, confirmation_id))


@router.post(f"{ONE}/answer", response=ConfirmationOut, summary="确认或提出异议")
@access_declared(READ)
def answer(request: HttpRequest, number: str, confirmation_id: Key, data: AnswerIn) -> HttpResponse:
    """Confirm the text of `edition`, or object with a reason: for oneself, or for somebody on leave for whom one stands in."""
    row = confirmation_or_404(signed_in(request), number, confirmation_id)
    given: dict[str, Any] = {"by": signed_in(request), "confirmation": row, "edition": data.edition, "now": clock.now()}
    if data.answer == "confirmed":
        return _done(request, row, lambda: actions.confirm(**given))
    return _done(request, row, lambda: actions.object_to(reason=data.reason, **given))


@router.put(f"{ONE}/text", response=ConfirmationOut, summary="更改确认内容（已有答复作废）")
@access_declared(READ)
def change_text(request: HttpRequest, number: str, confirmation_id: Key, data: TextIn) -> HttpResponse:
    """Give the text anew, by who asked: what was answered is void, and all are asked again."""
    user, row = signed_in(request), confirmation_or_404(signed_in(request), number, confirmation_id)
    return _done(request, row, lambda: actions.change_text(by=user, confirmation=row, now=clock.now(), **data.dict()))


@router.post(f"{ONE}/withdrawal", response=ConfirmationOut, summary="撤回书面确认")
@access_declared(READ)
def withdraw(request: HttpRequest, number: str, confirmation_id: Key, data: WithdrawIn) -> HttpResponse:
    """Take the question back, by who asked."""
    user, row = signed_in(request), confirmation_or_404(signed_in(request), number, confirmation_id)
    given: dict[str, Any] = {"by": user, "confirmation": row, "reason": data.reason, "now": clock.now()}
    return _done(request, row, lambda: actions.withdraw_confirmation(**given))


@router.get("me/confirmations", response=Confirmations, summary="等我确认的事项（跨项目）")
@access_declared(SIGNED_IN)
def mine(request: HttpRequest, page: Query[PageOf]) -> HttpResponse:
    """What I am to confirm, for myself or standing in, the nearest date first."""
    rows = asked_of(signed_in(request), clock.now())
    shown = stands(rows[page.offset : page.offset + page.limit], clock.now())
    return page_answer(request, page, [_told(one) for one in shown], len(rows))


def _done(request: HttpRequest, row: Confirmation, write: Callable[[], Confirmation]) -> HttpResponse:
    """Do it if nothing was answered or changed since the version that If-Match names."""
    with transaction.atomic():
        actions.hold_subject(row)
        Confirmation.objects.select_for_update().only("pk").get(pk=row.pk)
        known = Confirmation.objects.select_related("asker", "project").get(pk=row.pk)
        told = _told(stands([known], clock.now())[0])
        require_match(request, _tag(told), lambda: told)
        try:
            done = write()
        except Stale as stale:
            raise Stale(stale.code, stale.message, current=told) from stale
    return _shown(done)


def _shown(row: Confirmation, status: int = 200) -> HttpResponse:
    told = _told(stands([row], clock.now())[0])
    return json_answer(told, status=status, etag=_tag(told))


def _tag(told: dict[str, Any]) -> str:
    """Return the tag of what people said; that time runs out changes nothing of it."""
    return tag_of_content("confirmation", {name: value for name, value in told.items() if name != "state"})


def _told(one: ConfirmationStands) -> dict[str, Any]:
    row = one.row
    return {name: getattr(row, name) for name in ("title", "text", "whole_at", "edition", "silence", "withdrawal")} | {
        "id": row.pk,
        "project": row.project.number,
        "asker": row.asker_id,
        "asker_name": row.asker.name,
        "asked_at": told_at(row.asked_at),
        "due": told_at(row.due),
        "state": one.state,
        "answers": [
            {
                "person": said.person,
                "name": said.name,
                "department": said.department,
                "answer": said.answer,
                "reason": said.reason,
                "at": told_at(said.at),
                "by": said.by,
            }
            for said in one.answers
        ],
    }
