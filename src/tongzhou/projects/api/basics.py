"""Operations: projects with their departments, seats, roles and scope, and their record."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import access_declared
from tongzhou.lib.rest import (
    LARGEST_PAGE,
    Day,
    Input,
    Key,
    Whole,
    Words,
    json_answer,
    left_out,
    not_changed,
    require_match,
    tag_of,
)
from tongzhou.people.access import signed_in
from tongzhou.people.queries import department_by_id, person_by_id
from tongzhou.projects import actions
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Participation, Project, ProjectRole, Seat
from tongzhou.timeline.queries import events_of_project

READ, CHARTER = "read project plan, tasks", "edit charter draft"
SEAT = "projects/{number}/departments/{department_id}/seats/{kind}"
router = Router(tags=["projects"])

Kind = Literal["project", "process", "temporary", "long_term"]
Weight = Literal["light", "standard", "strict"]
Threshold = Annotated[Decimal, Field(ge=Decimal("0.5"), le=50, max_digits=4, decimal_places=2)]
"""Percentage points behind from which a deviation is marked."""
PartKind = Literal["lead", "support", "supervise"]
SeatKind = Literal["head", "liaison"]
RoleKind = Literal["sponsor", "general_lead", "manager", "quality", "finance", "it_support", "adviser", "member", "observer"]


class Named(Schema):
    id: int
    name: str


class ProjectRow(Schema):
    number: str
    name: str
    kind: Kind
    weight: Weight
    starts_on: str | None
    ends_on: str | None


class SeatOut(Named):
    may_decide: str


class ParticipationOut(Schema):
    department: Named
    kind: PartKind
    duty: str
    deliverables: str
    initiating: bool = Field(description="the project began with it")
    version: int
    head: SeatOut | None
    liaison: SeatOut | None


class RoleOut(Schema):
    person: Named
    role: RoleKind


class ScopeOut(Schema):
    kind: Literal["in", "out"]
    text: str
    department: int | None


class ProjectOut(ProjectRow):
    contact: str
    background: str
    objective: str
    stage: Literal["initiating", "planning", "executing", "closing", "closed"]
    status_date: str | None
    deviation_threshold: float
    deviation_guard: bool
    version: int
    participations: list[ParticipationOut]
    roles: list[RoleOut]
    scope: list[ScopeOut]


class ProjectChange(Input):
    """What is left out stays; only the days can be emptied by null. `status_date`: as of which day it is looked at."""

    name: Words = left_out(max_length=120)
    kind: Kind = left_out()
    starts_on: Day | None = None
    ends_on: Day | None = None
    contact: Words = left_out(max_length=120)
    background: Words = left_out(max_length=10_000)
    objective: Words = left_out(max_length=10_000)
    status_date: Day | None = None
    deviation_threshold: Threshold = left_out()
    deviation_guard: bool = left_out()


class PartIn(Input):
    kind: PartKind
    duty: Words = Field("", max_length=5_000)
    deliverables: Words = Field("", max_length=5_000)
    initiating: bool | None = Field(None, description="the project began with it; null leaves that as it is")
    version: Whole | None = Field(None, ge=1, description="that was read; another is not written over")


class HolderIn(Input):
    holder: Key | None


class PowersIn(Input):
    may_decide: Words = Field(max_length=500)


Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE)]


class FieldChange(Schema):
    object: str
    field: str
    before: Any
    after: Any


class EventOut(Schema):
    id: int
    at: str
    kind: str
    actor: str
    department: str
    subject: str
    changes: list[FieldChange]


class Events(Schema):
    items: list[EventOut]
    next_before: int | None


@router.get("projects/{number}", response=ProjectOut, summary="项目基本信息")
@access_declared(READ)
def project(request: HttpRequest, number: str) -> HttpResponse:
    found = project_or_404(signed_in(request), number)
    return not_changed(request, project_tag(found)) or json_answer(project_told(found), etag=project_tag(found))


@router.patch("projects/{number}", response=ProjectOut, summary="修改基本信息")
@access_declared(CHARTER)
def change(request: HttpRequest, number: str, data: ProjectChange) -> HttpResponse:
    found = project_or_404(signed_in(request), number)
    require_match(request, project_tag(found), lambda: project_told(found))
    values = data.dict(exclude_unset=True)
    changed = actions.change_basics(by=signed_in(request), project=found, values=values, version=found.version, now=clock.now())
    return json_answer(project_told(changed), etag=project_tag(changed))


@router.put("projects/{number}/departments/{department_id}", response=ProjectOut, summary="部门参与")
@access_declared(CHARTER)
def take_part(request: HttpRequest, number: str, department_id: Key, data: PartIn) -> HttpResponse:
    found = project_or_404(signed_in(request), number)
    part = actions.Part(data.kind, data.duty, data.deliverables, data.initiating)
    department = department_by_id(department_id, "department_id")
    given: dict[str, Any] = {"part": part, "version": data.version, "now": clock.now()}
    actions.set_participation(by=signed_in(request), project=found, department=department, **given)
    return json_answer(project_told(found))


@router.delete("projects/{number}/departments/{department_id}", response={204: None}, summary="部门退出")
@access_declared(CHARTER)
def leave(request: HttpRequest, number: str, department_id: Key) -> HttpResponse:
    row = _participation(project_or_404(signed_in(request), number), department_id)
    actions.remove_participation(by=signed_in(request), participation=row, now=clock.now())
    return HttpResponse(status=204)


@router.put(SEAT, response=ProjectOut, summary="席位")
@access_declared(CHARTER)
def seat(request: HttpRequest, number: str, department_id: Key, kind: SeatKind, data: HolderIn) -> HttpResponse:
    found = project_or_404(signed_in(request), number)
    row = _participation(found, department_id)
    holder = person_by_id(data.holder, "holder") if data.holder is not None else None
    actions.seat(by=signed_in(request), participation=row, kind=kind, holder=holder, now=clock.now())
    return json_answer(project_told(found))


@router.put(f"{SEAT}/powers", response=ProjectOut, summary="席位可自行决定的事项")
@access_declared(CHARTER)
def powers(request: HttpRequest, number: str, department_id: Key, kind: SeatKind, data: PowersIn) -> HttpResponse:
    """Write down what the holder of a seat may decide alone."""
    found = project_or_404(signed_in(request), number)
    row = _participation(found, department_id)
    actions.let_decide(by=signed_in(request), participation=row, kind=kind, text=data.may_decide, now=clock.now())
    return json_answer(project_told(found))


@router.put("projects/{number}/roles/{role}/{person_id}", response=ProjectOut, summary="授予角色")
@access_declared(CHARTER)
def give_role(request: HttpRequest, number: str, role: RoleKind, person_id: Key) -> HttpResponse:
    found = project_or_404(signed_in(request), number)
    person = person_by_id(person_id, "person_id")
    actions.give_role(by=signed_in(request), project=found, person=person, role=role, now=clock.now())
    return json_answer(project_told(found))


@router.delete("projects/{number}/roles/{role}/{person_id}", response={204: None}, summary="收回角色")
@access_declared(CHARTER)
def take_role(request: HttpRequest, number: str, role: RoleKind, person_id: Key) -> HttpResponse:
    found = project_or_404(signed_in(request), number)
    person = person_by_id(person_id, "person_id")
    actions.take_role(by=signed_in(request), project=found, person=person, role=role, now=clock.now())
    return HttpResponse(status=204)


class WeightIn(Input):
    weight: Weight


@router.put("projects/{number}/weight", response=ProjectOut, summary="流程分量")
@access_declared(CHARTER)
def weight(request: HttpRequest, number: str, data: WeightIn) -> HttpResponse:
    found = project_or_404(signed_in(request), number)
    changed = actions.change_weight(by=signed_in(request), project=found, weight=data.weight, now=clock.now())
    return json_answer(project_told(changed), etag=project_tag(changed))


@router.get("projects/{number}/events", response=Events, summary="项目动态")
@access_declared(READ)
def events(request: HttpRequest, number: str, before: Key | None = None, limit: Limit = 50) -> HttpResponse:
    """The record, the latest first; `before` is the id of the event from which to go back."""
    found = project_or_404(signed_in(request), number)
    entries = events_of_project(found.pk, before=before, limit=limit)
    items = [
        {
            "id": entry.id,
            "at": entry.at.isoformat(),
            "kind": entry.kind,
            "actor": entry.actor,
            "department": entry.department,
            "subject": entry.subject,
            "changes": [
                {"object": label, "field": name, "before": old, "after": new} for label, name, old, new in entry.changes
            ],
        }
        for entry in entries
    ]
    return json_answer({"items": items, "next_before": entries[-1].id if len(entries) == limit else None})


def project_tag(project: Project) -> str:
    return tag_of("project", project.pk, project.version)


def _participation(project: Project, department_id: int) -> Participation:
    row = (
        Participation.objects.select_related("project", "department").filter(project=project, department=department_id).first()
    )
    if row is None:
        raise Http404
    return row


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def project_told(project: Project) -> dict[str, Any]:
    """Return a project with its parts as the API gives it. Four queries."""
    seats = {
        (part, kind): {"id": person, "name": name, "may_decide": powers}
        for part, kind, person, name, powers in Seat.objects.filter(participation__project=project).values_list(
            "participation_id", "kind", "holder_id", "holder__name", "may_decide"
        )
    }
    parts = Participation.objects.filter(project=project).values_list(
        "pk", "department_id", "department__name", "kind", "duty", "deliverables", "is_initiating", "version"
    )
    roles = ProjectRole.objects.filter(project=project).values_list("user_id", "user__name", "kind")
    return {
        "number": project.number,
        "name": project.name,
        "kind": project.kind,
        "weight": project.weight,
        "starts_on": _iso(project.starts_on),
        "ends_on": _iso(project.ends_on),
        "contact": project.contact,
        "background": project.background,
        "objective": project.objective,
        "stage": project.stage,
        "status_date": _iso(project.status_date),
        "deviation_threshold": float(project.deviation_threshold),
        "deviation_guard": project.deviation_guard,
        "version": project.version,
        "participations": [
            {
                "department": {"id": department, "name": name},
                "kind": kind,
                "duty": duty,
                "deliverables": deliverables,
                "initiating": initiating,
                "version": version,
                "head": seats.get((key, "head")),
                "liaison": seats.get((key, "liaison")),
            }
            for key, department, name, kind, duty, deliverables, initiating, version in parts
        ],
        "roles": [{"person": {"id": key, "name": name}, "role": kind} for key, name, kind in roles],
        "scope": list(project.scope_items.values("kind", "text", "department")),
    }
