"""Screens of the import, the export and the start from a list."""

from tongzhou.exchange.views.drafts import adopt, answer, confirmation, discard, issues, layout, preview, upload
from tongzhou.exchange.views.exports import export_file, export_page
from tongzhou.exchange.views.notices import notice_links, notices
from tongzhou.exchange.views.quick_start import quick_notice, quick_start

__all__ = [
    "adopt",
    "answer",
    "confirmation",
    "discard",
    "export_file",
    "export_page",
    "issues",
    "layout",
    "notice_links",
    "notices",
    "preview",
    "quick_notice",
    "quick_start",
    "upload",
]
