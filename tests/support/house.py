"""The product as it is run, by processes that may be killed at any moment and are started again."""

from __future__ import annotations

import random
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.place import COMMAND, Place, wait_ready
from support.served import free_port

GROUND = Path(__file__).parent / "ground.py"
PATIENCE = 60.0
LATE = "dead_at IS NULL AND attempts > 0 AND next_at > at AND at <= CURRENT_TIMESTAMP"
"""Rows that were begun: held by somebody, or waiting for another attempt."""


@dataclass
class Part:
    """A process of the product: a server with its port, or a worker (0)."""

    port: int
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0


@dataclass
class House:
    """A place that serves."""

    place: Place
    parts: list[Part] = field(default_factory=list)

    @classmethod
    def build(cls, place: Place, workers: int = 0) -> House:
        """On SQLite one server that does everything; on PostgreSQL two, and as many workers beside them."""
        ports = [free_port(), free_port(), *[0] * workers] if place.url else [free_port()]
        return cls(place, [Part(port) for port in ports])

    @property
    def ports(self) -> list[int]:
        return [part.port for part in self.parts if part.port]

    def start(self, *parts: Part) -> None:
        """Start these parts (without any: all), and wait until the servers among them answer."""
        parts = parts or tuple(self.parts)
        for part in parts:
            words = ["serve", "--port", str(part.port)] if part.port else ["worker", "--threads", "2"]
            quiet: Any = subprocess.DEVNULL
            part.process = subprocess.Popen([*COMMAND, *words], env=self.place.environment, stdout=quiet, stderr=quiet)
        for part in parts:
            if part.port:
                wait_ready(part.port)

    def kill(self, chance: random.Random) -> list[Part]:
        """Kill some of the parts at once (kill -9): one, some or all; return which."""
        count = chance.choices((1, 2, len(self.parts)), (6, 3, 1))[0]
        victims = chance.sample(self.parts, min(count, len(self.parts)))
        for part in victims:
            self._end(part)
            part.kills += 1
        return victims

    def stop(self) -> None:
        """End everything, however."""
        for part in self.parts:
            self._end(part)

    def _end(self, part: Part) -> None:
        if part.process is not None:
            part.process.kill()
            part.process.wait()

    def let_leases_end(self) -> None:
        """Let the time pass after which others take what the dead had begun: minutes that a test does not wait.

        What somebody is doing at this moment is left to her: whoever waited for it could stand in her way for good.
        """
        free = " FOR UPDATE SKIP LOCKED" if self.place.url else ""
        self.place.write(f"UPDATE rhythm_due SET next_at = at WHERE id IN (SELECT id FROM rhythm_due WHERE {LATE}{free})")

    def settle(self) -> None:
        """Wait until everything that is due is done."""
        deadline, before = time.monotonic() + PATIENCE, -1
        while left := self.left():
            assert time.monotonic() < deadline, left
            if left == before:
                self.let_leases_end()
            before, deadline = left, deadline if left >= before >= 0 else time.monotonic() + PATIENCE
            time.sleep(0.5)

    def left(self) -> int:
        """How many rows are due and not done."""
        soon = "now() + interval '1 second'" if self.place.url else "strftime('%Y-%m-%d %H:%M:%f', 'now', '+1 second')"
        return int(self.place.ask(f"SELECT COUNT(*) FROM rhythm_due WHERE dead_at IS NULL AND at <= {soon}")[0][0])
