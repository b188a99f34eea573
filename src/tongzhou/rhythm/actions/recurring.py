"""What happens again and again: a slot, and one due row at its next instant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.engine.slots import NeverOccurs, Slot, next_slot
from tongzhou.lib import clock
from tongzhou.lib.access import Refused
from tongzhou.rhythm.actions.owing import cancel_due, set_due
from tongzhou.rhythm.models import Due, Rhythm
from tongzhou.rhythm.queries.slots import calendar_of, slot_as_json, slot_of_json

Moves = Mapping[datetime, datetime | None]
INSTANT = timedelta(microseconds=1)
SHORTEST = timedelta(hours=12)
"""No two slots of a rule lie closer together."""


def set_rhythm(kind: str, key: int, slot: Slot) -> datetime | None:
    """Let the handler of `kind` be called for `key` whenever the slot comes; return when next (None: its last day is over).

    In the caller's transaction. Slots that were moved one by one are forgotten.

    :raises Refused: if the slot can never come.
    """
    try:
        following = _next(kind, key, slot, {}, clock.now())
    except NeverOccurs as error:
        raise Refused("slot-never", _("This never takes place: no day fits. Choose other days."), "slot") from error
    with transaction.atomic():
        kept = {"slot": slot_as_json(slot), "moved": {}}
        Rhythm.objects.update_or_create(kind=kind, key=key, defaults=kept)
        _wait_for(kind, key, following)
    return following


def cancel_rhythm(kind: str, key: int) -> bool:
    """Let nothing of `kind` happen for `key` any more; return whether something would have."""
    with transaction.atomic():
        known = bool(Rhythm.objects.filter(kind=kind, key=key).delete()[0])
        return cancel_due(kind, key) or known


def move_slot(kind: str, key: int, nominal: datetime, to: datetime | None) -> datetime | None:
    """Let what comes at `nominal` come at `to` instead, or (None) not at all; return what comes next.

    :raises Refused: if there is no such rhythm, or no such slot in the time to come.
    """
    with transaction.atomic():
        row = _locked(kind, key)
        if row is None:
            raise Refused("no-rhythm", _("Nothing recurs here."))
        now, at = clock.now(), nominal.astimezone(UTC)
        if at <= now or not _takes_place(kind, key, slot_of_json(row.slot), at):
            raise Refused("no-such-slot", _("Nothing takes place at that time."), "nominal")
        moves = {**moves_of(row), at: None if to is None else to.astimezone(UTC)}
        return _keep(row, moves, now)


def follow_slot(kind: str, key: int, *, holder: int, now: datetime) -> None:
    """Let the row that a worker holds wait for the next slot after `now`: those that were missed are over."""
    if not Due.objects.filter(kind=kind, key=key, part="", holder=holder).exists():
        return
    row = _locked(kind, key)
    if row is None:
        cancel_due(kind, key)
        return
    Rhythm.objects.filter(pk=row.pk).update(fired_at=now)
    _keep(row, moves_of(row), now)


def latest_slot(kind: str, key: int, at: datetime, now: datetime) -> datetime:
    """Return the last slot up to `now` of the rhythm whose row is due since `at`: what was missed is done as of it, once."""
    row = Rhythm.objects.filter(kind=kind, key=key).first() if now - at >= SHORTEST else None
    if row is None:
        return at
    slot, moves, found = slot_of_json(row.slot), moves_of(row), at
    try:
        while (following := _next(kind, key, slot, moves, found)) is not None and following <= now:
            found = following
    except NeverOccurs:
        return found
    return found


def renew_slot(pk: int, now: datetime) -> None:
    """Let a rhythm wait for its next slot anew: its calendar, or the clock, is another one."""
    with transaction.atomic():
        row = Rhythm.objects.select_for_update().filter(pk=pk).first()
        if row is not None:
            _keep(row, moves_of(row), now)


def moves_of(row: Rhythm) -> dict[datetime, datetime | None]:
    """Return the slots of a rhythm that come at another time, or (None) not at all."""
    read = datetime.fromisoformat
    return {read(nominal): read(at) if at else None for nominal, at in row.moved.items()}


def _locked(kind: str, key: int) -> Rhythm | None:
    return Rhythm.objects.select_for_update().filter(kind=kind, key=key).first()


def _keep(row: Rhythm, moves: Moves, now: datetime) -> datetime | None:
    """Keep what is left of the moves, and let the due row wait for what comes first."""
    left = {nominal: at for nominal, at in moves.items() if nominal > now or (at is not None and at > now)}
    moved = {nominal.isoformat(): at.isoformat() if at else None for nominal, at in left.items()}
    Rhythm.objects.filter(pk=row.pk).update(moved=moved)
    try:
        following = _next(row.kind, row.key, slot_of_json(row.slot), left, now)
    except NeverOccurs:
        # The calendar has become one without such a day; when it is changed again, the slot is looked for anew.
        following = None
    _wait_for(row.kind, row.key, following)
    return following


def _wait_for(kind: str, key: int, at: datetime | None) -> None:
    if at is None:
        cancel_due(kind, key)
        return
    set_due(kind, key, at)
    Due.objects.filter(kind=kind, key=key, part="").update(recurring=True)


def _next(kind: str, key: int, slot: Slot, moves: Moves, now: datetime) -> datetime | None:
    """The first instant after `now` at which something takes place.

    :raises NeverOccurs: if nothing ever does.
    """
    calendar, zone = calendar_of(kind, key), timezone.get_default_timezone()
    regular = next_slot(slot, now, calendar, zone)
    while regular is not None and regular in moves:
        regular = next_slot(slot, regular, calendar, zone)
    moved = [at for at in moves.values() if at is not None and at > now]
    return min([*moved, *([regular] if regular else [])], default=None)


def _takes_place(kind: str, key: int, slot: Slot, at: datetime) -> bool:
    try:
        return next_slot(slot, at - INSTANT, calendar_of(kind, key), timezone.get_default_timezone()) == at
    except NeverOccurs:
        return False
