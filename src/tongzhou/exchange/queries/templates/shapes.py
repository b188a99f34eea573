"""Shapes that a JSON value may have. Each reads one value and says by path what is wrong; nothing is guessed or mended."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from django.utils.translation import gettext as _

MOST_PROBLEMS = 200
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: `tasks[3].predecessors[0].task`."""

    path: str
    text: str


@dataclass
class Reading:
    """What was found wrong so far, at most MOST_PROBLEMS."""

    problems: list[Problem] = field(default_factory=list)

    def say(self, path: str, text: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(path, text))


Shape = Callable[[Any, str, Reading], Any]
"""(value, path, reading) -> the value as the document has it; anything where a problem was said."""


def text(longest: int, *, needed: bool = False) -> Shape:
    """A text of at most `longest` characters; with `needed` not an empty one."""

    def read(value: Any, path: str, reading: Reading) -> str:
        if not isinstance(value, str):
            reading.say(path, _("A text is needed."))
            return ""
        if needed and not value.strip():
            reading.say(path, _("This is needed."))
        if len(value) > longest:
            reading.say(path, _("At most %(limit)s characters.") % {"limit": longest})
        return value.strip()

    return read


def key(value: Any, path: str, reading: Reading) -> str:
    """A name by which other parts of the document refer to this one."""
    if not isinstance(value, str) or not KEY.fullmatch(value):
        reading.say(path, _("A key has 1 to 40 letters, digits, dots and hyphens."))
        return ""
    return value


def one_of(*allowed: str) -> Shape:
    """One of a few words."""

    def read(value: Any, path: str, reading: Reading) -> str:
        if value not in allowed or not isinstance(value, str):
            reading.say(path, _("One of %(values)s.") % {"values": "、".join(one or '""' for one in allowed)})
            return allowed[0]
        return value

    return read


def flag(value: Any, path: str, reading: Reading) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        reading.say(path, _("Yes or no (true or false) is needed."))
    return value is True


def number(low: float, high: float, *, whole: bool = False) -> Shape:
    """A number between two others, both included; of fractions four decimals count."""

    def read(value: Any, path: str, reading: Reading) -> float:
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            reading.say(path, _("A whole number is needed.") if whole else _("A number is needed."))
            return low
        if not low <= value <= high:
            reading.say(path, _("A number from %(low)s to %(high)s.") % {"low": low, "high": high})
            return low
        rounded = round(value, 4)
        return int(rounded) if rounded == int(rounded) else rounded

    return read


def or_nothing(shape: Shape) -> Shape:
    """The shape, or null."""
    return lambda value, path, reading: None if value is None else shape(value, path, reading)


def rows(shape: Shape, most: int) -> Shape:
    """A list of at most `most` of the shape."""

    def read(value: Any, path: str, reading: Reading) -> tuple[Any, ...]:
        if not isinstance(value, list):
            reading.say(path, _("A list is needed."))
            return ()
        if len(value) > most:
            reading.say(path, _("At most %(limit)s entries.") % {"limit": most})
        return tuple(shape(one, f"{path}[{place}]", reading) for place, one in enumerate(value[:most]))

    return read


def record(made: type[Any], **shapes: Shape) -> Shape:
    """An object with these fields and no others, as a dataclass; a field without default must be there."""
    needed = {one.name for one in fields(made) if one.default is MISSING and one.default_factory is MISSING}

    def read(value: Any, path: str, reading: Reading) -> Any:
        inside = f"{path}." if path else ""
        if not isinstance(value, dict):
            reading.say(path, _("An object is needed."))
            value = {}
        for name in value:
            if name not in shapes:
                reading.say(f"{inside}{name[:40]}", _("There is no such field."))
        for name in sorted(needed - set(value)):
            reading.say(f"{inside}{name}", _("This is needed."))
        found = {name: shapes[name](value[name], f"{inside}{name}", reading) for name in shapes if name in value}
        return made(**(dict.fromkeys(needed, "") | found))

    return read
