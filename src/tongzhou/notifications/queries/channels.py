"""Ways beyond the product by which people are told: what a channel is, and what it is handed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise

from tongzhou.lib.registry import CHANNELS
from tongzhou.lib.telling import Enclosure
from tongzhou.people.models import User

PRODUCT = "product"


@dataclass(frozen=True)
class Line:
    """One notice within a message; `url` is absolute, empty where there is nothing to open."""

    kind: str
    title: str
    text: str
    url: str
    at: datetime
    urgent: bool


@dataclass(frozen=True)
class Message:
    """What a channel hands to one person. `key` is the same for each try: the receiver sees one id."""

    key: str
    person: User
    lines: tuple[Line, ...]
    digest: bool
    choices_url: str
    enclosures: tuple[Enclosure, ...] = ()
    """Files that go along, where a way takes them."""


class Later(Exception):
    """The other side cannot take it now; `seconds` says when to try again where it said so."""

    def __init__(self, why: str, seconds: int | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


class Undeliverable(Exception):
    """The other side will never take it."""


class Channel(Protocol):
    """A way to tell people. One folder of `integrations` each; hung into CHANNELS by its name in config/wiring.py."""

    @property
    def word(self) -> str | Promise:
        """What people call it."""

    @property
    def icon(self) -> str: ...

    def is_on(self) -> bool:
        """Whether it is set up at all."""

    def reaches(self, person: User) -> bool:
        """Whether the person can be told this way (she has an address)."""

    def __call__(self, message: Message) -> None:
        """Hand it over.

        :raises Later: if it may go through at another time.
        :raises Undeliverable: if it never will.
        """


def channels() -> dict[str, Channel]:
    """Return every channel that the product knows, by name."""
    return {name: CHANNELS.at(name)[0] for name in CHANNELS.places()}  # type: ignore[misc]


def channels_on() -> dict[str, Channel]:
    """Return the channels that are set up."""
    return {name: channel for name, channel in channels().items() if channel.is_on()}
