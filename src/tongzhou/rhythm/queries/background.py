"""Reads for administrators: what failed, what is tried again, what waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongzhou.lib import clock
from tongzhou.lib.registry import DUES
from tongzhou.rhythm.models import Due

STATES = {
    "dead": gettext_lazy("Failed"),
    "retried": gettext_lazy("Being tried"),
    "due": gettext_lazy("Already due"),
    "waiting": gettext_lazy("Waiting"),
}
PAGE = 50
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Row:
    """A due row as administrators see it: what it is about is named by its kind and number only."""

    id: int
    kind: str
    label: str
    key: int
    part: str
    at: datetime
    next_at: datetime
    attempts: int
    error: str
    dead_at: datetime | None
    held: bool


FIELDS = ("pk", "kind", "key", "part", "at", "next_at", "attempts", "error", "dead_at", "holder")


def label_of(kind: str) -> str:
    """Return what an administrator reads for a kind."""
    known = DUES.get(kind)
    return str(known.label) if known else kind


def kinds() -> list[tuple[str, str]]:
    """Return every kind with its words, in the order of the words."""
    return sorted(((name, label_of(name)) for name in DUES.names()), key=lambda pair: pair[1])


def rows_in(state: str, now: datetime, kind: str = "") -> QuerySet[Due]:
    """Return the rows of one of STATES, unsorted."""
    rows = Due.objects.filter(kind=kind) if kind else Due.objects.all()
    if state == "dead":
        return rows.filter(dead_at__isnull=False)
    rows = rows.filter(dead_at=None)
    if state == "retried":
        return rows.filter(attempts__gt=0)
    rows = rows.filter(attempts=0, lane__in=Due.Lane.values)
    return rows.filter(next_at__lte=now) if state == "due" else rows.filter(next_at__gt=now)


def counts(now: datetime, kind: str = "") -> dict[str, int]:
    """Return how many rows are in each of STATES; MOST_COUNTED + 1 stands for more. Four queries."""
    return {state: rows_in(state, now, kind)[: MOST_COUNTED + 1].count() for state in STATES}


def dead_by_kind() -> list[tuple[str, str, int]]:
    """Return each kind of which rows failed, with its words and their number. One query."""
    found = Due.objects.filter(dead_at__isnull=False).values_list("kind").annotate(Count("pk")).order_by("kind")
    return [(kind, label_of(kind), count) for kind, count in found]


def listed(state: str, now: datetime, kind: str = "", *, offset: int = 0, limit: int = PAGE) -> list[Row]:
    """Return one page of the rows in a state: what failed last first, else what is due first. One query, or one a lane."""
    rows = rows_in(state, now, kind)
    if state == "dead":
        return [_row(row) for row in rows.order_by("-dead_at", "-pk").values_list(*FIELDS)[offset : offset + limit]]
    found: list[Row] = []
    for lane in Due.Lane.values:
        # Each lane has its index; the first of them all are among the first of each.
        mine = rows.filter(lane=lane).order_by("next_at", "pk").values_list(*FIELDS)[: offset + limit]
        found += [_row(row) for row in mine]
    return sorted(found, key=lambda row: (row.next_at, row.id))[offset : offset + limit]


def background_card(request: HttpRequest, subject: None) -> dict[str, str]:
    """Panel of "administration": lead to the background jobs, and say how many failed. One query."""
    dead = rows_in("dead", clock.now())[: MOST_COUNTED + 1].count()
    word = ngettext("%(count)s failed", "%(count)s failed", dead) % {"count": dead}
    note = word if dead else _("Reminders, mail, what follows from changes")
    return {"href": reverse("background"), "icon": "refresh", "word": _("Background jobs"), "note": note}


def _row(values: tuple[object, ...]) -> Row:
    pk, kind, key, part, at, next_at, attempts, error, dead_at, holder = values
    return Row(pk, kind, label_of(kind), key, part, at, next_at, attempts, error, dead_at, holder is not None)  # type: ignore[arg-type]


def overdue_since(now: datetime) -> datetime | None:
    """Return since when the oldest row waits that is due and that nobody took, or None. One query a lane."""
    oldest: Iterator[datetime] = (
        at
        for lane in Due.Lane.values
        for at in Due.objects.filter(lane=lane, dead_at=None, next_at__lte=now)
        .order_by("next_at")
        .values_list("next_at", flat=True)[:1]
    )
    return min(oldest, default=None)
