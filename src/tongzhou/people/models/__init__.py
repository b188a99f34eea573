"""Departments, people, the ways they sign in, and the days on which they work."""

from tongzhou.people.models.calendars import CalendarDay, StatutoryDay, StatutoryYear, WorkCalendar, fresh_version
from tongzhou.people.models.people import (
    Department,
    Leave,
    Preference,
    System,
    User,
    UserManager,
    name_keys,
    sort_key_of,
)
from tongzhou.people.models.signing_in import ApiToken, GuessCount, IdempotentAnswer, SigningCode, SignInLink

__all__ = [
    "ApiToken",
    "CalendarDay",
    "Department",
    "GuessCount",
    "IdempotentAnswer",
    "Leave",
    "Preference",
    "SignInLink",
    "SigningCode",
    "StatutoryDay",
    "StatutoryYear",
    "System",
    "User",
    "UserManager",
    "WorkCalendar",
    "fresh_version",
    "name_keys",
    "sort_key_of",
]
