"""Operations: work items, and the commands of the plan."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import access_declared
from tongzhou.lib.packing import packed_answer
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
    page_of_texts,
    require_match,
    tag_of,
)
from tongzhou.people.access import signed_in
from tongzhou.plan.access import require_some_right
from tongzhou.plan.actions import Asked, run_command
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.plan.queries import status_date
from tongzhou.plan.queries.columns import supporter_texts
from tongzhou.plan.queries.grid import plan_parts
from tongzhou.plan.queries.item import item_or_404
from tongzhou.plan.queries.outlook import Outlook, outlook
from tongzhou.plan.queries.told import item_told, items_told, states_told
from tongzhou.plan.queries.tree import Item
from tongzhou.projects.access import project_or_404

READ, EDIT = "read project plan, tasks", "create/edit WBS"
router = Router(tags=["plan"])
State = Literal["todo", "doing", "done", "blocked", "cancelled"]


class Wanted(Schema):
    """Which work items are asked for."""

    date: Day | None = None
    state: State | None = None
    owner: Key | None = None
    q: Words = ""

    def among(self, found: Outlook) -> list[Item]:
        if self.state is None and self.owner is None and not self.q:
            return found.items
        states = states_told(found)
        items = (item for item in found.items if self.owner in (None, item.owner) and self.q in item.name)
        return [item for item in items if self.state in (None, states[item.id])]


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
    done_quantity: float | None
    supporters: str = Field(description="as people type it: 李四(接口联调); 市场部")
    stand_in: Named | None


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
    items = wanted.among(found)
    return page_of_texts(request, page, items_told(found, items[page.offset : page.offset + page.limit]), len(items))


@router.get("projects/{number}/tasks/{item_id}", response=TaskSheet, summary="一项任务")
@access_declared(READ)
def task(request: HttpRequest, number: str, item_id: Key, date: Day | None = None) -> HttpResponse:
    item = item_or_404(signed_in(request), number, item_id)
    as_of = status_date(item.project, date)
    tag = _tag(item, as_of)
    return not_changed(request, tag) or json_answer(sheet(item, as_of), etag=tag)


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
    return packed_answer(request, plan_parts(project, status_date(project, date)), "application/json")


def sheet(item: WorkItem, as_of: date) -> dict[str, Any]:
    """Return a work item with its words. At most four queries beyond the outlook."""
    found = outlook(item.project, as_of)
    return item_told(found, found.by_id[item.pk]) | {
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
        "done_quantity": float(item.done_quantity) if item.done_quantity is not None else None,
        "supporters": supporter_texts(item.project, item.pk).get(item.pk, ""),
        "stand_in": {"id": item.stand_in.pk, "name": item.stand_in.name} if item.stand_in else None,
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


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
