"""Operations: on which days a project and its tasks are worked, and which tasks holidays and leave meet."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.rest import Day, Input, Key, PageOf, Words, json_answer, page_answer
from tongzhou.people.access import signed_in
from tongzhou.people.models import WorkCalendar
from tongzhou.people.queries import CalendarSpec, OwnDay, calendar_book
from tongzhou.people.queries.calendar_text import initial_of, read_hours
from tongzhou.people.queries.yearview import days_between
from tongzhou.plan import access, actions
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import outlook, status_date
from tongzhou.plan.queries.calendars import calendar_choice, offered_calendar, own_calendar_name
from tongzhou.plan.queries.concerned import ProjectMoves
from tongzhou.plan.queries.holidays import AcrossHoliday, MeetsLeave, tasks_across_holidays, tasks_meeting_leave
from tongzhou.plan.queries.item import item_or_404
from tongzhou.plan.queries.tree import Item
from tongzhou.projects.access import project_or_404, standing
from tongzhou.projects.models import Project

READ, EDIT = "read project plan, tasks", "create/edit WBS"
MOST_DAYS = 400
router = Router(tags=["plan"])
Pattern = Literal["inherited", "two_days", "one_day", "alternating"]


class OwnDays(Input):
    first: Day
    last: Day
    working: bool
    name: Words = Field("", max_length=80)


class OwnIn(Input):
    """Days of the project's own over the organisation's calendar."""

    pattern: Pattern = "inherited"
    anchor: Day | None = Field(None, description="alternating: a Monday whose Saturday is worked")
    hours: Words = Field("", max_length=200, description="like 09:00-12:00 13:00-18:00; empty as the organisation's")
    days: list[OwnDays] = Field(default_factory=list, max_length=500)


class CalendarIn(Input):
    calendar: Key | None = Field(None, description="id of a calendar that is offered; null: the organisation's")
    own: OwnIn | None = Field(None, description="days of its own, in place of a calendar that is offered")
    dry: bool = Field(False, description="only say what would move")


class Moves(Schema):
    """What would move: so many tasks between two days, and the finish of the plan."""

    count: int
    first: str
    last: str
    finish_before: str
    finish_after: str


class OwnOut(Schema):
    pattern: Pattern
    anchor: str | None
    hours: str
    days: str = Field(description="a line each, as people type them")


class CalendarChoice(Schema):
    id: int | None
    name: str
    own: bool
    days_of_its_own: OwnOut | None
    moves: Moves | None = Field(description="of a dry run")


class DayOut(Schema):
    day: str
    kind: Literal["work", "weekend", "holiday", "makeup", "own-off", "own-work"]
    name: str


class Days(Schema):
    items: list[DayOut]


class Span(Schema):
    first: Day
    last: Day


class Named(Schema):
    id: int
    name: str


class TaskCalendar(Schema):
    calendar: Named | None
    follows_owner: bool


class TaskCalendarIn(Input):
    calendar: Key | None = Field(None, description="id of a calendar that is offered; null: as the owner's department")
    follows_owner: bool = Field(False, description="whether the owner's leave moves the dates")


class TaskNamed(Schema):
    id: int
    code: str
    name: str


class Run(Schema):
    name: str
    first: str
    last: str


class AcrossOut(Schema):
    task: TaskNamed
    owner: str
    start: str
    finish: str
    holidays: list[Run]
    lost: int = Field(description="working days of the week that the holidays take")
    deadline_off: bool
    milestone_off: bool


class Holidays(Schema):
    items: list[AcrossOut]
    count: int
    next: str | None


class MeetsOut(Schema):
    task: TaskNamed
    owner: str
    start: str
    finish: str
    first: str
    last: str
    lost: int = Field(description="working days of the task on which the owner is away")
    follows: bool


class Leaves(Schema):
    items: list[MeetsOut]
    count: int
    next: str | None


@router.get("projects/{number}/calendar", response=CalendarChoice, summary="项目日历")
@access_declared(READ)
def calendar(request: HttpRequest, number: str) -> HttpResponse:
    """The calendar of the project; `own`: it has days of its own, and belongs to this project alone."""
    return json_answer(_choice(project_or_404(signed_in(request), number)))


@router.put("projects/{number}/calendar", response=CalendarChoice, summary="选择项目日历，或自定工作日")
@access_declared(EDIT)
def choose_calendar(request: HttpRequest, number: str, data: CalendarIn) -> HttpResponse:
    """Let the project work by a calendar that is offered or by days of its own; the plan follows in the same transaction."""
    user = signed_in(request)
    found = project_or_404(user, number)
    require(access.can_edit_plan(standing(user, found)))
    if not {"calendar", "own"} & data.model_fields_set:
        raise Refused("calendar-missing", _("Choose a calendar."), "calendar")
    chosen, own = offered_calendar(data.calendar), _own(found, data.own)
    if data.dry:
        moves = actions.under_calendar(found, chosen, own, actions.project_moves)
        return json_answer(_choice(found, moves))
    actions.change_project_calendar(by=user, project=found, calendar=chosen, own=own, now=clock.now())
    return json_answer(_choice(Project.objects.get(pk=found.pk)))


@router.get("projects/{number}/calendar/days", response=Days, summary="项目的工作日、休息日与调休")
@access_declared(READ)
def days(request: HttpRequest, number: str, span: Query[Span]) -> HttpResponse:
    """Every day of a span of at most 400 days as the project works it."""
    found = project_or_404(signed_in(request), number)
    if not timedelta(0) <= span.last - span.first < timedelta(days=MOST_DAYS):
        raise Refused("span-invalid", _("Ask for 1 to %(most)s days.") % {"most": MOST_DAYS}, "last")
    levels = (found.calendar_id,) if found.calendar_id else ()
    cells = days_between(calendar_book(), levels, span.first, span.last, clock.today())
    return json_answer({"items": [{"day": _iso(one.day), "kind": one.kind, "name": one.title} for one in cells]})


@router.get("projects/{number}/tasks/{item_id}/calendar", response=TaskCalendar, summary="任务日历")
@access_declared(READ)
def task_calendar(request: HttpRequest, number: str, item_id: Key) -> HttpResponse:
    return json_answer(_of_task(item_or_404(signed_in(request), number, item_id)))


@router.put("projects/{number}/tasks/{item_id}/calendar", response=TaskCalendar, summary="选择任务日历")
@access_declared(EDIT)
def choose_task_calendar(request: HttpRequest, number: str, item_id: Key, data: TaskCalendarIn) -> HttpResponse:
    """Let a task run on a calendar of its own, and follow its owner's leave; the plan follows in the same transaction."""
    return _set_task_calendar(request, number, item_id, data)


