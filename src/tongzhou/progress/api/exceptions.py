"""Operations: the record of exceptions (异常问题处理记录): reporting, handling, closing, taking up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.escalations.queries import open_cases_of
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, Stale, access_declared, require
from tongzhou.lib.rest import Day, Input, Key, PageOf, Words, json_answer, page_answer, require_match, tag_of, told_at
from tongzhou.people.access import signed_in
from tongzhou.progress import access, actions
from tongzhou.progress.models import ExceptionReport
from tongzhou.progress.queries.exceptions import Wanted, exception_or_404, exceptions_of, lead_departments, state_of
from tongzhou.projects.access import project_or_404, standing
from tongzhou.projects.models import Project

READ, FILE = "read project plan, tasks", "file exception report"
ONE = "projects/{number}/exceptions/{exception_id}"
router = Router(tags=["progress"])
Kind = Literal["delay", "resource", "requirement", "other"]
Text = Annotated[Words, Field(max_length=2000)]


class ExceptionsAsked(PageOf):
    state: Literal["", "open", "overdue", "closed", "all"] = Field("", description="those not closed without it")
    kind: Literal["", "delay", "resource", "requirement", "other"] = ""
    q: Words = Field("", max_length=80, description="words of the task, the reason, the measures …")
    sort: str = Field("", pattern=r"^(-?(number|kind|reported_at|expected|task_name))?$", description="with a hyphen downwards")


class Named(Schema):
    id: int
    name: str


class ExceptionOut(Schema):
    id: int
    number: int = Field(description="counts the exceptions of the project")
    version: int
    kind: Kind
    state: Literal["open", "handled", "overdue", "closed"]
    task: int | None = Field(description="id of the task; null: the project, or a task that was removed")
    task_name: str
    department: Named | None
    reason: str
    impact: str
    solution: str = Field(description="what was proposed")
    expected: str = Field(description="by when it should be over")
    reported_by: Named
    reported_at: str
    handler: Named | None
    measure: str = Field(description="what is done; what was decided about it stands here, too")
    result: str
    closed_at: str | None
    closed_by: str
    case: int | None = Field(description="id of the case that is open about it")


class Exceptions(Schema):
    items: list[ExceptionOut]
    count: int
    next: str | None


class ExceptionIn(Input):
    kind: Kind = Field(description="a delay, a resource conflict, a requirement that changed, something else")
    reason: Text = Field(examples=["供应商停产"])
    impact: Text = Field(examples=["测试晚三天"])
    solution: Text = Field(examples=["改用替代料"])
    expected: Day = Field(description="by when it should be over", examples=["2026-03-06"])
    task: Key | None = Field(None, description="id of the task; the project as a whole without it")
    department: Key | None = Field(None, description="the department that it concerns, where it is about the project")


class HandlingIn(Input):
    handler: Key | None = Field(None, description="who handles it")
    measure: Words = Field("", max_length=2000, examples=["从销售部借一人"])
    expected: Day = Field(description="by when it should be over")
    seen: Key | None = Field(None, description="the version that was read: 412 when it is another one now")


class ResultIn(Input):
    result: Text = Field(examples=["替代料已到货"])
    seen: Key | None = Field(None, description="the version that was read: 412 when it is another one now")


class ReopenIn(Input):
    expected: Day = Field(description="by when it should be over now")


@router.get("projects/{number}/exceptions", response=Exceptions, summary="异常问题处理记录")
@access_declared(READ)
def exceptions(request: HttpRequest, number: str, asked: Query[ExceptionsAsked]) -> HttpResponse:
    """The exceptions of a project, those that should be over first at the top."""
    wanted = Wanted(asked.state, asked.kind, asked.q, asked.sort)
    rows = exceptions_of(project_or_404(signed_in(request), number), wanted, clock.today())
    return page_answer(request, asked, _told(list(rows[asked.offset : asked.offset + asked.limit])), rows.count())


@router.post("projects/{number}/exceptions", response={201: ExceptionOut}, summary="异常报备")
@access_declared(FILE)
def report(request: HttpRequest, number: str, data: ExceptionIn) -> HttpResponse:
    """Report an exception on a task, or on the project; the lead department and the manager are told at once."""
    user = signed_in(request)
    project = project_or_404(user, number)
    at = standing(user, project)
    require(access.can_file_somewhere(at, project))
    item = access.tasks_of(project).filter(pk=data.task).first() if data.task is not None else None
    if data.task is not None and item is None:
        raise Refused("task-unknown", _("There is no such task."), "task")
    _check_department(project, data.department)
    words = data.dict(exclude={"task"})
    row = actions.report_exception(by=user, project=project, item=item, filed=actions.Filed(**words), now=clock.now())
    return _shown(exception_or_404(user, number, row.pk), status=201)


@router.get(ONE, response=ExceptionOut, summary="一项异常")
@access_declared(READ)
def exception(request: HttpRequest, number: str, exception_id: Key) -> HttpResponse:
    return _shown(exception_or_404(signed_in(request), number, exception_id))


@router.put(f"{ONE}/handling", response=ExceptionOut, summary="填写异常处理：处理人、措施、预计解决日期")
@access_declared(FILE)
def handle(request: HttpRequest, number: str, exception_id: Key, data: HandlingIn) -> HttpResponse:
    """Write on the record who handles it, what is done and by when: all three as they are from now on."""
    handling = actions.Handling(data.handler, data.measure, data.expected)

    def write(row: ExceptionReport, version: int | None) -> object:
        given: dict[str, Any] = {"by": signed_in(request), "report": row, "handling": handling}
        return actions.handle_exception(version=version, now=clock.now(), **given)

    return _done(request, (number, exception_id), data.seen, write)


@router.post(f"{ONE}/closure", response=ExceptionOut, summary="关闭异常")
@access_declared(FILE)
def close(request: HttpRequest, number: str, exception_id: Key, data: ResultIn) -> HttpResponse:
    """Close it with what came of it; a case that is open about it is closed, too."""

    def write(row: ExceptionReport, version: int | None) -> object:
        by = signed_in(request)
        return actions.close_exception(by=by, report=row, result=data.result, version=version, now=clock.now())

    return _done(request, (number, exception_id), data.seen, write)


@router.post(f"{ONE}/reopening", response=ExceptionOut, summary="重新处理已关闭的异常")
@access_declared(FILE)
def reopen(request: HttpRequest, number: str, exception_id: Key, data: ReopenIn) -> HttpResponse:
    """Take up again what was closed too early."""

    def write(row: ExceptionReport, _version: int | None) -> object:
        return actions.reopen_exception(by=signed_in(request), report=row, expected=data.expected, now=clock.now())

    return _done(request, (number, exception_id), None, write)


def _check_department(project: Project, department: int | None) -> None:
    if department is not None and not project.participations.filter(department_id=department).exists():
        raise Refused("department-outside", _("This department takes no part in the project."), "department")


def _done(
    request: HttpRequest, place: tuple[str, int], seen: int | None, write: Callable[[ExceptionReport, int | None], object]
) -> HttpResponse:
    """Write on the record if nobody else did since the version that If-Match or `seen` names."""
    user = signed_in(request)
    row = exception_or_404(user, *place)
    require(access.can_handle_exception(standing(user, row.project), row, lead_departments(row.project)))
    matched = request.headers.get("If-Match", "*").strip() != "*"
    with transaction.atomic():
        ExceptionReport.objects.select_for_update().only("pk").get(pk=row.pk)
        known = exception_or_404(user, *place)
        require_match(request, _tag(known), lambda: _told([known])[0])
        try:
            write(known, known.version if matched else seen)
        except Stale as stale:
            raise Stale(stale.code, stale.message, current=_told([known])[0]) from stale
    return _shown(exception_or_404(user, *place))


def _shown(row: ExceptionReport, status: int = 200) -> HttpResponse:
    return json_answer(_told([row])[0], status=status, etag=_tag(row))


def _tag(row: ExceptionReport) -> str:
    return tag_of("exception", row.pk, row.version)


def _told(rows: list[ExceptionReport]) -> list[dict[str, Any]]:
    """Return exceptions as they are told. One query."""
    cases = open_cases_of("exception", [row.pk for row in rows])
    return [_exception(row, cases[row.pk].pk if row.pk in cases else None, clock.today()) for row in rows]


def _exception(row: ExceptionReport, case: int | None, today: date) -> dict[str, Any]:
    plain = ("id", "number", "version", "kind", "task_name", "reason", "impact", "solution", "measure", "result")
    return {name: getattr(row, name) for name in plain} | {
        "state": state_of(row, today),
        "task": row.work_item_id,
        "department": _named(row.department),
        "expected": row.expected.isoformat(),
        "reported_by": _named(row.reported_by),
        "reported_at": told_at(row.reported_at),
        "handler": _named(row.handler),
        "closed_at": told_at(row.closed_at),
        "closed_by": row.closed_by.name if row.closed_by else "",
        "case": case,
    }


def _named(row: Any) -> dict[str, Any] | None:
    return {"id": row.pk, "name": row.name} if row is not None else None
