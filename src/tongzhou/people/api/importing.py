"""Operations: bringing a list of departments and people, and taking one along."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, Refused, access_declared
from tongzhou.lib.rest import Input, Words, json_answer
from tongzhou.lib.web import download
from tongzhou.papers import to_xlsx
from tongzhou.people.actions.importing import import_people, record_export
from tongzhou.people.api.people import WhoAsked
from tongzhou.people.api.shapes import administrator
from tongzhou.people.papers import people_form, people_paper
from tongzhou.people.queries import organisation
from tongzhou.people.queries.brought import roster_of_file, roster_of_text, roster_sent
from tongzhou.people.queries.roster import Line, Understood, understand
from tongzhou.people.queries.wording import refusal_words, trouble_words, troubles_by_row
from tongzhou.workbooks.refusal import WorkbookRefused
from tongzhou.workbooks.roster import Roster

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_FILE = 32 * 1024 * 1024
router = Router(tags=["people"])
Upload = Annotated[UploadedFile, File(...)]
Meaning = Literal["name", "number", "login", "department", "parent", "title", "phone", "email", "head", "stand_in"]
Short = Annotated[Words, Field(max_length=254)]


class TextIn(Input):
    text: Words = Field(min_length=1, max_length=1_000_000, description="rows as they are copied from a sheet, with headings")


class RowIn(Input):
    """A row by meaning. Without a name it is about a department; what is left out stays as it is."""

    sheet: Short = ""
    row: int = Field(ge=1, lt=10_000_000)
    values: dict[Meaning, Short]
    columns: dict[Meaning, Short] = Field(default_factory=dict)


class RowsIn(Input):
    rows: list[RowIn] = Field(min_length=1, max_length=5000, description="the rows of a preview, or rows of your own")


class PlaceOut(Schema):
    name: str
    parent: str | None


class HeadOut(Schema):
    department: str
    head: str


class FieldOut(Schema):
    field: str
    before: str
    after: str


class LineOut(Schema):
    sheet: str
    row: int
    name: str
    state: Literal["new", "changed", "same"]
    person: int | None
    changes: list[FieldOut]


class RowOut(Schema):
    sheet: str
    row: int
    values: dict[str, str]
    columns: dict[str, str]


class PeopleImport(Schema):
    """What a list would change, or has changed: new and moved departments, heads, people line by line."""

    departments: list[PlaceOut]
    moved: list[PlaceOut]
    heads: list[HeadOut]
    lines: list[LineOut]
    troubles: list[str] = Field(description="nothing is written while there are any")
    ignored: list[str] = Field(description="headings that mean nothing here")
    rows: list[RowOut] = Field(description="what to send to the confirmation")


@router.post("people/imports", response=PeopleImport, summary="上传部门与人员名单，得到预览")
@access_declared(ADMINISTRATOR)
def upload(request: HttpRequest, file: Upload) -> HttpResponse:
    """Read a list (xlsx, xls, csv) and tell what it would change. Nothing is written, and nothing is kept."""
    administrator(request)
    if (file.size or 0) > LARGEST_FILE:
        raise Refused("file-too-large", _("The request is too large."), "file")
    try:
        roster = roster_of_file(file.name or "", file.chunks())
    except WorkbookRefused as refused:
        raise Refused("file-unreadable", refusal_words(refused.code), "file") from refused
    return _answer(understand(roster), roster)


@router.post("people/imports/text", response=PeopleImport, summary="粘贴部门与人员名单，得到预览")
@access_declared(ADMINISTRATOR)
def paste(request: HttpRequest, data: TextIn) -> HttpResponse:
    administrator(request)
    roster = roster_of_text(data.text)
    return _answer(understand(roster), roster)


@router.post("people/imports/confirmation", response=PeopleImport, summary="确认写入部门与人员名单")
@access_declared(ADMINISTRATOR)
def confirm(request: HttpRequest, data: RowsIn) -> HttpResponse:
    """Write the rows as they are understood now: all or nothing; twice the same changes nothing."""
    user, roster = administrator(request), roster_sent([row.dict() for row in data.rows])
    try:
        written = import_people(by=user, roster=roster, now=clock.now())
    except Refused as refused:
        raise Refused(refused.code, refused.message, errors=_errors(roster)) from refused
    return _answer(written, Roster())


@router.get("people/files/list", response=str, summary="导出人员名单（xlsx 文件）")
@access_declared(ADMINISTRATOR)
def export(request: HttpRequest, asked: Query[WhoAsked]) -> HttpResponse:
    """All people whom the list shows, as a file with the headings that an import understands."""
    user, today = administrator(request), clock.today()
    rows = organisation.people_to_export(asked.asked(user), user, today)
    record_export(by=user, count=len(rows), now=clock.now())
    return download(to_xlsx(people_paper(rows, today)), XLSX, f"{_('People')} {today.isoformat()}.xlsx")


@router.get("people/files/form", response=str, summary="人员名单的空白表格（xlsx 文件）")
@access_declared(ADMINISTRATOR)
def form(request: HttpRequest) -> HttpResponse:
    administrator(request)
    return download(to_xlsx(people_form()), XLSX, f"{_('People (form)')}.xlsx")


def _answer(understood: Understood, roster: Roster) -> HttpResponse:
    told = {
        "departments": _places(understood.departments),
        "moved": _places(understood.moved),
        "heads": [{"department": name, "head": head} for name, (_key, head) in understood.heads.items()],
        "lines": [_line(line) for line in understood.lines],
        "troubles": troubles_by_row(understood.troubles),
        "ignored": sorted(set(roster.ignored))[:20],
        "rows": [asdict(row) for row in roster.rows],
    }
    return json_answer(told)


def _places(parents: dict[str, str | None] | dict[str, str]) -> list[dict[str, str | None]]:
    return [{"name": name, "parent": parent} for name, parent in parents.items()]


def _line(line: Line) -> dict[str, Any]:
    changes = [{"field": name, "before": before, "after": after} for name, before, after in line.changes]
    told = {"sheet": line.sheet, "row": line.row, "name": line.name, "state": line.state, "person": line.person}
    return told | {"changes": changes}


def _errors(roster: Roster) -> dict[str, str]:
    """Return what is wrong by row of the request."""
    places = {(row.sheet, row.row): at for at, row in enumerate(roster.rows)}
    found: dict[str, str] = {}
    for trouble in understand(roster).troubles:
        at = places.get((trouble.sheet, trouble.row))
        found.setdefault("rows" if at is None else f"rows.{at}", trouble_words(trouble))
    return found
