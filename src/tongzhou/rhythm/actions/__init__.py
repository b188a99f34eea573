"""Writes of the rhythm."""

from tongzhou.rhythm.actions.mending import drop_due, try_again
from tongzhou.rhythm.actions.owing import cancel_due, owe, owe_event, owe_part, set_due
from tongzhou.rhythm.actions.recurring import cancel_rhythm, move_slot, renew_slot, set_rhythm
from tongzhou.rhythm.actions.waking import add_sleeper, remove_sleeper, wake

__all__ = [
    "add_sleeper",
    "cancel_due",
    "cancel_rhythm",
    "drop_due",
    "move_slot",
    "owe",
    "owe_event",
    "owe_part",
    "remove_sleeper",
    "renew_slot",
    "set_due",
    "set_rhythm",
    "try_again",
    "wake",
]
