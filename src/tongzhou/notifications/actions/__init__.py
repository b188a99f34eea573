"""Writes of the notifications."""

from tongzhou.notifications.actions.choosing import choose, follow_defaults
from tongzhou.notifications.actions.delivering import hand_over, send_again, send_test
from tongzhou.notifications.actions.reading import mark_all_read, mark_read, mark_unread
from tongzhou.notifications.actions.telling import notify, tell

__all__ = [
    "choose",
    "follow_defaults",
    "hand_over",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "notify",
    "send_again",
    "send_test",
    "tell",
]
