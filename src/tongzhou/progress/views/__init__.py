"""Screens of the progress room."""

from tongzhou.progress.views import board, door, form, mine, tracking

__all__ = ["board", "door", "form", "mine", "tracking"]
