"""Writes of the timeline: the record itself, and the guards that keep it."""

from tongzhou.timeline.actions.guards import lifted, put_up_guards, standing_guards, take_down_guards
from tongzhou.timeline.actions.recording import Actor, ChangeOf, Subject, differences, record

__all__ = [
    "Actor",
    "ChangeOf",
    "Subject",
    "differences",
    "lifted",
    "put_up_guards",
    "record",
    "standing_guards",
    "take_down_guards",
]
