"""One tick: take what is due and do it. In one transaction with the removal of its row, or apart from it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from threading import Event
from time import monotonic

from django.db import transaction

from tongzhou.lib import clock
from tongzhou.lib.due import DueKind, Later
from tongzhou.lib.registry import DUES
from tongzhou.rhythm.actions.recurring import latest_slot
from tongzhou.rhythm.actions.taking import Taken, end, fail, give_back, held_by, in_hands, still_held, take
from tongzhou.rhythm.models import Due

MOST_TAKEN = 200
"""Rows that a worker takes at once: others may take the rest."""
MOST_SENT = 1000
"""Rows that are with Celery at once."""
LONGEST_GROUP = 0.05
"""Seconds after which a transaction of several handlers is committed, so that writers of pages need not wait."""
log = logging.getLogger(__name__)


def tick(now: datetime, lanes: Iterable[int] = tuple(Due.Lane), stopped: Event | None = None) -> int:
    """Take what is due at `now` in these lanes, at most some rows of each, and do it; return how many rows were taken.

    :param stopped: when it is set, what was not begun is given back.
    """
    return sum(len(_tick(lane, now, stopped)[0]) for lane in lanes)


def settle(now: datetime) -> int:
    """Tick until nothing is due at `now`; return how many rows were taken. For commands and tests.

    :raises Exception: what the first handler raised that failed; its row waits for the next attempt.
    """
    failures: list[Exception] = []
    count = 0
    while rounds := [found for lane in Due.Lane if (found := _tick(lane, now))[0]]:
        count += sum(len(taken) for taken, _failed in rounds)
        failures += [error for _taken, failed in rounds for error in failed]
    if failures:
        raise failures[0]
    return count


def _tick(lane: int, now: datetime, stopped: Event | None = None) -> tuple[list[Taken], list[Exception]]:
    apart = lane == Due.Lane.APART
    taken = take(lane, now, 1 if apart else MOST_TAKEN)
    return taken, _do_apart(taken, now) if apart else _do_inside(taken, now, stopped)


def hand_over(now: datetime, lanes: Iterable[int], send: Callable[[int, int], None]) -> int:
    """Take what is due and send each row's id and mark to others who do it; return how many.

    So that nothing waits with them for longer than its lease, no more than MOST_SENT are with them at once.

    :raises Exception: what `send` raised; what was not sent is given back.
    """
    count = 0
    for lane in lanes:
        if in_hands() >= MOST_SENT:
            break
        taken = take(lane, now, MOST_TAKEN)
        for at, row in enumerate(taken):
            try:
                send(row.pk, row.holder)
            except Exception:
                give_back(taken[at:], now)
                raise
        count += len(taken)
    return count


def do_taken(pk: int, holder: int, now: datetime) -> bool:
    """Do a row that was handed over, unless its lease has ended and others have it; return whether it was ours."""
    taken = held_by(pk, holder)
    if taken is not None:
        do(taken, now)
    return taken is not None


def do(taken: Taken, now: datetime) -> list[Exception]:
    """Do one row that was taken; return what it failed by."""
    kind = DUES.get(taken.kind)
    return _do_apart([taken], now) if kind is not None and kind.apart else _do_inside([taken], now)


def _do_inside(taken: Sequence[Taken], now: datetime, stopped: Event | None = None) -> list[Exception]:
    """Do rows in groups, a transaction each. Where that cannot be committed, each of its rows has one of its own."""
    failed: list[Exception] = []
    left = list(taken)
    while left:
        if stopped is not None and stopped.is_set():
            give_back(left, now)
            break
        group = list(left)
        found: list[Exception] = []
        try:
            with transaction.atomic():
                done, found = _do_group(group, now)
            left = left[done:]
        except Exception as error:
            if len(group) > 1:
                done, found = len(group), [one for row in group for one in _do_inside([row], now)]
                left = []
            else:
                with transaction.atomic():
                    _note(group[0], error, now)
                found, left = [error], []
        failed += found
    return failed


def _do_group(rows: Sequence[Taken], now: datetime) -> tuple[int, list[Exception]]:
    """Do rows in the present transaction until its time is over; return how many were done, and what failed."""
    held, begun = still_held(rows), monotonic()
    ended: list[Taken] = []
    failed: list[Exception] = []
    count = 0
    for row in rows:
        count += 1
        if row.pk not in held:
            continue
        try:
            with transaction.atomic():
                _call(row, now)
            ended.append(row)
        except Exception as error:
            _note(row, error, now)
            failed.append(error)
        if monotonic() - begun > LONGEST_GROUP:
            break
    end(ended, now)
    return count, failed


def _do_apart(taken: Sequence[Taken], now: datetime) -> list[Exception]:
    """Do rows outside a transaction, and remove each afterwards."""
    failed: list[Exception] = []
    for row in taken:
        if row.pk not in _held_now(row):
            continue
        try:
            _call(row, now)
        except Exception as error:
            with transaction.atomic():
                _note(row, error, now)
            failed.append(error)
        else:
            with transaction.atomic():
                if still_held([row]):
                    end([row], now)
    return failed


def _held_now(row: Taken) -> set[int]:
    with transaction.atomic():
        return still_held([row])


def _call(row: Taken, now: datetime) -> None:
    kind = DUES.get(row.kind)
    if kind is None:
        raise LookupError(f"no handler for {row.kind}")
    recurs = row.recurring and not row.part
    due_at = latest_slot(row.kind, row.key, row.at, now) if recurs else row.at
    with clock.pretend(now):
        _handle(kind, row, due_at, now)


def _handle(kind: DueKind, row: Taken, due_at: datetime, now: datetime) -> None:
    if kind.by_part:
        kind.handler(row.key, part=row.part, due_at=due_at, now=now)
    else:
        kind.handler(row.key, due_at=due_at, now=now)


def _note(row: Taken, error: Exception, now: datetime) -> None:
    dead = fail(row, error, now)
    if not isinstance(error, Later):
        log.warning("%s %s failed (attempt %s%s)", row.kind, row.key, row.attempts, ", dead" if dead else "", exc_info=error)
