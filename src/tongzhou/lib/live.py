"""Waking what watches for news in this process: called after a commit that somebody may want to hear of at once."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

_sleepers: set[Callable[[], None]] = set()


def add_sleeper(wake: Callable[[], None]) -> None:
    """Let `wake` be called, from whatever thread, after each commit that is announced."""
    _sleepers.add(wake)


def remove_sleeper(wake: Callable[[], None]) -> None:
    _sleepers.discard(wake)


def announce(_what: object = None) -> None:
    """Wake what sleeps when the caller's transaction is committed. Costs nothing where nobody does."""
    if _sleepers:
        transaction.on_commit(_wake)


def _wake() -> None:
    for wake in tuple(_sleepers):
        wake()
