"""Care of the rhythm itself: each hour, at the start, and after the clock was set."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongzhou.lib import clock
from tongzhou.lib.registry import OUTCOMES
from tongzhou.rhythm.actions import owe, renew_slot, set_due
from tongzhou.rhythm.actions.taking import release_stray
from tongzhou.rhythm.models import Rhythm

CARE = "rhythm-care"
RENEWAL = "rhythm-renewal"
HOUR = timedelta(hours=1)
LONG = timedelta(days=1)


def care_for_rhythm(key: int, *, due_at: datetime, now: datetime) -> None:
    """Handler of due rows "rhythm-care": what waits for an hour that the clock, set wrong for a while, made up, waits no more;
    what rooms hang at the outcome "rhythm-cared" is looked after, too.

    The row moves itself on by an hour: one that is overdue tells that nobody ticks.
    """
    release_stray(now)
    owe(RENEWAL, Rhythm.objects.filter(fired_at__gt=now + LONG).values_list("pk", flat=True), now)
    for handler in OUTCOMES.at("rhythm-cared"):
        handler(now)
    set_due(CARE, key, now + HOUR)


def renew_rhythms(event: int) -> None:
    """Handler of events after which days off differ: each rhythm looks for its next slot anew."""
    owe(RENEWAL, Rhythm.objects.exclude(slot__day_off="keep").values_list("pk", flat=True), clock.now())


def renew_rhythm(key: int, *, due_at: datetime, now: datetime) -> None:
    """Handler of due rows "rhythm-renewal": the rhythm `key` waits for its next slot as the calendars are now."""
    renew_slot(key, now)
