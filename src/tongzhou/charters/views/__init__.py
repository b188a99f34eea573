"""Screens of the charters room."""

from tongzhou.charters.views.charter import charter, charter_part, charter_sheets
from tongzhou.charters.views.duties import duty_download, duty_publication, duty_statement
from tongzhou.charters.views.memo import memo, memo_download, memo_now, memo_sheets
from tongzhou.charters.views.papers import basic_information_download, charter_download
from tongzhou.charters.views.signed import charter_signed

__all__ = [
    "basic_information_download",
    "charter",
    "charter_download",
    "charter_part",
    "charter_sheets",
    "charter_signed",
    "duty_download",
    "duty_publication",
    "duty_statement",
    "memo",
    "memo_download",
    "memo_now",
    "memo_sheets",
]
