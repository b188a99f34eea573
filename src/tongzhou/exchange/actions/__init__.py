"""Writes of the exchange room."""

from tongzhou.exchange.actions.bringing import Made, Workbook, bring
from tongzhou.exchange.actions.drafts import adopt_proposals, answer_issue, confirm_draft, discard_draft, take_back, upload
from tongzhou.exchange.actions.exporting import record_export
from tongzhou.exchange.actions.layouts import lay_out_sheet

__all__ = [
    "Made",
    "Workbook",
    "adopt_proposals",
    "answer_issue",
    "bring",
    "confirm_draft",
    "discard_draft",
    "lay_out_sheet",
    "record_export",
    "take_back",
    "upload",
]
