"""Reads of the shell."""

from tongzhou.shell.queries.frame import navigation

__all__ = ["navigation"]
