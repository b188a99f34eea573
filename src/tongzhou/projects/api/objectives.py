"""Operations: objectives and KPIs with their measured values."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import Stale, access_declared
from tongzhou.lib.rest import Day, Input, Key, Words, json_answer, tag_of
from tongzhou.people.access import signed_in
from tongzhou.people.queries import person_by_id
from tongzhou.projects import actions
from tongzhou.projects.access import project_or_404
from tongzhou.projects.actions import Goal, Reading
from tongzhou.projects.api.rows import row_or_404, seen
from tongzhou.projects.models import Measurement, Objective, Project
from tongzhou.projects.queries.objectives import plain_number
from tongzhou.projects.queries.shown import ShownObjective, shown_objectives

READ, CHARTER, REPORT = "read project plan, tasks", "edit charter draft", "update progress/blocked"
ONE, VALUE = "projects/{number}/objectives/{objective_id}", "projects/{number}/objectives/{objective_id}/values/{value_id}"
router = Router(tags=["projects"])
Row = TypeVar("Row", bound=Model)
Number = Annotated[Decimal, Field(max_digits=18, decimal_places=4, allow_inf_nan=False)]
"""At most 14 digits before the point and 4 behind it."""


class ValueOut(Schema):
    id: int
    on: str
    value: str = Field(description="a decimal, in the unit of the objective")
    note: str
    by: str
    version: int


class ObjectiveOut(Schema):
    id: int
    name: str
    metric: str
    baseline: str | None
    target: str | None
    unit: str
    falls: bool = Field(description="the lower the better")
    due: str | None
    owner: int | None
    is_kpi: bool
    version: int
    state: Literal["reached", "missed", "behind", "on_way", "unmeasured"]
    lacks: list[str] = Field(description="what a SMART objective has and this one has not, as words")
    values: list[ValueOut]


class ObjectiveIn(Input):
    name: Words = Field(max_length=200, examples=["复购率提升至25%"])
    metric: Words = Field("", max_length=200)
    baseline: Number | None = None
    target: Number | None = None
    unit: Words = Field("", max_length=20)
    falls: bool = Field(False, description="with baseline and target it follows from them")
    due: Day | None = None
    owner: Key | None = None
    is_kpi: bool = False


class ValueIn(Input):
    on: Day
    value: Number
    note: Words = Field("", max_length=500)


@router.get("projects/{number}/objectives", response=list[ObjectiveOut], summary="目标与关键指标")
@access_declared(READ)
def objectives(request: HttpRequest, number: str) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    return json_answer([_objective_told(row) for row in shown_objectives(project, clock.today())])


@router.post("projects/{number}/objectives", response={201: ObjectiveOut}, summary="添加目标")
@access_declared(CHARTER)
def add_objective(request: HttpRequest, number: str, data: ObjectiveIn) -> HttpResponse:
    user = signed_in(request)
    row = actions.add_objective(by=user, project=project_or_404(user, number), goal=_goal(data), now=clock.now())
    return _objective_answer(row, 201)


@router.get(ONE, response=ObjectiveOut, summary="一个目标及其实测值")
@access_declared(READ)
def objective(request: HttpRequest, number: str, objective_id: Key) -> HttpResponse:
    return _objective_answer(row_or_404(Objective, project_or_404(signed_in(request), number), objective_id))


@router.put(ONE, response=ObjectiveOut, summary="修改目标")
@access_declared(CHARTER)
def change_objective(request: HttpRequest, number: str, objective_id: Key, data: ObjectiveIn) -> HttpResponse:
    user = signed_in(request)
    row = row_or_404(Objective, project_or_404(user, number), objective_id)
    version = seen(request, "objective", row, lambda: _objective_told(_shown(row)))
    try:
        done = actions.change_objective(by=user, objective=row, goal=_goal(data), version=version, now=clock.now())
    except Stale as stale:
        raise _with_current(stale, Objective, row, lambda fresh: _objective_told(_shown(fresh))) from stale
    return _objective_answer(done)


@router.delete(ONE, response={204: None}, summary="删除目标")
@access_declared(CHARTER)
def remove_objective(request: HttpRequest, number: str, objective_id: Key) -> HttpResponse:
    user = signed_in(request)
    row = row_or_404(Objective, project_or_404(user, number), objective_id)
    version = seen(request, "objective", row, lambda: _objective_told(_shown(row)))
    actions.remove_objective(by=user, objective=row, version=version, now=clock.now())
    return HttpResponse(status=204)


@router.post(f"{ONE}/values", response={201: ValueOut}, summary="登记实测值")
@access_declared(REPORT)
def measure(request: HttpRequest, number: str, objective_id: Key, data: ValueIn) -> HttpResponse:
    """The value of a day, by the manager, the objective's owner or the liaison of her department."""
    user = signed_in(request)
    row = row_or_404(Objective, project_or_404(user, number), objective_id)
    reading = Reading(data.on, data.value, data.note)
    measured = actions.measure_objective(by=user, objective=row, reading=reading, now=clock.now())
    return json_answer(_value_told(measured), status=201, etag=tag_of("value", measured.pk, measured.version))


