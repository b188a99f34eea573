"""Due rows of the confirmations room."""

from __future__ import annotations

from datetime import datetime

from tongzhou.confirmations.actions import end_confirmation, remind_confirmers


def time_is_over(key: int, *, due_at: datetime, now: datetime) -> None:
    """Kind "confirmation": the date of a confirmation has come."""
    end_confirmation(key, now=now)


def time_runs_out(key: int, *, due_at: datetime, now: datetime) -> None:
    """Kind "confirmation-reminder": those who are silent are told that the date comes near."""
    remind_confirmers(key, now=now)
