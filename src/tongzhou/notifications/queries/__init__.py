"""Reads of the notifications: kinds, choices, the inbox, deliveries."""

from tongzhou.notifications.queries.channels import Channel, Later, Line, Message, Undeliverable, channels_on
from tongzhou.notifications.queries.choices import Choices, choices_of, when
from tongzhou.notifications.queries.kinds import KINDS, NoticeKind

__all__ = [
    "KINDS",
    "Channel",
    "Choices",
    "Later",
    "Line",
    "Message",
    "NoticeKind",
    "Undeliverable",
    "channels_on",
    "choices_of",
    "when",
]
