"""Reads of the projects room."""

from tongzhou.projects.queries.listing import Asked, Row, choices_of, list_of, names_of_projects, part_of_list
from tongzhou.projects.queries.numbers import next_number, organisation
from tongzhou.projects.queries.pins import Pin, pins_of
from tongzhou.projects.queries.team import TakingPart, Team, team_of

__all__ = [
    "Asked",
    "Pin",
    "Row",
    "TakingPart",
    "Team",
    "choices_of",
    "list_of",
    "names_of_projects",
    "next_number",
    "organisation",
    "part_of_list",
    "pins_of",
    "team_of",
]
