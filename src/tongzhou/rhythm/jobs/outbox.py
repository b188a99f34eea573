"""The outbox: handlers of events are called after the commit, each once in effect, each tried again by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from tongzhou.lib.due import Hopeless
from tongzhou.lib.registry import EVENTS
from tongzhou.rhythm.actions.owing import EVENT, owe_part
from tongzhou.timeline.models import Event

log = logging.getLogger(__name__)


def tell_event(key: int, *, part: str, due_at: datetime, now: datetime) -> None:
    """Handler of due rows "event": call every handler of the event `key`, or (`part`) the one that failed before.

    One that fails does not keep the others from what they do: it gets a row of its own.
    """
    kind = Event.objects.values_list("kind", flat=True).get(pk=key)
    handlers = {name_of(handler): handler for handler in EVENTS.at(kind)}
    if part:
        if part not in handlers:
            raise Hopeless(f"{part} does not listen to {kind} any more")
        handlers[part](key)
    elif len(handlers) == 1:
        next(iter(handlers.values()))(key)
    else:
        for name, handler in handlers.items():
            try:
                with transaction.atomic():
                    handler(key)
            except Exception:
                log.warning("%s did not take event %s, and is asked again", name, key, exc_info=True)
                owe_part(EVENT, key, name, now)


def name_of(handler: Callable[..., object]) -> str:
    """Return the name by which a handler is known in stored rows."""
    return f"{handler.__module__}.{handler.__qualname__}".removeprefix("tongzhou.")[-160:]
