"""Operations: the forms to take away, and the notices to copy."""

from __future__ import annotations

from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.documents.queries.handed import answer
from tongzhou.documents.queries.kinds import KINDS
from tongzhou.exchange import actions
from tongzhou.exchange.access import can_import
from tongzhou.exchange.forms import ExportForm
from tongzhou.exchange.papers import export_file
from tongzhou.exchange.papers.files import TYPES
from tongzhou.exchange.papers.table_papers import described, papers_offered
from tongzhou.exchange.queries.department_notices import department_notices
from tongzhou.exchange.queries.layouts import FORMS, ExportOptions, Layout
from tongzhou.exchange.queries.notice import start_notice
from tongzhou.exchange.views.papers import Wanted, handed_table
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.rest import Day, Key, Words, json_answer
from tongzhou.lib.web import download
from tongzhou.people.access import signed_in
from tongzhou.plan.queries import status_date
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Project

READ, EDIT = "read project plan, tasks", "create/edit WBS"
router = Router(tags=["exchange"])


class FormAsked(Schema):
    """What of the plan is wanted."""

    ending: Literal["xlsx", "csv", "xml"] | None = Field(None, description="xlsx or csv; xml for msproject")
    as_of: Day | None = None
    department: Key | None = Field(None, description="id of a department that takes part")
    state: list[Words] = Field(default_factory=list, max_length=5, description="todo, doing, done, blocked, cancelled")
    column: list[Words] = Field(default_factory=list, max_length=40, description="more columns than the form has")


class FormOut(Schema):
    form: str
    title: str
    endings: list[str]
    columns: list[str]
    more: dict[str, str] = Field(description="columns that can be added: value → word")


class Forms(Schema):
    items: list[FormOut]


class PaperAsked(Schema):
    ending: Literal["xlsx", "pdf"] = "pdf"
    as_of: Day | None = None
    version: int | None = Field(None, ge=1, le=99999)


class PaperKindOut(Schema):
    paper: str
    title: str
    endings: list[str]
    columns: list[str]


class Papers(Schema):
    items: list[PaperKindOut]


class NoticeOut(Schema):
    department: str
    text: str


class Notices(Schema):
    items: list[NoticeOut]


class Text(Schema):
    text: str


@router.get("projects/{number}/forms", response=Forms, summary="可以导出的表格")
@access_declared(READ)
def forms(request: HttpRequest, number: str) -> HttpResponse:
    """Every form with its columns, and what can be chosen."""
    project_or_404(signed_in(request), number)
    return json_answer({"items": [_form(layout) for layout in FORMS.values()]})


@router.get("projects/{number}/forms/{form}", response=str, summary="导出一种表格（xlsx、csv 文件）或 MS Project XML")
@access_declared(READ)
def export(request: HttpRequest, number: str, form: str, wanted: Query[FormAsked]) -> HttpResponse:
    """One of the forms as a file: complete, tracking, breakdown, progress, basics; msproject is XML for MS Project."""
    user = signed_in(request)
    project = project_or_404(user, number)
    layout = FORMS.get(form)
    if layout is None:
        raise Refused("form-unknown", _("One of %(values)s.") % {"values": ", ".join(FORMS)}, "form")
    ending = wanted.ending or layout.endings[0]
    if ending not in layout.endings:
        raise Refused("ending-unknown", _("One of %(values)s.") % {"values": ", ".join(layout.endings)}, "ending")
    options = _options(project, layout, wanted)
    actions.record_export(by=user, project=project, options=options, ending=ending, now=clock.now())
    name = f"{project.name}-{layout.title}-{options.as_of.isoformat()}.{ending}"
    return download(export_file(project, options, ending, clock.now()), TYPES[ending], name)


@router.get("projects/{number}/papers", response=Papers, summary="可以打印签字的计划表")
@access_declared(READ)
def papers(request: HttpRequest, number: str) -> HttpResponse:
    """The tables of the plan as papers: with letterhead, number and code; not to be read in again."""
    project = project_or_404(signed_in(request), number)
    items = [
        {"paper": key, "title": KINDS[key].title, "endings": list(KINDS[key].endings), "columns": list(described(key))}
        for key in papers_offered(project)
    ]
    return json_answer({"items": items})


@router.get("projects/{number}/papers/{paper}", response=str, summary="一种计划表（xlsx、pdf 文件，打印签字用）")
@access_declared(READ)
def paper_file(request: HttpRequest, number: str, paper: str, asked: Query[PaperAsked]) -> HttpResponse:
    """task-list (`version`: another than the one in force), assignment-and-progress, breakdown, tracking."""
    user = signed_in(request)
    project = project_or_404(user, number)
    if paper not in papers_offered(project):
        raise Refused("paper-unknown", _("One of %(values)s.") % {"values": ", ".join(papers_offered(project))}, "paper")
    return answer(handed_table(user, project, Wanted(paper, asked.ending, asked.as_of, asked.version)))


@router.get("projects/{number}/notices", response=Notices, summary="通知文本（按部门）")
@access_declared(EDIT)
def notices(request: HttpRequest, number: str) -> HttpResponse:
    """The texts for the groups of the departments: who does what until when, next things first."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_import(user, project))
    found = department_notices(project, clock.today(), _address(project))
    return json_answer({"items": [{"department": one.name, "text": one.text} for one in found]})


@router.get("projects/{number}/notices/start", response=Text, summary="启动通知文本")
@access_declared(READ)
def started(request: HttpRequest, number: str) -> HttpResponse:
    """The text that starts a project in a group chat."""
    project = project_or_404(signed_in(request), number)
    return json_answer({"text": start_notice(project, _address(project))})


def _options(project: Project, layout: Layout, wanted: FormAsked) -> ExportOptions:
    """Return what is wanted as the page's form takes it.

    :raises Refused: naming each field that cannot be used.
    """
    asked = ExportForm(project, wanted.dict())
    if not asked.is_valid():
        errors = {name: str(messages[0]) for name, messages in asked.errors.items()}
        raise Refused("invalid", _("Some values cannot be used."), errors=errors)
    return asked.options(layout, status_date(project))


def _address(project: Project) -> str:
    return f"{settings.BASE_URL}{reverse('plan', args=[project.number])}"


def _form(layout: Layout) -> dict[str, object]:
    more = {meaning.value: label for meaning, label in layout.extra}
    columns = [label for _meaning, label in layout.columns]
    return {"form": layout.key, "title": layout.title, "endings": layout.endings, "columns": columns, "more": more}
