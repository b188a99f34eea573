"""The calendars that a baseline keeps: written once as JSON, compiled again when its planned percent is asked."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from django.db.models import OuterRef, Subquery, TextField
from django.db.models.functions import Cast

from tongzhou.engine.calendar import STANDARD_WEEK, CalendarException, WorkingCalendar
from tongzhou.people.queries.calendars import NINE_TO_SIX
from tongzhou.plan.models import Baseline
from tongzhou.plan.queries.calendars import STANDARD, PlanCalendars
from tongzhou.projects.models import Project

_written: WeakKeyDictionary[WorkingCalendar, dict[str, Any]] = WeakKeyDictionary()


def kept(calendars: PlanCalendars) -> dict[str, Any]:
    """Return the calendars as a baseline stores them: each by name, and the names for the items not on the plan's own.

    {"calendars": {"std": {"weeks": [{"0": [[540, 720]]}], "anchor": null, "exceptions": [[first, last, hours]]}}, "of": {}}
    """
    used = {STANDARD, *calendars.names.values()}
    return {
        "calendars": {name: _text(calendars.by_name[name]) for name in sorted(used)},
        "of": {str(item): name for item, name in calendars.names.items()},
    }


def kept_calendars(project: Project) -> PlanCalendars | None:
    """Return the calendars of the current baseline; None without one. One query."""
    return kept_calendars_of([project.pk]).get(project.pk)


def kept_calendars_of(projects: Collection[int]) -> dict[int, PlanCalendars]:
    """Return the calendars of the projects' current baselines by project. One query; a content is compiled once."""
    current = Baseline.objects.filter(project=OuterRef("project")).order_by("-number").values("pk")[:1]
    rows = Baseline.objects.filter(project__in=projects, pk=Subquery(current))
    found = rows.annotate(text=Cast("calendar", TextField())).values_list("project", "text")
    return {project: compiled(text) for project, text in found}


@lru_cache(maxsize=256)
def compiled(text: str) -> PlanCalendars:
    """Return the calendars that a baseline stores as `text`."""
    stored = json.loads(text)
    if "calendars" not in stored:
        return PlanCalendars(_read(json.dumps(_as_first_kept(stored))), {})
    by_name = {name: _read(json.dumps(one, sort_keys=True)) for name, one in stored["calendars"].items()}
    return PlanCalendars(by_name[STANDARD], by_name, {int(item): name for item, name in stored["of"].items()})


def _text(calendar: WorkingCalendar) -> dict[str, Any]:
    found = _written.get(calendar)
    if found is None:
        weeks = [week for week in (calendar.week, calendar.other_week) if week is not None]
        found = _written[calendar] = {
            "weeks": [{str(day): _lists(hours) for day, hours in week.items() if hours} for week in weeks],
            "anchor": calendar.anchor.isoformat() if calendar.anchor else None,
            "exceptions": [[one.first.isoformat(), one.last.isoformat(), _lists(one.intervals)] for one in calendar.exceptions],
        }
    return found


@lru_cache(maxsize=64)
def _read(stored: str) -> WorkingCalendar:
    text = json.loads(stored)
    weeks = [{int(day): _tuples(hours) for day, hours in week.items()} for week in text["weeks"]]
    exceptions = [
        CalendarException(date.fromisoformat(first), date.fromisoformat(last), _tuples(hours))
        for first, last, hours in text["exceptions"]
    ]
    anchor = date.fromisoformat(text["anchor"]) if text["anchor"] else None
    return WorkingCalendar(weeks[0], exceptions, other_week=weeks[1] if len(weeks) > 1 else None, anchor=anchor)


def _as_first_kept(stored: dict[str, Any]) -> dict[str, Any]:
    """Return what baselines kept before calendars had layers: the standard week and [day, worked]."""
    return {
        "weeks": [{str(day): _lists(hours) for day, hours in STANDARD_WEEK.items()}],
        "anchor": None,
        "exceptions": [[day, day, _lists(NINE_TO_SIX) if worked else []] for day, worked in stored.get("exceptions", [])],
    }


def _lists(hours: Sequence[tuple[int, int]]) -> list[list[int]]:
    return [[begin, end] for begin, end in hours]


def _tuples(hours: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((begin, end) for begin, end in hours)
