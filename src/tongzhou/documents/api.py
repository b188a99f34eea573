"""Operations: papers that were handed out, verifying one by its code, and how the organisation's papers look."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from tongzhou.documents.access import can_set_papers, can_take, paper_or_404
from tongzhou.documents.actions import Head, Wording, change_kind, change_letterhead, hand_out_again
from tongzhou.documents.models import IssuedPaper, KindSetting, Letterhead
from tongzhou.documents.queries.dressing import letterhead
from tongzhou.documents.queries.handed import answer
from tongzhou.documents.queries.kinds import KINDS, ending_or_404, kind_or_404, numbering, setting_of, wording
from tongzhou.documents.queries.register import Registered, Wanted, papers_of, registered
from tongzhou.documents.queries.register import papers as all_papers
from tongzhou.documents.queries.verifying import Verified, verified
from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, SIGNED_IN, Refused, access_declared, require
from tongzhou.lib.rest import Input, Key, PageOf, Words, json_answer, page_of_rows, require_match, tag_of, told_at
from tongzhou.people.access import signed_in
from tongzhou.people.actions.guesses import count_guess_from, may_guess_from
from tongzhou.projects.access import project_or_404, standing

READ = "read project plan, tasks"
GUESSES = "paper_code"
router = Router(tags=["documents"])
State = Literal["current", "in-force", "signing", "refused", "superseded", "replaced", "voided"]


class PapersAsked(PageOf):
    kind: Words = Field("", max_length=40, description="a kind of papers, such as charter")
    q: Words = Field("", max_length=80, description="words of the number, the title or who took it along")
    sort: str = Field("", pattern=r"^(-?(at|number|title|kind|version))?$", description="with a hyphen downwards")


class PaperOut(Schema):
    id: int
    kind: str
    kind_title: str
    title: str
    number: str
    code: str = Field(description="opens the verify page")
    version: int
    digest: str = Field(description="SHA-256 of what it says, without letterhead, number and signatures")
    state: State
    at: str
    by: str
    sheet: int | None
    endings: list[str] = Field(description="the files that you may take along")


class Papers(Schema):
    items: list[PaperOut]
    count: int
    next: str | None


class SeatOut(Schema):
    capacity: str
    name: str
    decision: str
    at: str | None


class FileOut(Schema):
    ending: str
    digest: str = Field(description="SHA-256 of the file")
    size: int
    at: str


class VerifiedOut(Schema):
    kind_title: str
    title: str
    number: str
    version: int
    project: str = Field(description="number and name as they are printed")
    digest: str
    state: State
    verdict: str
    at: str
    by: str
    seats: list[SeatOut]
    record_holds: bool | None = Field(description="whether the record of signatures verifies at its sheet")
    files: list[FileOut]


class HeadIn(Input):
    organisation: Words = Field("", max_length=120)
    header: Words = Field("", max_length=120)
    logo: Words | None = Field(None, max_length=1_900_000, description="base64 of a png, jpeg or webp; empty takes it away")


class HeadOut(Schema):
    organisation: str
    header: str
    logo: str = Field(description="SHA-256 of the logo; empty without one")
    version: int


class KindIn(Input):
    numbering: Words = Field(min_length=1, max_length=60, examples=["{prefix}-{project}-{year}-{n:03}"])
    preamble: Words = Field("", max_length=2000)
    declaration: Words = Field("", max_length=2000)
    closing: Words = Field("", max_length=2000)


class KindOut(Schema):
    kind: str
    title: str
    endings: list[str]
    numbering: str
    preamble: str
    declaration: str
    closing: str
    version: int


class Kinds(Schema):
    items: list[KindOut]


@router.get("projects/{number}/issued-papers", response=Papers, summary="文件登记")
@access_declared(READ)
def papers(request: HttpRequest, number: str, asked: Query[PapersAsked]) -> HttpResponse:
    """Papers of a project that were handed out, the newest first."""
    user = signed_in(request)
    project = project_or_404(user, number)
    at = standing(user, project)

    def told(row: IssuedPaper) -> dict[str, Any]:
        one = registered(row)
        return _paper(one, can_take(user, at, row, amounts=one.kind.amounts))

    return page_of_rows(request, asked, papers_of(project, Wanted(asked.kind, asked.q, asked.sort)), told)


@router.get("projects/{number}/issued-papers/{paper_id}", response=PaperOut, summary="一份登记的文件")
@access_declared(READ)
def paper(request: HttpRequest, number: str, paper_id: Key) -> HttpResponse:
    user = signed_in(request)
    one = registered(paper_or_404(user, number, paper_id, all_papers()))
    at = standing(user, project_or_404(user, number))
    return json_answer(_paper(one, can_take(user, at, one.row, amounts=one.kind.amounts)))


@router.get("projects/{number}/issued-papers/{paper_id}/files/{ending}", summary="再次取用登记的文件（docx、xlsx、pdf）")
@access_declared(READ)
def paper_file(request: HttpRequest, number: str, paper_id: Key, ending: str) -> HttpResponse:
    """The paper as it was described when it was handed out, with the signatures of its sheet."""
    user = signed_in(request)
    issued = paper_or_404(user, number, paper_id, IssuedPaper.objects.select_related("sheet__project"))
    kind = ending_or_404(issued.kind, ending)
    require(can_take(user, standing(user, project_or_404(user, number)), issued, amounts=kind.amounts))
    return answer(hand_out_again(by=user, issued=issued, ending=ending, now=clock.now()))


@router.get("papers/{code}", response=VerifiedOut, summary="凭验证码核对文件")
@access_declared(SIGNED_IN)
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What the verify page says, which needs no sign-in. Many wrong codes from one address: 429."""
    if not may_guess_from(request, GUESSES):
        raise HttpError(429, _("Too many codes that no paper has were tried from here. Try again in ten minutes."))
    found = verified(code)
    if found is None:
        count_guess_from(request, GUESSES)
        raise Http404
    return json_answer(_verified(found))


