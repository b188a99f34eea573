"""Screens of the progress room."""

from tongzhou.progress.views import blocks, board, door, exceptions, form, mine, syncs, tracking

__all__ = ["blocks", "board", "door", "exceptions", "form", "mine", "syncs", "tracking"]
