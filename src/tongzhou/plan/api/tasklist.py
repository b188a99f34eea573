"""Operations: the task list as it would be published, and asking for its approval."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.rest import Day, Input, Key, Words, json_answer
from tongzhou.people.access import signed_in
from tongzhou.plan.access import can_edit_plan
from tongzhou.plan.actions.claiming import Claiming, Seen, ask_for_claims, claim_tasks, hand_back_tasks, may_claim
from tongzhou.plan.actions.publishing import release_task_list
from tongzhou.plan.queries.claims import ClaimRow, claims_of, latest_call
from tongzhou.plan.queries.publication import asked_content, blockers, list_difference
from tongzhou.plan.queries.tasklist import KIND, task_list
from tongzhou.projects.access import can_edit_basics, project_or_404, rules_of, standing
from tongzhou.signoffs.queries.page import Approval, Version, approvals_of, versions_of

router = Router(tags=["plan"])
READ, CLAIM = "read project plan, tasks", "claim/assign task in department"
CLOSES = time(18)


class ReleaseIn(Input):
    due: Day | None = Field(None, description="approve until 18:00 of this day")


class CallIn(Input):
    due: Day | None = Field(None, description="claim until 18:00 of this day")


class CallOut(Schema):
    call: int


class SeenIn(Input):
    owner: Key | None = Field(None, description="the id of the owner; null: nobody")
    output: Words = Field("", max_length=500, description="the key output")


class ClaimingIn(Input):
    task: Key
    owner: Key | Words | None = Field(None, description="the id of a person, or a name; the task's owner where it is left out")
    output: Words = Field("", max_length=500, description="the deliverable; the task's key output where it is left out")
    finish: Day | None = Field(None, description="the finish that was seen: refused where it is another one by now")
    seen: SeenIn | None = Field(None, description="owner and key output as they were seen: refused where one is another by now")


class ClaimsIn(Input):
    tasks: list[ClaimingIn] = Field(max_length=5000)


class ReturnsIn(Input):
    tasks: list[Key] = Field(max_length=5000)
    reason: Words = Field("", max_length=2000)


class ClaimOut(Schema):
    task: int
    code: str
    name: str
    department: int | None
    state: str = Field(description="open, claimed or returned")
    owner: int | None
    owner_name: str
    output: str
    start: str | None
    finish: str | None
    by: str | None
    at: str | None
    reason: str


class Claims(Schema):
    items: list[ClaimOut]
    due: str | None = Field(description="until when the manager asked the departments to claim")


class ClaimedOut(Schema):
    count: int


class VersionOut(Schema):
    sheet: int
    version: int
    state: str
    digest: str
    opened_at: str
    opened_by: str
    decisions: list[dict[str, Any]]


class Versions(Schema):
    items: list[VersionOut]


class DifferenceOut(Schema):
    added: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    renumbered: int


class BlockerOut(Schema):
    reason: str
    count: int
    tasks: list[str] = Field(description="the first of them")
    stops: bool


class Readiness(Schema):
    ready: bool
    items: list[BlockerOut]


class TaskListOut(Schema):
    items: list[dict[str, Any]]


class ReleasedOut(Schema):
    sheet: int
    version: int
    digest: str


@router.get("projects/{number}/task-list", response=TaskListOut, summary="跨部门任务协作清单（现状）")
@access_declared(READ)
def now_list(request: HttpRequest, number: str) -> HttpResponse:
    """The list as the plan stands; what was published is in its sheets (kind task-list)."""
    return json_answer(task_list(project_or_404(signed_in(request), number)))


@router.post("projects/{number}/task-list/releases", response=ReleasedOut, summary="送审并发布任务协作清单")
@access_declared("edit charter draft")
def release(request: HttpRequest, number: str, data: ReleaseIn) -> HttpResponse:
    """Freeze the list and ask the general lead to approve it."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_edit_basics(standing(user, project)))
    due = timezone.make_aware(datetime.combine(data.due, CLOSES)) if data.due else None
    sheet = release_task_list(by=user, project=project, due=due, now=clock.now())
    return json_answer({"sheet": sheet.pk, "version": sheet.version, "digest": sheet.digest}, status=201)


@router.get("projects/{number}/task-list/readiness", response=Readiness, summary="协作清单能否送审")
@access_declared(READ)
def readiness(request: HttpRequest, number: str) -> HttpResponse:
    """What keeps the list from being published: tasks that nobody claimed, tasks without dates."""
    project = project_or_404(signed_in(request), number)
    found = blockers(project, claims_of(project), latest_call(project))
    items = [{"reason": one.key, "count": one.count, "tasks": one.names, "stops": one.stops} for one in found]
    return json_answer({"ready": not any(one.stops for one in found), "items": items})


