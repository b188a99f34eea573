"""The outer application: Starlette answers what must not wait for Django, and hands the rest to it in threads."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from a2wsgi import WSGIMiddleware
from starlette.applications import Starlette
from starlette.routing import Mount

from tongzhou.config.checkpoint import Checkpointer
from tongzhou.config.wsgi import application as django

WORKERS = 16


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    checkpointer = Checkpointer()
    checkpointer.start()
    # What is loaded by now stays: the collector of cycles need not walk through it again and again.
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        checkpointer.stop()


application = Starlette(routes=[Mount("/", app=WSGIMiddleware(django, workers=WORKERS))], lifespan=lifespan)  # type: ignore[arg-type]
