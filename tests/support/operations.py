"""Every operation of the API, and how it is used as it is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from support.addresses import CHARTER, PEOPLE, PLAN, READ, REPORT
from support.api import Program
from support.cast import Cast
from tongzhou.lib.access import SIGNED_IN

Body = Mapping[str, Any] | None


@dataclass(frozen=True)
class Asked:
    """A request to an operation: its route below /api/v1/ with names in braces, the row of the table, the body."""

    method: str
    route: str
    row: str
    body: Body = None
    anywhere: bool = False
    """Open to whom the table lets do it in any department: the request names none."""

    def send(self, program: Program, parameters: Mapping[str, Any], **headers: str) -> HttpResponse:
        return program.ask(self.method, self.route.format(**parameters), self.body, **headers)


def requests(cast: Cast, parameters: Mapping[str, Any]) -> list[Asked]:
    """Return at least one good request for each operation."""
    project = "projects/{number}"
    task, part = f"{project}/tasks/{{item_id}}", f"{project}/departments/{{department_id}}"
    cell = {"id": parameters["item_id"], "field": "duration", "value": "4d"}
    return [
        Asked("GET", "me", SIGNED_IN),
        Asked("GET", "me/tasks", SIGNED_IN),
        Asked("GET", "people", SIGNED_IN),
        Asked("GET", "people/{person_id}", SIGNED_IN),
        Asked("POST", "people", PEOPLE, {"name": "新人"}),
        Asked("PATCH", "people/{person_id}", PEOPLE, {"title": "工程师"}),
        Asked("POST", "people/{person_id}/disable", PEOPLE, {"successor": cast.owner.pk}),
        Asked("POST", "people/{person_id}/enable", PEOPLE),
        Asked("GET", "me/leave", SIGNED_IN),
        Asked("POST", "me/leave", SIGNED_IN, {"first": "2031-05-06", "last": "2031-05-07"}),
        Asked("GET", "departments", SIGNED_IN),
        Asked("POST", "departments", PEOPLE, {"name": "法务部"}),
        Asked("GET", "projects", SIGNED_IN),
        Asked("POST", "projects", SIGNED_IN, {"number": "N-1", "name": "新项目", "lead": cast.rd.pk}),
        Asked("GET", project, READ),
        Asked("PATCH", project, CHARTER, {"name": "改名"}),
        Asked("PUT", part, CHARTER, {"kind": "support", "duty": "推广"}),
        Asked("DELETE", part, CHARTER),
        Asked("PUT", f"{part}/seats/{{kind}}", CHARTER, {"holder": cast.member.pk}),
        Asked("PUT", f"{project}/roles/{{role}}/{{person_id}}", CHARTER),
        Asked("DELETE", f"{project}/roles/{{role}}/{{person_id}}", CHARTER),
        Asked("PUT", f"{project}/scope", CHARTER, {"lines": [{"kind": "in", "text": "样机"}]}),
        Asked("GET", f"{project}/events", READ),
        Asked("GET", f"{project}/tasks", READ),
        Asked("GET", task, READ),
        Asked("GET", f"{project}/plan", READ),
        Asked("POST", f"{project}/plan/commands", PLAN, {"command": "set", "cells": [cell]}),
        Asked("POST", f"{project}/tasks", PLAN, {"name": "复测", "department": "研发部"}),
        Asked("PATCH", task, PLAN, {"duration": "4d"}),
        Asked("DELETE", task, PLAN),
        Asked("GET", f"{task}/progress", READ),
        Asked("POST", f"{task}/progress", REPORT, {"state": "doing", "percent": 60}),
    ]


def names(cast: Cast, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the names in the routes stand for in a project of support.addresses.inhabited."""
    return {**parameters, "department_id": cast.marketing.pk, "kind": "head", "role": "observer", "person_id": cast.member.pk}
