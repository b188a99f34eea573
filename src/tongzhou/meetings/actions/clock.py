"""Writes: what time does to minutes that are not out."""

from __future__ import annotations

from datetime import datetime

from tongzhou.meetings import events
from tongzhou.meetings.actions.common import keep
from tongzhou.meetings.models import Meeting
from tongzhou.people.models import System


def remind_host(key: int, *, now: datetime) -> None:
    """The time for the minutes runs out: the host is told."""
    row = _waiting(key)
    if row is not None and row.minutes_due is not None and now < row.minutes_due:
        keep(events.MinutesDueSoon(row.pk), row, {}, {}, by=System(), now=now)


def tell_of_late_minutes(key: int, *, now: datetime) -> None:
    """The minutes are not out in time: the manager is told."""
    row = _waiting(key)
    if row is not None and row.minutes_due is not None and row.minutes_due <= now:
        keep(events.MinutesOverdue(row.pk), row, {}, {}, by=System(), now=now)


def _waiting(key: int) -> Meeting | None:
    rows = Meeting.objects.select_related("project").filter(sent_at__isnull=True, cancelled_at__isnull=True)
    return rows.filter(pk=key).first()
