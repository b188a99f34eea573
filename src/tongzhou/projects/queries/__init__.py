"""Reads of the projects room."""

from tongzhou.projects.queries.numbers import next_number, organisation
from tongzhou.projects.queries.team import Listed, TakingPart, Team, projects_of, team_of

__all__ = ["Listed", "TakingPart", "Team", "next_number", "organisation", "projects_of", "team_of"]
