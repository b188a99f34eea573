"""Waking the threads of this process that wait for something to be due."""

from __future__ import annotations

import threading

_sleepers: set[threading.Event] = set()
_guard = threading.Lock()


def add_sleeper(sleeper: threading.Event) -> None:
    """Let `wake` set this event, until it is removed."""
    with _guard:
        _sleepers.add(sleeper)


def remove_sleeper(sleeper: threading.Event) -> None:
    with _guard:
        _sleepers.discard(sleeper)


def wake() -> None:
    """Let every waiting thread of this process look at once whether something is due."""
    with _guard:
        for sleeper in _sleepers:
            sleeper.set()
