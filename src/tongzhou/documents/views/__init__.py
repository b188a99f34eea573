"""Screens of the documents room."""

from tongzhou.documents.views.register import paper_file, papers
from tongzhou.documents.views.settings import paper_kind, paper_preview, paper_sample, paper_settings
from tongzhou.documents.views.verifying import verify, verify_paper

__all__ = [
    "paper_file",
    "paper_kind",
    "paper_preview",
    "paper_sample",
    "paper_settings",
    "papers",
    "verify",
    "verify_paper",
]
