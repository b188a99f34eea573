"""When something happens again and again. 2026-03-02 is a Monday; 02-16 – 02-23 is the Spring Festival, 02-28 is worked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.engine.calendar import STANDARD_WEEK, CalendarException, WorkingCalendar
from tongzhou.engine.slots import NeverOccurs, Slot, SlotInvalid, next_slot, slots_between

SHANGHAI, BERLIN, APIA = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia")
FESTIVAL = CalendarException(date(2026, 2, 16), date(2026, 2, 23), ())
MADE_UP = CalendarException(date(2026, 2, 28), date(2026, 2, 28), ((540, 720), (780, 1080)))
WEEK = WorkingCalendar(STANDARD_WEEK, [FESTIVAL, MADE_UP])
EVERY_DAY = WorkingCalendar({day: ((540, 1080),) for day in range(7)})
NEVER = WorkingCalendar({})
FIVE = time(17)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def days(slot: Slot, first: str, last: str, calendar: WorkingCalendar = WEEK) -> list[str]:
    """The days on which the slot happens from `first` to `last`, as month-day."""
    begin, end = at(first) - timedelta(seconds=1), at(last) + timedelta(days=1)
    return [f"{one.astimezone(SHANGHAI):%m-%d}" for one in slots_between(slot, begin, end, calendar, SHANGHAI)]


@pytest.mark.parametrize(
    ("slot", "first", "last", "expected"),
    [
        (Slot("daily", FIVE), "2026-02-26", "2026-03-04", "02-26 02-27 02-28 03-02 03-03 03-04"),
        (Slot("daily", FIVE, "keep"), "2026-03-06", "2026-03-09", "03-06 03-07 03-08 03-09"),
        (Slot("daily", FIVE, "before"), "2026-02-12", "2026-02-25", "02-12 02-13 02-24 02-25"),
        (Slot("daily", FIVE, "after"), "2026-02-12", "2026-02-25", "02-12 02-13 02-24 02-25"),
        (Slot("daily", FIVE, "keep", every=3, anchor=date(2026, 3, 1)), "2026-03-02", "2026-03-10", "03-04 03-07 03-10"),
        (Slot("weekly", FIVE, weekday=4), "2026-02-06", "2026-03-07", "02-06 02-13 02-27 03-06"),
        (Slot("weekly", FIVE, "before", weekday=4), "2026-02-06", "2026-03-07", "02-06 02-13 02-27 03-06"),
        (Slot("weekly", FIVE, "after", weekday=4), "2026-02-06", "2026-03-07", "02-06 02-13 02-24 02-27 03-06"),
        # The Sunday of the worked Saturday moves to it, every other one to its Friday.
        (Slot("weekly", FIVE, "before", weekday=6), "2026-02-24", "2026-03-09", "02-28 03-06"),
        (
            Slot("weekly", time(10), "skip", every=2, weekday=0, anchor=date(2026, 2, 2)),
            "2026-02-01",
            "2026-04-01",
            "02-02 03-02 03-16 03-30",
        ),
        (Slot("monthly_working_day", FIVE, nth=-1), "2026-02-01", "2026-05-31", "02-28 03-31 04-30 05-29"),
        (Slot("monthly_working_day", FIVE, nth=1), "2026-02-01", "2026-05-31", "02-02 03-02 04-01 05-01"),
        (Slot("monthly_weekday", FIVE, weekday=1, nth=2), "2026-02-01", "2026-05-31", "02-10 03-10 04-14 05-12"),
        (Slot("monthly_weekday", FIVE, weekday=4, nth=-1), "2026-02-01", "2026-05-31", "02-27 03-27 04-24 05-29"),
        (Slot("monthly_weekday", FIVE, weekday=0, nth=5), "2026-02-01", "2026-07-31", "03-30 06-29"),
        (Slot("monthly", FIVE, "keep", day=31), "2026-02-01", "2026-05-31", "03-31 05-31"),
        (Slot("monthly", FIVE, "keep", day=-1), "2026-02-01", "2026-05-31", "02-28 03-31 04-30 05-31"),
        (Slot("monthly", FIVE, "before", day=-1), "2026-05-01", "2026-06-30", "05-29 06-30"),
        (Slot("monthly", FIVE, "after", day=-1), "2026-05-01", "2026-06-30", "06-01 06-30"),
        (Slot("daily", FIVE, last=date(2026, 3, 3)), "2026-03-01", "2026-03-31", "03-02 03-03"),
    ],
)
def test_days(slot: Slot, first: str, last: str, expected: str) -> None:
    assert days(slot, first, last) == expected.split()


def test_leap_days_come_however_rare() -> None:
    yearly = Slot("monthly", FIVE, "keep", every=12, day=29, anchor=date(2024, 2, 1))
    assert next_slot(yearly, at("2024-03-01"), EVERY_DAY, SHANGHAI) == at("2028-02-29T17:00")
    # 2100 has none, and this one is a Monday: 2096 is a Wednesday, 2104 a Friday, 2108 a Wednesday, 2112 a Monday.
    monday = WorkingCalendar({0: ((540, 1080),)})
    rare = Slot("monthly", FIVE, "skip", every=12, day=29, anchor=date(2024, 2, 1))
    assert next_slot(rare, at("2085-01-01"), monday, SHANGHAI) == at("2112-02-29T17:00")


@pytest.mark.parametrize(
    ("slot", "calendar"),
    [
        (Slot("daily", FIVE), NEVER),
        (Slot("daily", FIVE, "before"), NEVER),
        (Slot("daily", FIVE, "after"), NEVER),
        (Slot("monthly_working_day", FIVE, nth=-1), NEVER),
        (Slot("weekly", FIVE, weekday=6), WEEK),
        (Slot("monthly", FIVE, "keep", every=12, day=30, anchor=date(2026, 2, 1)), WEEK),
        (Slot("monthly_weekday", FIVE, "keep", weekday=0, nth=6), WEEK),
        (Slot("monthly_working_day", FIVE, nth=30), WEEK),
    ],
)
def test_what_never_happens_is_told(slot: Slot, calendar: WorkingCalendar) -> None:
    with pytest.raises(NeverOccurs):
        next_slot(slot, at("2026-03-02"), calendar, SHANGHAI)


@pytest.mark.parametrize("when", ["9999-12-31T23:00", "9999-12-30T17:00"])
def test_time_ends_with_the_year_9999(when: str) -> None:
    with pytest.raises(NeverOccurs):
        next_slot(Slot("weekly", time(1), "keep", weekday=0), at(when), EVERY_DAY, SHANGHAI)


def test_a_slot_whose_last_day_is_over_ends_quietly() -> None:
    slot = Slot("daily", FIVE, last=date(2026, 3, 2))
    assert next_slot(slot, at("2026-03-02T16:59"), WEEK, SHANGHAI) == at("2026-03-02T17:00")
    assert next_slot(slot, at("2026-03-02T17:00"), WEEK, SHANGHAI) is None
    assert next_slot(Slot("weekly", FIVE, weekday=6, last=date(2026, 4, 1)), at("2026-03-02"), WEEK, SHANGHAI) is None


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("pattern", {"pattern": "yearly"}),
        ("day_off", {"day_off": "later"}),
        ("at", {"at": time(17, tzinfo=UTC)}),
        ("every", {"every": 0}),
        ("every", {"every": 2}),
        ("weekday", {"pattern": "weekly"}),
        ("weekday", {"pattern": "weekly", "weekday": 7}),
        ("day", {"pattern": "monthly"}),
        ("day", {"pattern": "monthly", "day": 32}),
        ("day", {"pattern": "monthly", "day": 0}),
        ("nth", {"pattern": "monthly_working_day"}),
        ("nth", {"pattern": "monthly_weekday", "weekday": 1, "nth": 0}),
    ],
)
def test_rules_that_are_none_are_refused(field: str, fields: dict[str, object]) -> None:
    with pytest.raises(SlotInvalid, match=rf"^{field}$"):
        Slot(**({"pattern": "daily", "at": FIVE} | fields))  # type: ignore[arg-type]


def test_a_time_that_the_clock_skips_comes_when_it_has_skipped_it() -> None:
    """Berlin, 2026-03-29: 02:00 becomes 03:00."""
    slot = Slot("daily", time(2, 30), "keep")
    found = slots_between(slot, at("2026-03-28T00:00", BERLIN), at("2026-03-31T00:00", BERLIN), EVERY_DAY, BERLIN)
    assert [f"{one.astimezone(BERLIN):%d %H:%M}" for one in found] == ["28 02:30", "29 03:30", "30 02:30"]


def test_a_time_that_comes_twice_counts_once() -> None:
    """Berlin, 2026-10-25: 03:00 becomes 02:00 again."""
    slot = Slot("daily", time(2, 30), "keep")
    begin = at("2026-10-24T12:00", BERLIN)
    found = slots_between(slot, begin, at("2026-10-26T12:00", BERLIN), EVERY_DAY, BERLIN)
    assert [one.isoformat() for one in found] == ["2026-10-25T00:30:00+00:00", "2026-10-26T01:30:00+00:00"]
    assert next_slot(slot, datetime(2026, 10, 25, 1, 0, tzinfo=UTC), EVERY_DAY, BERLIN) == found[1]


def test_a_day_that_a_zone_leaves_out_is_no_second_one() -> None:
    """Samoa went from 2011-12-29 to 2011-12-31."""
    found = slots_between(
        Slot("daily", FIVE, "keep"), at("2011-12-29T00:00", APIA), at("2012-01-02T00:00", APIA), EVERY_DAY, APIA
    )
    assert [f"{one.astimezone(APIA):%d %H}" for one in found] == ["29 17", "31 17", "01 17"]


calendars = st.sampled_from([WEEK, EVERY_DAY, WorkingCalendar({0: ((540, 600),), 3: ((0, 1440),)})])
zones = st.sampled_from([SHANGHAI, BERLIN, APIA, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Australia/Lord_Howe")])
instants = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
slots = st.builds(
    Slot,
    st.sampled_from(["daily", "weekly", "monthly", "monthly_weekday", "monthly_working_day"]),
    st.times().map(lambda moment: moment.replace(microsecond=0)),
    st.sampled_from(["keep", "before", "after"]),
    every=st.integers(1, 5),
    weekday=st.integers(0, 6),
    day=st.integers(1, 28) | st.just(-1),
    nth=st.sampled_from([-4, -1, 1, 2, 4]),
    anchor=st.dates(date(2000, 1, 1), date(2030, 1, 1)),
)


@given(slots, instants, calendars, zones)
def test_the_next_slot_is_the_next_one(slot: Slot, after: datetime, calendar: WorkingCalendar, zone: ZoneInfo) -> None:
    """It lies after; nothing lies between; it falls on a working day where it has to; once a local day."""
    first = next_slot(slot, after, calendar, zone)
    assert first is not None
    second = next_slot(slot, first, calendar, zone)
    assert second is not None
    assert after < first < second
    middle = after + (first - after) / 2
    if middle < first:
        assert next_slot(slot, middle, calendar, zone) == first
    assert next_slot(slot, first - timedelta(microseconds=1), calendar, zone) == first
    days_of = [one.astimezone(zone) for one in (first, second)]
    # A time that is skipped on the eve of a day may be the first hour of it.
    assert days_of[0].date() < days_of[1].date() or days_of[0].time() != slot.at
    if slot.day_off != "keep" and all(one.timetz().replace(tzinfo=None) == slot.at for one in days_of):
        assert all(calendar.is_working_day(one.date()) for one in days_of)
