"""The calendars that a baseline keeps: written once as JSON, compiled again when its planned percent is asked."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from tongzhou.engine.calendar import STANDARD_WEEK, CalendarException, WorkingCalendar
from tongzhou.lib.prepared import Given, prepared
from tongzhou.people.queries.calendars import NINE_TO_SIX
from tongzhou.plan.models import Baseline
from tongzhou.plan.queries.calendars import STANDARD, PlanCalendars

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


@dataclass(frozen=True)
class Kept:
    """The current baseline of a project: its id, and the calendars that it keeps."""

    id: int
    calendars: PlanCalendars


_known: dict[int, PlanCalendars] = {}
_guard = Lock()
MOST_KNOWN = 1024


def current_baselines(projects: Collection[int]) -> dict[int, Kept]:
    """Return the projects' current baselines by project. One query; one more where one of them was not read before."""
    current = dict(_current(projects)) if projects else {}
    found = _calendars_of(current.values())
    return {project: Kept(key, found[key]) for project, key in current.items()}


def kept_calendars(baseline: int) -> PlanCalendars:
    """Return the calendars that a baseline, by its id, keeps. One query where it was not read before."""
    return _calendars_of([baseline])[baseline]


def _calendars_of(baselines: Collection[int]) -> dict[int, PlanCalendars]:
    known = {key: _known[key] for key in baselines if key in _known}
    missing = [key for key in baselines if key not in known]
    read = {key: compiled(text) for key, text in _texts(missing)} if missing else {}
    if read:
        # A baseline never changes; but what a transaction sees may be rolled back, and its id be used again.
        transaction.on_commit(partial(_keep, read))
    return known | read


def _keep(read: dict[int, PlanCalendars]) -> None:
    if connection.in_atomic_block:
        return
    with _guard:
        while len(_known) + len(read) > MOST_KNOWN and _known:
            _known.pop(next(iter(_known)))
        _known.update(read)


@prepared
def _current(projects: Given) -> QuerySet[Baseline, tuple[int, int]]:
    latest = Baseline.objects.filter(project=OuterRef("project")).order_by("-number").values("pk")[:1]
    return Baseline.objects.filter(project__among=projects, pk=Subquery(latest)).order_by().values_list("project_id", "pk")


@prepared
def _texts(keys: Given) -> QuerySet[Baseline, tuple[int, str]]:
    return Baseline.objects.filter(pk__among=keys).order_by().values_list("pk", Cast("calendar", TextField()))


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
