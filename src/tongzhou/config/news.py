"""News between processes by Redis, with `TONGZHOU_WORKER=celery`: that something was committed, and nothing of what it was.

A message carries the mark of the process that sends it; who gets it asks the database what is new, and who may hear of it.
Messages may be lost: whoever listens looks by itself now and then, and more often while Redis is away.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable

import redis
from redis.asyncio import Redis as Line

TIMEOUT, AGAIN_AFTER, QUIET = 2, 1.0, 5.0
"""Seconds: for an answer of Redis; until it is tried again; of silence after which the listener asks whether it is there."""
LAST_SECONDS = 0.5
log = logging.getLogger(__name__)


def channel_of(url: str) -> str:
    """Return the channel of an installation: those that share a Redis have databases of their own, channels know of none."""
    return f"tongzhou:news:{redis.Redis.from_url(url).connection_pool.connection_kwargs.get('db', 0)}"


class Publisher:
    """Says that this process has committed something. A thread does it: no commit waits for Redis, and many at once are one."""

    def __init__(self, url: str) -> None:
        self._url, self._channel = url, channel_of(url)
        self._begin()
        os.register_at_fork(after_in_child=self._begin)
        atexit.register(self.finish)

    def _begin(self) -> None:
        self.mark = secrets.token_hex(8)
        self._owed, self._said = threading.Event(), threading.Event()
        self._said.set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def __call__(self) -> None:
        """Somebody committed, in whatever thread."""
        self._said.clear()
        self._owed.set()
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="news", daemon=True)
                self._thread.start()

    def finish(self) -> None:
        """Wait a moment for what is not said yet: a command that ends has told the servers of what it did."""
        self._said.wait(LAST_SECONDS)

    def _run(self) -> None:
        client, away = redis.Redis.from_url(self._url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT), False
        while True:
            self._owed.wait()
            self._owed.clear()
            try:
                client.publish(self._channel, self.mark)
            except (redis.RedisError, OSError) as error:
                if not away:
                    log.warning("news: Redis is away (%s)", type(error).__name__)
                away = True
                self._owed.set()
                time.sleep(AGAIN_AFTER)
            else:
                away = False
                if not self._owed.is_set():
                    self._said.set()


class Listener:
    """Hears in this process what others say. `there`: whether Redis is, so that one need not look by oneself."""

    def __init__(self, url: str, own: Publisher | None, heard: Callable[[], None]) -> None:
        self._url, self._own, self._heard = url, own, heard
        self.there = False

    async def listen(self) -> None:
        """Listen until cancelled; called within a loop, to which `heard` belongs, too."""
        while True:
            try:
                await self._listen()
            except (redis.RedisError, OSError, TimeoutError) as error:
                if self.there:
                    log.warning("news: Redis is away (%s)", type(error).__name__)
                self.there = False
            # What was said meanwhile was said to nobody.
            self._heard()
            await asyncio.sleep(AGAIN_AFTER)

    async def _listen(self) -> None:
        async with Line.from_url(self._url, socket_connect_timeout=TIMEOUT) as client, client.pubsub() as line:
            await line.subscribe(channel_of(self._url))
            asked = False
            while True:
                message = await line.get_message(timeout=QUIET)
                if message is not None:
                    asked = False
                    self._take(message["type"], message["data"])
                elif asked:
                    raise TimeoutError("no answer")
                else:
                    asked = True
                    await line.ping()

    def _take(self, kind: str, data: object) -> None:
        if kind == "subscribe":
            self.there = True
        elif kind != "message" or (self._own is not None and data == self._own.mark.encode()):
            # What this process committed itself it has heard of already.
            return
        self._heard()
