"""Operations: bringing a table in, starting from a list."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tongzhou.exchange import actions
from tongzhou.exchange.access import can_import, drafts_of
from tongzhou.exchange.actions.quick_start import QuickStart, start_from_list
from tongzhou.exchange.forms import LayoutForm
from tongzhou.exchange.forms.imports import MOST_SHEETS
from tongzhou.exchange.models import ImportDraft
from tongzhou.exchange.papers import issues_paper
from tongzhou.exchange.papers.files import TYPES
from tongzhou.exchange.queries import draft_or_404, preview_of
from tongzhou.exchange.queries.issues import Issue
from tongzhou.exchange.queries.preview import ShownSheet, plan_version_of
from tongzhou.exchange.queries.wording import offered_kinds, offered_meanings, refusal_text
from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Refused, access_declared, require
from tongzhou.lib.rest import Input, Key, PageOf, Words, json_answer, page_of_rows
from tongzhou.lib.web import download
from tongzhou.papers import to_xlsx
from tongzhou.people.access import signed_in
from tongzhou.projects.access import project_or_404
from tongzhou.workbooks.headers import SEARCHED_ROWS
from tongzhou.workbooks.refusal import WorkbookRefused

EDIT = "create/edit WBS"
LARGEST_FILE = 32 * 1024 * 1024
router = Router(tags=["exchange"])
Upload = Annotated[UploadedFile, File(...)]
IssueName = Annotated[Words, Field(max_length=2000)]


class OptionOut(Schema):
    value: str
    label: str
    effect: str
    asks: str
    proposed: bool


class IssueOut(Schema):
    id: str
    kind: str
    sheet: str
    row: int | None
    column: str | None
    text: str
    answer: str
    options: list[OptionOut]


class Counted(Schema):
    created: int
    changed: int
    unchanged: int


class ColumnOut(Schema):
    letter: str
    heading: str
    meaning: str


class SheetOut(Schema):
    number: int
    name: str
    kind: str
    heading: int | None
    columns: list[ColumnOut]


class EarlierOut(Schema):
    id: int
    file_name: str
    state: Literal["open", "done"]
    uploaded_at: str
    uploaded_by: str


class Drafts(Schema):
    items: list[EarlierOut]
    count: int
    next: str | None


class Choices(Schema):
    """What a sheet, and what a column can be taken for: value → word."""

    kinds: dict[str, str]
    meanings: dict[str, str]


class DraftOut(Schema):
    id: int
    file_name: str
    state: Literal["open", "done", "discarded"]
    plan_version: int
    tasks: Counted | None
    links: Counted | None
    sheets: list[SheetOut]
    issues: list[IssueOut]
    can_confirm: bool


class AnswerIn(Input):
    issue: Words = Field(max_length=500)
    option: Words = Field(max_length=200)
    value: Words = Field("", max_length=200)
    alike: bool = False


class ConfirmIn(Input):
    plan_version: int | None = Field(None, description="the version that the preview was made from: 412 when the plan moved on")


class LayoutIn(Input):
    sheet: int = Field(ge=0, le=MOST_SHEETS, description="number of the sheet, as the draft tells it")
    kind: Words = Field("", max_length=40, description="what the sheet is; empty: found out")
    heading: int | None = Field(None, ge=1, le=SEARCHED_ROWS, description="row of the headings; without it found out")
    columns: dict[str, Words] = Field(default_factory=dict, description="letter → meaning; an empty one is passed over")


class ListIn(Input):
    name: Words = Field(min_length=1, max_length=120)
    text: Words = Field(min_length=1, max_length=50_000, description="one line a task, as at «从清单开始»")
    choices: dict[str, str] = Field(default_factory=dict, description="unclear name → id of the person, or none")


class Started(Schema):
    number: str


@router.post("quick-starts", response={201: Started}, summary="从清单开始一个轻量项目")
@access_declared(SIGNED_IN)
def quick_start(request: HttpRequest, data: ListIn) -> HttpResponse:
    wanted = QuickStart(data.name, data.text, data.choices)
    project = start_from_list(by=signed_in(request), wanted=wanted, now=clock.now())
    return json_answer({"number": project.number}, status=201)


@router.post("projects/{number}/imports", response={201: DraftOut}, summary="上传表格，得到预览")
@access_declared(EDIT)
def upload(request: HttpRequest, number: str, file: Upload) -> HttpResponse:
    """Read a table (xlsx, xls, csv) or a project of MS Project (xml) and say how every row is understood.

    Nothing is written to the plan yet.
    """
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_import(user, project))
    if (file.size or 0) > LARGEST_FILE:
        raise Refused("file-too-large", _("The request is too large."), "file")
    try:
        name = str(file.name or "file")
        draft = actions.upload(by=user, project=project, file_name=name, chunks=file.chunks(), now=clock.now())
    except WorkbookRefused as refused:
        raise Refused("file-unreadable", refusal_text(refused), "file") from refused
    return json_answer(_draft(request, draft), status=201)


@router.get("projects/{number}/imports", response=Drafts, summary="历次导入")
@access_declared(EDIT)
def drafts(request: HttpRequest, number: str, page: Query[PageOf]) -> HttpResponse:
    """What was brought in and what still waits, the latest first; without what was discarded."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_import(user, project))
    rows = drafts_of(project).exclude(state=ImportDraft.State.DISCARDED).select_related("uploaded_by")
    return page_of_rows(request, page, rows.defer("cells", "answers"), _earlier)


