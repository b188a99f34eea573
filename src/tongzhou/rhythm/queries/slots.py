"""Reads: slots as they are stored, and the calendars by which they move."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, time
from typing import Any

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.slots import Slot
from tongzhou.lib.registry import DUES
from tongzhou.people.queries import working_calendar
from tongzhou.rhythm.models import Rhythm


def slot_as_json(slot: Slot) -> dict[str, Any]:
    """Return a slot as it is stored: what is not said is left out."""
    values = {field.name: getattr(slot, field.name) for field in fields(slot)}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def slot_of_json(stored: dict[str, Any]) -> Slot:
    """Return a stored slot."""
    days = {name: date.fromisoformat(stored[name]) for name in ("anchor", "last") if stored.get(name)}
    return Slot(**{**stored, **days, "at": time.fromisoformat(stored["at"])})


def slot_of(kind: str, key: int) -> Slot | None:
    """Return the slot of a rhythm, or None."""
    row = Rhythm.objects.filter(kind=kind, key=key).first()
    return None if row is None else slot_of_json(row.slot)


def calendar_of(kind: str, key: int) -> WorkingCalendar:
    """Return the calendar by whose days off the slots of a rhythm are moved."""
    known = DUES.get(kind)
    return known.calendar(key) if known is not None and known.calendar is not None else working_calendar()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | time) else value
