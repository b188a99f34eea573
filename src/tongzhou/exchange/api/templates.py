"""Operations: templates, and starting a project from one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.exchange.access import can_save_template
from tongzhou.exchange.actions.starting import Source, start_from_template
from tongzhou.exchange.actions.templates import (
    About,
    archive_template,
    change_template,
    remove_template,
    save_edition,
    save_template,
)
from tongzhou.exchange.queries.templates.document import Document, written
from tongzhou.exchange.queries.templates.guessing import guess_departments, guess_people, organisation
from tongzhou.exchange.queries.templates.laying import Chosen, Wanted, appointed
from tongzhou.exchange.queries.templates.listing import (
    Offered,
    document_or_404,
    key_of,
    offered_templates,
    own_or_refused,
    template_or_404,
)
from tongzhou.exchange.queries.templates.planning import plan_of
from tongzhou.exchange.queries.templates.preview import preview_of
from tongzhou.exchange.queries.templates.reader import document_of, read_document
from tongzhou.exchange.queries.templates.taking import USUAL, document_from
from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Refused, access_declared, require
from tongzhou.lib.rest import Day, Input, Key, PageOf, Words, json_answer, page_answer
from tongzhou.people.access import signed_in
from tongzhou.projects.access import project_or_404

SAVE = "archive project / case library publish"
router = Router(tags=["templates"])
TemplateKey = Annotated[str, Field(max_length=60)]
PartKey = Annotated[Words, Field(max_length=40)]
Weight = Literal["", "light", "standard", "strict"]
Beside = Literal["objectives", "communication", "agenda", "deliverables", "asked"]
Part = Literal["texts", "departments", "people", "scope", "tasks", "details", "resources"] | Beside


class TemplateOut(Schema):
    key: str
    name: str
    description: str
    built_in: bool
    mine: bool
    shared: bool
    archived: bool
    edition: int
    version: int
    facts: dict[str, Any]


class TemplatesOut(Schema):
    items: list[TemplateOut]
    count: int
    next: str | None


class GuessOut(Schema):
    departments: dict[str, int]
    people: dict[str, int]


class TemplateContent(TemplateOut):
    document: dict[str, Any] = Field(description="the whole template, as POST templates takes it")
    guess: GuessOut = Field(description="which departments and people of the organisation it likely means, by its keys")


class ProblemOut(Schema):
    path: str
    text: str


class ValidationOut(Schema):
    valid: bool
    problems: list[ProblemOut]


class TemplateQuery(PageOf):
    q: Words = Field("", max_length=80)
    kind: Literal["", "project", "process", "temporary", "long_term"] = ""
    archived: bool = False


class DocumentIn(Input):
    document: dict[str, Any]


class TemplateIn(DocumentIn):
    name: Words = Field("", max_length=120, description="empty: that of the document")
    description: Words = Field("", max_length=500)
    shared: bool = False


class EditionIn(DocumentIn):
    note: Words = Field("", max_length=200)


class TemplateChange(Input):
    name: Words = Field(min_length=1, max_length=120)
    description: Words = Field("", max_length=500)
    shared: bool = False
    archived: bool = False
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="the version that was seen: 412 when it moved on")


class KeepIn(Input):
    name: Words = Field(min_length=1, max_length=120)
    description: Words = Field("", max_length=500)
    shared: bool = False
    parts: list[Part] | None = Field(None, max_length=20, description="what is taken along; null: all but resources")


class StartIn(Input):
    name: Words = Field(min_length=1, max_length=120)
    day: Day
    backwards: bool = Field(False, description="day is the one by which the plan finishes")
    number: Words = Field("", max_length=40)
    weight: Weight = ""
    departments: dict[PartKey, Key] = Field(default_factory=dict, description="key → id; the others are left out")
    people: dict[PartKey, Key] = Field(default_factory=dict, description="key of the position → id")
    lead: Words = Field("", max_length=40, description="key of the department that leads; empty: as the template says")
    initiating: Words = Field("", max_length=40, description="key of the department with which the project begins")

    def appointed(self, document: Document) -> Document:
        keys = {one.key for one in document.departments}
        for name, key in (("lead", self.lead), ("initiating", self.initiating)):
            if key and key not in keys:
                raise Refused("department-unknown", _("There is no such department."), name)
        return appointed(document, self.lead, self.initiating)

    def wanted(self, document: Document, me: int) -> Wanted:
        managers = {one.key: me for one in document.positions if one.role == "manager"}
        kept = {
            one.key: self.people[one.key]
            for one in document.positions
            if one.key in self.people and (not one.department or one.department in self.departments)
        }
        chosen = Chosen(dict(self.departments), kept | managers)
        return Wanted(self.name, self.day, self.backwards, self.number, self.weight, chosen)


class PhaseOut(Schema):
    name: str
    start: str
    finish: str
    tasks: int


class PreviewOut(Schema):
    start: str
    finish: str
    working_days: int
    phases: list[PhaseOut]
    milestones: list[dict[str, Any]]
    tasks: dict[str, list[str]] = Field(description="key of the task → its first and last day")
    made: dict[str, int]
    left_out: list[dict[str, Any]]
    unknown_years: list[int]


class StartedOut(Schema):
    number: str


@router.get("templates", response=TemplatesOut, summary="可用的项目模板")
@access_declared(SIGNED_IN)
def templates(request: HttpRequest, asked: Query[TemplateQuery]) -> HttpResponse:
    """Those of the product, one's own, and the organisation's."""
    found = offered_templates(signed_in(request), text=asked.q, kind=asked.kind, archived=asked.archived)
    items = [_told(one) for one in found[asked.offset : asked.offset + asked.limit]]
    return page_answer(request, asked, items, len(found))


@router.post("templates/validation", response=ValidationOut, summary="检查模板文档，列出全部问题")
@access_declared(SIGNED_IN)
def validate(request: HttpRequest, data: DocumentIn) -> HttpResponse:
    read = read_document(data.document)
    problems = [{"path": one.path, "text": one.text} for one in read.problems]
    return json_answer({"valid": not problems, "problems": problems})


@router.post("templates", response={201: TemplateOut}, summary="保存一个模板")
@access_declared(SIGNED_IN)
def save(request: HttpRequest, data: TemplateIn) -> HttpResponse:
    """Keep a document as one's own template; one with faults is refused with each of them by its path."""
    user = signed_in(request)
    document = document_of(data.document)
    about = About(data.name or document.name, data.description or document.description, data.shared)
    row = save_template(by=user, about=about, document=document, now=clock.now())
    return json_answer(_told(template_or_404(user, key_of(row))), status=201)


