"""Reads: what number a paper gets by the organisation's pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

LONGEST = 60
_TOKEN = re.compile(r"\{(prefix|project|year|month|n(?::0?([1-9]))?)\}")
_BRACE = re.compile(r"[{}]")
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Shape:
    """A pattern with all filled in but its counter, which stands between `head` and `tail`, `width` digits wide."""

    head: str
    tail: str
    width: int

    @property
    def stem(self) -> str:
        """Within this all counters differ."""
        return f"{self.head}{{n}}{self.tail}"

    def number(self, count: int) -> str:
        return f"{self.head}{count:0{self.width}d}{self.tail}"


def is_pattern(pattern: str) -> bool:
    """Return whether papers can be numbered by a pattern: it has one counter and nothing that is not understood."""
    if not 0 < len(pattern) <= LONGEST or _UNFIT.search(pattern):
        return False
    counters = sum(found[1].startswith("n") for found in _TOKEN.finditer(pattern))
    return counters == 1 and not _BRACE.search(_TOKEN.sub("", pattern))


def shape_of(pattern: str, *, prefix: str, project: str, day: date) -> Shape:
    """Return a pattern as of a day.

    :raises ValueError: for one that is no pattern.
    """
    if not is_pattern(pattern):
        raise ValueError(pattern)
    if not project:
        # What has no project leaves out its place and the sign before it.
        pattern = re.sub(r"[-_/.·]?\{project\}", "", pattern)
    said = {"prefix": prefix, "project": project, "year": f"{day.year:04d}", "month": f"{day.month:02d}"}
    counter = next(found for found in _TOKEN.finditer(pattern) if found[1].startswith("n"))

    def filled(text: str) -> str:
        return _TOKEN.sub(lambda found: said[found[1]], text)

    return Shape(filled(pattern[: counter.start()]), filled(pattern[counter.end() :]), int(counter[2] or 1))
