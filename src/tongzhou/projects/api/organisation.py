"""Operations: what projects of the organisation begin with, and which number comes next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, SIGNED_IN, access_declared, require
from tongzhou.lib.rest import Input, Words, json_answer, not_changed, require_match, tag_of
from tongzhou.people.access import signed_in
from tongzhou.projects import access, actions, queries
from tongzhou.projects.api.basics import Kind, Threshold, Weight
from tongzhou.projects.models import Organisation, Project
from tongzhou.projects.queries.numbers import pattern_of, weight_of

router = Router(tags=["projects"])


class KindIn(Input):
    pattern: Words = Field(min_length=1, max_length=60, description="like XMB-{YYYY}-{N:3}")
    weight: Weight


class KindOut(Schema):
    pattern: str
    weight: Weight


class OrganisationIn(Input):
    """All of it: kinds that are left out go back to what they are without a choice."""

    name: Words = Field("", max_length=120)
    names_visible: bool
    deviation_threshold: Threshold
    deviation_guard: bool
    kinds: dict[Kind, KindIn]


class OrganisationOut(Schema):
    name: str
    names_visible: bool
    deviation_threshold: float
    deviation_guard: bool
    version: int
    kinds: dict[Kind, KindOut]


class NextNumber(Schema):
    kind: Kind
    number: str


@router.get("organisation", response=OrganisationOut, summary="组织设置")
@access_declared(ADMINISTRATOR)
def organisation(request: HttpRequest) -> HttpResponse:
    """Name, patterns of numbers and weights by kind, who sees names, when deviations are marked."""
    require(access.can_manage_organisation(signed_in(request)))
    stored = queries.organisation()
    return not_changed(request, _tag(stored)) or json_answer(_told(stored), etag=_tag(stored))


@router.put("organisation", response=OrganisationOut, summary="修改组织设置")
@access_declared(ADMINISTRATOR)
def change(request: HttpRequest, data: OrganisationIn) -> HttpResponse:
    """Projects that exist keep theirs."""
    require(access.can_manage_organisation(signed_in(request)))
    stored = queries.organisation()
    require_match(request, _tag(stored), lambda: _told(stored))
    settings = actions.Settings(
        patterns={kind: one.pattern for kind, one in data.kinds.items()},
        weights={kind: one.weight for kind, one in data.kinds.items()},
        **data.dict(exclude={"kinds"}),
    )
    version = stored.version if request.headers.get("If-Match", "*").strip() != "*" else None
    made = actions.change_organisation(by=signed_in(request), settings=settings, version=version, now=clock.now())
    return json_answer(_told(made), etag=_tag(made))


@router.get("project-numbers/{project_kind}", response=NextNumber, summary="下一个空闲的项目编号")
@access_declared(SIGNED_IN)
def next_number(request: HttpRequest, project_kind: Kind) -> HttpResponse:
    """The number that a project of this kind would get now; it is not kept for anybody."""
    return json_answer({"kind": project_kind, "number": queries.next_number(project_kind, clock.today())})


def _tag(stored: Organisation) -> str:
    return tag_of("organisation", stored.version if stored.pk else 0)


def _told(stored: Organisation) -> dict[str, Any]:
    kinds = Project.Kind.values
    return {
        "name": stored.name,
        "names_visible": stored.names_visible,
        "deviation_threshold": float(stored.deviation_threshold),
        "deviation_guard": stored.deviation_guard,
        "version": stored.version if stored.pk else 0,
        "kinds": {kind: {"pattern": pattern_of(stored, kind), "weight": weight_of(stored, kind)} for kind in kinds},
    }
