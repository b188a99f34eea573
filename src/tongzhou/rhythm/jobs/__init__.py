"""Doing what is due."""

from tongzhou.rhythm.jobs.outbox import tell_event
from tongzhou.rhythm.jobs.ticking import settle, tick

__all__ = ["settle", "tell_event", "tick"]
