"""Operations: the duty statement of a project: who does what, publishing it, its versions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from tongzhou.charters.access import can_publish_duties, duties_or_404
from tongzhou.charters.actions import publish_duties
from tongzhou.charters.api.charter import ChangedOut
from tongzhou.charters.models import DutyStatement
from tongzhou.charters.queries.duties import duties_of, duties_since, duty_versions
from tongzhou.lib import clock
from tongzhou.lib.access import access_declared, require
from tongzhou.lib.rest import json_answer, told_at
from tongzhou.people.access import signed_in
from tongzhou.projects.access import standing

READ, EDIT = "read project plan, tasks", "edit charter draft"
ONE = "projects/{number}/duty-statement"
router = Router(tags=["charters"])


class PublishedOut(Schema):
    version: int
    published_at: str
    published_by: str
    digest: str
    says: dict[str, Any] = Field(description="who did what when it was published")


class DutiesOut(Schema):
    project: str = Field(description="the project's number")
    says: dict[str, Any] = Field(description="who does what today")
    changes: list[ChangedOut] = Field(description="what it says otherwise than the newest version")
    versions: list[PublishedOut]


@router.get(ONE, response=DutiesOut, summary="职责分工说明书：现状与各个版本")
@access_declared(READ)
def duties(request: HttpRequest, number: str) -> HttpResponse:
    """Who does what today, what changed since it was published, and every version."""
    project = duties_or_404(signed_in(request), number)
    found, says = duty_versions(project), duties_of(project)
    changes = duties_since(found[0].content, says) if found else []
    told = {"project": project.number, "says": says, "changes": [asdict(change) for change in changes]}
    return json_answer({**told, "versions": [_told(row) for row in found]})


@router.post(f"{ONE}/versions", response={201: PublishedOut}, summary="发布职责分工说明书")
@access_declared(EDIT)
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """Freeze it as the next version and tell everybody who takes part. 422 where nothing changed."""
    user = signed_in(request)
    project = duties_or_404(user, number)
    require(can_publish_duties(standing(user, project), project))
    return json_answer(_told(publish_duties(by=user, project=project, now=clock.now())), status=201)


def _told(row: DutyStatement) -> dict[str, Any]:
    return {
        "version": row.version,
        "published_at": told_at(row.published_at),
        "published_by": row.published_by_name,
        "digest": row.digest,
        "says": row.content,
    }
