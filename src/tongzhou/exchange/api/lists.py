"""Operation: how a pasted list is understood, before a project starts from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from tongzhou.exchange.queries.pasting import Line, Pasted, pasted
from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, access_declared
from tongzhou.lib.rest import Input, Words, json_answer

router = Router(tags=["exchange"])


class TextIn(Input):
    text: Words = Field(max_length=50_000, description="one line a task, as at «从清单开始»")
    choices: dict[str, str] = Field(default_factory=dict, description="unclear name → id of the person, or none")


class Named(Schema):
    id: int
    name: str


class LineOut(Schema):
    """A line as a task; `faults` say what must be mended, `remark` keeps the words that were not understood."""

    number: int
    code: str
    name: str
    depth: int
    leaf: bool
    owner: Named | None
    supporters: list[Named]
    department: Named | None
    start: str | None
    finish: str | None
    by: bool = Field(description="the finish is a deadline: 周五前")
    days: float | None
    milestone: bool
    waits_for: list[str] = Field(description="codes of the tasks before it")
    remark: str
    faults: list[str]


class UnknownOut(Schema):
    name: str
    candidates: list[Named]


class Understood(Schema):
    lines: list[LineOut]
    unknown: list[UnknownOut] = Field(description="names that nobody, or more than one person bears")
    faults: list[str]


@router.post("quick-starts/preview", response=Understood, summary="预览清单如何被理解")
@access_declared(SIGNED_IN)
def preview(request: HttpRequest, data: TextIn) -> HttpResponse:
    """Say line by line how a list is understood. Nothing is written."""
    found = pasted(data.text, clock.today(), data.choices)
    unknown = [
        {"name": one.name, "candidates": [{"id": key, "name": name} for key, name in one.candidates]} for one in found.unknown
    ]
    return json_answer({"lines": [_line(line, found) for line in found.lines], "unknown": unknown, "faults": found.faults})


def _line(line: Line, found: Pasted) -> dict[str, Any]:
    names = found.known.names
    departments = {key: name for name, key in found.known.departments.items()}
    plain = ("number", "code", "name", "depth", "leaf", "by", "milestone", "faults")
    return {name: getattr(line, name) for name in plain} | {
        "owner": _named(line.owner, names),
        "supporters": [_named(key, names) for key in line.supporters],
        "department": _named(line.department, departments),
        "start": _iso(line.start),
        "finish": _iso(line.finish),
        "days": line.minutes / 480 if line.minutes is not None else None,
        "waits_for": [found.lines[place].code for place, _reference in line.waits_for],
        "remark": " ".join(line.remark),
    }


def _named(key: int | None, names: Mapping[int, str]) -> dict[str, Any] | None:
    return {"id": key, "name": names.get(key, "")} if key is not None else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