@router.get("projects/{number}/task-list/versions", response=Versions, summary="协作清单的各个版本与审批")
@access_declared(READ)
def versions(request: HttpRequest, number: str) -> HttpResponse:
    """Every version, the newest first, with who decided what."""
    project = project_or_404(signed_in(request), number)
    decided = approvals_of(project, KIND, project.pk)
    return json_answer({"items": [_version(row, decided) for row in versions_of(project, KIND, project.pk)]})


@router.get("projects/{number}/task-list/difference", response=DifferenceOut, summary="协作清单两个版本的差别")
@access_declared(READ)
def difference(request: HttpRequest, number: str, before: Words, after: Words = "now") -> HttpResponse:
    """What one version says otherwise than another, task by task; "now" is the plan as it stands."""
    project = project_or_404(signed_in(request), number)
    sheets = {row.version: row.pk for row in versions_of(project, KIND, project.pk)}
    old, new = (asked_content(project, version, sheets) for version in (before, after))
    if old is None or new is None:
        raise Refused("version-unknown", _("There is no such version."), "before" if old is None else "after")
    found = list_difference(old, new)
    told = {"added": found.added, "removed": found.removed, "renumbered": found.renumbered}
    return json_answer(told | {"changed": [asdict(row) for row in found.changed]})


@router.get("projects/{number}/claims", response=Claims, summary="任务认领情况")
@access_declared(READ)
def claims(request: HttpRequest, number: str) -> HttpResponse:
    """Each task that departments claim, and who did; none in a light project."""
    project = project_or_404(signed_in(request), number)
    rows, call = claims_of(project) if rules_of(project).claims else [], latest_call(project)
    due = call.due.isoformat() if call and call.due else None
    return json_answer({"items": [_claim(row) for row in rows], "due": due})


@router.post("projects/{number}/claims", response=ClaimedOut, summary="认领任务")
@access_declared(CLAIM)
def claim(request: HttpRequest, number: str, data: ClaimsIn) -> HttpResponse:
    """Claim tasks of one's department, all of them or none: the owner, the deliverable, the dates as they were seen."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(may_claim(standing(user, project)))
    known = {row.id: row for row in claims_of(project)}
    tasks = [_claiming(one, known.get(one.task)) for one in data.tasks]
    made = claim_tasks(by=user, project=project, tasks=tasks, now=clock.now())
    return json_answer({"count": len(made)}, status=201)


@router.post("projects/{number}/claims/returns", response=ClaimedOut, summary="退回任务")
@access_declared(CLAIM)
def hand_back(request: HttpRequest, number: str, data: ReturnsIn) -> HttpResponse:
    """Hand tasks back with a reason."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(may_claim(standing(user, project)))
    made = hand_back_tasks(by=user, project=project, items=data.tasks, reason=data.reason, now=clock.now())
    return json_answer({"count": len(made)}, status=201)


@router.post("projects/{number}/claims/calls", response=CallOut, summary="请各部门认领任务")
@access_declared("edit charter draft")
def call(request: HttpRequest, number: str, data: CallIn) -> HttpResponse:
    """Ask the departments to claim what nobody claimed yet."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_edit_plan(standing(user, project)))
    due = timezone.make_aware(datetime.combine(data.due, CLOSES)) if data.due else None
    row = ask_for_claims(by=user, project=project, due=due, now=clock.now())
    return json_answer({"call": row.pk}, status=201)


def _claiming(one: ClaimingIn, row: ClaimRow | None) -> Claiming:
    owner = one.owner if one.owner is not None else row.owner if row else None
    seen = Seen(one.seen.owner, one.seen.output) if one.seen else None
    return Claiming(one.task, owner, one.output, one.finish, seen)


def _claim(row: ClaimRow) -> dict[str, Any]:
    given = row.given
    return {
        "task": row.id,
        "code": row.code,
        "name": row.name,
        "department": row.department,
        "state": row.state,
        "owner": row.owner,
        "owner_name": row.owner_name,
        "output": row.output,
        "start": row.start.isoformat() if row.start else None,
        "finish": row.finish.isoformat() if row.finish else None,
        "by": given.by.name if given else None,
        "at": given.at.isoformat() if given else None,
        "reason": given.reason if given else "",
    }


def _version(row: Version, decided: list[Approval]) -> dict[str, Any]:
    return {
        "sheet": row.pk,
        "version": row.version,
        "state": row.ended or "open",
        "digest": row.digest,
        "opened_at": row.opened_at.isoformat(),
        "opened_by": row.opened_by,
        "decisions": [
            {"name": one.name, "for": one.principal, "decision": one.decision, "opinion": one.opinion, "at": one.at.isoformat()}
            for one in decided
            if one.sheet == row.pk
        ],
    }
