"""Writes of the documents room."""

from tongzhou.documents.actions.handing_out import Handing, hand_out, hand_out_again
from tongzhou.documents.actions.settings import Head, Wording, change_kind, change_letterhead

__all__ = ["Handing", "Head", "Wording", "change_kind", "change_letterhead", "hand_out", "hand_out_again"]
