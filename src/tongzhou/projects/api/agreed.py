"""Operations: lines of the scope, the communication plan, the stage and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from tongzhou.engine.slots import Slot
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared
from tongzhou.lib.rest import Input, Key, Whole, Words, json_answer, require_match, tag_of
from tongzhou.people.access import signed_in
from tongzhou.people.queries import department_by_id
from tongzhou.projects import actions
from tongzhou.projects.access import project_or_404
from tongzhou.projects.actions import ScopeLine
from tongzhou.projects.api.basics import ProjectOut, project_tag, project_told
from tongzhou.projects.api.rows import row_or_404, seen
from tongzhou.projects.models import CommunicationRule, Project, ScopeItem
from tongzhou.projects.queries.communication import Rule, communication_of, slot_words
from tongzhou.projects.queries.missing import missing_for

READ, CHARTER = "read project plan, tasks", "edit charter draft"
LINE, RULE = "projects/{number}/scope/lines/{line_id}", "projects/{number}/communication/{rule_id}"
router = Router(tags=["projects"])
Stage = Literal["initiating", "planning", "executing", "closing", "closed"]


class LineOut(Schema):
    id: int
    kind: Literal["in", "out"]
    text: str
    department: int | None
    version: int


class LineIn(Input):
    kind: Literal["in", "out"]
    text: Words = Field(min_length=1, max_length=300)
    department: Key | None = Field(None, description="who does an excluded part")


class ScopeIn(Input):
    lines: list[LineIn] = Field(max_length=200)


class SlotIn(Input):
    """When it recurs; `weekday` 1 is Monday, `day` -1 the last of the month; `monthly` needs it."""

    pattern: Literal["daily", "weekly", "monthly", "monthly_working_day"]
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    weekday: Whole | None = Field(None, ge=1, le=7)
    day: Whole | None = Field(None, ge=-1, le=31)


class RuleIn(Input):
    mechanism: Words = Field(max_length=120, examples=["项目周例会"])
    frequency: Words = Field("", max_length=120)
    slot: SlotIn | None = None
    minutes: Whole | None = Field(None, ge=1, le=1440)
    audience: Literal["everybody", "liaisons", "heads", "leads", "concerned"] = "everybody"
    participants: Words = Field("", max_length=300)
    form: Words = Field("", max_length=200)
    channel: Literal["", "wecom", "dingtalk", "feishu", "tencent", "other"] = ""
    link: Words = Field("", max_length=500, description="https only")
    silence_confirms: bool = False


class RuleOut(Schema):
    id: int
    mechanism: str
    frequency: str
    recurs: str = Field(description="when it recurs, as words; empty where it does not")
    minutes: int | None
    audience: str
    participants: str
    form: str
    channel: str
    link: str
    silence_confirms: bool
    version: int


class StageIn(Input):
    stage: Stage
    reason: Words = Field("", max_length=500, description="needed to go back, and to go on past what is optional")


class MissingOut(Schema):
    stage: Stage = Field(description="the stage that is not left without it")
    key: str
    title: str
    done: bool
    optional: bool
    who: str
    note: str
    link: str


@router.get("projects/{number}/scope", response=list[LineOut], summary="范围条目")
@access_declared(READ)
def scope_lines(request: HttpRequest, number: str) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    return json_answer([_line_told(row) for row in project.scope_items.order_by("kind", "place", "pk")])


@router.put("projects/{number}/scope", response=ProjectOut, summary="范围")
@access_declared(CHARTER)
def scope(request: HttpRequest, number: str, data: ScopeIn) -> HttpResponse:
    user = signed_in(request)
    project = project_or_404(user, number)
    actions.set_scope(by=user, project=project, lines=[_line(line) for line in data.lines], now=clock.now())
    return json_answer(project_told(project))


@router.post("projects/{number}/scope/lines", response={201: LineOut}, summary="添加范围条目")
@access_declared(CHARTER)
def add_line(request: HttpRequest, number: str, data: LineIn) -> HttpResponse:
    user = signed_in(request)
    row = actions.add_scope_line(by=user, project=project_or_404(user, number), line=_line(data), now=clock.now())
    return json_answer(_line_told(row), status=201, etag=tag_of("line", row.pk, row.version))


@router.put(LINE, response=LineOut, summary="修改范围条目")
@access_declared(CHARTER)
def change_line(request: HttpRequest, number: str, line_id: Key, data: LineIn) -> HttpResponse:
    user = signed_in(request)
    row = row_or_404(ScopeItem, project_or_404(user, number), line_id)
    version = seen(request, "line", row, lambda: _line_told(row))
    done = actions.change_scope_line(by=user, item=row, line=_line(data), version=version, now=clock.now())
    return json_answer(_line_told(done), etag=tag_of("line", done.pk, done.version))


@router.delete(LINE, response={204: None}, summary="删除范围条目")
@access_declared(CHARTER)
def remove_line(request: HttpRequest, number: str, line_id: Key) -> HttpResponse:
    user = signed_in(request)
    row = row_or_404(ScopeItem, project_or_404(user, number), line_id)
    version = seen(request, "line", row, lambda: _line_told(row))
    actions.remove_scope_line(by=user, item=row, version=version, now=clock.now())
    return HttpResponse(status=204)


@router.get("projects/{number}/communication", response=list[RuleOut], summary="沟通机制")
@access_declared(READ)
def communication(request: HttpRequest, number: str) -> HttpResponse:
    return json_answer([_rule_told(row) for row in communication_of(project_or_404(signed_in(request), number))])


@router.post("projects/{number}/communication", response={201: RuleOut}, summary="添加沟通机制")
@access_declared(CHARTER)
def add_rule(request: HttpRequest, number: str, data: RuleIn) -> HttpResponse:
    user = signed_in(request)
    project = project_or_404(user, number)
    row = actions.add_rule(by=user, project=project, rule=_rule(data), now=clock.now())
    return _rule_answer(project, row.pk, 201)


@router.post("projects/{number}/communication/usual", response=list[RuleOut], summary="采用常用沟通机制")
@access_declared(CHARTER)
def add_usual(request: HttpRequest, number: str) -> HttpResponse:
    user = signed_in(request)
    project = project_or_404(user, number)
    actions.add_usual_rules(by=user, project=project, now=clock.now())
    return json_answer([_rule_told(row) for row in communication_of(project)])


@router.put(RULE, response=RuleOut, summary="修改沟通机制")
@access_declared(CHARTER)
def change_rule(request: HttpRequest, number: str, rule_id: Key, data: RuleIn) -> HttpResponse:
    user = signed_in(request)
    project = project_or_404(user, number)
    row = row_or_404(CommunicationRule, project, rule_id)
    version = seen(request, "rule", row, lambda: _rule_by(project, row.pk))
    actions.change_rule(by=user, row=row, rule=_rule(data), version=version, now=clock.now())
    return _rule_answer(project, row.pk)


@router.delete(RULE, response={204: None}, summary="删除沟通机制")
@access_declared(CHARTER)
def remove_rule(request: HttpRequest, number: str, rule_id: Key) -> HttpResponse:
    user = signed_in(request)
    project = project_or_404(user, number)
    row = row_or_404(CommunicationRule, project, rule_id)
    version = seen(request, "rule", row, lambda: _rule_by(project, row.pk))
    actions.remove_rule(by=user, row=row, version=version, now=clock.now())
    return HttpResponse(status=204)


@router.put("projects/{number}/stage", response=ProjectOut, summary="项目阶段")
@access_declared(CHARTER)
def stage(request: HttpRequest, number: str, data: StageIn) -> HttpResponse:
    """Go on to the next stage when nothing needed is missing, or back with a reason; `errors` names what is missing."""
    user = signed_in(request)
    found = project_or_404(user, number)
    require_match(request, project_tag(found), lambda: project_told(found))
    moved = actions.move_stage(by=user, project=found, to=data.stage, reason=data.reason, seen=found.stage, now=clock.now())
    return json_answer(project_told(moved), etag=project_tag(moved))


@router.get("projects/{number}/missing", response=list[MissingOut], summary="各阶段还缺什么")
@access_declared(READ)
def missing(request: HttpRequest, number: str) -> HttpResponse:
    """What each stage asks for, done or not, and who has it."""
    user = signed_in(request)
    names = ("stage", "key", "title", "done", "optional", "who", "note", "link")
    rows = missing_for(project_or_404(user, number), user)
    return json_answer([{name: getattr(row, name) for name in names} for row in rows])


def _line(data: LineIn) -> ScopeLine:
    home = department_by_id(data.department, "department") if data.department is not None else None
    return ScopeLine(data.kind, data.text, home)


def _rule(data: RuleIn) -> Rule:
    return Rule(**data.dict(exclude={"slot"}), slot=_slot(data.slot) if data.slot is not None else None)


def _slot(data: SlotIn) -> Slot:
    at = time.fromisoformat(data.at)
    if data.pattern == "daily":
        return Slot("daily", at)
    if data.pattern == "weekly":
        return Slot("weekly", at, "after", weekday=(data.weekday or 1) - 1)
    if data.pattern == "monthly":
        if not data.day:
            raise Refused("day-missing", _("Say on which day of the month."), "slot.day")
        return Slot("monthly", at, "after", day=data.day)
    return Slot("monthly_working_day", at, nth=-1)


def _line_told(row: ScopeItem) -> Mapping[str, Any]:
    return {"id": row.pk, "kind": row.kind, "text": row.text, "department": row.department_id, "version": row.version}


def _rule_by(project: Project, key: int) -> dict[str, Any]:
    return next((_rule_told(row) for row in communication_of(project) if row.id == key), {})


def _rule_answer(project: Project, key: int, status: int = 200) -> HttpResponse:
    told = _rule_by(project, key)
    return json_answer(told, status=status, etag=tag_of("rule", key, told.get("version", 0)))


def _rule_told(row: Rule) -> dict[str, Any]:
    names = ("id", "mechanism", "frequency", "minutes", "audience", "participants", "form", "channel", "link")
    told = {name: getattr(row, name) for name in (*names, "silence_confirms", "version")}
    return told | {"recurs": slot_words(row.slot) if row.slot else ""}
