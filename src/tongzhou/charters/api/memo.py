"""Operations: the memo of a project: what each department takes on, asking for signatures, what was signed and what is."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from tongzhou.charters.access import can_open_memo, memo_or_404, own_departments
from tongzhou.charters.actions import open_memo
from tongzhou.charters.api.charter import ChangedOut, LackOut, SheetIn
from tongzhou.charters.forms import end_of
from tongzhou.charters.queries.memo_cut import memo_of
from tongzhou.charters.queries.memo_now import Block, Row, compared
from tongzhou.charters.queries.memo_page import MemoPage, memo_page
from tongzhou.charters.queries.memo_standing import signed_memo
from tongzhou.lib import clock
from tongzhou.lib.access import access_declared, require
from tongzhou.lib.rest import json_answer, told_at
from tongzhou.people.access import signed_in
from tongzhou.projects.access import standing
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.difference import snapshot_of
from tongzhou.signoffs.queries.places import ending_of

READ, EDIT = "read project plan, tasks", "edit charter draft"
ONE = "projects/{number}/memo"
router = Router(tags=["charters"])


class MemoVersionOut(Schema):
    version: int
    sheet: int
    opened_at: str
    opened_by: str
    digest: str
    ended: str = Field(description="final, replaced, voided, or empty while it is being signed")


class MemoOut(Schema):
    project: str = Field(description="the project's number")
    state: str = Field(description="draft, signing or signed")
    signed: int | None = Field(description="the newest version that every seat agreed to")
    sheet: int | None = Field(description="the newest version that was opened, as a sheet")
    shared: dict[str, Any] = Field(description="what all share: goal, period, milestones")
    parts: dict[str, Any] = Field(description="by seat: duty, tasks, deliverables and resources of a department")
    lacks: list[LackOut]
    changes: list[ChangedOut] = Field(description="what it says otherwise than the newest version")
    again: list[str] | None = Field(description="departments that a next version asks again; null where it asks all")
    differing: int | None = Field(description="how many entries are otherwise today than they were signed")
    versions: list[MemoVersionOut]


class FieldOut(Schema):
    field: str
    label: str
    before: str = Field(description="as it was signed")
    after: str = Field(description="as it is now")
    days: int | None = Field(description="by how many days a day moved; later is more than 0")


class RowOut(Schema):
    part: str = Field(description="basics, objectives, milestones, duty, tasks, deliverables or commitments")
    id: str
    name: str
    state: str = Field(description="same, changed, added or gone")
    changes: list[FieldOut]


class BlockOut(Schema):
    department: int | None = Field(description="null: what all share")
    name: str
    mine: bool = Field(description="the caller has a seat of this department")
    rows: list[RowOut]


class NowOut(Schema):
    version: int | None = Field(description="the version that was signed; null while none is")
    sheet: int | None
    signed_at: str | None
    differing: int
    moved: int = Field(description="how many entries have a date that moved")
    blocks: list[BlockOut]


@router.get(ONE, response=MemoOut, summary="跨部门协作备忘录：内容、缺项与会签状态")
@access_declared(READ)
def memo(request: HttpRequest, number: str) -> HttpResponse:
    """What the memo says today, by department, what it lacks, and how it stands."""
    user = signed_in(request)
    project = memo_or_404(user, number)
    return json_answer(_told(project.number, memo_page(user, project)))


@router.post(f"{ONE}/sheets", response={201: MemoVersionOut}, summary="发起备忘录会签")
@access_declared(EDIT)
def open_memo_sheet(request: HttpRequest, number: str, data: SheetIn) -> HttpResponse:
    """Freeze the memo as the plan makes it, and ask every head to sign her part. 422 names what it lacks."""
    user = signed_in(request)
    project = memo_or_404(user, number)
    require(can_open_memo(standing(user, project), project))
    return json_answer(_version(open_memo(by=user, project=project, due=end_of(data.due), now=clock.now())), status=201)


@router.get(f"{ONE}/now", response=NowOut, summary="备忘录：签署与现状")
@access_declared(READ)
def memo_now(request: HttpRequest, number: str, all: bool = False) -> HttpResponse:
    """Every difference between the signed memo and the plan of today; `all` also what is the same."""
    user = signed_in(request)
    project = memo_or_404(user, number)
    sheet = signed_memo(project)
    if sheet is None:
        return json_answer({"version": None, "sheet": None, "signed_at": None, "differing": 0, "moved": 0, "blocks": []})
    found = compared(snapshot_of(sheet), memo_of(project)).for_reader(own_departments(standing(user, project)))
    told = {"version": sheet.version, "sheet": sheet.pk, "signed_at": told_at(sheet.ending.at)}
    blocks = [_block(block, everything=all) for block in found.blocks]
    return json_answer({**told, "differing": found.count, "moved": found.moved, "blocks": blocks})


def _told(number: str, page: MemoPage) -> dict[str, Any]:
    return {
        "project": number,
        "state": "signing" if page.waiting else "signed" if page.signed else "draft",
        "signed": page.signed.version if page.signed else None,
        "sheet": page.sheet.pk if page.sheet else None,
        "shared": page.memo.shared,
        "parts": page.memo.parts,
        "lacks": [asdict(lack) for lack in page.lacks],
        "changes": [asdict(change) for change in page.changes],
        "again": page.again,
        "differing": page.since.count if page.since else None,
        "versions": [
            {
                "version": row.version,
                "sheet": row.pk,
                "opened_at": told_at(row.opened_at),
                "opened_by": row.opened_by,
                "digest": row.digest,
                "ended": row.ended,
            }
            for row in page.versions
        ],
    }


def _version(sheet: Sheet) -> dict[str, Any]:
    return {
        "version": sheet.version,
        "sheet": sheet.pk,
        "opened_at": told_at(sheet.opened_at),
        "opened_by": sheet.opened_by_name,
        "digest": sheet.digest,
        "ended": ending_of(sheet),
    }


def _block(block: Block, *, everything: bool) -> dict[str, Any]:
    rows = block.rows if everything else block.differing
    return {"department": block.department, "name": block.name, "mine": block.mine, "rows": [_row(row) for row in rows]}


def _row(row: Row) -> dict[str, Any]:
    changes = [asdict(change) for change in row.changes]
    return {"part": row.part, "id": row.id, "name": row.name, "state": row.state, "changes": changes}
