"""Reads: people, departments, working calendars."""

from tongzhou.people.queries.calendars import days_off, working_calendar
from tongzhou.people.queries.leave import asked_instead, away
from tongzhou.people.queries.people import departments, hash_of, link_by_token, people
from tongzhou.people.queries.preferences import preference

__all__ = [
    "asked_instead",
    "away",
    "days_off",
    "departments",
    "hash_of",
    "link_by_token",
    "people",
    "preference",
    "working_calendar",
]
