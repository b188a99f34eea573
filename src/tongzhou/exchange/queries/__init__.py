"""Reads of the exchange room."""

from tongzhou.exchange.queries.drafts import draft_or_404
from tongzhou.exchange.queries.preview import preview_of
from tongzhou.exchange.queries.proposal import propose

__all__ = ["draft_or_404", "preview_of", "propose"]
