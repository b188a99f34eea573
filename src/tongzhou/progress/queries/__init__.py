"""Reads of the progress room."""

from tongzhou.progress.queries.history import history_of, latest_panel, latest_question
from tongzhou.progress.queries.mine import owed_by
from tongzhou.progress.queries.tracking import tracking

__all__ = ["history_of", "latest_panel", "latest_question", "owed_by", "tracking"]