@router.get("templates/{template}", response=TemplateContent, summary="一个模板的全部内容")
@access_declared(SIGNED_IN)
def one(request: HttpRequest, template: TemplateKey) -> HttpResponse:
    user = signed_in(request)
    chosen = template_or_404(user, template)
    document = document_or_404(chosen)
    known = organisation()
    departments = guess_departments(document, known)
    guess = {"departments": departments, "people": guess_people(document, known, departments, user.pk)}
    return json_answer(_told(chosen) | {"document": written(document), "guess": guess})


@router.put("templates/{template}", response=TemplateOut, summary="改名称、说明、使用范围，归档或启用")
@access_declared(SIGNED_IN)
def change(request: HttpRequest, template: TemplateKey, data: TemplateChange) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    row = own_or_refused(template_or_404(user, template))
    about = About(data.name, data.description, data.shared)
    changed = change_template(by=user, template=row, about=about, version=data.version, now=now)
    archive_template(by=user, template=changed, back=not data.archived, now=now)
    return json_answer(_told(template_or_404(user, template)))


@router.post("templates/{template}/editions", response={201: TemplateOut}, summary="保存新版本")
@access_declared(SIGNED_IN)
def edition(request: HttpRequest, template: TemplateKey, data: EditionIn) -> HttpResponse:
    user = signed_in(request)
    row = own_or_refused(template_or_404(user, template))
    save_edition(by=user, template=row, document=document_of(data.document), note=data.note, now=clock.now())
    return json_answer(_told(template_or_404(user, template)), status=201)


@router.delete("templates/{template}", response={204: None}, summary="删除一个模板及其全部版本")
@access_declared(SIGNED_IN)
def remove(request: HttpRequest, template: TemplateKey) -> HttpResponse:
    user = signed_in(request)
    remove_template(by=user, template=own_or_refused(template_or_404(user, template)), now=clock.now())
    return HttpResponse(status=204)


@router.post("templates/{template}/preview", response=PreviewOut, summary="预览从模板建立的项目，不写入")
@access_declared(SIGNED_IN)
def preview(request: HttpRequest, template: TemplateKey, data: StartIn) -> HttpResponse:
    user = signed_in(request)
    document = data.appointed(document_or_404(template_or_404(user, template)))
    wanted = data.wanted(document, user.pk)
    planned = plan_of(document, wanted, clock.now())
    found = preview_of(document, wanted.chosen, data.weight or document.weight, planned, data.day)
    phases = [
        {"name": row.name, "start": row.start.isoformat(), "finish": row.finish.isoformat(), "tasks": row.tasks}
        for row in found.phases
    ]
    return json_answer(
        {
            "start": found.start.isoformat(),
            "finish": found.finish.isoformat(),
            "working_days": found.working_days,
            "phases": phases,
            "milestones": [{"name": name, "day": day.isoformat(), "key": known} for name, day, known in found.milestones],
            "tasks": {key: [at.start.isoformat(), at.finish.isoformat()] for key, at in planned.dates.items()},
            "made": dict(found.made),
            "left_out": [{"name": row.name, "tasks": row.tasks, "others": row.others} for row in found.left_out],
            "unknown_years": found.unknown_years,
        }
    )


@router.post("templates/{template}/projects", response={201: StartedOut}, summary="从模板新建项目")
@access_declared(SIGNED_IN)
def start(request: HttpRequest, template: TemplateKey, data: StartIn) -> HttpResponse:
    """Start a project that one manages: all of it or nothing."""
    user = signed_in(request)
    chosen = template_or_404(user, template)
    document = data.appointed(document_or_404(chosen))
    source = Source(chosen.key, chosen.name, chosen.edition, document)
    project = start_from_template(by=user, source=source, wanted=data.wanted(document, user.pk), now=clock.now())
    return json_answer({"number": project.number}, status=201)


@router.post("projects/{number}/template", response={201: TemplateOut}, summary="把项目存为模板")
@access_declared(SAVE)
def keep(request: HttpRequest, number: str, data: KeepIn) -> HttpResponse:
    """People become roles, days become working days from the start; progress, comments and names stay behind."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_save_template(user, project))
    document = document_from(project, data.name, USUAL if data.parts is None else data.parts)
    about = About(data.name, data.description, data.shared)
    row = save_template(by=user, about=about, document=document, project=project, now=clock.now())
    return json_answer(_told(template_or_404(user, key_of(row))), status=201)


def _told(one: Offered) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "description": one.description,
        "built_in": one.built_in,
        "mine": one.mine,
        "shared": one.shared,
        "archived": one.archived,
        "edition": one.edition,
        "version": one.row.version if one.row is not None else 0,
        "facts": dict(one.facts),
    }
