"""The outer application: Starlette answers what must not wait for Django, and hands the rest to it in threads."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.urls import get_resolver
from starlette.applications import Starlette
from starlette.routing import Mount

from tongzhou.config.checkpoint import Checkpointer
from tongzhou.config.streams import Hub, events_route
from tongzhou.config.wsgi import application as django
from tongzhou.rhythm.jobs import EMBEDDED, Workers

WORKERS = 16
LAST_SECONDS = 1.0


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    checkpointer = Checkpointer()
    checkpointer.start()
    workers = Workers(() if settings.ENVIRONMENT.worker != "embedded" else EMBEDDED)
    workers.start()
    await hub.start()
    # Every page needs the addresses of all rooms. What is loaded by now stays, and the collector of cycles need not walk
    # through it again and again.
    assert get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.enable()
    try:
        yield
    finally:
        await hub.stop()
        # What is not done by now others do later; the whole process has ten seconds.
        workers.stop(LAST_SECONDS)
        checkpointer.stop()


hub = Hub()
pages = Mount("/", app=WSGIMiddleware(django, workers=WORKERS))  # type: ignore[arg-type]
application = Starlette(routes=[events_route(hub), pages], lifespan=lifespan)
