"""Several servers side by side on one port: start them, start anew what died, end them together."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

from django.db import connection

POLL = 0.2
GRACE = 9.0
LONGEST_WAIT = 30.0
SETTLED = 60.0
"""Seconds after which a server that dies is not taken for one that cannot start."""


@dataclass
class _Place:
    """A server's place: its process, since when it runs, and how long to wait before the next start."""

    process: subprocess.Popen[bytes]
    begun: float
    wait: float = 1.0
    again_at: float | None = None


def supervise(host: str, port: int, workers: int) -> int:
    """Run `workers` servers until told to stop (SIGTERM, SIGINT); all of them are gone within ten seconds."""
    connection.close()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    places = [_Place(_start(host, port), time.monotonic()) for _at in range(workers)]
    while not stop.wait(POLL):
        for place in places:
            _look_after(place, host, port)
    _end([place.process for place in places])
    return 0


def _start(host: str, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tongzhou.config.cli", "serve", "--host", host, "--port", str(port), "--shared-port"]
    # A Ctrl+C of the terminal reaches the supervisor alone, which passes on its own signal.
    return subprocess.Popen(command, start_new_session=True)


def _look_after(place: _Place, host: str, port: int) -> None:
    """Start a server that died anew, later each time that it dies soon."""
    now = time.monotonic()
    if place.again_at is None and place.process.poll() is not None:
        place.wait = 1.0 if now - place.begun > SETTLED else min(place.wait * 2, LONGEST_WAIT)
        place.again_at = now + place.wait
        print(
            f"进程 {place.process.pid} 已退出（{place.process.returncode}），{place.wait:.0f} 秒后重启",
            file=sys.stderr,
            flush=True,
        )
    elif place.again_at is not None and now >= place.again_at:
        place.process, place.begun, place.again_at = _start(host, port), now, None


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + GRACE
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
