"""`/events`: one stream for each browser, by which it hears that something changed, and never what.

One poll for each process asks what is new, whoever wrote it; a commit in this process wakes it at once. Rights and sessions
are asked again: the rights for every hint, the sessions every few seconds.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from django.conf import settings
from django.db import Error, close_old_connections
from django.http.request import split_domain_port, validate_host
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tongzhou.lib import live
from tongzhou.lib.web import raised_as
from tongzhou.shell.queries.live import Lookout, News, Watcher, still_there, watcher_of, who_lost, who_sees

POLL, APART, CHECKED_EVERY, PING = 0.5, 0.05, 4.0, 20
MOST, MOST_OF_A_SESSION = 5000, 4
AGAIN_AFTER = 3000
"""Milliseconds after which a browser whose stream ended asks for another one."""
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class Stream:
    """An open stream. What it has not sent yet is kept together: one line for a project, however often it changed."""

    __slots__ = ("inbox", "open", "projects", "ready", "watcher")

    def __init__(self, watcher: Watcher) -> None:
        self.watcher, self.open = watcher, True
        self.projects: dict[int, tuple[int, bool]] = {}
        self.inbox = False
        self.ready = asyncio.Event()

    def end(self) -> None:
        self.open = False
        self.ready.set()

    async def hints(self) -> AsyncIterator[ServerSentEvent]:
        """Yield what there is to say, until the stream ends."""
        yield ServerSentEvent(data="{}", event="open", retry=AGAIN_AFTER)
        while True:
            await self.ready.wait()
            self.ready.clear()
            if not self.open:
                return
            projects, inbox = self.projects, self.inbox
            self.projects, self.inbox = {}, False
            for project, (version, mine) in projects.items():
                yield ServerSentEvent(data=json.dumps({"project": project, "version": version, "mine": mine}))
            if inbox:
                yield ServerSentEvent(data='{"inbox": true}')


class Hub:
    """The streams of this process."""

    def __init__(self) -> None:
        self._streams: set[Stream] = set()
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="streams")
        self._lookout = Lookout()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._called = asyncio.Event()

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        live.add_sleeper(self._call)
        self._task = self._loop.create_task(self._watch())

    async def stop(self) -> None:
        live.remove_sleeper(self._call)
        for stream in self._streams:
            stream.end()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._reader.shutdown(wait=True)

    async def answer(self, request: Request) -> Response:
        """Open a stream for the session of a browser; 401 where nobody is signed in by it."""
        host, _port = split_domain_port(request.headers.get("host", ""))
        if not validate_host(host, settings.ALLOWED_HOSTS):
            return Response(status_code=400)
        if len(self._streams) >= MOST:
            return Response(status_code=503, headers={"Retry-After": "30"})
        watcher = await self._ask(lambda: watcher_of(request.cookies.get(settings.SESSION_COOKIE_NAME, "")))
        if watcher is None:
            return Response(status_code=401, headers={"Cache-Control": "no-store"})
        stream = self._opened(watcher)
        return EventSourceResponse(self._until_closed(stream), ping=PING, sep="\n", headers=HEADERS)

    def _opened(self, watcher: Watcher) -> Stream:
        """Add a stream; a browser has one, and a few where it changes its leader: more than that end the oldest."""
        same = [stream for stream in self._streams if stream.watcher.session == watcher.session]
        for stream in same[: max(len(same) - MOST_OF_A_SESSION + 1, 0)]:
            stream.end()
        stream = Stream(watcher)
        self._streams.add(stream)
        return stream

    async def _until_closed(self, stream: Stream) -> AsyncIterator[ServerSentEvent]:
        try:
            async for hint in stream.hints():
                yield hint
        finally:
            self._streams.discard(stream)

    def _call(self) -> None:
        """Somebody committed in this process, in whatever thread."""
        if self._loop is not None and self._streams:
            self._loop.call_soon_threadsafe(self._called.set)

    async def _watch(self) -> None:
        checked = time.monotonic()
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._called.wait(), POLL)
            self._called.clear()
            if not self._streams:
                self._lookout = Lookout()
                continue
            try:
                await self._tell(await self._ask(self._lookout.look))
                if time.monotonic() - checked >= CHECKED_EVERY:
                    checked = time.monotonic()
                    await self._check()
            except raised_as(Error) as error:
                # The database is away: the streams stay, and hear of what came meanwhile when it is back.
                log.warning("streams: %s", type(error).__name__)
            await asyncio.sleep(APART)

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
        for stream in self._streams:
            _say(stream, news, seen, lost)

    async def _check(self) -> None:
        """End the streams whose session, person or password is another one by now."""
        streams = list(self._streams)
        living = await self._ask(lambda: still_there([stream.watcher for stream in streams]))
        for stream in streams:
            if stream.watcher.session not in living:
                stream.end()

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
        stream.ready.set()


def _asked(question: Callable[[], Any]) -> Any:
    try:
        return question()
    finally:
        close_old_connections()


def events_route(hub: Hub) -> Route:
    """Return the address of the streams. What it declares: everybody who is signed in, and nobody else (401)."""
    return Route("/events", hub.answer, methods=["GET"])
