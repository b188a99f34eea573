"""Due rows: owed, moved, cancelled, done once in effect, tried again, dead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from support.cast import NOW
from tongzhou.lib.due import Backoff, DueKind, Hopeless, Later
from tongzhou.lib.registry import DUES, EVENTS
from tongzhou.people.models import Preference, System, User
from tongzhou.rhythm.actions import cancel_due, owe, set_due
from tongzhou.rhythm.actions.taking import take, words_of
from tongzhou.rhythm.jobs import settle, tick
from tongzhou.rhythm.models import Due
from tongzhou.rhythm.queries import due_at
from tongzhou.timeline.actions import Subject, record


@dataclass(frozen=True)
class KettleBoiled:
    pass


@dataclass(frozen=True)
class KettleSang:
    pass


HOUR = timedelta(hours=1)
Calls = list[tuple[int, datetime, datetime]]


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch, db: None) -> Callable[..., None]:
    """Register kinds for this test."""

    def register(name: str, handler: Callable[..., Any], **more: Any) -> None:
        monkeypatch.setitem(DUES._values, name, DueKind(handler, label=name, **more))

    return register


@pytest.fixture
def calls(kinds: Callable[..., None]) -> Calls:
    """What the kind “bell” was called with."""
    heard: Calls = []
    kinds("bell", lambda key, due_at, now: heard.append((key, due_at, now)))
    return heard


def test_what_is_due_happens_once(calls: Calls) -> None:
    set_due("bell", 7, NOW)
    assert due_at("bell", 7) == NOW
    assert settle(NOW - HOUR) == 0 == len(calls)
    assert settle(NOW + HOUR) == 1
    assert calls == [(7, NOW, NOW + HOUR)]
    assert (settle(NOW + HOUR), due_at("bell", 7)) == (0, None)


def test_one_row_a_key_is_moved(calls: Calls) -> None:
    set_due("bell", 7, NOW)
    set_due("bell", 7, NOW + HOUR)
    assert (Due.objects.count(), settle(NOW), settle(NOW + HOUR)) == (1, 0, 1)
    assert calls == [(7, NOW + HOUR, NOW + HOUR)]


def test_many_are_owed_in_one_statement(calls: Calls, django_assert_num_queries: Any) -> None:
    set_due("bell", 2, NOW + 9 * HOUR)
    moment = NOW.replace(microsecond=123456)
    with django_assert_num_queries(1):
        owe("bell", [1, 2, 3, 3], moment)
    owe("bell", [], NOW)
    assert [due_at("bell", key) for key in (1, 2, 3)] == [moment] * 3
    settle(moment - timedelta(microseconds=1))
    assert calls == []
    settle(moment)
    assert sorted(key for key, _at, _now in calls) == [1, 2, 3]


def test_cancelled_things_do_not_happen(calls: Calls) -> None:
    set_due("bell", 7, NOW)
    assert (cancel_due("bell", 7), cancel_due("bell", 7)) == (True, False)
    assert (settle(NOW), calls) == (0, [])


@pytest.mark.parametrize("wrong", [lambda: set_due("no-such", 1, NOW), lambda: owe("bell", [1], datetime(2024, 3, 1))])
def test_programming_errors_are_told(calls: Calls, wrong: Callable[[], None]) -> None:
    with pytest.raises(ValueError, match=r"kind|naive"):
        wrong()


def test_a_failed_handler_leaves_nothing_and_is_called_again(kinds: Callable[..., None]) -> None:
    user = User.objects.create_user("a", "甲")

    def handler(key: int, **_more: Any) -> None:
        Preference.objects.create(user=user, key="k", value=1)
        raise ConnectionError("postgresql://u:geheim@h/db password=geheim token: geheim Bearer geheim")

    kinds("bell", handler, attempts=2, backoff=Backoff(HOUR))
    set_due("bell", 7, NOW)
    assert (tick(NOW), Preference.objects.count()) == (1, 0)
    row = Due.objects.get()
    assert "geheim" not in row.error
    assert row.error.startswith("ConnectionError: postgresql://…@h/db")
    assert (row.attempts, row.at, row.dead_at) == (1, NOW, None)
    assert NOW + HOUR <= row.next_at <= NOW + HOUR * 1.2
    assert (tick(NOW + HOUR * 0.9), tick(NOW + HOUR * 1.3)) == (0, 1)
    row.refresh_from_db()
    assert (row.attempts, row.dead_at, due_at("bell", 7)) == (2, NOW + HOUR * 1.3, None)
    assert tick(NOW + 99 * HOUR) == 0
    set_due("bell", 7, NOW)
    row.refresh_from_db()
    assert (row.attempts, row.dead_at, row.error) == (0, None, "")


def test_handlers_that_know_better_are_obeyed(kinds: Callable[..., None]) -> None:
    errors: list[Exception] = [Later(timedelta(days=30)), Hopeless("no such mailbox")]

    def handler(key: int, **_more: Any) -> None:
        raise errors.pop(0)

    kinds("bell", handler)
    set_due("bell", 7, NOW)
    tick(NOW)
    row = Due.objects.get()
    assert NOW + timedelta(days=3) <= row.next_at <= NOW + timedelta(days=3.6)
    tick(row.next_at)
    row.refresh_from_db()
    assert (row.error, row.attempts, row.dead_at is None) == ("Hopeless: no such mailbox", 2, False)


def test_one_that_fails_does_not_keep_others(kinds: Callable[..., None]) -> None:
    done: list[int] = []

    def handler(key: int, **_more: Any) -> None:
        if key == 2:
            raise ZeroDivisionError
        done.append(key)

    kinds("bell", handler)
    owe("bell", [1, 2, 3], NOW)
    with pytest.raises(ZeroDivisionError):
        settle(NOW)
    assert (sorted(done), list(Due.objects.values_list("key", "error"))) == ([1, 3], [(2, "ZeroDivisionError")])


def test_a_handler_may_move_its_own_row(kinds: Callable[..., None]) -> None:
    kinds("bell", lambda key, due_at, now: set_due("bell", key, now + HOUR))
    set_due("bell", 7, NOW)
    assert (settle(NOW), due_at("bell", 7)) == (1, NOW + HOUR)


def test_a_killed_worker_loses_its_rows_when_the_lease_ends(calls: Calls, kinds: Callable[..., None]) -> None:
    kinds("slow", lambda key, due_at, now: calls.append((key, due_at, now)), lease=HOUR)
    set_due("slow", 7, NOW)
    taken = take(Due.Lane.CLOCK, NOW, 10)
    assert [row.key for row in taken] == [7]
    assert (settle(NOW), settle(NOW + HOUR * 0.9)) == (0, 0)
    assert (settle(NOW + HOUR), len(calls)) == (1, 1)
    assert Due.objects.count() == 0


def test_what_was_moved_or_cancelled_after_it_was_taken_does_not_happen(calls: Calls) -> None:
    from tongzhou.rhythm.jobs.ticking import do

    owe("bell", [1, 2], NOW)
    first, second = take(Due.Lane.CLOCK, NOW, 10)
    set_due("bell", first.key, NOW + HOUR)
    cancel_due("bell", second.key)
    assert (do(first, NOW), do(second, NOW), calls) == ([], [], [])
    assert due_at("bell", first.key) == NOW + HOUR


def test_apart_handlers_run_and_are_removed_afterwards(kinds: Callable[..., None]) -> None:
    there: list[bool] = []
    kinds("mail", lambda key, **_more: there.append(Due.objects.filter(kind="mail", key=key).exists()), apart=True)
    owe("mail", [1, 2, 3], NOW)
    assert (settle(NOW), there, Due.objects.count()) == (3, [True] * 3, 0)


def test_a_kind_that_is_no_more_waits(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    set_due("bell", 7, NOW)
    monkeypatch.delitem(DUES._values, "bell")
    tick(NOW)
    assert Due.objects.get().error == "LookupError: no handler for bell"


@pytest.mark.due_kind("event")
def test_each_handler_of_an_event_is_called_once_in_effect(kinds: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    broken = [True]

    def fragile(event: int) -> None:
        if broken:
            raise ConnectionError("away")
        heard.append(-event)

    monkeypatch.setattr(EVENTS, "_entries", {"kettle-boiled": [heard.append, fragile]})
    made = record(KettleBoiled(), by=System(), now=NOW, subject=Subject("kettle", 1))
    record(KettleSang(), by=System(), now=NOW, subject=Subject("kettle", 1))
    assert Due.objects.count() == 1
    with pytest.raises(ConnectionError):
        settle(NOW)
    assert heard == [made.pk]
    assert Due.objects.get().part.endswith("fragile")
    broken.clear()
    settle(NOW + HOUR)
    assert (heard, Due.objects.count()) == ([made.pk, -made.pk], 0)


def test_errors_are_kept_in_one_line() -> None:
    assert words_of(ValueError("a\0\nb" + "\ud800" + "x" * 900))[:20] == "ValueError: a b?" + "x" * 4
    assert len(words_of(ValueError("x" * 900))) == 500
    assert words_of(KeyError()) == "KeyError"
