"""A chain of entries, each hashed with the one before: what was written cannot be changed, moved or taken out unseen.

The hash of an entry is SHA-256(hash of the entry before ‖ SHA-256 of its bytes); before the first entry stands the hash of the
chain's name, so that no entry fits into another chain. Who has the hashes of the bytes alone can follow the chain without
reading what others did. Nothing here knows where entries are kept.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Row = tuple[int, bytes, bytes]
"""Number (from 1), the entry's bytes, the hash that is kept with it."""

Fault = Literal["missing", "changed", "forged", "cut", "anchor"]
"""What is wrong with the first bad entry: it is not there; its bytes or its hash are others; it was added by somebody who has
not the seal; it and what follows are gone although the anchor knows it; it is not the entry that was anchored."""


@dataclass(frozen=True)
class Anchor:
    """How far a chain is known outside of where it is kept: the number of an entry and its hash."""

    number: int
    hash: bytes


@dataclass(frozen=True)
class Walked:
    """What walking a chain found: how many entries follow each other, the hash of the last of them, and the first bad entry."""

    length: int
    head: bytes
    fault: Fault | None = None
    at: int = 0


def genesis(name: str) -> bytes:
    """Return the hash that stands before the first entry of the chain `name`."""
    return hashlib.sha256(b"tongzhou chain 1\n" + name.encode()).digest()


def linked(previous: bytes, body: bytes) -> bytes:
    """Return the hash of an entry that follows `previous`."""
    return hashlib.sha256(previous + hashlib.sha256(body).digest()).digest()


def sealed(secret: bytes, hashed: bytes) -> bytes:
    """Return the seal of a hash: only who has the secret can make it, and it is kept with the entry."""
    return hmac.digest(secret, hashed, "sha256")


def walk(name: str, rows: Iterable[Row], anchor: Anchor | None = None) -> Walked:
    """Walk through a chain, the first entry first, and stop at the first bad one."""
    sha, previous, number = hashlib.sha256, genesis(name), 0
    anchored = anchor.number if anchor else 0
    for kept_number, body, kept in rows:
        number += 1
        if kept_number != number:
            return Walked(number - 1, previous, "missing", number)
        found = sha(previous + sha(body).digest()).digest()
        if found != kept:
            return Walked(number - 1, previous, "changed", number)
        if number == anchored and anchor is not None and found != anchor.hash:
            return Walked(number - 1, previous, "anchor", number)
        previous = found
    if number < anchored:
        return Walked(number, previous, "cut", number + 1)
    return Walked(number, previous)
