"""Writes of the exchange room."""

from tongzhou.exchange.actions.bringing import Made, Workbook, bring
from tongzhou.exchange.actions.drafts import (
    Answer,
    adopt_proposals,
    answer_issue,
    confirm_draft,
    discard_draft,
    take_back,
    upload,
)
from tongzhou.exchange.actions.exporting import record_export
from tongzhou.exchange.actions.layouts import lay_out_sheet
from tongzhou.exchange.actions.leftovers import remove_leftovers
from tongzhou.exchange.actions.notices import make_notice_links, why_link_opens_too_much

__all__ = [
    "Answer",
    "Made",
    "Workbook",
    "adopt_proposals",
    "answer_issue",
    "bring",
    "confirm_draft",
    "discard_draft",
    "lay_out_sheet",
    "make_notice_links",
    "record_export",
    "remove_leftovers",
    "take_back",
    "upload",
    "why_link_opens_too_much",
]
