"""Reads: people, departments, working calendars."""

from tongzhou.people.queries.calendars import days_off, working_calendar
from tongzhou.people.queries.people import departments, hash_of, link_by_token, people

__all__ = ["days_off", "departments", "hash_of", "link_by_token", "people", "working_calendar"]
