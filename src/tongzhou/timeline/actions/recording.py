"""Writing the record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import datetime
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder

from tongzhou.lib.bulk import insert_rows
from tongzhou.lib.registry import OUTCOMES
from tongzhou.lib.rows import Insert, Write, write_rows
from tongzhou.timeline.models import Change, Event


class Actor(Protocol):
    """Whoever acts: a user, or the system with id None."""

    @property
    def actor_id(self) -> int | None: ...
    @property
    def actor_name(self) -> str: ...
    @property
    def actor_department(self) -> str: ...


@dataclass(frozen=True)
class Subject:
    """What an event is about."""

    type: str
    id: int | None
    label: str = ""


@dataclass(frozen=True)
class ChangeOf:
    """One object's fields before and after."""

    type: str
    id: int
    label: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    writes: tuple[Write, ...] = ()
    """What makes the change, written with the record of it: where the database can, by the same statement."""


def record(
    event: object,
    *,
    by: Actor,
    now: datetime,
    subject: Subject,
    project: int | None = None,
    changes: Iterable[ChangeOf] = (),
) -> Event:
    """Record one event (a frozen dataclass of an events.py) with its changes, in the caller's transaction.

    Handlers in EVENTS are told after the commit, by what hangs at the outcome "event-recorded".
    """
    kind = _kind(event)
    row = Event(
        at=now,
        kind=kind,
        actor_id=by.actor_id,
        actor_name=by.actor_name,
        actor_department=by.actor_department,
        project_id=project,
        subject_type=subject.type,
        subject_id=subject.id,
        subject_label=subject.label[:300],
        data=_data(event),
    )
    changes = list(changes)
    writes = [write for change in changes for write in change.writes]
    lines = [(change.type, change.id, change.label[:300], dict(change.before), dict(change.after)) for change in changes]
    if len(lines) == 1:
        values = zip(COLUMNS[1:], (*lines[0][:3], *map(_plain, lines[0][3:])), strict=True)
        write_rows(*writes, Insert(row), Insert(Change(event=row, **dict(values))))
    else:
        write_rows(*writes, Insert(row))
        insert_rows(Change, COLUMNS, [(row.pk, *line) for line in lines])
    for outcome in OUTCOMES.at("event-recorded"):
        outcome(row)
    return row


COLUMNS = ("event_id", "object_type", "object_id", "object_label", "before", "after")


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return only the fields that differ, as two mappings with the same keys."""
    changed = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in changed}, {name: after[name] for name in changed}


def _kind(event: object) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(event).__name__).lower()


def _data(event: object) -> dict[str, Any]:
    """Return the fields of an event; one that is `()` says nothing and is left out."""
    known = asdict(event) if is_dataclass(event) and not isinstance(event, type) else {}
    data: dict[str, Any] = _plain({name: value for name, value in known.items() if value != ()})
    return data


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False))
    return plain
