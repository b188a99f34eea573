"""Reads: people, departments, working calendars."""

from tongzhou.people.queries.calendars import (
    Book,
    CalendarSpec,
    Layer,
    OwnDay,
    calendar_book,
    days_off,
    department_levels,
    owners_of,
    unknown_years,
    working_calendar,
)
from tongzhou.people.queries.factors import authenticated_since, proof_asked
from tongzhou.people.queries.leave import asked_instead, away
from tongzhou.people.queries.people import department_by_id, departments, hash_of, link_by_token, person_by_id
from tongzhou.people.queries.preferences import preference

__all__ = [
    "Book",
    "CalendarSpec",
    "Layer",
    "OwnDay",
    "asked_instead",
    "authenticated_since",
    "away",
    "calendar_book",
    "days_off",
    "department_by_id",
    "department_levels",
    "departments",
    "hash_of",
    "link_by_token",
    "owners_of",
    "person_by_id",
    "preference",
    "proof_asked",
    "unknown_years",
    "working_calendar",
]
