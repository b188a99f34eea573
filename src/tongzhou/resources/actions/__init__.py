"""Writes of the resources room."""

from tongzhou.resources.actions.answering import Answer, answer_commitments
from tongzhou.resources.actions.asking import CommitmentSpec, ask_commitments, change_commitment, withdraw_commitment

__all__ = [
    "Answer",
    "CommitmentSpec",
    "answer_commitments",
    "ask_commitments",
    "change_commitment",
    "withdraw_commitment",
]
