"""Reads: where cases stand, who answers them, how long each step may take."""

from tongzhou.escalations.queries.cases import case_or_404, open_case_about, open_case_of, open_cases_of
from tongzhou.escalations.queries.ladder import Hours, answering_of, hours_of, limit_of
from tongzhou.escalations.queries.standing import CaseStands, asked_for, stands

__all__ = [
    "CaseStands",
    "Hours",
    "answering_of",
    "asked_for",
    "case_or_404",
    "hours_of",
    "limit_of",
    "open_case_about",
    "open_case_of",
    "open_cases_of",
    "stands",
]
