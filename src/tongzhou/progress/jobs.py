"""Due rows of the progress room."""

from __future__ import annotations

from datetime import datetime

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.progress.actions import block_is_overdue, close_sync, exception_is_overdue, remind_of_sync
from tongzhou.progress.queries.beats import REGULAR, URGENT, beat_calendar


def block_ran_out(key: int, *, due_at: datetime, now: datetime) -> None:
    """Kind "block": a task was not unblocked by the time that was said."""
    block_is_overdue(key, now=now)


def exception_ran_out(key: int, *, due_at: datetime, now: datetime) -> None:
    """Kind "exception": an exception was not over on the day that was said."""
    exception_is_overdue(key, now=now)


def urgent_slot_came(key: int, *, due_at: datetime, now: datetime) -> None:
    """Kind "sync-urgent": a slot of urgent tasks is over, on the beat `key`."""
    close_sync(URGENT, key, due_at=due_at, now=now)


def regular_slot_came(key: int, *, due_at: datetime, now: datetime) -> None:
    """Kind "sync-regular": a slot of regular tasks is over, on the beat `key`."""
    close_sync(REGULAR, key, due_at=due_at, now=now)


def urgent_slot_comes(key: int, *, due_at: datetime, now: datetime) -> None:
    """Kind "sync-urgent-reminder": a slot of urgent tasks comes soon."""
    remind_of_sync(URGENT, key, now=now)


def regular_slot_comes(key: int, *, due_at: datetime, now: datetime) -> None:
    """Kind "sync-regular-reminder": a slot of regular tasks comes soon."""
    remind_of_sync(REGULAR, key, now=now)


def calendar_of_beat(key: int) -> WorkingCalendar:
    """Return the calendar by whose days off the slots of a beat move."""
    return beat_calendar(key)
