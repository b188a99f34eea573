"""Screens of the import."""

from tongzhou.exchange.views.drafts import adopt, answer, confirmation, discard, issues, preview, upload

__all__ = ["adopt", "answer", "confirmation", "discard", "issues", "preview", "upload"]
