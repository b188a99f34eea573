"""Registries by which a low room reaches a high one. Filled only in config/wiring.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from tongzhou.lib.due import DueKind
from tongzhou.lib.telling import Enclosure, Told

Entry = TypeVar("Entry", bound=Callable[..., object])
Value = TypeVar("Value")


class Registry(Generic[Entry]):
    """Named places, each with the callables that were hung there, in the order of registration."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Entry]] = defaultdict(list)

    def add(self, place: str, entry: Entry) -> None:
        self._entries[place].append(entry)

    def at(self, place: str) -> list[Entry]:
        return list(self._entries.get(place, ()))

    def places(self) -> list[str]:
        return sorted(self._entries)

    def clear(self) -> None:
        self._entries.clear()


class Table(Generic[Value]):
    """Names, each with the one thing that it stands for."""

    def __init__(self) -> None:
        self._values: dict[str, Value] = {}

    def add(self, name: str, value: Value) -> None:
        """Register.

        :raises ValueError: if the name is taken.
        """
        if name in self._values:
            raise ValueError(f"{name} is registered already")
        self._values[name] = value

    def get(self, name: str) -> Value | None:
        return self._values.get(name)

    def names(self) -> list[str]:
        return sorted(self._values)


EVENTS: Registry[Callable[..., None]] = Registry()
"""After commit, each handler once in effect: what happened (from the timeline's rows). Called by the rhythm's outbox."""
GATES: Registry[Callable[..., list[str]]] = Registry()
"""In the same transaction: return the reasons to refuse, or nothing."""
AUTHORITIES: Registry[Callable[..., bool]] = Registry()
"""In the same transaction, by the name of a gate: what was agreed elsewhere opens it, asked with what the gate was asked."""
OUTCOMES: Registry[Callable[..., None]] = Registry()
"""In the same transaction: something became final."""
HOLDS: Registry[Callable[[int], None]] = Registry()
"""In the same transaction, before the lower room locks rows of its own: lock the subject (its key) that its end will write."""
ROWS: Registry[Callable[..., Any]] = Registry()
"""In the same transaction: return a new row that a higher room keeps of what a lower room writes now."""
PANELS: Registry[Callable[..., object]] = Registry()
"""A higher room shows itself on a lower room's page: (request, subject) -> {"template": …, context} or None."""
QUESTIONS: Registry[Callable[..., Any]] = Registry()
"""What such panels ask the database first, so that the page asks for all at once: (project id, subject id) -> Question."""
SIGHTS: Registry[Callable[..., Iterable[Any]]] = Registry()
"""A higher room knows why a person sees what a lower room keeps: (her id, today) -> queries of the keys of what she sees."""
CHANNELS: Registry[Callable[..., None]] = Registry()
"""Ways to deliver a notification."""
NOTICES: Registry[Callable[[Any], list[Told]]] = Registry()
"""Who is told of an event of this kind: (timeline.models.Event) -> list of Told. Asked in the worker, never in the request."""
ENCLOSURES: Registry[Callable[..., list[Enclosure]]] = Registry()
"""What a mail carries along, by the kind of its notice: (its source like "event:17", now) -> files. Asked in the worker."""
DUES: Table[DueKind] = Table()
"""What is done when a row of the rhythm is due, by kind."""
