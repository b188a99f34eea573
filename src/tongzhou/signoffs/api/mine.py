"""Operations: one's own signatures, and that a sheet was shown to who reads it."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, access_declared
from tongzhou.lib.rest import Input, Key, PageOf, Words, json_answer, page_answer
from tongzhou.people.access import signed_in
from tongzhou.signoffs import actions
from tongzhou.signoffs.access import sheet_or_404
from tongzhou.signoffs.queries.mine import Granted, Signed, Waiting, delegations_of, signatures_of, signed_by, waiting_for

router = Router(tags=["signoffs"])


class SeenIn(Input):
    digest: Words = Field(max_length=64, description="the hash of the sheet that was shown: 409 otherwise")
    whole: bool = Field(False, description="it was shown down to its end")


class SeenOut(Schema):
    sheet: int
    digest: str
    whole: bool
    at: str


class MineOut(Schema):
    items: list[dict[str, Any]]
    count: int
    next: str | None


class Which(Schema):
    state: Literal["waiting", "signed", "delegated"] = "waiting"


@router.get("me/signatures", response=MineOut, summary="我的签署")
@access_declared(SIGNED_IN)
def mine(request: HttpRequest, which: Query[Which], page: Query[PageOf]) -> HttpResponse:
    """What waits for me and what changed since I saw it last; what I signed and how that stands; who signs for whom."""
    user = signed_in(request)
    if which.state == "signed":
        rows = signatures_of(user)
        shown = signed_by(user, rows[page.offset : page.offset + page.limit])
        return page_answer(request, page, [_signed(one) for one in shown], rows.count())
    if which.state == "delegated":
        told = [_granted(one) for one in delegations_of(user, clock.today())]
    else:
        told = [_waiting(one) for one in waiting_for(user, clock.now())]
    return page_answer(request, page, told[page.offset : page.offset + page.limit], len(told))


@router.post("projects/{number}/sheets/{sheet_id}/seen", response=SeenOut, summary="记下已阅会签单")
@access_declared("read project plan, tasks")
def seen(request: HttpRequest, number: str, sheet_id: Key, data: SeenIn) -> HttpResponse:
    """Keep that the sheet was shown to who asks; noted once, and once more when she came to its end."""
    user = signed_in(request)
    sheet = sheet_or_404(user, number, sheet_id)
    row = actions.see_sheet(by=user, sheet=sheet, digest=data.digest, whole=data.whole, now=clock.now())
    return json_answer({"sheet": sheet.pk, "digest": row.digest, "whole": row.whole, "at": row.at.isoformat()})


def _sheet(sheet: Any) -> dict[str, Any]:
    return {
        "project": sheet.project.number,
        "sheet": sheet.pk,
        "kind": sheet.kind,
        "title": sheet.title,
        "version": sheet.version,
        "digest": sheet.digest,
        "due": sheet.due.isoformat() if sheet.due else None,
    }


def _waiting(one: Waiting) -> dict[str, Any]:
    since = one.since
    return _sheet(one.sheet) | {
        "place": one.place.pk,
        "capacity": one.place.capacity,
        "for": one.principal,
        "opened_at": one.opened_at.isoformat() if one.opened_at else None,
        "seen_version": since.version if since else None,
        "changes": [{"label": part.label, "before": part.before, "after": part.after} for part in since.changes]
        if since
        else [],
    }


def _signed(one: Signed) -> dict[str, Any]:
    row = one.signature
    told = {
        "title": one.sheet.title,
        "version": one.sheet.version,
        "withdrawn": hasattr(row, "withdrawal"),
        "capacity": row.capacity,
        "for": row.principal_name,
        "decision": row.decision,
        "opinion": row.opinion,
        "at": row.at.isoformat(),
        "digest": row.sheet_digest,
        "entry": row.act_number,
    }
    return told | (_standing(one) if one.visible else {})


def _standing(one: Signed) -> dict[str, Any]:
    sheet = one.sheet
    return {"newest": one.newest, "state": one.ended or "open", "project": sheet.project.number, "sheet": sheet.pk}


def _granted(one: Granted) -> dict[str, Any]:
    row = one.row
    return {
        "project": row.project.number if one.visible else None,
        "seat": one.seat,
        "principal": row.principal.name,
        "delegate": row.delegate.name,
        "mine": one.mine,
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "holds": one.holds,
    }
