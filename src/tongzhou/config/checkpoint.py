"""One connection of the process moves SQLite's log into the database file, so that no request has to."""

from __future__ import annotations

import logging
import sqlite3
import threading

from django.conf import settings

SECONDS = 5.0
log = logging.getLogger(__name__)


class Checkpointer:
    """A thread that checkpoints every few seconds and once at the end; does nothing on other databases."""

    def __init__(self) -> None:
        database = settings.DATABASES["default"]
        self._path = str(database["NAME"]) if database["ENGINE"] == "tongzhou.lib.sqlite" else ""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpoint", daemon=True)

    def start(self) -> None:
        if self._path:
            self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        connection = sqlite3.connect(self._path, timeout=1)
        try:
            while not self._stopped.wait(SECONDS):
                self._checkpoint(connection)
            self._checkpoint(connection)
        finally:
            connection.close()

    def _checkpoint(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.OperationalError as error:
            log.warning("checkpoint put off: %s", error)
