"""Writes of the notifications."""

from tongzhou.notifications.actions.choosing import choose, follow_defaults
from tongzhou.notifications.actions.delivering import hand_over, send_again, send_test
from tongzhou.notifications.actions.reading import mark_all_read, mark_read, mark_unread
from tongzhou.notifications.actions.telling import Telling, notify, notify_all, tell

__all__ = [
    "Telling",
    "choose",
    "follow_defaults",
    "hand_over",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "notify",
    "notify_all",
    "send_again",
    "send_test",
    "tell",
]
