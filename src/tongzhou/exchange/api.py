"""Operations: bringing a table in, taking the forms away, starting from a list."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tongzhou.exchange import actions
from tongzhou.exchange.access import can_import
from tongzhou.exchange.actions.quick_start import QuickStart, start_from_list
from tongzhou.exchange.models import ImportDraft
from tongzhou.exchange.papers import export_file
from tongzhou.exchange.papers.files import TYPES
from tongzhou.exchange.queries import draft_or_404, preview_of
from tongzhou.exchange.queries.issues import Issue
from tongzhou.exchange.queries.layouts import FORMS, ExportOptions
from tongzhou.exchange.queries.preview import plan_version_of
from tongzhou.exchange.queries.wording import refusal_text
from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Refused, access_declared, require
from tongzhou.lib.rest import Day, Input, Key, Words, json_answer
from tongzhou.lib.web import download
from tongzhou.people.access import signed_in
from tongzhou.plan.queries import status_date
from tongzhou.projects.access import project_or_404
from tongzhou.workbooks.refusal import WorkbookRefused

READ, EDIT = "read project plan, tasks", "create/edit WBS"
LARGEST_FILE = 32 * 1024 * 1024
router = Router(tags=["exchange"])
Upload = Annotated[UploadedFile, File(...)]


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


class DraftOut(Schema):
    id: int
    file_name: str
    state: Literal["open", "done", "discarded"]
    plan_version: int
    tasks: Counted | None
    links: Counted | None
    issues: list[IssueOut]
    can_confirm: bool


class AnswerIn(Input):
    issue: Words = Field(max_length=500)
    option: Words = Field(max_length=200)
    value: Words = Field("", max_length=200)
    alike: bool = False


class ConfirmIn(Input):
    plan_version: int | None = Field(None, description="the version that the preview was made from: 412 when the plan moved on")


class Wanted(Schema):
    """What of the plan is wanted."""

    ending: Literal["xlsx", "csv", "xml"] | None = Field(None, description="xlsx or csv; xml for msproject")
    as_of: Day | None = None


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


@router.get("projects/{number}/forms/{form}", response=str, summary="导出一种表格（xlsx、csv 文件）或 MS Project XML")
@access_declared(READ)
def export(request: HttpRequest, number: str, form: str, wanted: Query[Wanted]) -> HttpResponse:
    """One of the forms as a file: complete, tracking, breakdown, progress, basics; msproject is XML for MS Project."""
    user = signed_in(request)
    project = project_or_404(user, number)
    layout = FORMS.get(form)
    if layout is None:
        raise Refused("form-unknown", _("One of %(values)s.") % {"values": ", ".join(FORMS)}, "form")
    ending = wanted.ending or layout.endings[0]
    if ending not in layout.endings:
        raise Refused("ending-unknown", _("One of %(values)s.") % {"values": ", ".join(layout.endings)}, "ending")
    options = ExportOptions(layout, status_date(project, wanted.as_of))
    actions.record_export(by=user, project=project, options=options, ending=ending, now=clock.now())
    name = f"{project.name}-{layout.title}-{options.as_of.isoformat()}.{ending}"
    return download(export_file(project, options, ending, clock.now()), TYPES[ending], name)


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
        "issues": [],
        "can_confirm": False,
    }
    if draft.state != ImportDraft.State.OPEN:
        return told
    found = preview_of(draft, by=signed_in(request), today=clock.today())
    return told | {
        "tasks": _counts(found.made.item_counts),
        "links": _counts(found.made.link_counts),
        "issues": [_issue(issue) for issue in found.issues],
        "can_confirm": found.can_confirm,
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
