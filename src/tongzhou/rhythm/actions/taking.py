"""Taking what is due, by a lease; ending it well or badly. Any number of workers do so side by side."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from tongzhou.lib.due import Backoff, DueKind, Hopeless, Later
from tongzhou.lib.registry import DUES
from tongzhou.rhythm.actions.recurring import follow_slot
from tongzhou.rhythm.models import Due

LEASE = timedelta(minutes=5)
ATTEMPTS = 10
LONGEST_WAIT = timedelta(days=3)
JITTER = 0.2
KEPT_OF_ERRORS = 500
_chance = random.SystemRandom()
_NAMES = r"pass(?:word|wd|phrase)?|secret|token|access_token|api[_-]?key|key|sign|signature"
SECRETS = (
    (re.compile(r"(://)[^/\s@]+@"), r"\1…@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), r"\1 …"),
    (re.compile(rf"(?i)\b({_NAMES})(['\"]?\s*[=:]\s*)[^\s&,;]+"), r"\1\2…"),
)
"""What may stand in the words of an error and must not be kept: credentials in addresses, headers and parameters."""


@dataclass(frozen=True)
class Taken:
    """A due row that this worker holds until its lease ends."""

    pk: int
    kind: str
    key: int
    part: str
    at: datetime
    attempts: int
    """With this one."""
    recurring: bool
    holder: int


FIELDS = ("pk", "kind", "key", "part", "at", "attempts", "recurring")


def take(lane: int, now: datetime, most: int) -> list[Taken]:
    """Take at most `most` rows of a lane that are due, the oldest first; nobody else gets them before their lease ends.

    A transaction of its own: what a killed worker held counts as an attempt.
    """
    if not _due(lane, now).exists():
        # Looking costs no writer's turn.
        return []
    holder = _chance.getrandbits(62)
    with transaction.atomic():
        # SQLite has one writer at a time, and leaves the lock out.
        rows = _due(lane, now).order_by("next_at").select_for_update(skip_locked=True)
        found = [_taken(row, holder) for row in rows.values_list(*FIELDS)[:most]]
        for lease, ours in _by_lease(found).items():
            Due.objects.filter(pk__in=ours).update(next_at=now + lease, holder=holder, attempts=F("attempts") + 1)
    return found


def _due(lane: int, now: datetime) -> QuerySet[Due]:
    return Due.objects.filter(lane=lane, dead_at=None, next_at__lte=now)


def _taken(row: tuple[Any, ...], holder: int) -> Taken:
    pk, kind, key, part, at, attempts, recurring = row
    return Taken(pk, kind, key, part, at, attempts + 1, recurring, holder)


def still_held(taken: Iterable[Taken]) -> set[int]:
    """Return which rows nobody moved, cancelled or took since; they stay locked until the transaction ends."""
    rows = list(taken)
    held = Due.objects.filter(pk__in=[row.pk for row in rows], holder__in={row.holder for row in rows})
    return set(held.select_for_update().order_by("pk").values_list("pk", flat=True))


def held_by(pk: int, holder: int) -> Taken | None:
    """Return a row that was taken under this mark, or None if nobody holds it so any more."""
    row = Due.objects.filter(pk=pk, holder=holder, dead_at=None).values_list(*FIELDS).first()
    return None if row is None else replace(_taken(row, holder), attempts=row[5])


def in_hands() -> int:
    """Return how many rows workers hold."""
    return Due.objects.filter(attempts__gt=0, dead_at=None, holder__isnull=False).count()


def end(taken: Sequence[Taken], now: datetime) -> None:
    """What these rows asked for is done: they go, unless they were moved meanwhile; recurring ones wait for their next slot."""
    for row in taken:
        if row.recurring and not row.part:
            follow_slot(row.kind, row.key, holder=row.holder, now=now)
    if taken:
        once = [row.pk for row in taken if not row.recurring or row.part]
        Due.objects.filter(pk__in=once, holder=taken[0].holder).delete()


def fail(taken: Taken, error: BaseException, now: datetime) -> bool:
    """Keep what went wrong: the row is tried again after a while, or is dead; return whether it is dead.

    In the caller's transaction. A dead slot of a rhythm stands by itself, and the rhythm goes on.
    """
    kind = DUES.get(taken.kind)
    row = Due.objects.filter(pk=taken.pk, holder=taken.holder)
    if not isinstance(error, Hopeless) and taken.attempts < (kind.attempts if kind else ATTEMPTS):
        row.update(next_at=now + _wait(error, taken.attempts, kind), holder=None, error=words_of(error))
        return False
    dead = {"holder": None, "error": words_of(error), "dead_at": now, "next_at": now}
    if taken.recurring and not taken.part:
        Due.objects.create(
            kind=taken.kind,
            key=taken.key,
            part=f"@{taken.at.isoformat()}",
            at=taken.at,
            lane=row.values_list("lane", flat=True).first() or 0,
            attempts=taken.attempts,
            **dead,
        )
        follow_slot(taken.kind, taken.key, holder=taken.holder, now=now)
    else:
        row.update(**dead)
    return True


def give_back(taken: Iterable[Taken], now: datetime) -> None:
    """Let others take these rows at once: this worker ends, or its transaction was lost. The attempt does not count."""
    rows = list(taken)
    if rows:
        held = Due.objects.filter(pk__in=[row.pk for row in rows], holder=rows[0].holder)
        held.update(next_at=now, holder=None, attempts=F("attempts") - 1)


def release_stray(now: datetime) -> int:
    """Let go what waits longer than any lease or backoff lasts: the clock was ahead when they began. Return how many."""
    longest = max([LEASE, *(kind.lease for name in DUES.names() if (kind := DUES.get(name)))])
    held = Q(holder__isnull=False, next_at__gt=now + longest)
    waiting = Q(holder=None, attempts__gt=0, at__lte=now, next_at__gt=now + LONGEST_WAIT * (1 + JITTER))
    return Due.objects.filter(held | waiting, dead_at=None).update(next_at=now, holder=None)


def words_of(error: BaseException) -> str:
    """Return an error in one line without secrets, as administrators may read it."""
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    text = " ".join(text.encode("utf-8", "replace").decode().replace("\0", " ").split())
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return text[:KEPT_OF_ERRORS]


def _wait(error: BaseException, attempts: int, kind: DueKind | None) -> timedelta:
    """How long until the next attempt: as the handler says, else twice as long each time, never all at one instant."""
    if isinstance(error, Later):
        wait = max(error.wait, timedelta(seconds=1))
    else:
        wait = (kind.backoff if kind else Backoff()).after(attempts)
    return min(wait, LONGEST_WAIT) * _chance.uniform(1, 1 + JITTER)


def _by_lease(rows: Iterable[Taken]) -> dict[timedelta, list[int]]:
    found: dict[timedelta, list[int]] = defaultdict(list)
    for row in rows:
        kind = DUES.get(row.kind)
        found[kind.lease if kind else LEASE].append(row.pk)
    return found
