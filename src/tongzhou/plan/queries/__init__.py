"""Reads of the plan room."""

from tongzhou.plan.queries.outlook import Outlook, outlook, status_date

__all__ = ["Outlook", "outlook", "status_date"]