@router.put(VALUE, response=ValueOut, summary="更正实测值")
@access_declared(REPORT)
def correct(request: HttpRequest, number: str, objective_id: Key, value_id: Key, data: ValueIn) -> HttpResponse:
    user = signed_in(request)
    row = _value(project_or_404(user, number), objective_id, value_id)
    version = seen(request, "value", row, lambda: _value_told(row))
    reading = Reading(data.on, data.value, data.note)
    done = actions.correct_measurement(by=user, measurement=row, reading=reading, version=version, now=clock.now())
    return json_answer(_value_told(done), etag=tag_of("value", done.pk, done.version))


@router.delete(VALUE, response={204: None}, summary="删除实测值")
@access_declared(REPORT)
def remove_value(request: HttpRequest, number: str, objective_id: Key, value_id: Key) -> HttpResponse:
    user = signed_in(request)
    row = _value(project_or_404(user, number), objective_id, value_id)
    version = seen(request, "value", row, lambda: _value_told(row))
    actions.remove_measurement(by=user, measurement=row, version=version, now=clock.now())
    return HttpResponse(status=204)


def _value(project: Project, objective: int, key: int) -> Measurement:
    rows = Measurement.objects.select_related("objective__project", "objective__owner", "by")
    row = rows.filter(pk=key, objective=objective, objective__project=project).first()
    if row is None:
        raise Http404
    return row


def _goal(data: ObjectiveIn) -> Goal:
    owner = person_by_id(data.owner, "owner") if data.owner is not None else None
    return Goal(**data.dict() | {"owner": owner})


def _shown(row: Objective) -> ShownObjective:
    return next(one for one in shown_objectives(row.project, clock.today()) if one.row.id == row.pk)


def _objective_answer(row: Objective, status: int = 200) -> HttpResponse:
    return json_answer(_objective_told(_shown(row)), status=status, etag=tag_of("objective", row.pk, row.version))


def _objective_told(one: ShownObjective) -> dict[str, Any]:
    row = one.row
    plain = {name: getattr(row, name) for name in ("id", "name", "metric", "unit", "falls", "is_kpi", "version")}
    numbers = {name: _number(getattr(row, name)) for name in ("baseline", "target")}
    values = [
        {"id": each.id, "on": each.on.isoformat(), "value": plain_number(each.value), "note": each.note}
        | {"by": each.by, "version": each.version}
        for each in row.measured
    ]
    beside = {"due": row.due.isoformat() if row.due else None, "owner": row.owner_id, "state": one.state}
    return plain | numbers | beside | {"lacks": list(row.lacks), "values": values}


def _number(value: Decimal | None) -> str | None:
    return None if value is None else plain_number(value)


def _value_told(row: Measurement) -> dict[str, Any]:
    by = row.by.name if row.by is not None else ""
    told = {"id": row.pk, "on": row.on.isoformat(), "value": plain_number(row.value)}
    return told | {"note": row.note, "by": by, "version": row.version}


def _with_current(stale: Stale, model: type[Row], row: Row, told: Any) -> Stale:
    fresh = model._default_manager.filter(pk=row.pk).first()
    return Stale(stale.code, stale.message, current=told(fresh) if fresh is not None else {})