@router.get("paper-letterhead", response=HeadOut, summary="纸面抬头")
@access_declared(ADMINISTRATOR)
def head(request: HttpRequest) -> HttpResponse:
    """What stands at the head of every paper."""
    require(can_set_papers(signed_in(request)))
    return _head_answer(letterhead())


@router.put("paper-letterhead", response=HeadOut, summary="修改纸面抬头")
@access_declared(ADMINISTRATOR)
def change_head(request: HttpRequest, data: HeadIn) -> HttpResponse:
    """From now on; a logo that is left out stays."""
    require(can_set_papers(signed_in(request)))
    stored = letterhead()
    require_match(request, _head_tag(stored), lambda: _head(stored))
    version = stored.version if request.headers.get("If-Match", "*").strip() != "*" else None
    given = Head(data.organisation, data.header, _decoded(data.logo))
    return _head_answer(change_letterhead(by=signed_in(request), head=given, version=version, now=clock.now()))


@router.get("paper-kinds", response=Kinds, summary="文种：编号与固定文字")
@access_declared(ADMINISTRATOR)
def kinds(request: HttpRequest) -> HttpResponse:
    require(can_set_papers(signed_in(request)))
    return json_answer({"items": [_kind(kind) for kind in KINDS]})


@router.get("paper-kinds/{paper_kind}", response=KindOut, summary="一个文种")
@access_declared(ADMINISTRATOR)
def kind(request: HttpRequest, paper_kind: str) -> HttpResponse:
    require(can_set_papers(signed_in(request)))
    kind_or_404(paper_kind)
    return json_answer(_kind(paper_kind), etag=_kind_tag(setting_of(paper_kind)))


@router.put("paper-kinds/{paper_kind}", response=KindOut, summary="修改文种的编号与固定文字")
@access_declared(ADMINISTRATOR)
def change(request: HttpRequest, paper_kind: str, data: KindIn) -> HttpResponse:
    """From now on; what was handed out keeps its number."""
    require(can_set_papers(signed_in(request)))
    kind_or_404(paper_kind)
    stored = setting_of(paper_kind)
    require_match(request, _kind_tag(stored), lambda: _kind(paper_kind))
    version = stored.version if request.headers.get("If-Match", "*").strip() != "*" else None
    given = Wording(data.numbering, data.dict(exclude={"numbering"}))
    made = change_kind(by=signed_in(request), kind=paper_kind, wording=given, version=version, now=clock.now())
    return json_answer(_kind(paper_kind), etag=_kind_tag(made))


def _paper(one: Registered, may_take: bool) -> dict[str, Any]:
    row = one.row
    return {name: getattr(row, name) for name in ("id", "kind", "title", "number", "version", "digest")} | {
        "kind_title": one.kind.title,
        "code": one.code,
        "state": one.state,
        "at": told_at(row.at),
        "by": row.by_name,
        "sheet": row.sheet_id,
        "endings": list(one.kind.endings) if may_take else [],
    }


def _verified(found: Verified) -> dict[str, Any]:
    row = found.paper.row
    return {name: getattr(row, name) for name in ("title", "number", "version", "digest")} | {
        "kind_title": found.paper.kind.title,
        "project": f"{row.project_number} {row.project_name}".strip(),
        "state": found.paper.state,
        "verdict": found.verdict,
        "at": told_at(row.at),
        "by": row.by_name,
        "seats": [
            {"capacity": seat.capacity, "name": seat.name, "decision": seat.decision, "at": told_at(seat.at)}
            for seat in found.seats
        ],
        "record_holds": found.holds,
        "files": [
            {"ending": file.ending, "digest": file.digest, "size": file.size, "at": told_at(file.at)} for file in found.files
        ],
    }


def _decoded(text: str | None) -> bytes | None:
    try:
        return None if text is None else base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(
            "logo-not-a-picture", _("This is no picture that can be a logo: use png, jpeg or webp."), "logo"
        ) from error


def _head_tag(row: Letterhead) -> str:
    return tag_of("letterhead", row.version)


def _head(row: Letterhead) -> dict[str, Any]:
    logo = hashlib.sha256(bytes(row.logo)).hexdigest() if row.logo else ""
    return {"organisation": row.organisation, "header": row.header, "logo": logo, "version": row.version}


def _head_answer(row: Letterhead) -> HttpResponse:
    return json_answer(_head(row), etag=_head_tag(row))


def _kind_tag(row: KindSetting) -> str:
    return tag_of("paper-kind", row.kind, row.version)


def _kind(key: str) -> dict[str, Any]:
    known = KINDS[key]
    told = {"kind": key, "title": known.title, "endings": list(known.endings), "numbering": numbering(key)}
    return {**told, **wording(key), "version": setting_of(key).version}
