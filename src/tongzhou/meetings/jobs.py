"""Due rows of the meetings room."""

from __future__ import annotations

from datetime import datetime

from tongzhou.meetings.actions import remind_host, tell_of_late_minutes


def minutes_run_late(key: int, *, due_at: datetime, now: datetime) -> None:
    """Kind "minutes": the time in which the minutes have to be out is over."""
    tell_of_late_minutes(key, now=now)


def minutes_come_due(key: int, *, due_at: datetime, now: datetime) -> None:
    """Kind "minutes-reminder": the host is reminded before."""
    remind_host(key, now=now)
