"""Due rows of the progress room."""

from __future__ import annotations

from datetime import datetime

from tongzhou.progress.actions import block_is_overdue, exception_is_overdue


def block_ran_out(key: int, *, due_at: datetime, now: datetime) -> None:
    """Kind "block": a task was not unblocked by the time that was said."""
    block_is_overdue(key, now=now)


def exception_ran_out(key: int, *, due_at: datetime, now: datetime) -> None:
    """Kind "exception": an exception was not over on the day that was said."""
    exception_is_overdue(key, now=now)