@router.delete("projects/{number}/tasks/{item_id}/calendar", response={204: None}, summary="任务不再有自己的日历")
@access_declared(EDIT)
def drop_task_calendar(request: HttpRequest, number: str, item_id: Key) -> HttpResponse:
    """Let a task run as its owner's department, else as the project does; leave moves it no longer."""
    _set_task_calendar(request, number, item_id, TaskCalendarIn(calendar=None, follows_owner=False))
    return HttpResponse(status=204)


@router.get("projects/{number}/holidays", response=Holidays, summary="哪些任务跨节假日")
@access_declared(READ)
def holidays(request: HttpRequest, number: str, page: Query[PageOf], date: Day | None = None) -> HttpResponse:
    """The open tasks whose dates or deadline meet a statutory holiday, by start."""
    project = project_or_404(signed_in(request), number)
    rows = tasks_across_holidays(outlook(project, status_date(project, date)))
    return page_answer(request, page, [_across(row) for row in rows[page.offset :][: page.limit]], len(rows))


@router.get("projects/{number}/holidays/leave", response=Leaves, summary="哪些任务遇上负责人休假")
@access_declared(READ)
def leave(request: HttpRequest, number: str, page: Query[PageOf], date: Day | None = None) -> HttpResponse:
    """The open tasks during which their owners are away, by start."""
    project = project_or_404(signed_in(request), number)
    rows = tasks_meeting_leave(outlook(project, status_date(project, date)))
    return page_answer(request, page, [_meets(row) for row in rows[page.offset :][: page.limit]], len(rows))


def _own(project: Project, wanted: OwnIn | None) -> CalendarSpec | None:
    if wanted is None:
        return None
    days = tuple(OwnDay(one.first, one.last, one.working, one.name) for one in wanted.days)
    return CalendarSpec(own_calendar_name(project), wanted.pattern, wanted.anchor, read_hours(wanted.hours), days)


def _choice(project: Project, moves: ProjectMoves | None = None) -> dict[str, Any]:
    found = calendar_choice(project)
    own = initial_of(calendar_book().layers[project.calendar_id]) if found["own"] and project.calendar_id else None
    told = (
        {"pattern": own["pattern"], "anchor": _iso(own["anchor"]), "hours": own["hours"], "days": own["days"]} if own else None
    )
    return found | {"days_of_its_own": told, "moves": _moves(moves)}


def _moves(moves: ProjectMoves | None) -> dict[str, Any] | None:
    if moves is None:
        return None
    return {
        "count": moves.count,
        "first": _iso(moves.first),
        "last": _iso(moves.last),
        "finish_before": _iso(moves.finish_before),
        "finish_after": _iso(moves.finish_after),
    }


def _set_task_calendar(request: HttpRequest, number: str, item_id: int, data: TaskCalendarIn) -> HttpResponse:
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    require(access.can_edit_item(standing(user, item.project), item.department_id))
    chosen = _offered(data.calendar)
    actions.change_item_calendar(by=user, item=item, calendar=chosen, follows_owner=data.follows_owner, now=clock.now())
    return json_answer(_of_task(item_or_404(user, number, item_id)))


def _offered(key: int | None) -> WorkCalendar | None:
    """Return a calendar on which a task may run; the organisation's is one of them."""
    row = WorkCalendar.objects.filter(pk=key, is_private=False).first() if key is not None else None
    if key is not None and row is None:
        raise Refused("calendar-unknown", _("There is no such calendar."), "calendar")
    return row


def _of_task(item: WorkItem) -> dict[str, Any]:
    own = item.calendar
    return {"calendar": {"id": own.pk, "name": own.name} if own else None, "follows_owner": item.follows_owner}


def _across(row: AcrossHoliday) -> dict[str, Any]:
    return {
        "task": _task(row.item),
        "owner": row.owner,
        "start": _iso(row.start),
        "finish": _iso(row.finish),
        "holidays": [asdict(run) | {"first": _iso(run.first), "last": _iso(run.last)} for run in row.runs],
        "lost": row.lost,
        "deadline_off": row.deadline_off,
        "milestone_off": row.milestone_off,
    }


def _meets(row: MeetsLeave) -> dict[str, Any]:
    days = {name: _iso(getattr(row, name)) for name in ("start", "finish", "first", "last")}
    return {"task": _task(row.item), "owner": row.owner, **days, "lost": row.lost, "follows": row.follows}


def _task(item: Item) -> dict[str, Any]:
    return {"id": item.id, "code": item.code, "name": item.name}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
