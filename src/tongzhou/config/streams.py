"""`/events`: one stream for each browser, by which it hears that something changed, and never what.

One poll for each process asks what is new, whoever wrote it; a commit in this process wakes it at once. Where processes tell
each other by Redis (`config/news.py`), a commit in any of them does, and the poll is a slow one. Rights and sessions are asked
again: the rights for every hint, the sessions every few seconds.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db import Error, close_old_connections
from django.http.request import split_domain_port, validate_host
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tongzhou.config.wiring import news
from tongzhou.lib import live
from tongzhou.lib.web import raised_as
from tongzhou.shell.queries.live import Lookout, News, Watcher, still_there, watcher_of, who_lost, who_sees

if TYPE_CHECKING:
    from tongzhou.config.news import Listener

POLL, APART, CHECKED_EVERY, PING = 0.5, 0.05, 4.0, 20
TOLD_POLL, AWAY_POLL = 15.0, 2.0
"""With Redis: while it tells what is new, and while it is away."""
MOST, MOST_OF_A_SESSION = 5000, 4
AGAIN_AFTER = 3000
"""Milliseconds after which a browser whose stream ended asks for another one."""
HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class Stream(Response):
    """An open stream: one task that waits for the browser to leave, and while there is something to say one that says it.

    What it has not sent yet is kept together: one line for a project, however often it changed, however slow the browser.
    """

    def __init__(self, watcher: Watcher, closed: Callable[[Stream], None]) -> None:
        self.watcher, self.status_code, self.background = watcher, 200, None
        self.projects: dict[int, tuple[int, bool]] = {}
        self.inbox = self.over = self.pinged = False
        self._closed = closed
        self._send: Send | None = None
        self._telling: asyncio.Task[None] | None = None
        self.init_headers(HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await _write(send, f"retry: {AGAIN_AFTER}\nevent: open\ndata: {{}}\n\n")
            self._send = send
            self.tell()
            # The only message of a browser that has asked is that it has gone; an answer that is whole gives it, too.
            while (await receive())["type"] != "http.disconnect":
                continue
        finally:
            self.over = True
            self._closed(self)

    def tell(self) -> None:
        """Let what is kept be said, if nothing is being said already."""
        if self._send is not None and (self._telling is None or self._telling.done()):
            self._telling = asyncio.get_running_loop().create_task(self._say(self._send))

    def end(self) -> None:
        self.over = True
        self.tell()

    async def _say(self, send: Send) -> None:
        while text := self._taken():
            await _write(send, text)
        if self.over:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _taken(self) -> str:
        projects, inbox, ping = self.projects, self.inbox, self.pinged
        self.projects, self.inbox, self.pinged = {}, False, False
        lines = [
            f"data: {json.dumps({'project': project, 'version': version, 'mine': mine})}\n\n"
            for project, (version, mine) in projects.items()
        ]
        return "".join([*lines, *(['data: {"inbox": true}\n\n'] if inbox else []), *([": ping\n\n"] if ping else [])])


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


class Hub:
    """The streams of this process."""

    def __init__(self) -> None:
        self._streams: set[Stream] = set()
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="streams")
        self._lookout = Lookout()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._called = asyncio.Event()
        self._listener: Listener | None = None
        self._listening: asyncio.Task[None] | None = None
        self._stopping = False
        self._pinged = time.monotonic()

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        live.add_sleeper(self._call)
        self._task = self._loop.create_task(self._watch())
        if settings.ENVIRONMENT.worker == "celery":
            from tongzhou.config.news import Listener

            self._listener = Listener(settings.ENVIRONMENT.redis_url, news(), self._called.set)
            self._listening = self._loop.create_task(self._listener.listen())

    async def stop(self) -> None:
        live.remove_sleeper(self._call)
        self.end_all()
        tasks = [task for task in (self._task, self._listening) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._reader.shutdown(wait=True)

    def end_all(self) -> None:
        """The server is told to stop: it waits for open connections, and these would stay open for ever."""
        self._stopping = True
        for stream in tuple(self._streams):
            stream.end()

    def end_soon(self) -> None:
        """End all streams; may be called from a handler of signals."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.end_all)

    async def answer(self, request: Request) -> Response:
        """Open a stream for the session of a browser; 401 where nobody is signed in by it."""
        host, _port = split_domain_port(request.headers.get("host", ""))
        if not validate_host(host, settings.ALLOWED_HOSTS):
            return Response(status_code=400)
        if len(self._streams) >= MOST or self._stopping:
            return Response(status_code=503, headers={"Retry-After": "30"})
        watcher = await self._ask(lambda: watcher_of(request.cookies.get(settings.SESSION_COOKIE_NAME, "")))
        if watcher is None:
            return Response(status_code=401, headers={"Cache-Control": "no-store"})
        return self._opened(watcher)

    def _opened(self, watcher: Watcher) -> Stream:
        """Add a stream; a browser has one, and a few where it changes its leader: more than that end the oldest."""
        same = [stream for stream in self._streams if stream.watcher.session == watcher.session]
        for stream in same[: max(len(same) - MOST_OF_A_SESSION + 1, 0)]:
            stream.end()
        stream = Stream(watcher, self._streams.discard)
        self._streams.add(stream)
        # What is new is new from now on.
        self._called.set()
        return stream

    def _call(self) -> None:
        """Somebody committed in this process, in whatever thread."""
        if self._loop is not None and self._streams:
            self._loop.call_soon_threadsafe(self._called.set)

    async def _watch(self) -> None:
        looked = checked = time.monotonic()
        while True:
            called = await self._wait(min(looked + self._rhythm(), checked + CHECKED_EVERY) - time.monotonic())
            now = time.monotonic()
            if not self._streams:
                self._lookout, looked, checked = Lookout(), now, now
                continue
            try:
                if called or now - looked >= self._rhythm():
                    looked = now
                    await self._tell(await self._ask(self._lookout.look))
                if now - checked >= CHECKED_EVERY:
                    checked = now
                    await self._check()
                    self._ping()
            except raised_as(Error) as error:
                # The database is away: the streams stay, and hear of what came meanwhile when it is back.
                log.warning("streams: %s", type(error).__name__)
            await asyncio.sleep(APART)

    def _rhythm(self) -> float:
        """After so many seconds one looks by oneself."""
        if self._listener is None:
            return POLL
        return TOLD_POLL if self._listener.there else AWAY_POLL

    async def _wait(self, seconds: float) -> bool:
        """Wait so long, or until somebody has committed; return whether somebody has."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._called.wait(), max(seconds, 0))
        called = self._called.is_set()
        self._called.clear()
        return called

    async def _tell(self, news: News) -> None:
        """Give every stream its hints: of projects that the person sees now, and of her inbox."""
        people = Counter(stream.watcher.user for stream in self._streams)
        if not news or not people:
            return
        seen: set[tuple[int, int]] = set()
        lost: set[int] = set()
        if news.projects:
            seen = await self._ask(lambda: who_sees(list(news.projects), people.keys()))
            lost = await self._ask(lambda: who_lost(list(news.projects), seen, people.keys()))
        for stream in tuple(self._streams):
            _say(stream, news, seen, lost)

    async def _check(self) -> None:
        """End the streams whose session, person or password is another one by now."""
        streams = list(self._streams)
        living = await self._ask(lambda: still_there([stream.watcher for stream in streams]))
        for stream in streams:
            if stream.watcher.session not in living:
                stream.end()

    def _ping(self) -> None:
        """Say now and then that one is there, so that no proxy takes the streams for dead."""
        if time.monotonic() - self._pinged < PING:
            return
        self._pinged = time.monotonic()
        for stream in self._streams:
            stream.pinged = True
            stream.tell()

    async def _ask(self, question: Callable[[], Answer]) -> Answer:
        assert self._loop is not None
        return await self._loop.run_in_executor(self._reader, _asked, question)


def _say(stream: Stream, news: News, seen: set[tuple[int, int]], lost: set[int]) -> None:
    user = stream.watcher.user
    for project, (version, actors) in news.projects.items():
        if (user, project) in seen:
            stream.projects[project] = (version, actors == {user})
    stream.inbox = stream.inbox or user in news.people or user in lost
    if stream.projects or stream.inbox:
        stream.tell()


def _asked(question: Callable[[], Any]) -> Any:
    try:
        return question()
    finally:
        close_old_connections()


def events_route(hub: Hub) -> Route:
    """Return the address of the streams. What it declares: everybody who is signed in, and nobody else (401)."""
    return Route("/events", hub.answer, methods=["GET"])
