"""Operations: the task list as it would be published, and asking for its approval."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import access_declared, require
from tongzhou.lib.rest import Day, Input, json_answer
from tongzhou.people.access import signed_in
from tongzhou.plan.actions.publishing import release_task_list
from tongzhou.plan.queries.tasklist import task_list
from tongzhou.projects.access import can_edit_basics, project_or_404, standing

router = Router(tags=["plan"])
CLOSES = time(18)


class ReleaseIn(Input):
    due: Day | None = Field(None, description="approve until 18:00 of this day")


class TaskListOut(Schema):
    items: list[dict[str, Any]]


class ReleasedOut(Schema):
    sheet: int
    version: int
    digest: str


@router.get("projects/{number}/task-list", response=TaskListOut, summary="跨部门任务协作清单（现状）")
@access_declared("read project plan, tasks")
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
