"""The outer application: Starlette answers what must not wait for Django, and hands the rest to it in threads."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from a2wsgi import WSGIMiddleware
from django.urls import get_resolver
from starlette.applications import Starlette
from starlette.routing import Mount

from tongzhou.config.checkpoint import Checkpointer
from tongzhou.config.wsgi import application as django

WORKERS = 16


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    checkpointer = Checkpointer()
    checkpointer.start()
    # Every page needs the addresses of all rooms. What is loaded by now stays, and the collector of cycles need not walk
    # through it again and again.
    assert get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.enable()
    try:
        yield
    finally:
        checkpointer.stop()


application = Starlette(routes=[Mount("/", app=WSGIMiddleware(django, workers=WORKERS))], lifespan=lifespan)  # type: ignore[arg-type]
