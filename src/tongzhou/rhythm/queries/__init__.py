"""Reads of the rhythm."""

from tongzhou.rhythm.queries.due import due_at
from tongzhou.rhythm.queries.slots import slot_of
from tongzhou.rhythm.queries.working import calendar_for, working_days_after, working_deadline

__all__ = ["calendar_for", "due_at", "slot_of", "working_days_after", "working_deadline"]
