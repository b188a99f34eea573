"""What happens to progress beyond the numbers of the plan."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HelpAsked:
    """A report asked a department for help."""

    item: int
    department: int
