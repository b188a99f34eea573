"""Operations: 资源承诺表: lines asked for, changed, withdrawn, answered. Amounts of money only for those who may read them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import BeforeValidator, Field

from tongzhou.lib import clock
from tongzhou.lib.access import access_declared, require
from tongzhou.lib.rest import (
    Day,
    Input,
    Key,
    PageOf,
    Whole,
    Words,
    json_answer,
    left_out,
    page_answer,
    require_condition,
    require_match,
    tag_of,
    told_at,
)
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects.access import project_or_404, standing
from tongzhou.projects.models import Project
from tongzhou.resources import access, actions
from tongzhou.resources.models import Commitment
from tongzhou.resources.queries import Line, Wanted, commitment_or_404, commitments_of, loads_of, readable
from tongzhou.resources.queries.listing import chosen

READ, EDIT, CONFIRM = "read project plan, tasks", "create/edit WBS", "resource commitment confirm"
LIST = "projects/{number}/commitments"
ONE = f"{LIST}/{{commitment_id}}"
router = Router(tags=["resources"])
Kind = Literal["people", "hours", "budget", "tool"]
State = Literal["asked", "confirmed", "trimmed", "declined", "withdrawn"]
SPEC = {"department": "department_id", "task": "work_item_id"}


def _amount(value: object) -> object:
    """A number as it is written, not as a binary fraction."""
    return str(value) if isinstance(value, float) else value


Amount = Annotated[Decimal, BeforeValidator(_amount), Field(gt=0, max_digits=14, decimal_places=2)]


class CommitmentsAsked(PageOf):
    state: Literal["", "all", "asked", "confirmed", "trimmed", "declined", "withdrawn"] = Field(
        "", description="without it all but the withdrawn ones"
    )
    kind: Literal["", "people", "hours", "budget", "tool"] = ""


class LineStep(Schema):
    kind: Literal["asked", "changed", "confirmed", "trimmed", "declined", "withdrawn"]
    at: str
    by: int
    by_name: str
    instead_of: str = Field(description="whose answer it is, where a stand-in or delegate gave it")


class CommitmentOut(Schema):
    id: int
    department: int
    department_name: str
    kind: Kind
    what: str
    amount: str | None = Field(description="null where one may not read amounts of money")
    unit: str
    starts_on: str | None
    ends_on: str | None
    task: int | None
    task_name: str
    state: State
    offered: str | None
    reason: str
    hidden: bool
    asked_by: int
    asked_at: str
    version: int
    steps: list[LineStep]


class Commitments(Schema):
    items: list[CommitmentOut]
    count: int
    next: str | None


class ElsewhereOut(Schema):
    number: str
    name: str
    amount: str


class LoadOut(Schema):
    has: str = Field(description="people, or hours, of the department in the days of the line")
    promised: str = Field(description="promised in these days in all projects")
    asked: str
    over: str = Field(description="by how much promises would exceed what there is; 0 where they do not")
    here: str
    elsewhere: list[ElsewhereOut] = Field(description="other projects that one sees")
    unnamed: str = Field(description="the sum of all other projects")


class CommitmentIn(Input):
    department: Key
    kind: Kind
    what: Words = Field(min_length=1, max_length=200, examples=["测试工程师"])
    amount: Amount = Field(examples=[2])
    unit: Words = Field("", max_length=20, description="that of its kind where it is left out")
    starts_on: Day | None = Field(None, description="needed for people and hours")
    ends_on: Day | None = None
    task: Key | None = None


class CommitmentsIn(Input):
    rows: list[CommitmentIn] = Field(max_length=200)


class CommitmentChange(Input):
    what: Words = left_out(max_length=200)
    amount: Amount = left_out()
    unit: Words = left_out(max_length=20)
    starts_on: Day | None = None
    ends_on: Day | None = None
    task: Key | None = None


class AnswerIn(Input):
    id: Key
    version: Whole = Field(ge=1, le=2**31 - 1, description="the version that was read: 409 with the difference for another one")
    answer: Literal["confirmed", "trimmed", "declined"]
    offered: Amount | None = Field(None, description="needed of trimmed: less than asked for")
    reason: Words = Field("", max_length=500, description="needed of trimmed and declined")


class AnswersIn(Input):
    answers: list[AnswerIn] = Field(max_length=200)


@router.get(LIST, response=Commitments, summary="资源承诺表")
@access_declared(READ)
def commitments(request: HttpRequest, number: str, asked: Query[CommitmentsAsked]) -> HttpResponse:
    """The lines by department; none in a project that is not asked for them."""
    user = signed_in(request)
    project = project_or_404(user, number)
    every = _lines(user, project) if access.are_asked(project) else []
    lines = chosen(every, Wanted(asked.state, asked.kind))
    return page_answer(request, asked, [_told(one) for one in lines[asked.offset : asked.offset + asked.limit]], len(lines))


@router.post(LIST, response={201: list[CommitmentOut]}, summary="提出资源需求（可多项）")
@access_declared(EDIT)
def ask(request: HttpRequest, number: str, data: CommitmentsIn) -> HttpResponse:
    """Ask departments, all lines or none; the manager, or a liaison for her own department."""
    user = signed_in(request)
    project = project_or_404(user, number)
    at = standing(user, project)
    require(access.can_ask(at, None) or any(access.can_ask(at, key) for key in at.liaisons))
    rows = [actions.CommitmentSpec(**_named(row.dict())) for row in data.rows]
    made = {row.pk for row in actions.ask_commitments(by=user, project=project, rows=rows, now=clock.now())}
    return json_answer([_told(one) for one in _lines(user, project) if one.id in made], status=201)


@router.post(f"{LIST}/answers", response=list[CommitmentOut], summary="答复资源需求（确认、减少或不予承诺，可多项）")
@access_declared(CONFIRM)
def answer(request: HttpRequest, number: str, data: AnswersIn) -> HttpResponse:
    """Answer lines as head of their departments or in her stead, all or none."""
    user = signed_in(request)
    project = project_or_404(user, number)
    mine = access.answers_of(user, timezone.localtime(clock.now()).date(), project)
    require(bool(mine.departments(project.pk)))
    given = [actions.Answer(one.id, one.answer, one.version, one.offered, one.reason) for one in data.answers]
    done = {row.pk for row in actions.answer_commitments(by=user, project=project, answers=given, now=clock.now())}
    return json_answer([_told(one) for one in _lines(user, project) if one.id in done])


@router.get(ONE, response=CommitmentOut, summary="一项资源需求及其经过")
@access_declared(READ)
def commitment(request: HttpRequest, number: str, commitment_id: Key) -> HttpResponse:
    return _shown(request, commitment_or_404(signed_in(request), number, commitment_id))


@router.get(f"{ONE}/load", response=LoadOut, summary="部门在该时段已承诺与可用的人力或工时")
@access_declared(CONFIRM)
def load(request: HttpRequest, number: str, commitment_id: Key) -> HttpResponse:
    """What the department promised in these days in all projects, for its head; null for money and tools."""
    user = signed_in(request)
    row = commitment_or_404(user, number, commitment_id)
    mine = access.answers_of(user, timezone.localtime(clock.now()).date(), row.project)
    require(mine.answers(row.project_id, row.department_id))
    lines = [one for one in commitments_of(row.project) if one.id == row.pk]
    found = loads_of(user, row.project_id, lines).get(row.pk)
    if found is None:
        return json_answer(None)
    elsewhere = [{"number": one.number, "name": one.name, "amount": str(one.amount)} for one in found.named]
    names = ("has", "promised", "asked", "over", "here", "unnamed")
    return json_answer({name: str(getattr(found, name)) for name in names} | {"elsewhere": elsewhere})


@router.patch(ONE, response=CommitmentOut, summary="修改资源需求（已答复的重新询问）")
@access_declared(EDIT)
def change(request: HttpRequest, number: str, commitment_id: Key, data: CommitmentChange) -> HttpResponse:
    """Change what is asked for; needs If-Match (428 without)."""
    user = signed_in(request)
    row = commitment_or_404(user, number, commitment_id)
    require(access.can_ask(standing(user, row.project), row.department_id))
    values, now = _named(data.dict(exclude_unset=True)), clock.now()
    return _done(request, row, lambda: actions.change_commitment(by=user, commitment=row, values=values, now=now))


@router.post(f"{ONE}/withdrawal", response=CommitmentOut, summary="撤回资源需求")
@access_declared(EDIT)
def withdraw(request: HttpRequest, number: str, commitment_id: Key) -> HttpResponse:
    """Ask for it no more; needs If-Match (428 without)."""
    user = signed_in(request)
    row = commitment_or_404(user, number, commitment_id)
    require(access.can_ask(standing(user, row.project), row.department_id))
    return _done(request, row, lambda: actions.withdraw_commitment(by=user, commitment=row, now=clock.now()))


def _done(request: HttpRequest, row: Commitment, write: Callable[[], object]) -> HttpResponse:
    """Do it if the line is at the version that If-Match names.

    :raises HttpError: 428 without If-Match.
    """
    require_condition(request)
    with transaction.atomic():
        known = Commitment.objects.select_for_update().only("version").get(pk=row.pk)
        require_match(request, tag_of("commitment", row.pk, known.version), lambda: _told(_line(request, row)))
        write()
    return _shown(request, row)


def _shown(request: HttpRequest, row: Commitment) -> HttpResponse:
    line = _line(request, row)
    return json_answer(_told(line), etag=tag_of("commitment", line.id, line.version))


def _line(request: HttpRequest, row: Commitment) -> Line:
    return next(one for one in _lines(signed_in(request), row.project) if one.id == row.pk)


def _lines(user: User, project: Project) -> list[Line]:
    answers = access.answers_of(user, timezone.localtime(clock.now()).date(), project)
    return readable(commitments_of(project), access.sees(standing(user, project), answers, project))


def _named(values: dict[str, Any]) -> dict[str, Any]:
    return {SPEC.get(name, name): value for name, value in values.items()}


def _told(line: Line) -> dict[str, Any]:
    names = ("id", "kind", "what", "unit", "state", "reason", "hidden", "asked_by", "version")
    return {name: getattr(line, name) for name in names} | {
        "department": line.department_id,
        "department_name": line.department,
        "amount": None if line.amount is None else f"{line.amount:f}",
        "offered": None if line.offered is None else f"{line.offered:f}",
        "starts_on": line.starts_on.isoformat() if line.starts_on else None,
        "ends_on": line.ends_on.isoformat() if line.ends_on else None,
        "task": line.item_id,
        "task_name": line.item,
        "asked_at": told_at(line.asked_at),
        "steps": [
            {"kind": one.kind, "at": told_at(one.at), "by": one.by, "by_name": one.name, "instead_of": one.instead_of}
            for one in line.steps
        ],
    }
