"""One way to write a value down as bytes: canonical JSON after RFC 8785, and what differs between two such values.

Our values are texts, whole numbers, true, false, null, lists, and objects. Fractions travel as texts ("12.50"), dates as ISO
texts: so the one hard part of the RFC, the shape of a double, never arises.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly (RFC 8785, section 3.2.2.3)."""
DEEPEST = 60


class NotCanonical(ValueError):
    """A value has no canonical form; the text says where and why."""


def canonical(value: object) -> bytes:
    """Return the canonical JSON of a value, in UTF-8.

    :raises NotCanonical: for numbers that are not whole or too large, names that are not texts, lone surrogates, and depth.
    """
    _check(value, "", 0)
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of a value, 64 hexadecimal digits."""
    return sha256(canonical(value))


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _check(value: object, where: str, depth: int) -> None:
    if depth > DEEPEST:
        raise NotCanonical(f"{where}: deeper than {DEEPEST}")
    if isinstance(value, str):
        _check_text(value, where)
    elif isinstance(value, Mapping):
        _check_names(value, where)
        for name, inner in value.items():
            _check(inner, f"{where}/{name}", depth + 1)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            _check(inner, f"{where}/{place}", depth + 1)
    elif value is not None and not (isinstance(value, int) and abs(value) <= LARGEST):
        raise NotCanonical(f"{where}: {type(value).__name__} (or a number of more than 53 bits) has no canonical form")


def _check_names(value: Mapping[Any, object], where: str) -> None:
    for name in value:
        if not isinstance(name, str):
            raise NotCanonical(f"{where}: the name {name!r} is not a text")
        _check_text(name, where)


def _check_text(text: str, where: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical(f"{where}: a lone surrogate") from error


def _ordered(value: object) -> Any:
    """Order the names of objects by their UTF-16 code units, as the RFC asks; it differs from Python's order above U+FFFF."""
    if isinstance(value, Mapping):
        return {name: _ordered(value[name]) for name in sorted(value, key=lambda name: name.encode("utf-16-be"))}
    if isinstance(value, list | tuple):
        return [_ordered(inner) for inner in value]
    return value


@dataclass(frozen=True)
class Difference:
    """A value that two versions do not share: where, and what it was and is (None where it was not or is no more)."""

    path: tuple[str, ...]
    before: Any
    after: Any


def differences(before: object, after: object) -> list[Difference]:
    """Return where two values differ, in the order of the newer one; what is no more comes last within its object or list.

    Objects are compared name by name. Lists whose entries all have an "id" are compared entry by entry by that id, other lists
    place by place; an entry that came or went is one difference.
    """
    return list(_differences(before, after, ()))


def _differences(before: object, after: object, path: tuple[str, ...]) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _by_name(before, after, path)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        yield from _by_name(_named(before, after), _named(after, before), path)
    elif before != after or type(before) is not type(after):
        yield Difference(path, before, after)


def _by_name(before: Mapping[str, Any], after: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Difference]:
    for name in (*after, *(name for name in before if name not in after)):
        if name not in before:
            yield Difference((*path, name), None, after[name])
        elif name not in after:
            yield Difference((*path, name), before[name], None)
        else:
            yield from _differences(before[name], after[name], (*path, name))


def _named(entries: Sequence[Any], others: Sequence[Any]) -> dict[str, Any]:
    """Return the entries by their ids where all of both lists have one, else by their places."""
    if all(isinstance(entry, Mapping) and "id" in entry for entry in (*entries, *others)):
        return {str(entry["id"]): entry for entry in entries}
    return {str(place): entry for place, entry in enumerate(entries)}
