"""The one place where the product asks what time it is, so that tests and the demo data can say it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_pretended: ContextVar[datetime | None] = ContextVar("pretended_now", default=None)


def now() -> datetime:
    """Return the current instant, aware."""
    return _pretended.get() or timezone.now()


def today() -> date:
    """Return the current day in the organisation's time zone."""
    return timezone.localtime(now()).date()


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` (aware) within this context."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
