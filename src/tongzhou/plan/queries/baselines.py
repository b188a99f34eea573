"""The lines of baselines. A baseline never changes: what was read of it once is kept for as long as there is room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from tongzhou.lib.prepared import Given, prepared
from tongzhou.plan.models import Baseline, BaselineLine
from tongzhou.plan.queries.calendars import PlanCalendars
from tongzhou.plan.queries.keeping import compiled
from tongzhou.projects.models import Project

MOST_LINES = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """The baseline's view of one item."""

    start: date
    finish: date
    start_at: int
    finish_at: int
    weight: int
    milestone: bool


Lines = Mapping[int, Line]
NO_LINES: Lines = {}
_known: dict[int, Lines] = {}
_guard = Lock()


@dataclass(frozen=True)
class Cut:
    """A baseline: its lines by item id, and the calendars that it keeps. Without one there are none."""

    lines: Lines
    calendars: PlanCalendars | None


def current_baseline(project: Project) -> Cut:
    """Return the current, latest baseline. One query, two where it was not read yet."""
    for key, text in _latest(project.pk):
        return Cut(_lines(key), compiled(text))
    return Cut(NO_LINES, None)


def baseline_lines(project: Project, number: int) -> Lines:
    """Return the lines of a baseline by item id. One query, two where it was not read yet."""
    for (key,) in _numbered(project.pk, number):
        return _lines(key)
    return {}


def _lines(baseline: int) -> Lines:
    known = _known.get(baseline)
    if known is not None:
        return known
    found = {row[0]: Line(*row[1:]) for row in _rows(baseline)}
    # What a transaction sees may be rolled back, and its id be used again.
    if not connection.in_atomic_block:
        with _guard:
            while _known and sum(map(len, _known.values())) + len(found) > MOST_LINES:
                _known.pop(next(iter(_known)))
            _known[baseline] = found
    return found


@prepared
def _latest(project: Given) -> QuerySet[Baseline, tuple[int, str]]:
    rows = Baseline.objects.filter(project=project).order_by("-number")
    return rows.values_list("pk", Cast("calendar", TextField()))[:1]


@prepared
def _numbered(project: Given, number: Given) -> QuerySet[Baseline, tuple[int]]:
    return Baseline.objects.filter(project=project, number=number).values_list("pk")


@prepared
def _rows(baseline: Given) -> QuerySet[BaselineLine, tuple[Any, ...]]:
    rows = BaselineLine.objects.filter(baseline=baseline)
    return rows.values_list("item_id", "start", "finish", "start_at", "finish_at", "weight", "is_milestone")
