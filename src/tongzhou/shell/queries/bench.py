"""The workbench: what I owe a page at a time, who waits because of me, and how my projects stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib import clock
from tongzhou.lib.params import text_asked
from tongzhou.lib.registry import PANELS
from tongzhou.lib.telling import BLOCK, LATE, Owed
from tongzhou.lib.waiting import due_words
from tongzhou.people.models import User
from tongzhou.projects.queries.comments import Mentioned, mentions_of
from tongzhou.projects.queries.pins import Pin, pins_of

PAGE = 50
MOST_PROJECTS, MOST_WAITING = 8, 12
GROUPS = ("overdue", "today", "week", "later")
SUNDAY = 6


@dataclass(frozen=True)
class Row:
    """A row as it is shown. `form` is None while it is closed; `open_url` opens it, "" where it has no form."""

    owed: Owed
    due: str
    tone: str
    open_url: str
    form: str | None


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

    now: datetime
    groups: list[tuple[str, list[Row]]]
    total: int
    shown: int
    chips: list[Chip]
    project: str
    here: str
    before: str
    after: str
    waiting: list[Row]
    mentions: list[Mentioned]
    projects: list[tuple[Pin, int]]


@dataclass(frozen=True)
class _Asked:
    """What the address asks for: overdue or a kind of row, a project (number), a page, the row that is open (its key)."""

    show: str
    number: str
    page: int
    open: str

    def query(self, **other: Any) -> str:
        values = {"show": self.show, "project": self.number, "page": self.page, "open": self.open} | other
        return "?" + urlencode({name: value for name, value in values.items() if value and (name, value) != ("page", 1)})


def owed_by_all(user: User, now: datetime) -> list[Owed]:
    """Return all that `user` owes, the most pressing first; what others wait for leads within its group."""
    found = [row for rows_of in PANELS.at("queue") for row in rows_of(user, now)]  # type: ignore[attr-defined]
    ends = _ends(now)
    far = now + timedelta(days=100_000)
    return sorted(found, key=lambda row: (group_of(row, now, ends), not row.waits, row.due_at or far, row.key))


def bench_of(request: HttpRequest, user: User) -> Bench:
    """Return the workbench of `user`: what `?show=`, `?project=` and `?page=` leave, with the row `?open=` opened.

    Three queries beside those of the rooms that hang rows there, and of the open form.
    """
    now = clock.now()
    owed, asked = owed_by_all(user, now), _asked(request)
    mine = [row for row in owed if not asked.number or row.number == asked.number]
    ends = _ends(now)
    if asked.show not in {"overdue", *map(_kind, mine)}:
        asked = replace(asked, show="")
    rows = [row for row in mine if asked.show in ("", _kind(row)) or (asked.show == "overdue" and _is_over(row, now))]
    pages = max((len(rows) + PAGE - 1) // PAGE, 1)
    asked = replace(asked, page=min(asked.page, pages))
    shown = [_row(row, now, asked, request) for row in rows[(asked.page - 1) * PAGE : asked.page * PAGE]]
    counts = Counter(row.number for row in owed)
    return Bench(
        now=timezone.localtime(now),
        groups=[(name, [row for row in shown if group_of(row.owed, now, ends) == at]) for at, name in enumerate(GROUPS)],
        total=len(owed),
        shown=len(rows),
        chips=_chips(mine, now, asked),
        project=next((row.project for row in mine), asked.number) if asked.number else "",
        here=asked.query(open=""),
        before=asked.query(page=asked.page - 1, open="") if asked.page > 1 else "",
        after=asked.query(page=asked.page + 1, open="") if asked.page < pages else "",
        waiting=[_row(row, now, asked, request) for row in owed if row.waits][:MOST_WAITING],
        mentions=mentions_of(user),
        projects=[(pin, counts[pin.number]) for pin in pins_of(user, clock.today(), MOST_PROJECTS)],
    )


def _asked(request: HttpRequest) -> _Asked:
    page = text_asked(request, "page", 6)
    return _Asked(
        text_asked(request, "show", 20),
        text_asked(request, "project", 40),
        max(int(page), 1) if page.isdecimal() else 1,
        text_asked(request, "open", 60),
    )


def _row(owed: Owed, now: datetime, asked: _Asked, request: HttpRequest) -> Row:
    due = owed.due_text or (due_words(owed.due_at, now) if owed.due_at else "")
    tone = owed.state or (BLOCK if _is_over(owed, now) else "")
    if not tone and owed.due_at and timezone.localtime(owed.due_at).date() == timezone.localtime(now).date():
        tone = LATE
    template, opened = owed.form_template, owed.key == asked.open
    form = render_to_string(template, dict(owed.filled()), request) if template and opened else None
    return Row(owed, due, tone, asked.query(open="" if opened else owed.key) if template else "", form)


def group_of(row: Owed, now: datetime, ends: tuple[datetime, datetime]) -> int:
    """Return the place of a row's group: overdue, today, this week, later."""
    if row.due_at is None:
        return GROUPS.index("later")
    if row.due_at < now:
        return 0
    return 1 + sum(row.due_at >= end for end in ends)


def _ends(now: datetime) -> tuple[datetime, datetime]:
    """Return when today and this week end."""
    local = timezone.localtime(now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1), midnight + timedelta(days=SUNDAY + 1 - local.weekday())


def _is_over(row: Owed, now: datetime) -> bool:
    return row.due_at is not None and row.due_at < now


def _kind(row: Owed) -> str:
    return row.key.partition("-")[0]


def _chips(rows: list[Owed], now: datetime, asked: _Asked) -> list[Chip]:
    """Everything, what is overdue, then each kind of row."""
    words = {_kind(row): row.kind for row in rows}
    counts = Counter(_kind(row) for row in rows)
    over = sum(_is_over(row, now) for row in rows)
    found = [("", _("Everything"), len(rows)), ("overdue", _("Overdue"), over)]
    found += [(kind, word, counts[kind]) for kind, word in words.items()]
    return [Chip(asked.query(show=name, page=1, open=""), word, count, asked.show == name) for name, word, count in found]
