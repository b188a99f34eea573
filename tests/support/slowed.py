"""Deeds at the same moment, each slow at one statement: two who lock the same things in different orders meet for certain."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Barrier, Event
from typing import Any

from django.db import connection

from tongzhou.lib import clock
from tongzhou.lib.access import Refused

PAUSE = 0.6
"""Seconds: long enough for the other one to come to its own statement."""
CHAIN = "pg_advisory_xact_lock"


@dataclass
class Slow:
    """A deed that pauses once, before or after the first statement that locks what `mark` names (on SQLite there is none)."""

    what: Callable[[], object]
    mark: str
    before: bool = False
    over: list[bool] = field(default_factory=list)

    def execute(self, execute: Any, sql: str, *rest: Any) -> Any:
        if self.over or self.mark not in sql or ("UPDATE" not in sql and self.mark != CHAIN) or sql.startswith("UPDATE"):
            return execute(sql, *rest)
        self.over.append(True)
        if self.before:
            Event().wait(PAUSE)
        answer = execute(sql, *rest)
        if not self.before:
            Event().wait(PAUSE)
        return answer


def slowly_at_once(now: datetime, *deeds: Slow) -> list[str]:
    """Do each deed in a thread of its own; return the codes of the refusals, or "". A deadlock is an error."""
    barrier = Barrier(len(deeds))

    def one(deed: Slow) -> str:
        barrier.wait()
        try:
            with clock.pretend(now), connection.execute_wrapper(deed.execute):
                deed.what()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(one, deeds))
