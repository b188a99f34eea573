"""The ladder of escalation: which step is asked next, and which steps are passed over and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

DEPARTMENT, MANAGER, LEAD = 1, 2, 3
STEPS = (DEPARTMENT, MANAGER, LEAD)


@dataclass(frozen=True)
class Passed:
    """A step that nobody is asked on: its seat is empty, or its holder has been asked already."""

    level: int
    why: Literal["empty", "asked"]


@dataclass(frozen=True)
class Rise:
    """Where a case goes. `level` is None where no step is left above."""

    level: int | None
    passed: tuple[Passed, ...] = ()


def rise(holders: Mapping[int, int | None], after: int, asked: Collection[int] = ()) -> Rise:
    """Return the first step above `after` (0: none yet) whose holder is somebody who was not asked already.

    :param holders: by step the id of who answers there; None or missing where the seat is empty.
    """
    passed: list[Passed] = []
    for level in STEPS:
        if level <= after:
            continue
        holder = holders.get(level)
        if holder is not None and holder not in asked:
            return Rise(level, tuple(passed))
        passed.append(Passed(level, "empty" if holder is None else "asked"))
    return Rise(None, tuple(passed))


def step_below(holders: Mapping[int, int | None], level: int) -> int | None:
    """Return the nearest step below `level` on which somebody answers other than the holder of `level`; None without one."""
    here = holders.get(level)
    return next((one for one in reversed(STEPS) if one < level and holders.get(one) not in (None, here)), None)
