"""Doing what is due."""

from tongzhou.rhythm.jobs.care import care_for_rhythm, renew_rhythm, renew_rhythms
from tongzhou.rhythm.jobs.outbox import tell_event
from tongzhou.rhythm.jobs.threads import EMBEDDED, Workers
from tongzhou.rhythm.jobs.ticking import do_taken, hand_over, settle, tick

__all__ = [
    "EMBEDDED",
    "Workers",
    "care_for_rhythm",
    "do_taken",
    "hand_over",
    "renew_rhythm",
    "renew_rhythms",
    "settle",
    "tell_event",
    "tick",
]
