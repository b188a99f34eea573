"""Operations: who waits for whom: naming who must unblock a task, answering, escalating it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.escalations.access import can_escalate
from tongzhou.escalations.queries import open_cases_of
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.rest import (
    Input,
    Instant,
    Key,
    PageOf,
    Words,
    json_answer,
    page_answer,
    require_match,
    tag_of,
    tag_of_content,
    told_at,
)
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.plan.queries.item import item_or_404
from tongzhou.progress import access, actions
from tongzhou.progress.api.reporting import Whom
from tongzhou.progress.models import Block
from tongzhou.progress.queries.blocks import Waits, asked_of, block_or_404, blocks_of, open_block, waits_of
from tongzhou.projects.access import project_or_404, standing

READ, REPORT, ESCALATE = "read project plan, tasks", "update progress/blocked", "escalate step 1/2/3"
ONE, TASK = "projects/{number}/blocks/{block_id}", "projects/{number}/tasks/{item_id}"
router = Router(tags=["progress"])


class BlocksAsked(PageOf):
    state: Literal["", "closed", "all"] = Field("", description="the open ones without it")


class Named(Schema):
    id: int
    name: str


class AskedOut(Named):
    instead_of: str = Field(description="the name of whom she stands in for, during leave")


class BlockOut(Schema):
    id: int
    task: Named
    reason: str = Field(description="what blocks it")
    person: Named | None = Field(description="who must unblock it")
    department: Named | None = Field(description="or which department, by its seats; neither: the manager")
    asked: list[AskedOut] = Field(description="who is asked now; nobody once it is closed")
    until: str
    overdue: bool
    opened_at: str
    opened_by: str
    answer: str = Field(description="what was answered last: why it takes longer, or why it is somebody else's")
    closed_at: str | None
    closed_by: str
    end: Literal["", "cleared", "reported"] = Field(description="unblocked, or another state was reported")
    outcome: str = Field(description="how it was solved")
    case: int | None = Field(description="id of the case that is open about it")


class Blocks(Schema):
    items: list[BlockOut]
    count: int
    next: str | None


class BlockIn(Input):
    unblocker: Whom | None = Field(None, description="who must unblock it; in a light project the manager without it")
    until: Instant | None = Field(None, description="by when, within a year", examples=["2026-03-06T17:00+08:00"])
    reason: Words = Field("", max_length=2000, examples=["缺样机"])


class AnswerIn(Input):
    answer: Literal["cleared", "longer", "another"] = Field(description="unblocked; it takes longer; it is somebody else's")
    outcome: Words = Field("", max_length=1000, description="cleared: how it was solved", examples=["样机已送到"])
    reason: Words = Field("", max_length=1000, description="longer, another: why")
    until: Instant | None = Field(None, description="longer: until when")
    unblocker: Whom | None = Field(None, description="another: who; the manager without it")


class EscalateIn(Input):
    reason: Words = Field(max_length=2000, examples=["供应商停产，部门内无法解决"])


class EscalatedOut(Schema):
    case: int = Field(description="id of the case: see projects/{number}/escalations/{case_id}")
    level: int = Field(description="1 department, 2 manager, 3 general lead")
    version: int
    climbs_at: str | None


@router.get("projects/{number}/blocks", response=Blocks, summary="阻塞：谁在等谁")
@access_declared(READ)
def blocks(request: HttpRequest, number: str, asked: Query[BlocksAsked]) -> HttpResponse:
    """The blocks of a project, the oldest first."""
    rows = blocks_of(project_or_404(signed_in(request), number), asked.state)
    return page_answer(request, asked, _told(rows[asked.offset : asked.offset + asked.limit]), rows.count())


@router.get(ONE, response=BlockOut, summary="一项阻塞")
@access_declared(READ)
def block(request: HttpRequest, number: str, block_id: Key) -> HttpResponse:
    return _shown(block_or_404(signed_in(request), number, block_id))


@router.post(f"{TASK}/block", response={200: BlockOut, 201: BlockOut}, summary="指明由谁、何时前解除阻塞")
@access_declared(REPORT)
def name_unblocker(request: HttpRequest, number: str, item_id: Key, data: BlockIn) -> HttpResponse:
    """Name who must unblock a task that is reported as blocked, and by when; again (200): somebody else, or another time."""
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    require(access.can_report(user, item, clock.now()), _("You may not report on this task."))
    named = data.unblocker or Whom()
    asking = actions.Asking(named.person, named.department, data.until)
    with transaction.atomic():
        known = open_block(item.pk)
        if known is not None:
            known.work_item = item
            _match(request, known)
        row = actions.block_task(by=user, item=item, asking=asking, reason=data.reason, now=clock.now())
    return _shown(block_or_404(user, number, row.pk), status=200 if known is not None else 201)


@router.post(f"{ONE}/answer", response=BlockOut, summary="答复阻塞：已解除、需要更久、不是我")
@access_declared(REPORT)
def answer(request: HttpRequest, number: str, block_id: Key, data: AnswerIn) -> HttpResponse:
    """Answer a block: by whom it waits for, and by who may report on its task."""
    user = signed_in(request)
    row = block_or_404(user, number, block_id)
    asked = any(one.id == user.pk for one in asked_of(row, clock.now()))
    require(asked or access.can_report(user, row.work_item, clock.now()), _("You are not asked to unblock this task."))
    with transaction.atomic():
        _match(request, row)
        _answers(user, row, data)[data.answer]()
    return _shown(block_or_404(user, number, block_id))


@router.post(f"{TASK}/escalation", response={201: EscalatedOut}, summary="升级一项任务（或其阻塞）")
@access_declared(ESCALATE)
def escalate(request: HttpRequest, number: str, item_id: Key, data: EscalateIn) -> HttpResponse:
    """Escalate a task with a reason: about its block where it has one; a case that is open climbs."""
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    require(can_escalate(standing(user, item.project), (item.department_id,), item.owner_id))
    row = actions.escalate_task(by=user, item=item, reason=data.reason, now=clock.now())
    told = {"case": row.pk, "level": row.level, "version": row.version, "climbs_at": told_at(row.climbs_at)}
    return json_answer(told, status=201, etag=tag_of("case", row.pk, row.version))


def _answers(user: User, row: Block, data: AnswerIn) -> dict[str, Callable[[], Block]]:
    """Return what each answer does."""
    given: dict[str, Any] = {"by": user, "block": row, "now": clock.now()}

    def longer() -> Block:
        if data.until is None:
            raise Refused("until-missing", _("Say until when."), "until")
        return actions.put_off_block(until=data.until, reason=data.reason, **given)

    def another() -> Block:
        named = data.unblocker or Whom()
        return actions.pass_on_block(asking=actions.Asking(named.person, named.department), reason=data.reason, **given)

    return {"cleared": lambda: actions.unblock_task(outcome=data.outcome, **given), "longer": longer, "another": another}


def _match(request: HttpRequest, row: Block) -> None:
    """Go on only if nobody else changed the block since the version that If-Match names. Locks it."""
    locked = Block.objects.select_for_update().filter(pk=row.pk).first()
    if locked is None:
        raise Http404
    require_match(request, _tag(locked), lambda: _told([row])[0])


def _shown(row: Block, status: int = 200) -> HttpResponse:
    return json_answer(_told([row])[0], status=status, etag=_tag(row))


def _tag(row: Block) -> str:
    """Return the tag of what people said; that time runs out changes nothing of it."""
    names = ("id", "reason", "person_id", "department_id", "answer", "end", "outcome")
    said = {name: getattr(row, name) for name in names}
    return tag_of_content("block", said | {"until": told_at(row.until), "closed_at": told_at(row.closed_at)})


def _told(rows: Any) -> list[dict[str, Any]]:
    """Return blocks as they are told. Five queries where there are any."""
    found = waits_of(rows, clock.now())
    cases = open_cases_of("block", [one.block.pk for one in found]) if found else {}
    return [_block(one, cases[one.block.pk].pk if one.block.pk in cases else None) for one in found]


def _block(one: Waits, case: int | None) -> dict[str, Any]:
    row = one.block
    open_ = row.closed_at is None
    return {name: getattr(row, name) for name in ("id", "reason", "answer", "end", "outcome")} | {
        "task": _named(row.work_item),
        "person": _named(row.person),
        "department": _named(row.department),
        "asked": [{"id": to.id, "name": to.name, "instead_of": to.instead_of} for to in one.asked] if open_ else [],
        "until": told_at(row.until),
        "overdue": open_ and one.overdue,
        "opened_at": told_at(row.opened_at),
        "opened_by": row.opened_by.name if row.opened_by else "",
        "closed_at": told_at(row.closed_at),
        "closed_by": row.closed_by.name if row.closed_by else "",
        "case": case,
    }


def _named(row: Any) -> dict[str, Any] | None:
    return {"id": row.pk, "name": row.name} if row is not None else None
