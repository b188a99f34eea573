"""Screens of the progress room."""

from tongzhou.progress.views import door, form, mine, tracking

__all__ = ["door", "form", "mine", "tracking"]
