"""The product under a clock that a test sets: `at_a_clock.py FILE COMMAND …` is `tongzhou COMMAND …` at the instant in FILE.

The product itself knows no such setting: this program sets Django's clock in its own process before the product is loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.utils import timezone


def set_clock(file: Path, moment: datetime) -> None:
    """Let the processes that follow `file` be at `moment` (aware) from now on."""
    fresh = file.with_suffix(".next")
    fresh.write_text(moment.isoformat(), encoding="ascii")
    fresh.replace(file)


def follow(file: Path) -> None:
    """Let this process be at the instant in `file`, whatever that says when it is asked."""
    vars(timezone)["now"] = _reader(file)


def _reader(file: Path) -> Callable[[], datetime]:
    def now() -> datetime:
        return datetime.fromisoformat(file.read_text(encoding="ascii"))

    return now


def main() -> int:
    follow(Path(sys.argv[1]))
    # The command line names the program that it would start anew: this one.
    del sys.argv[1]
    from tongzhou.config.cli import main as tongzhou

    return tongzhou(sys.argv[1:])


if __name__ == "__main__":
    # Beside this file stand modules with names that others have, too.
    sys.path[:] = [entry for entry in sys.path if entry != os.path.dirname(os.path.abspath(__file__))]
    sys.exit(main())
