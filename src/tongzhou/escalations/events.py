"""What happens to cases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CaseOpened:
    """`asked` is who answers at `level`; None where nobody does."""

    case: int
    level: int
    asked: int | None


@dataclass(frozen=True)
class CaseClimbed:
    """`by_clock`: its time ran out; else somebody gave a reason."""

    case: int
    level: int
    asked: int | None
    by_clock: bool


@dataclass(frozen=True)
class CaseOverdue:
    """Time ran out on the highest step: there is nobody above."""

    case: int
    level: int
    asked: int | None


@dataclass(frozen=True)
class CaseHandedBack:
    case: int
    level: int
    asked: int | None


@dataclass(frozen=True)
class CaseDecided:
    case: int
    level: int


@dataclass(frozen=True)
class CaseClosed:
    case: int
    level: int


@dataclass(frozen=True)
class LadderChanged:
    """`project` is None for the organisation."""

    project: int | None
