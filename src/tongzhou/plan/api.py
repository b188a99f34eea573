"""Operations: the plan and its work items."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import access_declared, require
from tongzhou.lib.rest import (
    Count,
    Day,
    Input,
    Key,
    PageOf,
    Words,
    json_answer,
    left_out,
    not_changed,
    page_answer,
    require_match,
    tag_of,
)
from tongzhou.people.access import signed_in
from tongzhou.people.models import Department, User
from tongzhou.plan.access import can_edit_plan, require_some_right
from tongzhou.plan.actions import Asked, change_project_calendar, run_command
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.plan.queries import status_date
from tongzhou.plan.queries.calendars import calendar_choice, offered_calendar
from tongzhou.plan.queries.grid import (
    STATES,
    days_of,
    percent_number,
    plan_data,
    planned_number,
    predecessor_texts,
    summary_state,
)
from tongzhou.plan.queries.item import item_or_404
from tongzhou.plan.queries.outlook import Outlook, outlook
from tongzhou.plan.queries.tree import Item
from tongzhou.projects.access import project_or_404, standing

READ, EDIT = "read project plan, tasks", "create/edit WBS"
router = Router(tags=["plan"])
State = Literal["todo", "doing", "done", "blocked", "cancelled"]
STATE_OF = {number: state for state, number in STATES.items()}


class Wanted(Schema):
    """Which work items are asked for."""

    date: Day | None = None
    state: State | None = None
    owner: Key | None = None
    q: Words = ""

    def includes(self, item: Item, state: str) -> bool:
        return self.state in (None, state) and self.owner in (None, item.owner) and self.q in item.name


class Named(Schema):
    id: int
    name: str


class TaskOut(Schema):
    id: int
    code: str
    level: int
    parent: int | None
    name: str
    kind: Literal["phase", "task", "milestone"]
    department: Named | None
    owner: Named | None
    state: State
    late: bool
    should_have_started: bool
    start: str
    finish: str
    duration_days: float
    percent: float
    planned_percent: float
    deviation_points: float | None
    marked: bool
    critical: bool
    slack_minutes: int
    baseline_start: str | None
    baseline_finish: str | None
    late_days: int
    actual_start: str | None
    actual_finish: str | None
    predecessors: str


class Tasks(Schema):
    items: list[TaskOut]
    count: int
    next: str | None


class TaskSheet(TaskOut):
    version: int
    urgency: Literal["regular", "urgent"]
    key_output: str
    delivery_standard: str
    risk_point: str
    resource_need: str
    remark: str
    deadline: str | None
    quantity: float | None
    unit: str


@router.get("projects/{number}/tasks", response=Tasks, summary="任务")
@access_declared(READ)
def tasks(
    request: HttpRequest,
    number: str,
    page: Query[PageOf],
    wanted: Query[Wanted],
) -> HttpResponse:
    """The work items in the order of the tree, as they stand on `date` (today)."""
    project = project_or_404(signed_in(request), number)
    found = outlook(project, status_date(project, wanted.date))
    items = [item for item in found.items if wanted.includes(item, _state(found, item))]
    shown = items[page.offset : page.offset + page.limit]
    return page_answer(request, page, _rows(found, shown), len(items))


@router.get("projects/{number}/tasks/{item_id}", response=TaskSheet, summary="一项任务")
@access_declared(READ)
def task(request: HttpRequest, number: str, item_id: Key, date: Day | None = None) -> HttpResponse:
    item = item_or_404(signed_in(request), number, item_id)
    as_of = status_date(item.project, date)
    tag = _tag(item, as_of)
    return not_changed(request, tag) or json_answer(sheet(item, as_of), etag=tag)


class CalendarChoice(Schema):
    id: int | None
    name: str
    own: bool


class CalendarIn(Input):
    calendar: Key | None = Field(description="id of a calendar that is offered; null: the organisation's")


@router.get("projects/{number}/calendar", response=CalendarChoice, summary="项目日历")
@access_declared(READ)
def calendar(request: HttpRequest, number: str) -> HttpResponse:
    """The calendar of the project; `own`: it has days of its own, and belongs to this project alone."""
    return json_answer(calendar_choice(project_or_404(signed_in(request), number)))


@router.put("projects/{number}/calendar", response=CalendarChoice, summary="选择项目日历")
@access_declared(EDIT)
def choose_calendar(request: HttpRequest, number: str, data: CalendarIn) -> HttpResponse:
    """Let the project work by a calendar that is offered; the plan is rescheduled in the same transaction."""
    found = project_or_404(signed_in(request), number)
    require(can_edit_plan(standing(signed_in(request), found)))
    chosen = offered_calendar(data.calendar)
    change_project_calendar(by=signed_in(request), project=found, calendar=chosen, now=clock.now())
    return json_answer(calendar_choice(project_or_404(signed_in(request), number)))


class Change(Schema):
    id: int
    code: str
    name: str
    field: str
    before: Any
    after: Any
    why: str


class CommandOut(Schema):
    version: int
    ids: list[int]
    changes: list[Change]
    notices: list[str]
    undo: str | None
    redo: str | None


class Command(Input):
    """One command of the plan; what it takes depends on it."""

    command: Literal["insert", "set", "paste", "remove", "indent", "outdent", "move", "undo", "redo"]
    version: int | None = None
    dry: bool = False
    ids: list[Key] | None = Field(None, description="remove, indent, outdent, move: the tasks concerned")
    parent: Key | None = Field(None, description="insert, move: below which task")
    before: Key | None = Field(None, description="insert, move: before which task")
    rows: list[dict[str, Any]] | list[list[str]] | None = Field(None, description="insert: fields of each row; paste: texts")
    cells: list[dict[str, Any]] | None = Field(None, description="set: {id, field, value} each")
    anchor: Key | None = Field(None, description="paste: the task on whose row it begins")
    columns: list[str] | None = Field(None, description="paste: the fields of the columns")


class TaskChange(Input):
    """Fields of a task as people type them: dates `2026-03-05` or `3月5日`, links `3FS+2d; 1.2SS`, people by id or name."""

    name: Words = left_out(max_length=300)
    start: Words | None = None
    finish: Words | None = None
    duration: Words | Count | None = None
    owner: Key | Words | None = None
    department: Key | Words | None = None
    predecessors: Words | None = None
    milestone: bool = left_out()
    supporters: Words | None = None
    stand_in: Key | Words | None = None
    key_output: Words | None = None
    delivery_standard: Words | None = None
    risk_point: Words | None = None
    resource_need: Words | None = None
    urgency: Literal["regular", "urgent"] = left_out()
    quantity: Words | Count | None = None
    unit: Words | None = None
    remark: Words | None = None
    deadline: Words | None = None


class TaskIn(TaskChange):
    name: Words = Field(min_length=1, max_length=300)
    parent: Key | None = None
    before: Key | None = Field(None, description="id of the task before which it is put; the last place without it")


@router.post("projects/{number}/plan/commands", response=CommandOut, summary="计划命令（插入、移动、缩进、粘贴、撤销……）")
@access_declared(EDIT)
def command(request: HttpRequest, number: str, data: Command) -> HttpResponse:
    """One command: all of it or nothing. With `dry` it says what it would bring and writes nothing."""
    project = project_or_404(signed_in(request), number)
    asked = Asked(data.command, data.dict(exclude_unset=True), data.version, data.dry)
    answer = run_command(by=signed_in(request), project=project, asked=asked, now=clock.now())
    return json_answer(
        {
            "version": answer.version,
            "ids": answer.ids,
            "changes": [asdict(move) | {"before": _iso(move.before), "after": _iso(move.after)} for move in answer.moves],
            "notices": answer.notices,
            "undo": answer.undo,
            "redo": answer.redo,
        }
    )


@router.post("projects/{number}/tasks", response={201: TaskSheet}, summary="新增任务")
@access_declared(EDIT)
def add(request: HttpRequest, number: str, data: TaskIn) -> HttpResponse:
    user = signed_in(request)
    project = project_or_404(user, number)
    row = data.dict(exclude_unset=True)
    place = {"parent": row.pop("parent", None), "before": row.pop("before", None)}
    asked = Asked("insert", {"rows": [row], **place})
    answer = run_command(by=user, project=project, asked=asked, now=clock.now())
    item = item_or_404(user, number, answer.ids[0])
    return json_answer(sheet(item, status_date(project)), status=201, etag=_tag(item, status_date(project)))


@router.patch("projects/{number}/tasks/{item_id}", response=TaskSheet, summary="修改任务")
@access_declared(EDIT)
def change(request: HttpRequest, number: str, item_id: Key, data: TaskChange) -> HttpResponse:
    """Change fields of a task; what follows moves with it. Progress is reported at its own address."""
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    as_of = status_date(item.project)
    seen = _seen(request, item, as_of)
    cells = [{"id": item.pk, "field": name, "value": value} for name, value in data.dict(exclude_unset=True).items()]
    require_some_right(user, item.project)
    if cells:
        run_command(by=user, project=item.project, asked=Asked("set", {"cells": cells}, seen), now=clock.now())
    fresh = item_or_404(user, number, item_id)
    return json_answer(sheet(fresh, as_of), etag=_tag(fresh, as_of))


@router.delete("projects/{number}/tasks/{item_id}", response={204: None}, summary="删除任务")
@access_declared(EDIT)
def remove(request: HttpRequest, number: str, item_id: Key) -> HttpResponse:
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    as_of = status_date(item.project)
    seen = _seen(request, item, as_of)
    run_command(by=user, project=item.project, asked=Asked("remove", {"ids": [item.pk]}, seen), now=clock.now())
    return HttpResponse(status=204)


@router.get("projects/{number}/plan", response=dict[str, Any], summary="整份计划（紧凑格式，供图表使用）")
@access_declared(READ)
def compact(request: HttpRequest, number: str, date: Day | None = None) -> HttpResponse:
    project = project_or_404(signed_in(request), number)
    return json_answer(plan_data(project, status_date(project, date)))


def sheet(item: WorkItem, as_of: date) -> dict[str, Any]:
    """Return a work item with its words. Two queries beyond the outlook."""
    found = outlook(item.project, as_of)
    return _rows(found, [found.by_id[item.pk]])[0] | {
        "version": item.version,
        "urgency": item.urgency,
        "key_output": item.key_output,
        "delivery_standard": item.delivery_standard,
        "risk_point": item.risk_point,
        "resource_need": item.resource_need,
        "remark": item.remark,
        "deadline": _iso(item.deadline),
        "quantity": float(item.quantity) if item.quantity is not None else None,
        "unit": item.unit,
    }


def _tag(item: WorkItem, as_of: date, plan: int | None = None) -> str:
    """Return the tag of a task: another one when it changed, or when anything that moves its dates did."""
    return tag_of("task", item.pk, item.version, _plan_version(item) if plan is None else plan, as_of)


def _plan_version(item: WorkItem) -> int:
    return Plan.objects.filter(project=item.project_id).values_list("version", flat=True).first() or 0


def _seen(request: HttpRequest, item: WorkItem, as_of: date) -> int | None:
    """Return the version of the plan for which the request was made; None where it does not say.

    The command looks at it again once it holds the plan: of several who saw one version, one writes.
    :raises Stale: as require_match.
    """
    version = _plan_version(item)
    require_match(request, _tag(item, as_of, version), lambda: sheet(item, as_of))
    return version if request.headers.get("If-Match", "*").strip() != "*" else None


def _rows(found: Outlook, items: list[Item]) -> list[dict[str, Any]]:
    people = dict(User.objects.filter(pk__in={item.owner for item in items}).values_list("pk", "name"))
    departments = dict(Department.objects.filter(pk__in={item.department for item in items}).values_list("pk", "name"))
    ready = found.derive("api rows", lambda: _ready(found))
    named = ({"department": _named(item.department, departments), "owner": _named(item.owner, people)} for item in items)
    return [ready[item.id] | names for item, names in zip(items, named, strict=True)]


def _ready(found: Outlook) -> dict[int, dict[str, Any]]:
    """Return all rows; the names in them, which may change meanwhile, are left for later."""
    texts = predecessor_texts(found)
    return {item.id: _row(found, item, texts.get(item.id, "")) for item in found.items}


def _row(found: Outlook, item: Item, links: str) -> dict[str, Any]:
    at, line, judged = found.dates[item.id], found.baseline.get(item.id), found.deviations.get(item.id)
    return {
        "id": item.id,
        "code": item.code,
        "level": item.level,
        "parent": item.parent,
        "name": item.name,
        "kind": "phase" if not item.leaf else "milestone" if item.is_milestone else "task",
        "department": None,
        "owner": None,
        "state": _state(found, item),
        "late": found.is_late(item),
        "should_have_started": found.should_have_started(item),
        "start": at.start.isoformat(),
        "finish": at.finish.isoformat(),
        "duration_days": days_of(found, item),
        "percent": percent_number(found.actual.get(item.id, Fraction(0))),
        "planned_percent": planned_number(found.planned.get(item.id, Fraction(0))),
        "deviation_points": float(round(judged.points, 2)) if judged else None,
        "marked": bool(judged and judged.marked),
        "critical": at.critical,
        "slack_minutes": at.slack,
        "baseline_start": _iso(line.start if line else None),
        "baseline_finish": _iso(line.finish if line else None),
        "late_days": found.late_days(item),
        "actual_start": _iso(item.actual_start),
        "actual_finish": _iso(item.actual_finish),
        "predecessors": links,
    }


def _state(found: Outlook, item: Item) -> str:
    return item.state if item.leaf else STATE_OF[summary_state(found, item)]


def _named(key: int | None, names: dict[int, str]) -> dict[str, Any] | None:
    return {"id": key, "name": names[key]} if key in names else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
