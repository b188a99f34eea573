"""Operations: 交付物清单: rows asked for, changed, removed and put back; submitted, taken back, accepted, returned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import BeforeValidator, Field

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.params import id_asked
from tongzhou.lib.rest import (
    Day,
    Input,
    Key,
    PageOf,
    Words,
    json_answer,
    left_out,
    page_answer,
    require_match,
    tag_of,
    told_at,
)
from tongzhou.people.access import signed_in
from tongzhou.plan import access, actions
from tongzhou.plan.actions.delivering import may_submit
from tongzhou.plan.models import Deliverable
from tongzhou.plan.queries.deliverables import (
    DeliverableRow,
    Handed,
    Wanted,
    deliverable_or_404,
    deliverables_of,
    shown,
    steps_of,
)
from tongzhou.projects.access import project_or_404, standing

router = Router(tags=["plan"])
READ, EDIT = "read project plan, tasks", "create/edit WBS"
REPORT, ACCEPT = "update progress/blocked", "deliverable acceptance sign"
ONE = "projects/{number}/deliverables/{deliverable_id}"
SPEC = {"department": "department_id", "task": "work_item_id"}


def _amount(value: object) -> object:
    """A number as it is written, not as a binary fraction."""
    return str(value) if isinstance(value, float) else value


Amount = Annotated[Decimal, BeforeValidator(_amount), Field(gt=0, max_digits=14, decimal_places=2)]


class DeliverablesAsked(PageOf):
    state: Literal["", "open", "todo", "submitted", "accepted", "returned", "late"] = ""
    department: Words = Field("", max_length=20, description="id")
    q: Words = Field("", max_length=80, description="words of name, department, task, standard or document")
    sort: str = Field("", pattern=r"^(-?(name|department|due|state|task))?$", description="a column; with a hyphen downwards")


class StepOut(Schema):
    kind: Literal["submitted", "taken_back", "accepted", "returned"]
    at: str
    by: int
    by_name: str
    note: str
    document: str


class DeliverableOut(Schema):
    id: int
    name: str
    quantity: str | None
    unit: str
    department: int | None
    department_name: str
    due: str | None
    standard: str
    task: int | None
    task_name: str
    document: str
    state: Literal["todo", "submitted", "accepted", "returned"]
    late: bool
    version: int
    latest: StepOut | None = Field(description="what made the state, with who and when")


class DeliverableWithSteps(DeliverableOut):
    steps: list[StepOut]


class Deliverables(Schema):
    items: list[DeliverableOut]
    count: int
    next: str | None


class DeliverableIn(Input):
    name: Words = Field(min_length=1, max_length=200, examples=["样机"])
    quantity: Amount | None = Field(None, examples=[3])
    unit: Words = Field("", max_length=20, examples=["台"])
    department: Key | None = Field(None, description="that of the task where it is left out")
    due: Day | None = None
    standard: Words = Field("", max_length=5000)
    task: Key | None = Field(None, description="the task or milestone that it comes from")
    document: Words = Field("", max_length=500, description="a link, or where it lies")


class DeliverablesIn(Input):
    rows: list[DeliverableIn] = Field(max_length=500)


class DeliverableChange(Input):
    name: Words = left_out(max_length=200)
    quantity: Amount | None = None
    unit: Words = left_out(max_length=20)
    department: Key | None = None
    due: Day | None = None
    standard: Words = left_out(max_length=5000)
    task: Key | None = None
    document: Words = left_out(max_length=500)


class SubmissionIn(Input):
    note: Words = Field("", max_length=1000, description="what is submitted")
    document: Words = Field("", max_length=500, description="where it lies; the row's own without it")


class AcceptanceIn(Input):
    note: Words = Field("", max_length=1000)


class ReturnIn(Input):
    reason: Words = Field(max_length=1000, examples=["缺测试记录"])


@router.get("projects/{number}/deliverables", response=Deliverables, summary="交付物清单")
@access_declared(READ)
def deliverables(request: HttpRequest, number: str, asked: Query[DeliverablesAsked]) -> HttpResponse:
    """The rows of the list, the nearest day first."""
    project = project_or_404(signed_in(request), number)
    wanted = Wanted(asked.state, id_asked(asked.department) or 0, asked.q, asked.sort)
    rows = deliverables_of(project, wanted)
    return page_answer(request, asked, [_told(row) for row in rows[asked.offset : asked.offset + asked.limit]], len(rows))


@router.post("projects/{number}/deliverables", response={201: list[DeliverableOut]}, summary="新增交付物（可多行）")
@access_declared(EDIT)
def add(request: HttpRequest, number: str, data: DeliverablesIn) -> HttpResponse:
    """Add rows, all or none; the manager, or a liaison for her own department."""
    user = signed_in(request)
    project = project_or_404(user, number)
    at = standing(user, project)
    require(access.can_edit_plan(at) or any(access.can_edit_deliverable(at, key) for key in at.liaisons))
    rows = [actions.DeliverableSpec(**_named(row.dict())) for row in data.rows]
    with _named_errors():
        made = {row.pk for row in actions.add_deliverables(by=user, project=project, rows=rows, now=clock.now())}
    return json_answer([_told(row) for row in deliverables_of(project) if row.id in made], status=201)


@router.get(ONE, response=DeliverableWithSteps, summary="一项交付物及其提交与验收经过")
@access_declared(READ)
def deliverable(request: HttpRequest, number: str, deliverable_id: Key) -> HttpResponse:
    return _shown(deliverable_or_404(signed_in(request), number, deliverable_id))


@router.patch(ONE, response=DeliverableWithSteps, summary="修改交付物")
@access_declared(EDIT)
def change(request: HttpRequest, number: str, deliverable_id: Key, data: DeliverableChange) -> HttpResponse:
    row = deliverable_or_404(signed_in(request), number, deliverable_id)
    require(access.can_edit_deliverable(standing(signed_in(request), row.project), row.department_id))
    values = _named(data.dict(exclude_unset=True))
    with _named_errors():
        return _done(request, row, lambda: actions.change_deliverable(values=values, **_given(request, row)))


@router.delete(ONE, response={204: None}, summary="移出交付物清单")
@access_declared(EDIT)
def remove(request: HttpRequest, number: str, deliverable_id: Key) -> HttpResponse:
    """Take it off the list; POST …/restoration puts it back."""
    row = deliverable_or_404(signed_in(request), number, deliverable_id)
    require(access.can_edit_deliverable(standing(signed_in(request), row.project), row.department_id))
    _done(request, row, lambda: actions.remove_deliverable(**_given(request, row)))
    return HttpResponse(status=204)


@router.post(f"{ONE}/restoration", response=DeliverableWithSteps, summary="恢复移出的交付物")
@access_declared(EDIT)
def restore(request: HttpRequest, number: str, deliverable_id: Key) -> HttpResponse:
    row = deliverable_or_404(signed_in(request), number, deliverable_id)
    require(access.can_edit_deliverable(standing(signed_in(request), row.project), row.department_id))
    return _done(request, row, lambda: actions.restore_deliverable(**_given(request, row)))


@router.post(f"{ONE}/submission", response=DeliverableWithSteps, summary="提交交付物")
@access_declared(REPORT)
def submit(request: HttpRequest, number: str, deliverable_id: Key, data: SubmissionIn) -> HttpResponse:
    """Submit it for acceptance: the manager, the department's liaison, the task's owner."""
    row = deliverable_or_404(signed_in(request), number, deliverable_id)
    require(may_submit(signed_in(request), row, clock.now()))
    said = actions.Submission(data.note, data.document)
    return _done(request, row, lambda: actions.submit_deliverable(said=said, **_given(request, row)))


@router.post(f"{ONE}/submission/withdrawal", response=DeliverableWithSteps, summary="撤回提交")
@access_declared(REPORT)
def take_back(request: HttpRequest, number: str, deliverable_id: Key) -> HttpResponse:
    row = deliverable_or_404(signed_in(request), number, deliverable_id)
    require(may_submit(signed_in(request), row, clock.now()))
    return _done(request, row, lambda: actions.take_back_deliverable(**_given(request, row)))


@router.post(f"{ONE}/acceptance", response=DeliverableWithSteps, summary="验收交付物")
@access_declared(ACCEPT)
def accept(request: HttpRequest, number: str, deliverable_id: Key, data: AcceptanceIn) -> HttpResponse:
    """Accept what was submitted: the general lead, the quality supervisor, the department's head."""
    row = deliverable_or_404(signed_in(request), number, deliverable_id)
    require(access.can_accept_deliverable(standing(signed_in(request), row.project), row.department_id))
    return _done(request, row, lambda: actions.accept_deliverable(note=data.note, **_given(request, row)))


