"""Threads that tick: in the server's process, or in one that does nothing else."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from tongzhou.lib import clock
from tongzhou.rhythm.actions import add_sleeper, remove_sleeper, set_due, wake
from tongzhou.rhythm.jobs.care import CARE
from tongzhou.rhythm.jobs.ticking import tick
from tongzhou.rhythm.models import Due

POLL = 1.0
"""Seconds after which a thread looks again, unless it is woken: what other processes owed."""
REST = 5.0
"""Seconds of rest when the database is away."""
JUMP = 60.0
"""Seconds by which the clock of the wall may move against the one that only runs."""
EMBEDDED: tuple[tuple[int, ...], ...] = ((Due.Lane.SOON,), (Due.Lane.CLOCK,), (Due.Lane.APART,), (Due.Lane.APART,))
"""The threads of a server, each with the lanes that it looks after."""
log = logging.getLogger(__name__)


class Workers:
    """Threads that do what is due until they are stopped. What one holds when its process dies others take later."""

    def __init__(self, threads: Sequence[Sequence[int]] = EMBEDDED, work: Callable[..., int] = tick) -> None:
        """Prepare the threads, each with its lanes.

        :param work: what takes and does rows of some lanes: `tick`, or what hands them to others.
        """
        self._work = work
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(tuple(lanes), at == 0), name=f"rhythm-{at}", daemon=True)
            for at, lanes in enumerate(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float) -> bool:
        """Take nothing more, and wait at most `patience` seconds for what is under way; return whether it ended."""
        self._stopped.set()
        wake()
        deadline = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0.0))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self, lanes: tuple[int, ...], keeps_time: bool) -> None:
        sleeper, cared = threading.Event(), None
        add_sleeper(sleeper)
        try:
            while not self._stopped.is_set():
                sleeper.clear()
                # Who was told to stop just before hears it no more by being woken.
                if self._stopped.is_set():
                    return
                skew = time.time() - time.monotonic()
                # At the start, and when somebody sets the clock: what waits for a wrong hour is set right.
                rest = 0.0
                if keeps_time and (cared is None or abs(skew - cared) > JUMP):
                    rest = _safely(lambda: set_due(CARE, 0, clock.now()))
                    cared = cared if rest else skew
                rest = rest or _safely(lambda: self._work(clock.now(), lanes, self._stopped))
                if rest:
                    sleeper.wait(rest)
        finally:
            remove_sleeper(sleeper)
            connection.close()


def _safely(work: Callable[[], object]) -> float:
    """Do some work; return how many seconds to rest then, 0 after some. Whatever goes wrong, the thread goes on."""
    try:
        close_old_connections()
        return POLL if work() == 0 else 0.0
    except (DatabaseError, InterfaceError, ConnectionError) as error:
        log.warning("what is due waits, for a server is away: %s", error)
        return REST
    except Exception:
        log.exception("a round of the rhythm failed")
        return REST
    finally:
        close_old_connections()
