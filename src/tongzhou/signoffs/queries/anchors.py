"""Reads: how far each chain is known outside of the database: a file for each, of lines "number hash time".

Lines are only ever added. After a restore a line begins with "restored": what stood before it is history.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tongzhou.engine.chain import Anchor

TAIL = 16_384
HASH = 64


def chain_name(chain: int) -> str:
    """Return the name that a chain begins with."""
    return f"project {chain}"


def path_of(chain: int) -> Path:
    return folder() / f"{chain}.txt"


def folder() -> Path:
    return Path(settings.DATA_DIR) / "anchors"


def anchored_chains() -> list[int]:
    """Return the chains that have an anchor."""
    return sorted(int(path.stem) for path in folder().glob("*.txt") if path.stem.isdecimal())


def anchor_of(chain: int) -> Anchor | None:
    """Return the furthest entry that was anchored (since the last restore), None where there is none.

    Processes write after their commits, not in their order: so the furthest of the last lines counts, not the last one.
    """
    best: Anchor | None = None
    for restored, found in _last_lines(path_of(chain)):
        if best is None or restored or found.number > best.number:
            best = found
    return best


def _last_lines(path: Path) -> Iterator[tuple[bool, Anchor]]:
    """Yield the last whole lines; one that was cut by a crash says nothing."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - TAIL))
            lines = file.read().split(b"\n")[:-1]
    except OSError:
        return
    for line in lines:
        restored = line.startswith(b"restored ")
        number, _space, after = line.removeprefix(b"restored ").partition(b" ")
        hashed = after[:HASH]
        if number.isdigit() and len(hashed) == HASH and not hashed.strip(b"0123456789abcdef"):
            yield restored, Anchor(int(number), bytes.fromhex(hashed.decode()))
