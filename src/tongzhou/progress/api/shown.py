"""Operations: the board and its moves, the tracking table."""

from __future__ import annotations

from datetime import date as Date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, Stale, access_declared, require
from tongzhou.lib.packing import packed_answer
from tongzhou.lib.rest import Day, Input, Key, PageOf, Words, json_answer, page_answer
from tongzhou.people.access import signed_in
from tongzhou.people.queries import department_by_id, person_by_id
from tongzhou.plan.access import can_assign_item
from tongzhou.plan.actions import assign_owner, change_details
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import outlook, status_date
from tongzhou.plan.queries.item import item_or_404
from tongzhou.progress.queries import tracking as table
from tongzhou.progress.queries.board import board_parts
from tongzhou.progress.queries.tracking import GROUPS, SORTS, Tracked, arranged
from tongzhou.progress.queries.tracking import Wanted as Arrangement
from tongzhou.projects.access import project_or_404, standing

READ, ASSIGN = "read project plan, tasks", "claim/assign task in department"
router = Router(tags=["progress"])
State = Literal["todo", "doing", "done", "blocked", "cancelled"]


class Named(Schema):
    id: int
    name: str


class AssignIn(Input):
    """To whom, or into which department; one of them."""

    owner: Key | None = Field(None, description="id of the person; null: nobody")
    department: Key | None = Field(None, description="id of the department; null: none")
    seen: Key | None = Field(None, description="the version of the task that was shown: 412 when it is another one now")


class AssignOut(Schema):
    id: int
    version: int
    owner: Named | None
    department: Named | None


class Wanted(Schema):
    """Which tasks are asked for, as in the address of the page; without any all rows in the order of the tree."""

    date: Day | None = Field(None, description="as of which day")
    state: Literal["", "todo", "doing", "done", "blocked", "cancelled", "late", "should", "marked", "open", "waits-long"] = ""
    department: Key | None = None
    person: Key | None = None
    since: Day | None = Field(None, description="open tasks without a report since this day")
    q: Words = Field("", max_length=80)
    sort: str = Field("", pattern=rf"^(-?(code|{'|'.join(SORTS)}))?$", description="a column; with a hyphen downwards")
    group: str = Field("", pattern=rf"^({'|'.join(GROUPS)})?$")

    def arrangement(self) -> Arrangement:
        department, person = str(self.department or ""), str(self.person or "")
        return Arrangement(self.state, department, person, self.since, self.q.strip(), self.sort, self.group)


class TrackedOut(Schema):
    id: int
    version: int
    code: str
    name: str
    level: int
    leaf: bool
    owner: Named | None
    department: Named | None
    state: State
    late: bool
    should_have_started: bool
    percent: float
    planned_percent: float
    points: float = Field(description="percentage points behind")
    marked: bool
    start: str = Field(description="of the forecast")
    finish: str = Field(description="of the forecast")
    planned_start: str
    planned_finish: str
    baseline_finish: str | None
    actual_start: str | None
    actual_finish: str | None
    reported_on: str | None
    reporter: str
    done: str
    problem: str
    counted: str = Field(description="done of all, with the unit")
    waits_for: str = Field(description="for whom a blocked task waits, in words; empty: for nobody who was named")
    wait_overdue: bool


class Table(Schema):
    items: list[TrackedOut]
    count: int
    next: str | None


@router.get("projects/{number}/board", response=dict[str, Any], summary="看板（紧凑格式）")
@access_declared(READ)
def board(request: HttpRequest, number: str, date: Day | None = None) -> HttpResponse:
    """Every task as a card: [id, version, name, phase, state, flags, owner, department, due, percent, planned].

    Phase, owner and department are places in the lists beside them (-1: none). Flags: 1 late, 2 should have started,
    4 deviates, 8 critical. `may`: for each card 1 report, 2 assign, 4 move. `waits`: [task, for whom it waits, overdue].
    """
    user = signed_in(request)
    project = project_or_404(user, number)
    return packed_answer(request, board_parts(user, project, status_date(project, date)), "application/json")


@router.post("projects/{number}/tasks/{item_id}/assignment", response=AssignOut, summary="指派任务（看板移动）")
@access_declared(ASSIGN)
def assign(request: HttpRequest, number: str, item_id: Key, data: AssignIn) -> HttpResponse:
    """Give a task to a person, or move it to a department, as moving its card does."""
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    require(can_assign_item(standing(user, item.project), item.department_id), _("You may not assign this task."))
    if data.seen not in (None, item.version):
        message = _("Somebody else changed this task in the meantime. The board shows it as it is now.")
        raise Stale("item-changed", message, current=_assigned(item))
    _move(request, item, data)
    return json_answer(_assigned(item_or_404(user, number, item_id)))


@router.get("projects/{number}/tracking", response=Table, summary="任务进度跟踪表")
@access_declared(READ)
def tracking(request: HttpRequest, number: str, page: Query[PageOf], wanted: Query[Wanted]) -> HttpResponse:
    """The tracking table as the page filters, sorts and groups it. What is filtered, sorted or grouped are tasks only."""
    project = project_or_404(signed_in(request), number)
    day, asked = status_date(project, wanted.date), wanted.arrangement()
    if asked.plain:
        keys = [item.id for item in outlook(project, day).items]
        rows, count = table(project, day, keys[page.offset :][: page.limit]), len(keys)
    else:
        found = arranged(table(project, day), asked)
        rows, count = found[page.offset :][: page.limit], len(found)
    return page_answer(request, page, [_row(row) for row in rows], count)


def _move(request: HttpRequest, item: WorkItem, data: AssignIn) -> None:
    user, said = signed_in(request), data.model_fields_set & {"owner", "department"}
    if len(said) != 1:
        raise Refused("nothing-said", _("Say to whom or where the task goes."), "owner")
    if "department" in said:
        department = department_by_id(data.department, "department") if data.department is not None else None
        change_details(by=user, item=item, values={"department_id": department and department.pk}, now=clock.now())
    else:
        owner = person_by_id(data.owner, "owner") if data.owner is not None else None
        assign_owner(by=user, item=item, owner=owner, now=clock.now())


def _assigned(item: WorkItem) -> dict[str, Any]:
    return {
        "id": item.pk,
        "version": item.version,
        "owner": _named(item.owner_id, item.owner.name if item.owner else ""),
        "department": _named(item.department_id, item.department.name if item.department else ""),
    }


def _row(row: Tracked) -> dict[str, Any]:
    plain = ("id", "version", "code", "name", "level", "leaf", "state", "late", "percent", "marked", "reporter", "done")
    days = ("start", "finish", "planned_start", "planned_finish", "baseline_finish", "actual_start", "actual_finish")
    return {name: getattr(row, name) for name in (*plain, "problem", "counted")} | {
        **{name: _iso(getattr(row, name)) for name in (*days, "reported_on")},
        "owner": _named(row.owner_id, row.owner),
        "department": _named(row.department_id, row.department),
        "should_have_started": row.should_run,
        "planned_percent": row.planned,
        "waits_for": row.waits.text,
        "wait_overdue": row.waits.overdue,
        "points": float(row.points or 0),
    }


def _named(key: int | None, name: str) -> dict[str, Any] | None:
    return {"id": key, "name": name} if key is not None else None


def _iso(day: Date | None) -> str | None:
    return day.isoformat() if day else None
