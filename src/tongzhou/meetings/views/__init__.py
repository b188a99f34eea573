"""Screens of the meetings room."""

from tongzhou.meetings.views.papers import minutes_file
from tongzhou.meetings.views.planning import (
    meeting_attendees,
    meeting_calendar,
    meeting_cancellation,
    meeting_details,
    meeting_new,
    meetings,
)
from tongzhou.meetings.views.reading import edition, meeting, minutes_changes
from tongzhou.meetings.views.sending import editions, minutes_answer, minutes_sheet
from tongzhou.meetings.views.writing import (
    action_items,
    action_removal,
    agenda,
    agenda_removal,
    agenda_text,
    decision_removal,
    decisions,
    minutes,
)

__all__ = [
    "action_items",
    "action_removal",
    "agenda",
    "agenda_removal",
    "agenda_text",
    "decision_removal",
    "decisions",
    "edition",
    "editions",
    "meeting",
    "meeting_attendees",
    "meeting_calendar",
    "meeting_cancellation",
    "meeting_details",
    "meeting_new",
    "meetings",
    "minutes",
    "minutes_answer",
    "minutes_changes",
    "minutes_file",
    "minutes_sheet",
]
