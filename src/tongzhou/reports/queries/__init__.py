"""Reads of the reports: the data cut of a week."""

from tongzhou.reports.queries.cut import Cut
from tongzhou.reports.queries.gathering import weekly_cut
from tongzhou.reports.queries.weeks import Week, parse_week, week_of

__all__ = ["Cut", "Week", "parse_week", "week_of", "weekly_cut"]
