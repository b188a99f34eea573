"""A chain shows what was done to it."""

from __future__ import annotations

import hashlib

import pytest

from tongzhou.engine.chain import Anchor, Row, Walked, genesis, linked, sealed, walk


def chain_of(*bodies: bytes, name: str = "project 1") -> list[Row]:
    previous, rows = genesis(name), []
    for number, body in enumerate(bodies, start=1):
        previous = linked(previous, body)
        rows.append((number, body, previous))
    return rows


GOOD = chain_of(b"one", b"two", b"three", b"four")
HEAD = GOOD[-1][2]


def test_a_good_chain_is_walked_to_its_end() -> None:
    assert walk("project 1", GOOD) == Walked(4, HEAD)
    assert walk("project 1", GOOD, Anchor(4, HEAD)) == Walked(4, HEAD)
    assert walk("project 1", []) == Walked(0, genesis("project 1"))


def test_the_hash_is_plain_sha256_of_what_was_before_and_the_entry() -> None:
    one, two = (hashlib.sha256(body).digest() for body in (b"one", b"two"))
    first = hashlib.sha256(hashlib.sha256(b"tongzhou chain 1\nproject 1").digest() + one).digest()
    assert GOOD[0][2] == first
    assert GOOD[1][2] == hashlib.sha256(first + two).digest()


def test_an_anchor_that_is_behind_is_no_finding() -> None:
    assert walk("project 1", GOOD, Anchor(2, GOOD[1][2])).fault is None


@pytest.mark.parametrize(
    ("rows", "anchor", "fault", "at"),
    [
        ([(1, b"0ne", GOOD[0][2]), *GOOD[1:]], None, "changed", 1),
        ([*GOOD[:2], (3, b"three", b"x" * 32), GOOD[3]], None, "changed", 3),
        ([GOOD[0], *GOOD[2:]], None, "missing", 2),
        ([*GOOD[:1], (2, *GOOD[2][1:]), (3, *GOOD[1][1:]), GOOD[3]], None, "changed", 2),
        (GOOD[:2], Anchor(4, HEAD), "cut", 3),
        ([], Anchor(4, HEAD), "cut", 1),
        (chain_of(b"one", b"two", b"3", b"four"), Anchor(4, HEAD), "anchor", 4),
        (chain_of(b"one", b"two", b"three", b"four", name="project 2"), None, "changed", 1),
        ([GOOD[0], GOOD[0], *GOOD[1:]], None, "missing", 2),
    ],
)
def test_the_first_bad_entry_is_named(rows: list[Row], anchor: Anchor | None, fault: str, at: int) -> None:
    found = walk("project 1", rows, anchor)
    assert (found.fault, found.at) == (fault, at)


def test_a_seal_needs_the_secret() -> None:
    assert sealed(b"one", HEAD) != sealed(b"two", HEAD)
    assert len(sealed(b"one", HEAD)) == 32