@router.post(f"{ONE}/return", response=DeliverableWithSteps, summary="退回交付物")
@access_declared(ACCEPT)
def give_back(request: HttpRequest, number: str, deliverable_id: Key, data: ReturnIn) -> HttpResponse:
    """Return what was submitted or accepted, with a reason."""
    row = deliverable_or_404(signed_in(request), number, deliverable_id)
    require(access.can_accept_deliverable(standing(signed_in(request), row.project), row.department_id))
    return _done(request, row, lambda: actions.return_deliverable(reason=data.reason, **_given(request, row)))


def _given(request: HttpRequest, row: Deliverable) -> dict[str, Any]:
    return {"by": signed_in(request), "deliverable": row, "now": clock.now()}


def _named(values: dict[str, Any]) -> dict[str, Any]:
    return {SPEC.get(name, name): value for name, value in values.items()}


@contextmanager
def _named_errors() -> Iterator[None]:
    """Call fields by their names here in what is refused."""
    try:
        yield
    except Refused as refused:
        for name, other in SPEC.items():
            refused.errors = {key.replace(other, name): text for key, text in refused.errors.items()}
        raise


def _done(request: HttpRequest, row: Deliverable, write: Callable[[], object]) -> HttpResponse:
    """Do it if nothing changed since the version that If-Match names."""
    with transaction.atomic():
        known = Deliverable.objects.select_for_update().only("version").get(pk=row.pk)
        require_match(request, tag_of("deliverable", row.pk, known.version), lambda: _told(shown(row)))
        write()
    return _shown(row)


def _shown(row: Deliverable) -> HttpResponse:
    view = shown(row)
    steps = [_step(step) for step in steps_of(row)]
    return json_answer(_told(view) | {"steps": steps}, etag=tag_of("deliverable", view.id, view.version))


def _step(step: Handed) -> dict[str, Any]:
    at = told_at(step.at)
    return {"kind": step.kind, "at": at, "by": step.by, "by_name": step.name, "note": step.note, "document": step.document}


def _told(row: DeliverableRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "name", "unit", "standard", "document", "state", "late", "version")} | {
        "quantity": None if row.quantity is None else f"{row.quantity:f}",
        "department": row.department_id,
        "department_name": row.department,
        "due": row.due.isoformat() if row.due else None,
        "task": row.item_id,
        "task_name": row.item,
        "latest": _step(row.latest) if row.latest else None,
    }
