"""Writes of the notifications."""

from tongzhou.notifications.actions.telling import notify, tell

__all__ = ["notify", "tell"]
