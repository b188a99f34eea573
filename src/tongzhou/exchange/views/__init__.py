"""Screens of the import and the export."""

from tongzhou.exchange.views.drafts import adopt, answer, confirmation, discard, issues, preview, upload
from tongzhou.exchange.views.exports import export_file, export_page

__all__ = ["adopt", "answer", "confirmation", "discard", "export_file", "export_page", "issues", "preview", "upload"]
