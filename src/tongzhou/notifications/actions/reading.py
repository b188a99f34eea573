"""Marking as read. Not on the record: what one reads is nobody else's business."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tongzhou.lib.live import announce
from tongzhou.notifications.access import visible_to
from tongzhou.people.models import User


def mark_read(*, by: User, notices: Iterable[int], now: datetime) -> int:
    """Mark one's own notices as read; return how many were not yet. Others' and unknown ids change nothing."""
    return _marked(visible_to(by).filter(pk__in=list(notices), read_at=None).update(read_at=now))


def mark_unread(*, by: User, notice: int) -> int:
    """Mark one's own notice as not read; return whether (1) it was."""
    return _marked(visible_to(by).filter(pk=notice, read_at__isnull=False).update(read_at=None))


def mark_all_read(*, by: User, until: int, now: datetime) -> int:
    """Mark all that one has seen listed, up to the notice `until`, as read; what came since stays unread."""
    return _marked(visible_to(by).filter(pk__lte=until, read_at=None).update(read_at=now))


def _marked(count: int) -> int:
    """Her other browsers count anew."""
    announce()
    return count
