"""Operations: the cases of a project, their steps, what is decided, and how long each step may take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.escalations import access, actions
from tongzhou.escalations.models import MOST_HOURS, Case, CaseStep
from tongzhou.escalations.queries import CaseStands, Hours, case_or_404, hours_of, stands
from tongzhou.escalations.queries.cases import Wanted, cases_of
from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, access_declared, require
from tongzhou.lib.rest import (
    Input,
    Key,
    PageOf,
    Whole,
    Words,
    json_answer,
    page_answer,
    require_match,
    tag_of,
    tag_of_content,
    told_at,
)
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects.access import can_manage_organisation, project_or_404, standing
from tongzhou.projects.models import Project
from tongzhou.projects.queries.asked import Asked

READ, ESCALATE, DECIDE, LIMITS = "read project plan, tasks", "escalate step 1/2/3", "decide at GL level", "edit charter draft"
CASE = "projects/{number}/escalations/{case_id}"
router = Router(tags=["escalations"])
Kind = Literal["opened", "climbed", "overdue", "handed_back", "decided", "closed"]
Hour = Annotated[Whole, Field(ge=1, le=MOST_HOURS, examples=[8])]
Sort = Annotated[str, Field(pattern=r"^(-?(title|level|since|climbs_at|opened_at))?$")]


class CasesAsked(PageOf):
    state: Literal["", "open", "decided", "closed", "all"] = Field("", description="those not closed without it")
    level: Literal["", "1", "2", "3"] = Field("", description="1 department, 2 manager, 3 general lead")
    kind: Words = Field("", max_length=20, description="block, exception or task")
    q: Words = Field("", max_length=80, description="words of the title or the reason")
    sort: Sort = Field("", description="a column; with a hyphen downwards")


class AskedOut(Schema):
    id: int
    name: str
    instead_of: str = Field(description="the name of whom she stands in for, during leave")


class StepOut(Schema):
    kind: Kind
    at: str
    by: str
    instead_of: str
    level: int
    asked: str = Field(description="who was asked from then on")
    passed: list[dict[str, Any]] = Field(description="steps that were passed over: level, and why (empty, asked)")
    text: str = Field(description="the reason, the decision, or what came of it")
    climbs_at: str | None


class CaseOut(Schema):
    id: int
    kind: str = Field(description="what it is about: block, exception or task")
    key: int = Field(description="the id of what it is about")
    title: str
    why: str
    link: str
    department: str
    level: int = Field(description="1 department, 2 manager, 3 general lead")
    state: Literal["open", "overdue", "decided", "closed"]
    asked: AskedOut | None = Field(description="who answers now")
    opened_at: str
    since: str = Field(description="when it came to stand on this step")
    climbs_at: str | None = Field(description="when it climbs by itself, or at the top is overdue")
    decided_at: str | None
    closed_at: str | None


class CaseWhole(CaseOut):
    steps: list[StepOut]


class Cases(Schema):
    items: list[CaseOut]
    count: int
    next: str | None


class ReasonIn(Input):
    reason: Words = Field(max_length=2000, examples=["供应商停产，部门内无法解决"])


class DecisionIn(Input):
    decision: Words = Field(max_length=2000, examples=["由研发部增派一人，周五前完成"])


class ResultIn(Input):
    result: Words = Field(max_length=2000, examples=["样机已到位"])


class HoursIn(Input):
    """Working hours for each step."""

    department: Hour
    manager: Hour
    lead: Hour


class HoursOut(Schema):
    department: int
    manager: int
    lead: int
    own: bool = Field(description="whether the project has its own; else those of the organisation hold")


@router.get("projects/{number}/escalations", response=Cases, summary="问题升级：升级事项列表")
@access_declared(READ)
def cases(request: HttpRequest, number: str, asked: Query[CasesAsked]) -> HttpResponse:
    """Cases with who answers each, the highest step first."""
    wanted = Wanted(asked.state, asked.level, asked.kind, asked.q, asked.sort)
    rows = cases_of(project_or_404(signed_in(request), number), wanted)
    shown = stands(rows[asked.offset : asked.offset + asked.limit], clock.now())
    return page_answer(request, asked, [_case(one) for one in shown], rows.count())


@router.get(CASE, response=CaseWhole, summary="一个升级事项及其各步")
@access_declared(READ)
def case(request: HttpRequest, number: str, case_id: Key) -> HttpResponse:
    """One case with its steps, the latest last. Its ETag may be sent as If-Match with what is done about it."""
    return _shown(case_or_404(signed_in(request), number, case_id))


@router.post(f"{CASE}/climb", response=CaseWhole, summary="手动升级到上一级")
@access_declared(ESCALATE)
def climb(request: HttpRequest, number: str, case_id: Key, data: ReasonIn) -> HttpResponse:
    """Let it climb to the next step that answers, with a reason."""
    user, row = signed_in(request), case_or_404(signed_in(request), number, case_id)
    require(access.can_escalate_case(standing(user, row.project), row))
    return _done(request, row, lambda: actions.climb_case(by=user, case=row, reason=data.reason, now=clock.now()))


@router.post(f"{CASE}/hand-back", response=CaseWhole, summary="带决定退回下一级")
@access_declared(DECIDE)
def hand_back(request: HttpRequest, number: str, case_id: Key, data: DecisionIn) -> HttpResponse:
    """Hand it back to the nearest step below that answers, with a decision; its time begins anew there."""
    user, row = signed_in(request), case_or_404(signed_in(request), number, case_id)
    require(_decides(user, row))
    return _done(request, row, lambda: actions.hand_back(by=user, case=row, decision=data.decision, now=clock.now()))


@router.post(f"{CASE}/decision", response=CaseWhole, summary="裁决")
@access_declared(DECIDE)
def decide(request: HttpRequest, number: str, case_id: Key, data: DecisionIn) -> HttpResponse:
    """Decide it: it climbs no more, and stays until what was decided is done."""
    user, row = signed_in(request), case_or_404(signed_in(request), number, case_id)
    require(_decides(user, row))
    return _done(request, row, lambda: actions.decide_case(by=user, case=row, decision=data.decision, now=clock.now()))


@router.post(f"{CASE}/closure", response=CaseWhole, summary="关闭升级事项")
@access_declared(ESCALATE)
def close(request: HttpRequest, number: str, case_id: Key, data: ResultIn) -> HttpResponse:
    """Close it with what came of it; what it is about must be settled first."""
    user, row = signed_in(request), case_or_404(signed_in(request), number, case_id)
    require(_decides(user, row) or access.can_escalate_case(standing(user, row.project), row))
    return _done(request, row, lambda: actions.close_case(by=user, case=row, result=data.result, now=clock.now()))


@router.get("projects/{number}/escalation-limits", response=HoursOut, summary="本项目的升级时限")
@access_declared(READ)
def limits(request: HttpRequest, number: str) -> HttpResponse:
    """How many working hours each step may take."""
    return _hours(project_or_404(signed_in(request), number))


@router.put("projects/{number}/escalation-limits", response=HoursOut, summary="设定本项目的升级时限")
@access_declared(LIMITS)
def change_limits(request: HttpRequest, number: str, data: HoursIn) -> HttpResponse:
    """Steps that run already keep the time that they were given."""
    return _keep_hours(request, _own_limits(request, number), Hours(**data.dict()))


@router.delete("projects/{number}/escalation-limits", response=HoursOut, summary="恢复组织的升级时限")
@access_declared(LIMITS)
def follow_organisation(request: HttpRequest, number: str) -> HttpResponse:
    return _keep_hours(request, _own_limits(request, number), None)


@router.get("escalation-limits", response=HoursOut, summary="组织的升级时限")
@access_declared(ADMINISTRATOR)
def organisation_limits(request: HttpRequest) -> HttpResponse:
    require(can_manage_organisation(signed_in(request)))
    return _hours(None)


@router.put("escalation-limits", response=HoursOut, summary="设定组织的升级时限")
@access_declared(ADMINISTRATOR)
def change_organisation_limits(request: HttpRequest, data: HoursIn) -> HttpResponse:
    require(can_manage_organisation(signed_in(request)))
    return _keep_hours(request, None, Hours(**data.dict()))


def _own_limits(request: HttpRequest, number: str) -> Project:
    user = signed_in(request)
    project = project_or_404(user, number)
    require(access.can_change_ladder(standing(user, project)))
    return project


def _keep_hours(request: HttpRequest, project: Project | None, hours: Hours | None) -> HttpResponse:
    with transaction.atomic():
        told = _told_hours(project)
        require_match(request, tag_of_content("hours", told), lambda: told)
        actions.set_ladder(by=signed_in(request), project=project, hours=hours, now=clock.now())
    return _hours(project)


def _hours(project: Project | None) -> HttpResponse:
    told = _told_hours(project)
    return json_answer(told, etag=tag_of_content("hours", told))


def _told_hours(project: Project | None) -> dict[str, Any]:
    hours, own = hours_of(project)
    return asdict(hours) | {"own": own and project is not None}


def _decides(user: User, row: Case) -> bool:
    asked = stands([row], clock.now())[0].asked
    return access.can_decide(standing(user, row.project), row, asked.id if asked else None)


def _done(request: HttpRequest, row: Case, write: Callable[[], Case]) -> HttpResponse:
    """Do it if nobody else moved the case since the version that If-Match names; the action looks again, locked."""
    require_match(request, _tag(row), lambda: _whole(row))
    return _shown(write())


def _tag(row: Case) -> str:
    return tag_of("case", row.pk, row.version)


def _shown(row: Case) -> HttpResponse:
    return json_answer(_whole(row), etag=_tag(row))


def _whole(row: Case) -> dict[str, Any]:
    return _case(stands([row], clock.now())[0]) | {"steps": [_step(step) for step in row.steps.all()]}


def _case(one: CaseStands) -> dict[str, Any]:
    row = one.case
    return {name: getattr(row, name) for name in ("kind", "key", "title", "why", "link", "level")} | {
        "id": row.pk,
        "department": row.department.name if row.department else "",
        "state": one.state,
        "asked": _asked(one.asked),
        **{name: told_at(getattr(row, name)) for name in ("opened_at", "since", "climbs_at", "decided_at", "closed_at")},
    }


def _asked(one: Asked | None) -> dict[str, Any] | None:
    return {"id": one.id, "name": one.name, "instead_of": one.instead_of} if one is not None else None


def _step(row: CaseStep) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "at": told_at(row.at),
        "by": row.by_name,
        "instead_of": row.instead_of,
        "level": row.level,
        "asked": row.asked_name,
        "passed": [{"level": level, "why": why} for level, why in row.passed],
        "text": row.text,
        "climbs_at": told_at(row.climbs_at),
    }
