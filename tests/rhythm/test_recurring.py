"""What recurs: one due row at the next slot, missed ones done once, single ones moved. 2024-03-01 is a Friday, 09:00 there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from support.cast import NOW
from support.checks import refused
from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.slots import Slot
from tongzhou.lib import clock
from tongzhou.lib.due import Backoff, DueKind
from tongzhou.lib.registry import DUES
from tongzhou.people.actions import change_calendar
from tongzhou.people.models import System, WorkCalendar
from tongzhou.people.queries import CalendarSpec, OwnDay
from tongzhou.rhythm.actions import cancel_rhythm, move_slot, set_rhythm
from tongzhou.rhythm.actions.taking import take
from tongzhou.rhythm.jobs import settle, tick
from tongzhou.rhythm.models import Due, Rhythm
from tongzhou.rhythm.queries import due_at, slot_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAYS = Slot("weekly", time(17), "before", weekday=4)
Heard = list[tuple[datetime, datetime]]


def march(day: int, hour: int = 17, month: int = 3) -> datetime:
    """An hour of Shanghai in 2024."""
    return datetime(2024, month, day, hour, tzinfo=UTC) - 8 * HOUR


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, db: None) -> Heard:
    """When the kind “report” was due and done, for the key 1."""
    calls: Heard = []
    kind = DueKind(lambda key, due_at, now: calls.append((due_at, now)), label="report")
    monkeypatch.setitem(DUES._values, "report", kind)
    return calls


def begin(slot: Slot = FRIDAYS, now: datetime = NOW) -> datetime | None:
    with clock.pretend(now):
        return set_rhythm("report", 1, slot)


def move(nominal: datetime, to: datetime | None, now: datetime = NOW) -> datetime | None:
    with clock.pretend(now):
        return move_slot("report", 1, nominal, to)


def test_each_slot_once_and_then_the_next(heard: Heard) -> None:
    assert begin() == march(1) == due_at("report", 1)
    for day in range(1, 23):
        settle(march(day, 18))
    assert heard == [(march(day), march(day, 18)) for day in (1, 8, 15, 22)]
    assert (due_at("report", 1), slot_of("report", 1), slot_of("report", 2)) == (march(29), FRIDAYS, None)


def test_what_was_missed_is_done_once(heard: Heard) -> None:
    begin()
    settle(march(27, 9))
    assert heard == [(march(22), march(27, 9))]
    assert due_at("report", 1) == march(29)


def test_a_slot_that_ends_leaves_no_row(heard: Heard) -> None:
    begin(Slot("daily", time(17), last=date(2024, 3, 1)))
    settle(march(1))
    assert (len(heard), Due.objects.count()) == (1, 0)
    assert begin(Slot("daily", time(17), last=date(2024, 2, 1))) is None
    assert Due.objects.count() == 0


def test_a_new_slot_takes_the_place_of_the_old_one(heard: Heard) -> None:
    begin()
    move(march(8), march(7))
    assert begin(Slot("daily", time(12))) == march(1, 12)
    assert (Rhythm.objects.get().moved, Due.objects.count()) == ({}, 1)
    assert (cancel_rhythm("report", 1), cancel_rhythm("report", 1), Due.objects.count()) == (True, False, 0)


def test_what_never_takes_place_is_refused(heard: Heard) -> None:
    with refused("slot-never", "slot"):
        begin(Slot("monthly", time(17), every=12, day=30, anchor=date(2024, 2, 1)))


def test_single_slots_are_moved_forth_back_and_dropped(heard: Heard) -> None:
    begin()
    assert move(march(8), march(20, 10)) == march(1)
    assert move(march(15), None) == march(1)
    assert move(march(29), march(28, 9)) == march(1)
    for day in range(1, 32):
        settle(march(day, 23))
    assert [due for due, _now in heard] == [march(1), march(20, 10), march(22), march(28, 9)]
    # 04-04 and 04-05 are a holiday.
    assert due_at("report", 1) == march(3, month=4)
    settle(march(3, month=4))
    assert Rhythm.objects.get().moved == {}


@pytest.mark.parametrize("nominal", [march(2), march(1, 16), march(23, month=2)])
def test_only_slots_to_come_are_moved(heard: Heard, nominal: datetime) -> None:
    begin()
    with refused("no-such-slot", "nominal"):
        move(nominal, march(20))


def test_nothing_is_moved_where_nothing_recurs(heard: Heard) -> None:
    with refused("no-rhythm"):
        move(march(8), None)


def test_a_dead_slot_stands_by_itself_and_the_rhythm_goes_on(monkeypatch: pytest.MonkeyPatch, heard: Heard) -> None:
    def broken(key: int, **_more: Any) -> None:
        raise ConnectionError("printer on fire")

    kind = DUES.get("report")
    assert kind is not None
    failing = DueKind(broken, label="report", attempts=2, backoff=Backoff(HOUR))
    monkeypatch.setitem(DUES._values, "report", failing)
    begin()
    tick(march(1))
    assert due_at("report", 1) == march(1)
    tick(march(1, 19))
    [dead] = Due.objects.exclude(dead_at=None)
    assert (dead.at, dead.attempts, dead.error, dead.recurring) == (march(1), 2, "ConnectionError: printer on fire", False)
    assert due_at("report", 1) == march(8)
    monkeypatch.setitem(DUES._values, "report", kind)
    settle(march(8))
    assert heard == [(march(8), march(8))]


@pytest.mark.due_kind("rhythm-renewal")
def test_a_changed_calendar_moves_the_next_slot(heard: Heard) -> None:
    begin()
    settle(march(1))
    organisation = WorkCalendar.objects.get(is_organisation=True)
    off = (OwnDay(date(2024, 3, 7), date(2024, 3, 8), False, "停电"),)
    change_calendar(by=System(), calendar=organisation, spec=CalendarSpec("公司日历", days=off), now=march(2))
    settle(march(2))
    assert due_at("report", 1) == march(6)


def test_a_calendar_without_such_days_stops_it_until_there_are_some_again(
    monkeypatch: pytest.MonkeyPatch, heard: Heard
) -> None:
    closed, open_again = WorkingCalendar({0: ((540, 1080),)}), WorkingCalendar({4: ((540, 1080),)})
    begin(Slot("weekly", time(17), weekday=4))
    for calendar, expected in ((closed, None), (open_again, march(1))):
        kind = DueKind(print, label="report", calendar={1: calendar}.__getitem__)
        monkeypatch.setitem(DUES._values, "report", kind)
        change_calendar(by=System(), spec=CalendarSpec(f"日历 {expected}"), now=NOW)
        settle(NOW)
        assert (due_at("report", 1), Rhythm.objects.filter(kind="report").count()) == (expected, 1)


def test_a_kind_has_its_own_calendar(monkeypatch: pytest.MonkeyPatch, heard: Heard) -> None:
    tuesdays = WorkingCalendar({1: ((540, 1080),)})
    monkeypatch.setitem(DUES._values, "report", DueKind(print, label="report", calendar=lambda key: tuesdays))
    assert begin(Slot("daily", time(17))) == march(5)


@pytest.mark.due_kind("rhythm-care")
def test_a_clock_that_was_ahead_leaves_nothing_waiting_for_its_hours(heard: Heard) -> None:
    """The clock stood a year ahead: a slot fired, a worker took a row, a delivery waited for its next attempt."""
    later = NOW + 365 * DAY
    begin(now=later)
    settle(later + 8 * DAY)
    Due.objects.bulk_create(
        Due(kind="report", key=key, at=NOW, next_at=at, lane=Due.Lane.CLOCK, holder=holder, attempts=1)
        for key, at, holder in ((2, later, 99), (3, later, None), (4, NOW + HOUR, None))
    )
    Due.objects.create(kind="rhythm-care", key=0, at=NOW, next_at=NOW, lane=Due.Lane.SOON)
    settle(NOW)
    assert [due_at("report", key) for key in (1, 2, 3, 4)] == [march(1), None, None, NOW]
    assert due_at("rhythm-care", 0) == NOW + HOUR


def test_a_clock_that_goes_back_a_little_fires_no_slot_twice(heard: Heard) -> None:
    begin()
    settle(march(1))
    Due.objects.create(kind="rhythm-care", key=0, at=NOW, next_at=NOW, lane=Due.Lane.SOON)
    settle(march(1, 16))
    settle(march(1, 18))
    assert len(heard) == 1


def test_a_killed_worker_leaves_the_slot_to_others(heard: Heard) -> None:
    begin()
    assert len(take(Due.Lane.CLOCK, march(1), 10)) == 1
    settle(march(1) + HOUR)
    assert (len(heard), due_at("report", 1)) == (1, march(8))
