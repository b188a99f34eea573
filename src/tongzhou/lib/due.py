"""What a kind of due row is: who handles it, how long it may take, how often it is tried. Registered in config/wiring.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tongzhou.engine.calendar import WorkingCalendar


@dataclass(frozen=True)
class Backoff:
    """How long to wait after a failure: `first`, then twice as long each time, never longer than `longest`."""

    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=6)

    def after(self, attempts: int) -> timedelta:
        """The wait after so many failed attempts (1 or more)."""
        return min(self.first * (1 << min(attempts - 1, 30)), self.longest)


THREE_DAYS = Backoff(timedelta(seconds=30), timedelta(hours=6))
"""With `ATTEMPTS_OF_THREE_DAYS` the last attempt comes three days after the first: for deliveries."""
ATTEMPTS_OF_THREE_DAYS = 22


@dataclass(frozen=True)
class DueKind:
    """What is done when a row of this kind is due.

    `handler(key, *, due_at, now)` runs in one transaction with the removal of its row: exactly once in effect. With `apart`
    it is called outside a transaction and its row removed afterwards: at least once, for what talks to the outside.
    """

    handler: Callable[..., object]
    label: str | _StrPromise
    """What an administrator reads, lazily translated."""
    lease: timedelta = timedelta(minutes=5)
    """After this time another worker takes what one holds: longer than a handler ever takes."""
    attempts: int = 10
    backoff: Backoff = Backoff()
    apart: bool = False
    soon: bool = False
    """Goes before everything that waits for its hour: what follows from something that has just happened."""
    by_part: bool = False
    """The handler is told which part of the key's work it is (`part`)."""
    calendar: Callable[[int], WorkingCalendar] | None = None
    """By which calendar the slots of a key are moved on days off; without one by the organisation's."""


class Later(Exception):
    """A handler could not do it now, through no fault of its own: try again after `wait`."""

    def __init__(self, wait: timedelta, why: str = "") -> None:
        super().__init__(why)
        self.wait = wait


class Hopeless(Exception):
    """A handler knows that trying again helps nobody: the row is dead at once, and waits for an administrator."""
