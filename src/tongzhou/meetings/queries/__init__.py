"""Reads: meetings, how they stand, and their minutes."""

from tongzhou.meetings.queries.standing import Stands, meeting_or_404, meetings_of, of_meeting, stands

__all__ = ["Stands", "meeting_or_404", "meetings_of", "of_meeting", "stands"]
