"""Writes: the chain of formal acts, and how far it is known outside of the database."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from tongzhou.engine.canonical import canonical
from tongzhou.engine.chain import genesis, linked, sealed
from tongzhou.people.models import System, User
from tongzhou.signoffs.models import Act
from tongzhou.signoffs.queries.anchors import chain_name, path_of
from tongzhou.signoffs.queries.facts import instant_text

ORGANISATION = 0
LOCK = 0x746F6E67
log = logging.getLogger(__name__)


def append_act(*, project: int | None, kind: str, payload: Mapping[str, Any], by: User | System, now: datetime) -> Act:
    """Append a formal act to the chain of a project (None: of the organisation), in the caller's transaction.

    After the commit its hash is written to a file beside the database. The payload may hold days, instants and decimals.
    """
    with transaction.atomic():
        act = written(project or ORGANISATION, kind, payload, by, now)
        transaction.on_commit(partial(anchor, act.project_id, act.number, bytes(act.hash)))
    return act


def written(chain: int, kind: str, payload: Mapping[str, Any], by: User | System, now: datetime) -> Act:
    """Write an act after the last one of its chain. Only within a transaction; the anchor is the caller's."""
    number, previous = _next(chain)
    who = {"id": by.actor_id, "name": by.actor_name, "department": by.actor_department}
    entry = {"act": kind, "at": instant_text(now), "by": who, "number": number, "project": chain, "payload": _plain(payload)}
    body = canonical(entry)
    hashed = linked(previous, body)
    seal = sealed(settings.CHAIN_SECRET.encode(), hashed)
    return Act.objects.create(project_id=chain, number=number, body=body, hash=hashed, seal=seal)


def next_number(project: int | None) -> int:
    """Return the number that the next act of a chain will have; nobody else appends before this transaction ends."""
    return _next(project or ORGANISATION)[0]


def _next(chain: int) -> tuple[int, bytes]:
    _lock(chain)
    last = Act.objects.filter(project_id=chain).order_by("-number").values_list("number", "hash").first()
    return (last[0] + 1, bytes(last[1])) if last else (1, genesis(chain_name(chain)))


def keep_act(project_id: int | None, kind: str, payload: Mapping[str, Any], by: User | System, now: datetime) -> None:
    """Outcome "formal-act": what a lower room did was a formal act."""
    append_act(project=project_id, kind=kind, payload=payload, by=by, now=now)


def anchor(chain: int, number: int, hashed: bytes, restored: bool = False) -> None:
    """Write down outside of the database how far a chain has come, and wait until it is on the disk.

    A disk that cannot be written to does not undo what was committed: the anchor stays behind, which is no finding.
    """
    line = f"{'restored ' if restored else ''}{number} {hashed.hex()} {instant_text(datetime.now(UTC))}\n"
    path = path_of(chain)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, line.encode("ascii"))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        log.exception("the anchor of chain %s could not be written", chain)


def _lock(chain: int) -> None:
    """Let one transaction at a time append to a chain. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, chain % 2**31])


def _plain(value: Any) -> Any:
    """Return a payload as canonical JSON takes it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        return str(value)
    return value if value is None or isinstance(value, bool | int) else str(value)
