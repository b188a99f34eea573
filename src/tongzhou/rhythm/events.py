"""What happened to due rows by hand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DueTriedAgain:
    kind: str
    count: int


@dataclass(frozen=True)
class DueDropped:
    kind: str
    key: int
