"""Commands of the grid in one line, and the plan as people see it."""

from __future__ import annotations

from typing import Any

from support.cast import NOW, task
from tongzhou.people.models import User
from tongzhou.plan.actions import Answer, Asked, run_command
from tongzhou.plan.queries.grid import link_text
from tongzhou.plan.queries.tree import edges_of, items_of
from tongzhou.projects.models import Project


def run(by: User, project: Project, command: str, version: int | None = None, **body: Any) -> Answer:
    dry = body.pop("dry", False)
    return run_command(by=by, project=project, asked=Asked(command, body, version, dry), now=NOW)


def tree(project: Project) -> list[str]:
    return [f"{item.code} {item.name}" for item in items_of(project)]


def links(project: Project) -> list[str]:
    codes = {item.id: item.code for item in items_of(project)}
    return [f"{codes[edge.successor]}<{link_text(codes[edge.predecessor], edge)}" for edge in edges_of(project)]


def set_one(by: User, project: Project, name: str, field: str, value: Any, **more: Any) -> Answer:
    return run(by, project, "set", cells=[{"id": task(project, name).pk, "field": field, "value": value}], **more)


def ids(project: Project, *names: str) -> list[int]:
    return [task(project, name).pk for name in names]
