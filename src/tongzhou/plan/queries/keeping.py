"""The calendars that a baseline keeps: written once as JSON, compiled again when its planned percent is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

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


def kept_calendars(project: Project, now: PlanCalendars) -> PlanCalendars | None:
    """Return the calendars of the current baseline; those of `now` are taken where their content is the same. One query."""
    stored = Baseline.objects.filter(project=project).order_by("-number").values_list("calendar", flat=True).first()
    if not stored:
        return None
    if "calendars" not in stored:
        first = _as_first_kept(stored)
        return now if not now.names and first == _text(now.standard) else PlanCalendars(_read(first), {})
    by_name = {name: _same_or_read(name, text, now) for name, text in stored["calendars"].items()}
    return PlanCalendars(by_name[STANDARD], by_name, {int(item): name for item, name in stored["of"].items()})


def _same_or_read(name: str, text: dict[str, Any], now: PlanCalendars) -> WorkingCalendar:
    present = now.by_name.get(name)
    return present if present is not None and _text(present) == text else _read(text)


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


def _read(text: dict[str, Any]) -> WorkingCalendar:
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
