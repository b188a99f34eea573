"""What happens to charters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CharterPartWritten:
    charter: int
    part: str
    version: int


@dataclass(frozen=True)
class CharterCameIntoForce:
    """The last seat agreed. `baseline` is its number; None where there was no plan yet when it was asked to be signed."""

    charter: int
    sheet: int
    version: int
    baseline: int | None


@dataclass(frozen=True)
class MemoCameIntoForce:
    """Every seat agreed to this version of the memo."""

    sheet: int
    version: int


@dataclass(frozen=True)
class DutiesPublished:
    """A version of the duty statement was published."""

    statement: int
    version: int
