"""Work items as programs are told of them: objects for one, and for lists texts that are written once an outlook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from tongzhou.lib.prepared import Given, prepared
from tongzhou.people.models import User
from tongzhou.plan.queries.candidates import department_names
from tongzhou.plan.queries.grid import STATES, days_of, percent_number, planned_number, predecessor_texts, summary_state
from tongzhou.plan.queries.outlook import Outlook
from tongzhou.plan.queries.tree import Item

STATE_OF = {number: state for state, number in STATES.items()}
Names = tuple[Mapping[int, str], Mapping[int, str]]


@prepared
def _people(keys: Given) -> QuerySet[User, tuple[int, str]]:
    return User.objects.filter(pk__among=keys).order_by().values_list("pk", "name")


def item_told(found: Outlook, item: Item) -> dict[str, Any]:
    """Return one item. Two queries."""
    people, departments = _names([item])
    links = found.derive("links as typed", lambda: predecessor_texts(found))
    return _row(found, item, links.get(item.id, "")) | {
        "department": _named(item.department, departments),
        "owner": _named(item.owner, people),
    }


def items_told(found: Outlook, items: list[Item]) -> list[str]:
    """Return items as JSON texts. Two queries; the names in them, which may change meanwhile, are put in now."""
    people, departments = _names(items)
    owners = {key: _tight(_named(key, people)) for key in {item.owner for item in items}}
    homes = {key: _tight(_named(key, departments)) for key in {item.department for item in items}}
    return [f'{_ready(found, item)},"department":{homes[item.department]},"owner":{owners[item.owner]}}}' for item in items]


def states_told(found: Outlook) -> dict[int, str]:
    """Return the state of each item; a summary's follows from what is below it. Made once an outlook."""
    return found.derive("states", lambda: {item.id: _state(found, item) for item in found.items})


def _names(items: Iterable[Item]) -> Names:
    owners = {item.owner for item in items if item.owner is not None}
    return dict(_people(owners)), department_names({item.department for item in items if item.department is not None})


def _ready(found: Outlook, item: Item) -> str:
    """Return the text of an item without names and without the closing brace, written once an outlook."""
    links = found.derive("links as typed", lambda: predecessor_texts(found)).get(item.id, "")
    return found.derive(("told", item.id), lambda: _tight(_row(found, item, links))[:-1])


def _tight(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _row(found: Outlook, item: Item, links: str) -> dict[str, Any]:
    at, line, judged = found.dates[item.id], found.baseline.get(item.id), found.deviations.get(item.id)
    return {
        "id": item.id,
        "code": item.code,
        "level": item.level,
        "parent": item.parent,
        "name": item.name,
        "kind": "phase" if not item.leaf else "milestone" if item.is_milestone else "task",
        "state": _state(found, item),
        "late": found.is_late(item),
        "should_have_started": found.should_have_started(item),
        "start": at.start.isoformat(),
        "finish": at.finish.isoformat(),
        "duration_days": days_of(found, item),
        "percent": percent_number(found.actual.get(item.id, Fraction(0))),
        "planned_percent": planned_number(found.planned.get(item.id, Fraction(0))),
        "deviation_points": float(judged.shown) if judged else None,
        "marked": bool(judged and judged.marked),
        "critical": at.critical,
        "slack_minutes": at.slack,
        "baseline_start": _iso(line.start if line else None),
        "baseline_finish": _iso(line.finish if line else None),
        "late_days": found.late_days(item),
        "actual_start": _iso(item.actual_start),
        "actual_finish": _iso(item.actual_finish),
        "predecessors": links,
    }


def _state(found: Outlook, item: Item) -> str:
    return item.state if item.leaf else STATE_OF[summary_state(found, item)]


def _named(key: int | None, names: Mapping[int, str]) -> dict[str, Any] | None:
    return {"id": key, "name": names[key]} if key is not None and key in names else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
