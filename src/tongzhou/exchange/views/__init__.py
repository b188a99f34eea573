"""Screens of the import, the export, and the starts from a list and from a template."""

from tongzhou.exchange.views.drafts import adopt, answer, confirmation, discard, issues, layout, preview, upload
from tongzhou.exchange.views.exports import export_file, export_page
from tongzhou.exchange.views.notices import notice_links, notices
from tongzhou.exchange.views.papers import table_file
from tongzhou.exchange.views.quick_start import quick_notice, quick_start
from tongzhou.exchange.views.templates import (
    template_archive,
    template_choice,
    template_edition,
    template_file,
    template_import,
    template_page,
    template_removal,
    template_save,
    template_settings,
    template_start,
)

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
    "table_file",
    "template_archive",
    "template_choice",
    "template_edition",
    "template_file",
    "template_import",
    "template_page",
    "template_removal",
    "template_save",
    "template_settings",
    "template_start",
    "upload",
]