@router.get("import-choices", response=Choices, summary="工作表与列可以当作什么")
@access_declared(SIGNED_IN)
def choices(request: HttpRequest) -> HttpResponse:
    return json_answer({"kinds": dict(offered_kinds()), "meanings": dict(offered_meanings())})


@router.get("projects/{number}/imports/{draft_id}", response=DraftOut, summary="导入预览")
@access_declared(EDIT)
def preview(request: HttpRequest, number: str, draft_id: Key) -> HttpResponse:
    return json_answer(_draft(request, draft_or_404(signed_in(request), number, draft_id)))


@router.post("projects/{number}/imports/{draft_id}/answers", response=DraftOut, summary="处理一个问题")
@access_declared(EDIT)
def answer(request: HttpRequest, number: str, draft_id: Key, data: AnswerIn) -> HttpResponse:
    draft = draft_or_404(signed_in(request), number, draft_id)
    said = actions.Answer(data.issue, data.option, data.value, data.alike)
    actions.answer_issue(by=signed_in(request), draft=draft, answer=said, now=clock.now())
    return preview_again(request, number, draft_id)


@router.post("projects/{number}/imports/{draft_id}/proposals", response=DraftOut, summary="采纳全部建议")
@access_declared(EDIT)
def adopt(request: HttpRequest, number: str, draft_id: Key) -> HttpResponse:
    draft = draft_or_404(signed_in(request), number, draft_id)
    actions.adopt_proposals(by=signed_in(request), draft=draft, now=clock.now())
    return preview_again(request, number, draft_id)


@router.post("projects/{number}/imports/{draft_id}/confirmation", response=DraftOut, summary="确认写入")
@access_declared(EDIT)
def confirm(request: HttpRequest, number: str, draft_id: Key, data: ConfirmIn) -> HttpResponse:
    """Write it: all of it or nothing."""
    draft = draft_or_404(signed_in(request), number, draft_id)
    actions.confirm_draft(by=signed_in(request), draft=draft, plan_version=data.plan_version, now=clock.now())
    return preview_again(request, number, draft_id)


@router.delete("projects/{number}/imports/{draft_id}", response={204: None}, summary="放弃导入")
@access_declared(EDIT)
def discard(request: HttpRequest, number: str, draft_id: Key) -> HttpResponse:
    draft = draft_or_404(signed_in(request), number, draft_id)
    actions.discard_draft(by=signed_in(request), draft=draft, now=clock.now())
    return HttpResponse(status=204)


