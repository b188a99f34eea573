"""What happens to sheets and seats that sign."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SheetOpened:
    sheet: int
    kind: str
    version: int
    digest: str


@dataclass(frozen=True)
class SheetSigned:
    """`final`: nobody else had to sign, the sheet is in force."""

    sheet: int
    place: int
    decision: str
    final: bool
    principal: int | None


@dataclass(frozen=True)
class SheetRefused:
    sheet: int
    place: int
    principal: int | None


@dataclass(frozen=True)
class SignatureWithdrawn:
    sheet: int
    place: int


@dataclass(frozen=True)
class SheetVoided:
    sheet: int


@dataclass(frozen=True)
class SeatDelegated:
    delegation: int
    delegate: int


@dataclass(frozen=True)
class DelegationEnded:
    delegation: int
    delegate: int


@dataclass(frozen=True)
class SheetSeen:
    """A person had a sheet before her; `whole`: she came to its end."""

    sheet: int
    digest: str
    whole: bool
