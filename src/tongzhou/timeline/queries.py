"""Reads of the record."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongzhou.timeline.models import Change, Event


@dataclass(frozen=True)
class Entry:
    """One event as feeds show it; `changes` are (object label, field, before, after)."""

    id: int
    at: datetime
    kind: str
    actor: str
    department: str
    subject_type: str
    subject_id: int | None
    subject: str
    data: dict[str, Any]
    changes: tuple[tuple[str, str, Any, Any], ...]


PAGE = 50


def events_of_project(project: int, *, before: int | None = None, kind: str = "", limit: int = PAGE) -> list[Entry]:
    """Return a project's events, the latest first. Two queries."""
    rows = Event.objects.filter(project_id=project).order_by("-id")
    return _entries(rows, before, kind, limit)


def events_of_subject(type_: str, id_: int, *, limit: int = PAGE) -> list[Entry]:
    return _entries(Event.objects.filter(subject_type=type_, subject_id=id_).order_by("-id"), None, "", limit)


def _entries(rows: Any, before: int | None, kind: str, limit: int) -> list[Entry]:
    if before is not None:
        rows = rows.filter(id__lt=before)
    if kind:
        rows = rows.filter(kind=kind)
    found = list(rows[:limit])
    changes: dict[int, list[tuple[str, str, Any, Any]]] = defaultdict(list)
    for change in Change.objects.filter(event_id__in=[row.pk for row in found]).order_by("pk"):
        for name, after in change.after.items():
            changes[change.event_id].append((change.object_label, name, change.before.get(name), after))
    return [
        Entry(
            row.pk,
            row.at,
            row.kind,
            row.actor_name,
            row.actor_department,
            row.subject_type,
            row.subject_id,
            row.subject_label,
            row.data,
            tuple(changes[row.pk]),
        )
        for row in found
    ]
