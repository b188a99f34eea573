"""What happens to notifications. That somebody read one is nobody else's business, and not on the record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NoticeChoicesChanged:
    """`person` is None for the defaults of the organisation."""

    person: int | None


@dataclass(frozen=True)
class DeliverySentAgain:
    delivery: int


@dataclass(frozen=True)
class TestMailSent:
    """An administrator tried the mail server."""

    person: int
