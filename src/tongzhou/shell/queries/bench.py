"""The workbench: what I owe a page at a time, who named me, and how my projects stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongzhou.lib import clock
from tongzhou.lib.params import text_asked
from tongzhou.people.models import User
from tongzhou.progress.queries import owed_by
from tongzhou.progress.queries.mine import Owed
from tongzhou.projects.queries.comments import Mentioned, mentions_of
from tongzhou.projects.queries.pins import Pin, pins_of

PAGE = 50
MOST_PROJECTS = 8
GROUPS = ("overdue", "today", "week", "later")


@dataclass(frozen=True)
class Chip:
    """A choice above the queue with how many it shows."""

    href: str
    word: str
    count: int
    on: bool


@dataclass(frozen=True)
class Bench:
    """What the workbench shows. `total` counts all that is owed, `shown` what the chosen filters leave."""

    groups: list[tuple[str, list[Owed]]]
    total: int
    shown: int
    chips: list[Chip]
    project: str
    before: str
    after: str
    mentions: list[Mentioned]
    projects: list[tuple[Pin, int]]


def bench_of(request: HttpRequest, user: User) -> Bench:
    """Return the workbench of `user`, filtered by `?show=` (a group) and `?project=` (a number). Four queries."""
    owed = owed_by(user)
    show, number = request.GET.get("show", ""), text_asked(request, "project", 40)
    show = show if show in GROUPS else ""
    mine = [row for row in owed if not number or row.number == number]
    rows = [row for row in mine if not show or row.group == show]
    pages = max((len(rows) + PAGE - 1) // PAGE, 1)
    text = text_asked(request, "page", 6)
    page = min(max(int(text) if text.isdecimal() else 1, 1), pages)
    part = rows[(page - 1) * PAGE : page * PAGE]
    counts = Counter(row.number for row in owed)
    pins = pins_of(user, clock.today(), MOST_PROJECTS)
    return Bench(
        groups=[(name, [row for row in part if row.group == name]) for name in GROUPS],
        total=len(owed),
        shown=len(rows),
        chips=_chips(mine, show, number),
        project=next((row.project for row in mine), number) if number else "",
        before=_query(show, number, page - 1) if page > 1 else "",
        after=_query(show, number, page + 1) if page < pages else "",
        mentions=mentions_of(user),
        projects=[(pin, counts[pin.number]) for pin in pins],
    )


def _chips(rows: list[Owed], show: str, number: str) -> list[Chip]:
    counts = Counter(row.group for row in rows)
    words = {"overdue": _("Overdue"), "today": _("Running now"), "week": _("Starts this week"), "later": _("Later")}
    found = [Chip(_query("", number), _("Everything"), len(rows), not show)]
    return found + [Chip(_query(name, number), word, counts[name], show == name) for name, word in words.items()]


def _query(show: str, number: str, page: int = 1) -> str:
    values = {"show": show, "project": number, "page": page if page > 1 else ""}
    return "?" + urlencode({name: value for name, value in values.items() if value})
