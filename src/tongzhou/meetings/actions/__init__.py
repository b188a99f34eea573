"""Writes of the meetings room."""

from tongzhou.meetings.actions.clock import remind_host, tell_of_late_minutes
from tongzhou.meetings.actions.common import hold_meeting
from tongzhou.meetings.actions.planning import Plan, cancel_meeting, change_meeting, plan_meeting, set_attendees
from tongzhou.meetings.actions.presetting import preset_agenda
from tongzhou.meetings.actions.sending import (
    Sending,
    empty_seats,
    keep_confirmation,
    keep_signatures,
    open_sheet_of,
    send_minutes,
)
from tongzhou.meetings.actions.writing import (
    Task,
    add_action,
    add_decision,
    add_item,
    remove_action,
    remove_decision,
    remove_item,
    take_minutes,
    write_part,
)

__all__ = [
    "Plan",
    "Sending",
    "Task",
    "add_action",
    "add_decision",
    "add_item",
    "cancel_meeting",
    "change_meeting",
    "empty_seats",
    "hold_meeting",
    "keep_confirmation",
    "keep_signatures",
    "open_sheet_of",
    "plan_meeting",
    "preset_agenda",
    "remind_host",
    "remove_action",
    "remove_decision",
    "remove_item",
    "send_minutes",
    "set_attendees",
    "take_minutes",
    "tell_of_late_minutes",
    "write_part",
]
