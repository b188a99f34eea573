"""Due rows of the escalations room."""

from __future__ import annotations

from datetime import datetime

from tongzhou.escalations.actions import time_ran_out


def climb_by_clock(key: int, *, due_at: datetime, now: datetime) -> None:
    """Kind "escalation": the time of a case's step ran out."""
    time_ran_out(key, due_at=due_at, now=now)
