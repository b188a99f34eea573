"""Reads that several parts of one page ask for: the frame, the view and a panel each need the project and its team.

While a page is answered nothing is written of what is read here, so it stays true until the answer is made: a download, which
is a GET, writes the register and the record alone. Outside of a safe request (an action, a command, a test) every call reads
anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

Value = TypeVar("Value")
_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("read", default=None)


class ReadsOnce:
    """Keep what `read_once` reads while a GET or HEAD is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _read.set({} if request.method in ("GET", "HEAD") else None)
        try:
            return self.get_response(request)
        finally:
            _read.reset(token)


def within_request() -> dict[Hashable, Any] | None:
    """Return what is kept of the safe request that is answered now, None outside of one."""
    return _read.get()


def read_once(key: Hashable, read: Callable[[], Value]) -> Value:
    """Return what `read` returns, within one safe request the same for the same key."""
    kept = _read.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    found: Value = kept[key]
    return found
