"""The JSON documents of a text. Networks of the usual kinds are read as rows of known types, which costs a third of reading
them as dictionaries; everything else, and everything malformed, is read as plain JSON data."""

import json
from decimal import Decimal
from typing import Any, TypedDict

import msgspec


class TaskRow(msgspec.Struct, gc=False):
    """A task as it is written."""

    id: int
    duration: int | None = None
    parent: int | None = None
    calendar: str | None = None
    constraint: str | None = None
    date: str | None = None
    deadline: str | None = None
    actual_start: str | None = None
    actual_finish: str | None = None
    percent: Any = None
    remaining: int | None = None
    cancelled: Any = None


class LinkRow(msgspec.Struct, gc=False, rename={"source": "from", "target": "to", "kind": "type"}):
    """A link as it is written."""

    source: int
    target: int
    kind: Any = None
    lag: Any = None
    within: int | None = None


class NetworkRow(TypedDict, total=False):
    """A network as it is written; keys that are missing stay so."""

    id: Any
    start: Any
    status: Any
    mode: Any
    calendars: Any
    calendar: Any
    minutes_per_day: Any
    tasks: list[TaskRow]
    links: list[LinkRow] | None
    honor_constraints: Any
    imposed_finish: Any
    critical_slack: Any


_NETWORK = msgspec.json.Decoder(NetworkRow, float_hook=Decimal)


def documents(text: str) -> list[Any]:
    """All documents, one after the other: a single one over many lines, or one a line.

    :raises ValueError: if it is no JSON.
    :raises RecursionError: if it is nested too deeply.
    """
    text = text.strip().removeprefix("\ufeff")
    try:
        return [_network(text)]
    except ValueError:
        pass
    try:
        return [_network(line) for line in text.split("\n") if line and not line.isspace()]
    except ValueError:
        return _plain(text)


def _network(text: str) -> Any:
    """One document as rows, or else as plain data; raises as `documents`."""
    try:
        return _NETWORK.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        found = _plain(text)
        if len(found) != 1:
            raise ValueError("not one document") from None
        return found[0]


def _plain(text: str) -> list[Any]:
    decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)
    at, found = 0, []
    while at < len(text):
        while text[at].isspace():
            at += 1
        document, at = decoder.raw_decode(text, at)
        found.append(document)
        while at < len(text) and text[at].isspace():
            at += 1
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
