"""Operations: reporting progress, its history, what I owe."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Refused, Stale, access_declared, require
from tongzhou.lib.rest import (
    Day,
    Input,
    Instant,
    Key,
    PageOf,
    Percent,
    Words,
    json_answer,
    page_answer,
    page_of_rows,
    require_match,
    tag_of,
)
from tongzhou.people.access import signed_in
from tongzhou.plan.access import can_report_or_stand_in
from tongzhou.plan.actions import Report
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import status_date
from tongzhou.plan.queries.item import bare_item_or_404
from tongzhou.progress import actions, queries
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.access import standing, visible_to

router = Router(tags=["progress"])
Quantity = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
State = Literal["todo", "doing", "done", "blocked", "cancelled"]


class Whom(Input):
    """A person or a department, by id; neither: the manager."""

    person: Key | None = None
    department: Key | None = None


class ProgressIn(Input):
    state: State
    percent: Percent | None = Field(None, description="0 to 100; of a task with a quantity it follows from what is done of it")
    done_quantity: Quantity | None = Field(None, description="how much is done, of a task with a quantity")
    seen: Key | None = Field(None, description="the version of the task that was shown: 412 when it is another one now")
    status_date: Day | None = Field(None, description="the day that the report is about; today without it")
    actual_start: Day | None = None
    actual_finish: Day | None = None
    done: Words = Field("", max_length=2000)
    problem: Words = Field("", max_length=2000)
    help_needed: Words = Field("", max_length=300)
    help_department: Key | None = None
    unblocker: Whom | None = Field(None, description="who must unblock it: needed where a task becomes blocked")
    until: Instant | None = Field(None, description="by when: needed where a task becomes blocked")

    def asking(self) -> actions.Asking | None:
        """Return who is asked to unblock it, and by when."""
        if self.unblocker is None and self.until is None:
            return None
        named = self.unblocker or Whom()
        return actions.Asking(named.person, named.department, self.until)


class UpdateOut(Schema):
    id: int
    status_date: str
    reported_at: str
    reporter: str
    state: State
    percent: float
    done_quantity: float | None
    actual_start: str | None
    actual_finish: str | None
    done: str
    problem: str
    help_needed: str
    help_department: int | None
    unchanged: bool


class Updates(Schema):
    items: list[UpdateOut]
    count: int
    next: str | None


class OwedOut(Schema):
    id: int
    name: str
    project: str
    state: State
    percent: float
    start: str | None
    finish: str | None
    reported_on: str | None
    overdue_days: int


class Owed(Schema):
    items: list[OwedOut]
    count: int
    next: str | None


@router.get("me/tasks", response=Owed, summary="我的任务")
@access_declared(SIGNED_IN)
def owed(request: HttpRequest, page: Query[PageOf]) -> HttpResponse:
    """My open tasks over all projects, the most pressing first."""
    rows = queries.owed_by(signed_in(request))
    items = [
        {
            "id": row.id,
            "name": row.name,
            "project": row.number,
            "state": row.state,
            "percent": row.percent,
            "start": _iso(row.start),
            "finish": _iso(row.finish),
            "reported_on": _iso(row.reported_on),
            "overdue_days": row.overdue_days,
        }
        for row in rows[page.offset : page.offset + page.limit]
    ]
    return page_answer(request, page, items, len(rows))


@router.get("projects/{number}/tasks/{item_id}/progress", response=Updates, summary="任务的历次进度")
@access_declared("read project plan, tasks")
def history(request: HttpRequest, number: str, item_id: Key, page: Query[PageOf]) -> HttpResponse:
    """The latest first. The ETag is that of the task's progress: a report may carry it as If-Match."""
    item = bare_item_or_404(signed_in(request), number, item_id)
    answer = page_of_rows(request, page, queries.history_of(item), _update)
    answer.headers["ETag"] = _tag(item.pk, item.version)
    return answer


@router.post("projects/{number}/tasks/{item_id}/progress", response={201: UpdateOut}, summary="报告进度")
@access_declared("update progress/blocked")
def report(request: HttpRequest, number: str, item_id: Key, data: ProgressIn) -> HttpResponse:
    """Report on a task; with If-Match or `seen` only if nobody else did in the meantime."""
    user = signed_in(request)
    item = bare_item_or_404(user, number, item_id)
    if "If-Match" in request.headers:
        # What the task says now is not for everybody; without the header the action looks who may report.
        require(can_report_or_stand_in(standing(user, item.project), user, item, clock.today()))
        require_match(request, _tag(item.pk, item.version), lambda: _known(item))
    seen = item.version if request.headers.get("If-Match", "*").strip() != "*" else data.seen
    words = actions.Words(data.done, data.problem, data.help_needed, data.help_department, blocking=data.asking())
    day = status_date(item.project, data.status_date)
    try:
        made = actions.report_progress(
            by=user, item=item, report=_report(item, data, seen), words=words, status_date=day, now=clock.now()
        )
    except Stale as stale:
        raise Stale(stale.code, stale.message, current=_known(bare_item_or_404(user, number, item_id))) from stale
    return json_answer(_update(made), status=201, etag=_tag(item.pk, made.work_item.version))


def _report(item: WorkItem, data: ProgressIn, seen: int | None) -> Report:
    """Return what is said as the plan takes it: a percent goes along also where a quantity should be said instead."""
    counted = item.quantity is not None
    if data.percent is None and not counted:
        raise Refused("percent-missing", _("This is needed."), "percent")
    percent = item.percent if data.percent is None else round(data.percent * 100)
    done = data.done_quantity if counted and data.percent is None else None
    return Report(data.state, percent, data.actual_start, data.actual_finish, done, seen)


def _tag(item: int, version: int) -> str:
    return tag_of("progress", item, version)


def _known(item: WorkItem) -> dict[str, Any]:
    return {
        "version": item.version,
        "state": item.state,
        "percent": item.percent / 100,
        "done_quantity": _amount(item.done_quantity),
        "actual_start": _iso(item.actual_start),
        "actual_finish": _iso(item.actual_finish),
    }


class Unchanged(Input):
    tasks: list[Key] = Field(min_length=1, max_length=500, description="ids of my tasks, of any projects")
    status_date: Day | None = None


class Count(Schema):
    count: int


@router.post("me/unchanged", response=Count, summary="无变化")
@access_declared(SIGNED_IN)
def unchanged(request: HttpRequest, data: Unchanged) -> HttpResponse:
    """Report no change for several tasks at once: all of them, or none."""
    user = signed_in(request)
    visible = WorkItem.objects.filter(project__in=visible_to(user).values("pk"))
    items = list(visible.select_related("project", "owner").filter(pk__in=data.tasks))
    missing = set(data.tasks) - {item.pk for item in items}
    if missing:
        raise Refused("task-unknown", _("There is no such task."), "tasks")
    count = actions.report_unchanged(by=user, items=items, status_date=data.status_date, now=clock.now())
    return json_answer({"count": count})


def _update(row: ProgressUpdate) -> dict[str, Any]:
    return {
        "id": row.pk,
        "status_date": row.status_date.isoformat(),
        "reported_at": row.reported_at.isoformat(),
        "reporter": row.reporter_name,
        "state": row.state,
        "percent": row.shown_percent,
        "done_quantity": _amount(row.done_quantity),
        "actual_start": _iso(row.actual_start),
        "actual_finish": _iso(row.actual_finish),
        "done": row.done,
        "problem": row.problem,
        "help_needed": row.help_needed,
        "help_department": row.help_department_id,
        "unchanged": row.unchanged,
    }


def _amount(number: Decimal | None) -> float | None:
    return float(number) if number is not None else None


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
