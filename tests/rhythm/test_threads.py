"""Threads that tick: woken at once, undisturbed by errors, gone when told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from tongzhou.lib import clock
from tongzhou.lib.due import DueKind
from tongzhou.lib.registry import DUES
from tongzhou.rhythm.actions import owe, set_due
from tongzhou.rhythm.jobs import Workers, threads
from tongzhou.rhythm.models import Due

Kinds = Callable[..., None]


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Kinds:
    def register(name: str, handler: Callable[..., Any], **more: Any) -> None:
        monkeypatch.setitem(DUES._values, name, DueKind(handler, label=name, **more))

    return register


@contextmanager
def working(**more: Any) -> Iterator[Workers]:
    workers = Workers(**more)
    workers.start()
    try:
        yield workers
    finally:
        assert workers.stop(5)
        connection.close()


def test_what_is_due_now_happens_as_soon_as_it_is_committed(kinds: Kinds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "POLL", 60.0)
    happened = threading.Event()
    kinds("bell", lambda key, **_more: happened.set())
    with working():
        time.sleep(0.5)
        with transaction.atomic():
            set_due("bell", 1, clock.now())
            time.sleep(0.3)
            assert not happened.is_set()
        assert happened.wait(2)


def test_what_others_owe_is_found_by_looking(kinds: Kinds, monkeypatch: pytest.MonkeyPatch) -> None:
    happened = threading.Event()
    monkeypatch.setattr(threads, "POLL", 0.1)
    kinds("bell", lambda key, **_more: happened.set(), apart=True)
    with working():
        Due.objects.create(kind="bell", key=1, at=clock.now(), next_at=clock.now(), lane=Due.Lane.APART)
        assert happened.wait(3)


def test_a_database_that_is_away_ends_no_thread(kinds: Kinds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "REST", 0.05)
    errors: list[Exception] = [OperationalError("away"), ValueError("a fault of ours")]
    worked = threading.Event()

    def work(*_how: Any) -> int:
        if errors:
            raise errors.pop(0)
        worked.set()
        return 0

    with working(threads=[(Due.Lane.CLOCK,)], work=work):
        assert worked.wait(3)


def test_whoever_stops_gives_back_what_is_not_begun(kinds: Kinds) -> None:
    begun = threading.Event()

    def slow(key: int, **_more: Any) -> None:
        begun.set()
        time.sleep(0.2)

    kinds("slow", slow)
    owe("slow", range(50), clock.now())
    with working():
        assert begun.wait(3)
    left = Due.objects.filter(kind="slow", holder=None, attempts=0).count()
    assert left == Due.objects.filter(kind="slow").count() > 40


def test_a_clock_that_was_set_is_cared_for(kinds: Kinds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "POLL", 0.05)
    cared: list[int] = []
    kinds("rhythm-care", lambda key, **_more: cared.append(key), soon=True)
    with working():
        _until(lambda: len(cared) == 1)
        real = time.time
        monkeypatch.setattr(threads.time, "time", lambda: real() - 3600)
        _until(lambda: len(cared) == 2)
        time.sleep(0.3)
        assert len(cared) == 2


def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 3
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)
