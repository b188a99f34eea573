"""Numbers of projects: what a pattern says, and which number comes next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from tongzhou.lib.prepared import Question, prepared
from tongzhou.projects.access import WEIGHT_OF_KIND
from tongzhou.projects.models import NumberCounter, Organisation, Project

# No slash, question mark or control character: the number stands in addresses. Nothing that is not seen or turns the
# direction of writing either: two numbers that look alike would be two projects.
_UNSEEN = (
    r"\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    r"\ufff0-\uffff\U000e0000-\U000e0fff"
)
NUMBER = re.compile(rf"[^\s/?#%\\\x00-\x1f\x7f-\x9f\ud800-\udfff{_UNSEEN}]{{1,40}}")
# Words that mean something else in an address.
NOT_NUMBERS = ("new", "settings", "export", "filters", ".", "..")
PATTERNS: dict[str, str] = {
    Project.Kind.PROJECT: "XMB-{YYYY}-{N:3}",
    Project.Kind.PROCESS: "LC-{YYYY}-{N:3}",
    Project.Kind.TEMPORARY: "LX-{YYYY}-{N:3}",
    Project.Kind.LONG_TERM: "CQ-{YYYY}-{N:3}",
}
TOKEN = re.compile(r"\{(YYYY|YY|MM|N(?::[1-9])?)\}")
LARGEST_COUNT = 10**9


@dataclass(frozen=True)
class Shape:
    """A pattern with its year and month filled in: the counter stands between `head` and `tail`, `width` digits wide.

    `counted`: False where the pattern names no counter; then only further projects get one, after a hyphen.
    """

    head: str
    tail: str
    width: int
    counted: bool

    @property
    def scope(self) -> str:
        return f"{self.head}{{{self.width}}}{self.tail}"

    def number(self, count: int) -> str:
        if self.counted:
            return f"{self.head}{count:0{self.width}d}{self.tail}"
        return self.head if count == 1 else f"{self.head}-{count}"


def shape_of(pattern: str, day: date) -> Shape | None:
    """Return the pattern as of a day; None for one that cannot be read or gives no usable number."""
    days = {"YYYY": f"{day.year:04d}", "YY": f"{day.year % 100:02d}", "MM": f"{day.month:02d}"}
    counters = [found for found in TOKEN.findall(pattern) if found.startswith("N")]
    filled = TOKEN.sub(lambda found: days.get(found[1], "\0"), pattern)
    if len(counters) > 1 or pattern.count("\0") or "{" in filled or "}" in filled:
        return None
    head, _counter, tail = filled.partition("\0")
    width = int(counters[0][2:] or 1) if counters else 1
    shape = Shape(head, tail, width, bool(counters))
    return shape if head + tail and NUMBER.fullmatch(shape.number(LARGEST_COUNT)) else None


def organisation() -> Organisation:
    """Return the organisation's settings; unsaved ones with the defaults where nobody has set any. One query."""
    return _organisation.first() or Organisation()


def organisation_question() -> Question:
    """What `organisation` asks, to be asked ahead."""
    return _organisation.of()


@prepared
def _organisation() -> QuerySet[Organisation]:
    return Organisation.objects.order_by("pk")[:1]


def pattern_of(settings: Organisation, kind: str) -> str:
    return str(settings.patterns.get(kind) or PATTERNS[kind])


def weight_of(settings: Organisation, kind: str) -> str:
    """Return the weight with which a project of this kind begins."""
    chosen = settings.weights.get(kind) or WEIGHT_OF_KIND.get(kind, Project.Weight.STANDARD)
    return str(chosen)


def next_number(kind: str, day: date) -> str:
    """Return the number that a project of this kind would get now; it is not kept for anybody. At most four queries."""
    shape = shape_of(pattern_of(organisation(), kind), day)
    if shape is None:
        return ""
    last = NumberCounter.objects.filter(scope=shape.scope).values_list("last", flat=True).first() or 0
    return first_free(shape, last)[1]


def first_free(shape: Shape, last: int) -> tuple[int, str]:
    """Return the first count after `last` whose number no project has, and this number."""
    count = last + 1
    while Project.objects.filter(number=shape.number(count)).exists():
        count += 1
    return count, shape.number(count)
