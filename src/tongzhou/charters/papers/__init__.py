"""Descriptions of the papers of this room."""

from tongzhou.charters.papers.basics import basic_information
from tongzhou.charters.papers.charter import charter_paper
from tongzhou.charters.papers.duties import duty_paper
from tongzhou.charters.papers.memo import memo_paper

__all__ = ["basic_information", "charter_paper", "duty_paper", "memo_paper"]
