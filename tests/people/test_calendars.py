"""Working calendars in layers: the nearest definition of a day wins. Answers are worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from support.cast import NOW, Cast
from support.checks import refused, said, unchanged
from tongzhou.lib.access import Forbidden
from tongzhou.people.actions import (
    announce_year,
    as_if,
    change_calendar,
    choose_department_calendar,
    remove_calendar,
)
from tongzhou.people.models import Department, StatutoryYear, System, WorkCalendar
from tongzhou.people.queries import (
    CalendarSpec,
    OwnDay,
    calendar_book,
    days_off,
    department_levels,
    unknown_years,
    working_calendar,
)

SYSTEM = System()
SATURDAY, SUNDAY = date(2026, 3, 7), date(2026, 3, 8)
NEXT_SATURDAY = date(2026, 3, 14)
MAY_FIRST = date(2026, 5, 1)  # a statutory holiday, a Friday
MAKE_UP = date(2026, 5, 9)  # a Saturday that is worked for it
MORNINGS = ((480, 720),)


def made(name: str, **says: object) -> WorkCalendar:
    return change_calendar(by=SYSTEM, spec=CalendarSpec(name, **says), now=NOW)  # type: ignore[arg-type]


def works(day: date, *levels: WorkCalendar) -> bool:
    return calendar_book().calendar(tuple(one.pk for one in levels)).is_working_day(day)


def organisation() -> WorkCalendar:
    return WorkCalendar.objects.get(is_organisation=True)


def as_organisation(**says: object) -> WorkCalendar:
    return change_calendar(
        by=SYSTEM,
        calendar=organisation(),
        spec=CalendarSpec("公司日历", **says),  # type: ignore[arg-type]
        now=NOW,
    )


def test_without_more_the_statutory_days_stand_on_five_days_a_week(db: None) -> None:
    calendar = working_calendar()
    asked = (date(2026, 3, 6), SATURDAY, MAY_FIRST, MAKE_UP)
    assert [calendar.is_working_day(day) for day in asked] == [True, False, False, True]
    assert calendar.working_days(date(2026, 5, 1), date(2026, 5, 10)) == 4  # 6, 7, 8, 9


def test_one_day_off_works_on_saturdays_but_not_on_holidays(db: None) -> None:
    as_organisation(pattern="one_day")
    assert [works(day) for day in (SATURDAY, SUNDAY, MAY_FIRST, date(2026, 5, 2), MAKE_UP)] == [True, False, False, False, True]


def test_weeks_alternate_from_the_anchor_both_ways(db: None) -> None:
    """Anchor Monday 2026-03-02: its Saturday 03-07 is worked, 03-14 not, 03-21 worked; before it 02-28 is worked by notice
    (make-up day), 02-21 (a holiday) not, and of plain weeks 01-24 … 01-10 is worked (8 weeks before), 01-17 not."""
    as_organisation(pattern="alternating", anchor=date(2026, 3, 2))
    days = [SATURDAY, NEXT_SATURDAY, date(2026, 3, 21), date(2026, 1, 10), date(2026, 1, 17), SUNDAY]
    assert [works(day) for day in days] == [True, False, True, True, False, False]
    assert working_calendar().working_days(date(2026, 3, 2), date(2026, 3, 15)) == 11


def test_the_nearest_calendar_decides_a_day(db: None) -> None:
    as_organisation(days=(OwnDay(SATURDAY, SATURDAY, True), OwnDay(date(2026, 3, 10), date(2026, 3, 10), False, "年会")))
    department = made("工厂", days=(OwnDay(SATURDAY, SATURDAY, False), OwnDay(MAY_FIRST, MAY_FIRST, True, "保产")))
    plain = made("平")
    assert [works(SATURDAY), works(SATURDAY, plain), works(SATURDAY, department)] == [True, True, False]
    assert [works(MAY_FIRST), works(MAY_FIRST, department)] == [False, True]
    assert not works(date(2026, 3, 10), department)


def test_an_exception_of_a_farther_level_stands_before_a_nearer_pattern(db: None) -> None:
    as_organisation(days=(OwnDay(SATURDAY, SATURDAY, False, "消杀"),))
    shop = made("门店", pattern="one_day")
    assert [works(SATURDAY, shop), works(NEXT_SATURDAY, shop), works(MAKE_UP, shop)] == [False, True, True]


def test_hours_come_from_the_nearest_level_that_has_some(db: None) -> None:
    early = made("早班", hours=((360, 600), (660, 840)))
    holidays = made("只有假日", days=(OwnDay(SUNDAY, SUNDAY, True),))
    book = calendar_book()
    assert book.calendar((early.pk,)).week[0] == ((360, 600), (660, 840))
    assert book.calendar((holidays.pk, early.pk)).week[0] == ((360, 600), (660, 840))
    assert book.calendar((holidays.pk,)).week[0] == ((540, 720), (780, 1080))


def test_a_department_without_calendar_inherits_its_parents(cast: Cast) -> None:
    top, own = made("上级", pattern="one_day"), made("自己", hours=MORNINGS)
    parent = cast.rd
    child, grandchild = (Department.objects.create(name=name) for name in ("试制组", "试制一班"))
    Department.objects.filter(pk=child.pk).update(parent=parent)
    Department.objects.filter(pk=grandchild.pk).update(parent=child)
    choose_department_calendar(by=cast.administrator, department=parent, calendar=top, now=NOW)
    choose_department_calendar(by=cast.administrator, department=grandchild, calendar=own, now=NOW)
    assert department_levels(calendar_book()) == {
        parent.pk: (top.pk,),
        child.pk: (top.pk,),
        grandchild.pk: (own.pk, top.pk),
    }


def test_one_query_says_that_nothing_changed(db: None, django_assert_num_queries: object) -> None:
    first = calendar_book()
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert calendar_book() is first
        assert department_levels(first) == {}
    made("新")
    assert calendar_book() is not first


def test_named_days_and_worked_weekends_of_a_span(db: None) -> None:
    own = made("项目", days=(OwnDay(date(2026, 3, 10), date(2026, 3, 11), False, "搬家"), OwnDay(SATURDAY, SATURDAY, True)))
    runs, worked = days_off(date(2026, 3, 1), date(2026, 3, 31), calendar_book(), (own.pk,))
    assert (runs, worked) == ([(date(2026, 3, 10), date(2026, 3, 11), "搬家")], [SATURDAY])
    shop = made("门店", pattern="one_day")
    assert days_off(SUNDAY, NEXT_SATURDAY, calendar_book(), (shop.pk,)) == ([], [NEXT_SATURDAY])
    assert days_off(SATURDAY, SATURDAY, calendar_book(), (shop.pk,)) == ([], [SATURDAY])


def test_years_without_notice_are_unknown(db: None) -> None:
    assert unknown_years(date(2025, 12, 1), date(2026, 12, 31)) == []
    assert unknown_years(date(2026, 1, 1), date(2028, 1, 1)) == [2027, 2028]


BAD: list[tuple[str, str, dict[str, object]]] = [
    ("name-missing", "name", {"name": " "}),
    ("name-taken", "name", {"name": "公司日历"}),
    ("pattern-unknown", "pattern", {"pattern": "sometimes"}),
    ("anchor-missing", "anchor", {"pattern": "alternating"}),
    ("anchor-not-monday", "anchor", {"pattern": "alternating", "anchor": SATURDAY}),
    ("hours-invalid", "hours", {"hours": ((600, 1500),)}),
    ("hours-invalid", "hours", {"hours": ((600, 600),)}),
    ("hours-overlap", "hours", {"hours": ((540, 720), (700, 900))}),
    ("days-order", "days", {"days": (OwnDay(SUNDAY, SATURDAY, True),)}),
    ("day-range", "days", {"days": (OwnDay(date(1, 1, 1), SATURDAY, True),)}),
    ("day-range", "days", {"days": (OwnDay(SATURDAY, date(9999, 12, 31), True),)}),
    ("days-overlap", "days", {"days": (OwnDay(SATURDAY, SUNDAY, True), OwnDay(SUNDAY, SUNDAY, False))}),
    ("days-many", "days", {"days": tuple(OwnDay(SATURDAY, SATURDAY, True) for _ in range(501))}),
    ("calendar_empty", "days", {"days": (OwnDay(date(1970, 1, 1), date(2199, 12, 31), False),)}),
    ("calendar_empty", "days", {"days": (OwnDay(date(2030, 1, 1), date(2040, 6, 1), False),)}),
]


@pytest.mark.parametrize(("code", "field", "says"), BAD, ids=[f"{code}-{at}" for at, (code, _f, _s) in enumerate(BAD)])
def test_a_calendar_that_contradicts_itself_is_refused(cast: Cast, code: str, field: str, says: dict[str, object]) -> None:
    spec = replace(CalendarSpec("车间"), **says)  # type: ignore[arg-type]
    with refused(code, field):
        change_calendar(by=cast.administrator, spec=spec, now=NOW)


def test_only_the_administrator_changes_calendars(cast: Cast) -> None:
    calendar = made("车间")
    for by in (cast.manager, cast.general_lead, cast.stranger):
        with refused("forbidden", kind=Forbidden):
            change_calendar(by=by, spec=CalendarSpec("另"), now=NOW)
        with refused("forbidden", kind=Forbidden):
            remove_calendar(by=by, calendar=calendar, now=NOW)
        with refused("forbidden", kind=Forbidden):
            choose_department_calendar(by=by, department=cast.rd, calendar=calendar, now=NOW)
        with refused("forbidden", kind=Forbidden):
            announce_year(by=by, year=2027, days=[(date(2027, 1, 1), False, "元旦")], now=NOW)


def test_a_change_is_recorded_with_before_and_after(cast: Cast) -> None:
    calendar = made("车间", pattern="one_day")
    spec = CalendarSpec("车间", pattern="two_days", hours=MORNINGS, days=(OwnDay(SATURDAY, SUNDAY, True, "赶工"),))
    change_calendar(by=cast.administrator, calendar=calendar, spec=spec, now=NOW)
    before = {"pattern": "one_day", "hours": [], "days": []}
    after = {"pattern": "two_days", "hours": ["08:00–12:00"], "days": ["2026-03-07 – 2026-03-08 + 赶工"]}
    assert said() == ("calendar-changed", {"calendar": calendar.pk}, [("calendar", calendar.pk, before, after)])


def test_a_calendar_in_use_stays(cast: Cast) -> None:
    calendar = made("车间")
    choose_department_calendar(by=cast.administrator, department=cast.rd, calendar=calendar, now=NOW)
    change = ("department", cast.rd.pk, {"calendar": None}, {"calendar": "车间"})
    assert said() == ("department-calendar-chosen", {"department": cast.rd.pk, "calendars": [calendar.pk]}, [change])
    with refused("calendar-used", "name"):
        remove_calendar(by=cast.administrator, calendar=calendar, now=NOW)
    with refused("calendar-used", "name"):
        remove_calendar(by=cast.administrator, calendar=organisation(), now=NOW)
    choose_department_calendar(by=cast.administrator, department=cast.rd, calendar=None, now=NOW)
    remove_calendar(by=cast.administrator, calendar=calendar, now=NOW)
    assert (said()[0], WorkCalendar.objects.filter(name="车间").exists()) == ("calendar-removed", False)


def test_a_year_becomes_known(cast: Cast) -> None:
    days = [(date(2026, 12, 31), False, "元旦"), (date(2027, 1, 1), False, "元旦"), (date(2027, 1, 3), True, "元旦")]
    assert works(date(2027, 1, 1)) and not works(date(2027, 1, 3))
    announce_year(by=cast.administrator, year=2027, days=days, source="国办发明电", now=NOW)
    assert [works(day) for day, _worked, _name in days] == [False, False, True]
    assert unknown_years(date(2027, 1, 1), date(2027, 1, 1)) == []
    assert StatutoryYear.objects.get(year=2027).source == "国办发明电"
    kind, data, [(_type, key, _before, after)] = said()
    assert (kind, data, key) == ("statutory-year-announced", {"year": 2027, "days": 3}, 2027)
    assert after == {day.isoformat(): [worked, "元旦"] for day, worked, _name in days}


@pytest.mark.parametrize("year", [0, 1969, 2200, 9999])
def test_a_year_that_plans_do_not_have_is_refused(cast: Cast, year: int) -> None:
    with refused("year-range", "year"):
        announce_year(by=cast.administrator, year=year, days=[(date(2027, 1, 1), False, "元旦")], now=NOW)
    with refused("days-missing", "text"):
        announce_year(by=cast.administrator, year=2027, days=[], now=NOW)


def test_a_preview_leaves_nothing_behind(cast: Cast) -> None:
    spec = CalendarSpec("公司日历", pattern="one_day")
    with unchanged():
        seen = as_if(
            lambda: change_calendar(by=cast.administrator, calendar=organisation(), spec=spec, now=NOW),
            lambda: works(SATURDAY),
        )
    assert (seen, works(SATURDAY)) == (True, False)
