"""Operations: the charter of a project: what it says, its texts, asking for signatures, its versions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from tongzhou.charters.access import can_edit_charter, chartered_or_404
from tongzhou.charters.actions import open_charter, write_part
from tongzhou.charters.actions.parts import LONGEST
from tongzhou.charters.forms import end_of
from tongzhou.charters.models import CharterPart
from tongzhou.charters.queries.page import CharterPage, Written, charter_page, versions_opened, written_of
from tongzhou.lib import clock
from tongzhou.lib.access import access_declared, require
from tongzhou.lib.rest import Day, Input, Whole, Words, json_answer, require_match, tag_of, told_at
from tongzhou.people.access import signed_in
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.signoffs.queries.places import ending_of

READ, EDIT = "read project plan, tasks", "edit charter draft"
ONE = "projects/{number}/charter"
router = Router(tags=["charters"])


class PartOut(Schema):
    part: str
    title: str
    text: str
    version: int = Field(description="counts what was written; 0: nothing yet")
    by: str
    at: str | None


class LackOut(Schema):
    key: str
    title: str
    link: str = Field(description="the very form where it is said")
    needed: bool = Field(description="without it nobody is asked to sign")


class ChangedOut(Schema):
    path: str
    label: str
    before: str
    after: str


class CharterOut(Schema):
    project: str = Field(description="the project's number")
    state: str = Field(description="draft, signing or in_force")
    in_force: int | None = Field(description="the version that holds")
    sheet: int | None = Field(description="the newest version that was opened, as a sheet")
    says: dict[str, Any] = Field(description="everything that the charter says today")
    parts: list[PartOut]
    lacks: list[LackOut]
    changes: list[ChangedOut] = Field(description="what it says otherwise than the newest version")


class PartIn(Input):
    text: Words = Field(max_length=LONGEST, examples=["首月投诉率不高于 1.5%"])
    version: Whole = Field(ge=0, le=2**31 - 1, description="the version that was seen; 412 with both texts where it is another")


class SheetIn(Input):
    due: Day | None = Field(None, description="sign until 18:00 of this day")


class VersionOut(Schema):
    version: int
    sheet: int
    opened_at: str
    opened_by: str
    digest: str
    ended: str = Field(description="final, replaced, voided, or empty while it is being signed")
    in_force_at: str | None
    baseline: int | None = Field(description="the baseline that its finality cut")


class VersionsOut(Schema):
    items: list[VersionOut]


@router.get(ONE, response=CharterOut, summary="项目章程：内容、缺项与会签状态")
@access_declared(READ)
def charter(request: HttpRequest, number: str) -> HttpResponse:
    """What the charter says today, what it lacks, and how it stands."""
    user = signed_in(request)
    project = chartered_or_404(user, number)
    return json_answer(_told(project, charter_page(user, project)))


@router.put(f"{ONE}/parts/{{part}}", response=PartOut, summary="撰写章程条目")
@access_declared(EDIT)
def put_part(request: HttpRequest, number: str, part: str, data: PartIn) -> HttpResponse:
    """Write a text over the version that was seen. Where somebody else wrote meanwhile, 412 tells the other text."""
    user = signed_in(request)
    project = chartered_or_404(user, number)
    require(can_edit_charter(standing(user, project), project))
    if part not in CharterPart.Kind.values:
        raise Http404
    found = written_of(project)[part]
    require_match(request, _tag(project, found), lambda: _part(found))
    write_part(by=user, project=project, kind=part, text=data.text, version=data.version, now=clock.now())
    kept = written_of(project)[part]
    return json_answer(_part(kept), etag=_tag(project, kept))


@router.post(f"{ONE}/sheets", response={201: VersionOut}, summary="发起章程会签")
@access_declared(EDIT)
def open_sheet(request: HttpRequest, number: str, data: SheetIn) -> HttpResponse:
    """Freeze the charter as it stands, and ask the head of every department to sign. 422 names what it lacks."""
    user = signed_in(request)
    project = chartered_or_404(user, number)
    require(can_edit_charter(standing(user, project), project))
    open_charter(by=user, project=project, due=end_of(data.due), now=clock.now())
    return json_answer(_versions(project)[0], status=201)


@router.get(f"{ONE}/versions", response=VersionsOut, summary="章程的各个版本")
@access_declared(READ)
def versions(request: HttpRequest, number: str) -> HttpResponse:
    """Every version that was opened, the newest first; its text is that of its sheet."""
    project = chartered_or_404(signed_in(request), number)
    return json_answer({"items": _versions(project)})


def _told(project: Project, page: CharterPage) -> dict[str, Any]:
    state = "in_force" if page.force else "signing" if page.waiting else "draft"
    return {
        "project": project.number,
        "state": state,
        "in_force": page.force.sheet.version if page.force else None,
        "sheet": page.sheet.pk if page.sheet else None,
        "says": page.cut,
        "parts": [_part(part) for part in page.parts.values()],
        "lacks": [asdict(lack) for lack in page.lacks],
        "changes": [asdict(change) for change in page.changes],
    }


def _part(part: Written) -> dict[str, Any]:
    return {
        "part": part.kind,
        "title": part.title,
        "text": part.text,
        "version": part.version,
        "by": part.by,
        "at": told_at(part.at),
    }


def _tag(project: Project, part: Written) -> str:
    return tag_of("charter-part", project.pk, part.kind, part.version)


def _versions(project: Project) -> list[dict[str, Any]]:
    return [
        {
            "version": row.sheet.version,
            "sheet": row.sheet_id,
            "opened_at": told_at(row.sheet.opened_at),
            "opened_by": row.sheet.opened_by_name,
            "digest": row.sheet.digest,
            "ended": ending_of(row.sheet),
            "in_force_at": told_at(row.in_force_at),
            "baseline": row.baseline.number if row.baseline else None,
        }
        for row in versions_opened(project)
    ]
