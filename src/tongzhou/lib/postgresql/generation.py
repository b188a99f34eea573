"""Which data this process has seen: a restore puts others in their place, and what is cached then belongs to nothing.

`tongzhou restore` ends every connection to the database and writes a new row into the table of restorations, all in one
transaction. So a process notices with its next connection, before it asks anything: it answers nothing more, and begins anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

TABLE = "timeline_restoration"
log = logging.getLogger(__name__)


class Generation:
    """What this process knows of restorations: the last row's id when it first asked."""

    def __init__(self) -> None:
        self._seen: int | None = None
        self._tell: list[Callable[[], None]] = []
        self.restored = False

    def when_restored(self, tell: Callable[[], None]) -> None:
        """Call `tell` once when the data turn out to be others. It should end the process, which is then started anew."""
        self._tell.append(tell)

    def holds(self, connection: Any) -> bool:
        """Whether the data behind a new connection of psycopg are those of before. Waits for a restore to end."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [TABLE])
            there = cursor.fetchone()[0]
            if there:
                cursor.execute("SELECT COALESCE(MAX(id), 0) FROM timeline_restoration")
            found = int(cursor.fetchone()[0]) if there else 0
        if self._seen is None:
            self._seen = found
        elif found != self._seen:
            self._notice()
        return found == self._seen

    def forget(self) -> None:
        """Take what is there from now on as one's own: the restore itself, and tests."""
        self._seen, self.restored = None, False

    def _notice(self) -> None:
        if not self.restored:
            self.restored = True
            log.warning("the data were restored: this process begins anew")
            for tell in self._tell:
                tell()


GENERATION = Generation()
