"""SQLite with a fair queue of writers inside one process.

SQLite lets writers of one file race for its lock and sleep in between; under load some wait far longer than others.
Threads of one process wait here in the order of their arrival and reach the file one at a time.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base, features


class FairLock:
    """A lock that is handed to its waiters in the order in which they came."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False

    def acquire(self, patience: float | None = None) -> bool:
        """Wait for the turn, at most `patience` seconds; return whether the lock is held now."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(patience):
            return True
        with self._guard:
            # It may have been handed over since.
            if not turn.is_set():
                self._waiting.remove(turn)
            return turn.is_set()

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False


def _busy() -> sqlite3.OperationalError:
    """What SQLite itself says to a writer that waited too long for another process."""
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


_locks: dict[str, FairLock] = {}
_locks_guard = threading.Lock()


def lock_of(name: str) -> FairLock:
    with _locks_guard:
        return _locks.setdefault(name, FairLock())


class DatabaseFeatures(features.DatabaseFeatures):
    """What SQLite can do: since 3.32 a statement takes 32,766 parameters, so many rows go in at once."""

    max_query_params = 32_766


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite backend; a transaction holds the process-wide lock of its file from BEGIN to its end."""

    features_class = DatabaseFeatures

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._fair: FairLock | None = None

    def _start_transaction_under_autocommit(self) -> None:
        lock = lock_of(str(self.settings_dict["NAME"]))
        if not lock.acquire(float(self.settings_dict["OPTIONS"].get("timeout", 5))):
            raise OperationalError("database is locked") from _busy()
        self._fair = lock
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._let_go()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()
        finally:
            if self.connection is None or not self.connection.in_transaction:
                self._let_go()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._let_go()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        if self._fair is not None:
            lock, self._fair = self._fair, None
            lock.release()
