"""Reads: confirmations and how they stand."""

from tongzhou.confirmations.queries.standing import (
    Answered,
    ConfirmationStands,
    asked_of,
    confirmation_or_404,
    may_answer,
    stands,
)

__all__ = ["Answered", "ConfirmationStands", "asked_of", "confirmation_or_404", "may_answer", "stands"]
