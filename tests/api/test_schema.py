"""Every operation of the API under generated input, as four roles: no 5xx, only what the schema says.

`TONGZHOU_EXAMPLES` sets how many requests are made of an operation (12; `make soak` makes 500).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.specs.openapi.schemas import OpenApiSchema

from support.addresses import inhabited
from support.api import Program
from support.asked import still_open
from support.cast import Cast

EXAMPLES = int(os.environ.get("TONGZHOU_EXAMPLES", "12"))
THERE = (
    *("number", "item_id", "person_id", "department_id", "calendar_id", "leave_id", "key", "block_id", "exception_id"),
    *("case_id", "confirmation_id", "sheet_id", "delegation_id", "delivery_id", "slot"),
    *("meeting_id", "agenda_id", "decision_id", "action_id", "edition"),
)
ROLES = ("manager", "owner", "administrator", "stranger")
PROBLEMS = {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428}
GUESSED = "GET /api/v1/papers/{code}"
"""Codes of papers are guessed from one address at most so often."""


@pytest.fixture
def known(cast: Cast) -> dict[str, Any]:
    """A project with everything in it, so that generated requests meet something."""
    project, parameters = inhabited(cast)
    return parameters | still_open(cast, project)


def schema_of(program: Program) -> OpenApiSchema:
    document = json.loads(program.ask("GET", "openapi.json").content)
    schema: OpenApiSchema = schemathesis.openapi.from_dict(document)
    return schema


def operations_of(schema: OpenApiSchema) -> Iterator[Any]:
    for result in schema.get_all_operations():
        yield result.ok()


@pytest.mark.parametrize("role", ROLES)
def test_no_input_breaks_an_operation(cast: Cast, known: dict[str, Any], role: str) -> None:
    user = getattr(cast, role)
    program = Program(user, ("read", "write", "admin") if user.is_administrator else ("read", "write"))
    asked: dict[str, set[int]] = {}
    for operation in operations_of(schema_of(program)):
        try_operation(program, operation, known, asked)
    assert len(asked) >= 30
    # It was not the door alone that was tried.
    assert sum(bool(statuses & {200, 201, 204}) for statuses in asked.values()) >= 5


def try_operation(program: Program, operation: Any, known: dict[str, Any], asked: dict[str, set[int]]) -> None:
    """Send generated requests to an operation: every refusal is a problem document, and nothing breaks."""
    name = f"{operation.method.upper()} {operation.path}"

    @seed(0)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        answer = send(program, case, known)
        asked.setdefault(name, set()).add(answer.status_code)
        assert answer.status_code < 500, (name, answer.content[:500])
        if answer.status_code >= 400:
            assert answer.status_code in PROBLEMS or (answer.status_code, name) == (429, GUESSED), name
            assert answer["Content-Type"] == "application/problem+json" or answer.status_code == 405
            assert json.loads(answer.content)["status"] == answer.status_code

    ask()


def send(program: Program, case: Any, known: dict[str, Any]) -> Any:
    """Send a generated request; half of them name the project, the task, the person … that are there."""
    path = dict(case.path_parameters or {})
    there = {name: known[name] for name in THERE}
    if len(json.dumps([path, case.body if is_json(case.body) else 0], default=str)) % 2:
        path |= {name: there[name] for name in path if name in there}
    text = "/".join(encoded(part, path) for part in case.operation.path.removeprefix("/api/v1/").split("/"))
    body = case.body if is_json(case.body) else None
    return program.ask(case.method.upper(), text + query_of(case.query), body)


def encoded(part: str, values: dict[str, Any]) -> str:
    from urllib.parse import quote

    if not part.startswith("{"):
        return part
    return quote(str(values[part.strip("{}")]), safe="") or "%20"


def query_of(query: Any) -> str:
    from urllib.parse import urlencode

    return "?" + urlencode(dict(query), doseq=True, errors="replace") if query else ""


def is_json(body: Any) -> bool:
    return isinstance(body, dict | list | str | int | float | bool) or body is None
