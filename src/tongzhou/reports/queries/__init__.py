"""Reads of the reports: the data cut of a week, what was written and what was sent."""

from tongzhou.reports.queries.cut import Cut
from tongzhou.reports.queries.gathering import weekly_cut
from tongzhou.reports.queries.kept import Written, is_present, kept_report, number_of, states_of_weeks, written
from tongzhou.reports.queries.weeks import Week, parse_week, week_of

__all__ = [
    "Cut",
    "Week",
    "Written",
    "is_present",
    "kept_report",
    "number_of",
    "parse_week",
    "states_of_weeks",
    "week_of",
    "weekly_cut",
    "written",
]