@router.delete("projects/{number}/imports/{draft_id}/answers", response=DraftOut, summary="收回一个问题的处理")
@access_declared(EDIT)
def take_back(
    request: HttpRequest, number: str, draft_id: Key, issue: Annotated[Words, Field(max_length=2000)]
) -> HttpResponse:
    draft = draft_or_404(signed_in(request), number, draft_id)
    actions.take_back(by=signed_in(request), draft=draft, issue=issue, now=clock.now())
    return preview_again(request, number, draft_id)


@router.put("projects/{number}/imports/{draft_id}/layout", response=DraftOut, summary="重新指定工作表与列的含义")
@access_declared(EDIT)
def lay_out(request: HttpRequest, number: str, draft_id: Key, data: LayoutIn) -> HttpResponse:
    """Take a sheet as something else, from another heading row, or its columns as something else."""
    draft = draft_or_404(signed_in(request), number, draft_id)
    form = LayoutForm(data.dict(exclude={"columns"}) | {f"column.{key}": value for key, value in data.columns.items()})
    if not form.is_valid():
        raise Refused("layout-invalid", _("This cannot be chosen. Look at the page again."), next(iter(form.errors)))
    actions.lay_out_sheet(by=signed_in(request), draft=draft, wanted=form.wanted(), now=clock.now())
    return preview_again(request, number, draft_id)


@router.get("projects/{number}/imports/{draft_id}/issues.xlsx", response=str, summary="问题清单（xlsx 文件）")
@access_declared(EDIT)
def issues(request: HttpRequest, number: str, draft_id: Key) -> HttpResponse:
    user = signed_in(request)
    draft = draft_or_404(user, number, draft_id)
    paper = issues_paper(draft, preview_of(draft, by=user, today=clock.today()))
    return download(to_xlsx(paper), TYPES["xlsx"], f"{paper.title}.xlsx")


def preview_again(request: HttpRequest, number: str, draft_id: int) -> HttpResponse:
    return json_answer(_draft(request, draft_or_404(signed_in(request), number, draft_id)))


def _draft(request: HttpRequest, draft: ImportDraft) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": draft.pk,
        "file_name": draft.file_name,
        "state": draft.state,
        "plan_version": plan_version_of(draft.project),
        "tasks": None,
        "links": None,
        "sheets": [],
        "issues": [],
        "can_confirm": False,
    }
    if draft.state != ImportDraft.State.OPEN:
        return told
    found = preview_of(draft, by=signed_in(request), today=clock.today())
    return told | {
        "tasks": _counts(found.made.item_counts),
        "links": _counts(found.made.link_counts),
        "sheets": [_sheet(sheet) for sheet in found.sheets],
        "issues": [_issue(issue) for issue in found.issues],
        "can_confirm": found.can_confirm,
    }


def _sheet(sheet: ShownSheet) -> dict[str, Any]:
    columns = [{"letter": one.letter, "heading": one.heading, "meaning": one.meaning} for one in sheet.columns]
    return {
        "number": sheet.number,
        "name": sheet.name,
        "kind": sheet.kind,
        "heading": sheet.heading,
        "columns": columns,
    }


def _earlier(draft: ImportDraft) -> dict[str, Any]:
    return {
        "id": draft.pk,
        "file_name": draft.file_name,
        "state": draft.state,
        "uploaded_at": draft.uploaded_at.isoformat(),
        "uploaded_by": draft.uploaded_by.name,
    }


def _counts(counts: Any) -> dict[str, int]:
    return {"created": counts.created, "changed": counts.changed, "unchanged": counts.unchanged}


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "id": issue.id,
        "kind": issue.kind,
        "sheet": issue.sheet,
        "row": issue.row,
        "column": issue.column,
        "text": issue.text,
        "answer": issue.answer,
        "options": [
            {"value": one.value, "label": one.label, "effect": one.effect, "asks": one.asks, "proposed": one.proposed}
            for one in issue.options
        ],
    }
