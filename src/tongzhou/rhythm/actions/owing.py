"""Owing something: rows that are due, made, moved and cancelled in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from tongzhou.lib import clock
from tongzhou.lib.bulk import insert_rows
from tongzhou.lib.due import DueKind
from tongzhou.lib.registry import DUES, EVENTS
from tongzhou.lib.rows import insert_row
from tongzhou.rhythm.actions.waking import wake
from tongzhou.rhythm.models import Due
from tongzhou.timeline.models import Event

EVENT = "event"
ONCE = ("kind", "key", "part")
AGAIN = ("at", "next_at", "lane", "holder", "attempts", "error", "dead_at")


def set_due(kind: str, key: int, at: datetime) -> None:
    """Let the handler of `kind` be called for `key` at `at` (at once if that is past): the one row is made or moved.

    In the caller's transaction. A dead row comes to life again.

    :raises ValueError: for a kind that is not registered, or a naive time.
    """
    _owe(kind, key, "", at)


def owe_part(kind: str, key: int, part: str, at: datetime) -> None:
    """Let one part of the key's work be tried by itself."""
    _owe(kind, key, part, at)


def _owe(kind: str, key: int, part: str, at: datetime) -> None:
    known = _known(kind, at)
    insert_row(Due(kind=kind, key=key, part=part, at=at, next_at=at, lane=lane_of(known)), once_by=ONCE, else_set=AGAIN)
    _wake_for(at)


def owe(kind: str, keys: Iterable[int], at: datetime) -> None:
    """Do what `set_due` does for many keys, in one statement.

    :raises ValueError: for a kind that is not registered, or a naive time.
    """
    lane, when = int(lane_of(_known(kind, at))), stored(at)
    rows = [(kind, key, "", when, when, lane, None, 0, "", None, False) for key in dict.fromkeys(keys)]
    insert_rows(Due, (*ONCE, *AGAIN, "recurring"), rows, once_by=ONCE, else_set=AGAIN)
    if rows:
        _wake_for(at)


def cancel_due(kind: str, key: int) -> bool:
    """Let nothing of `kind` happen for `key` any more; return whether something would have."""
    return bool(Due.objects.filter(kind=kind, key=key).delete()[0])


def owe_event(event: Event) -> None:
    """Outcome "event-recorded": where handlers want to hear of such events, they are owed the call."""
    if EVENTS.at(event.kind):
        set_due(EVENT, event.pk, event.at)


def lane_of(kind: DueKind) -> Due.Lane:
    """Return the lane in which rows of a kind wait."""
    if kind.apart:
        return Due.Lane.APART
    return Due.Lane.SOON if kind.soon else Due.Lane.CLOCK


def stored(at: datetime) -> str:
    """Return an instant as the database keeps it, for statements that carry it in a JSON document."""
    return str(connection.ops.adapt_datetimefield_value(at))


def _known(kind: str, at: datetime) -> DueKind:
    found = DUES.get(kind)
    if found is None:
        raise ValueError(f"no kind of due row: {kind}")
    if at.tzinfo is None:
        raise ValueError(f"a naive time: {at}")
    return found


def _wake_for(at: datetime) -> None:
    if at <= clock.now():
        transaction.on_commit(wake)
