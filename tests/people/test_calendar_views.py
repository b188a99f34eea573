"""The screens of working calendars: everybody reads, the administrator sees what would move before it does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from support.cast import NOW, Cast, planned_project, task
from support.checks import unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.people.actions import change_calendar
from tongzhou.people.models import StatutoryDay, StatutoryYear, System, WorkCalendar
from tongzhou.people.queries import CalendarSpec, OwnDay, unknown_years
from tongzhou.rhythm.jobs import settle

NOTICE_2027 = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月30日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。"""

PROLONGED_2027 = """国务院办公厅关于延长2027年春节假期的通知
一、延长2027年春节假期至2月14日（星期日），2月15日（星期一）起正常上班。"""


@pytest.fixture
def administrator(cast: Cast) -> Client:
    return client_of(cast.administrator)


def test_everybody_reads_a_year(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = client_of(cast.stranger)
    client.get("/calendars/")
    with django_assert_max_num_queries(15):
        answer = client.get("/calendars/?year=2026")
    months = answer.context["months"]
    assert (len(months), answer.context["state"].announced, answer.context["can_manage"]) == (12, True, False)
    # May 2026: 21 weekdays, less Fri 1st, Mon 4th and Tue 5th, and Saturday 9th is worked.
    assert months[4].worked == 19
    first = months[4].weeks[0][4]
    assert (first.day, first.kind, first.title) == (date(2026, 5, 1), "holiday", "五一")
    assert "未公布" in client.get("/calendars/?year=2031").content.decode()
    row = WorkCalendar.objects.get(is_organisation=True)
    assert client.get(f"/calendars/{row.pk}/?year=2026").context["weeks"][0].first.weekday() == 0


@pytest.mark.parametrize("year", ["0", "9999", "2026 ", "２０２６", "abcd", "\0", "-1", "9" * 5000])
def test_a_year_that_is_none_shows_this_one(cast: Cast, year: str) -> None:
    answer = client_of(cast.member).get("/calendars/", {"year": year})
    assert (answer.status_code, answer.context["year"]) == (200, date.today().year)


def test_a_calendar_of_one_project_is_not_shown(cast: Cast) -> None:
    row = change_calendar(by=System(), spec=CalendarSpec("S-1 的"), now=NOW)
    WorkCalendar.objects.filter(pk=row.pk).update(is_private=True)
    client = client_of(cast.administrator)
    answers = [client.get(f"/calendars/{key}/{place}") for key in (row.pk, 10**9) for place in ("", "edit/")]
    assert {answer.status_code for answer in answers} == {404}
    assert client.get(f"/calendars/{10**30}/").status_code == 404


def test_a_change_is_shown_before_it_is_made(cast: Cast, administrator: Client) -> None:
    project = planned_project(cast)
    row = WorkCalendar.objects.get(is_organisation=True)
    sent = {"name": "公司日历", "pattern": "two_days", "hours": "09:00-12:00 13:00-18:00", "days": "2024-03-06 休息 停电"}
    with unchanged():
        shown = administrator.post(f"/calendars/{row.pk}/edit/", sent)
    [panel] = shown.context["panels"]
    assert (shown.status_code, panel["count"], panel["tasks"], len(shown.context["weeks"])) == (200, 1, 3, 8)
    answer = administrator.post(f"/calendars/{row.pk}/edit/", sent | {"confirm": "1"})
    settle(clock.now())
    assert (answer.status_code, answer["Location"]) == (302, f"/calendars/{row.pk}/")
    assert task(project, "设计").finish == date(2024, 3, 7)


def test_a_preview_names_no_foreign_project(cast: Cast) -> None:
    project = planned_project(cast, "S-GEHEIM")
    cast.stranger.is_administrator = True
    cast.stranger.save()
    row = WorkCalendar.objects.get(is_organisation=True)
    sent = {"name": "公司日历", "pattern": "one_day", "days": "2024-03-06 休息"}
    shown = client_of(cast.stranger).post(f"/calendars/{row.pk}/edit/", sent)
    [panel] = shown.context["panels"]
    assert (panel["count"], len(panel["hidden"]), panel["moves"]) == (1, 1, [])
    assert project.name not in shown.content.decode() and project.number not in shown.content.decode()


BAD = [
    ({"name": ""}, "name"),
    ({"name": "\0"}, "name"),
    ({"name": "公司日历"}, "name"),
    ({"pattern": "x"}, "pattern"),
    ({"pattern": "alternating"}, "anchor"),
    ({"pattern": "alternating", "anchor": "2026-03-03"}, "anchor"),
    ({"pattern": "alternating", "anchor": "9999-12-31"}, "anchor"),
    ({"hours": "九点到六点"}, "hours"),
    ({"hours": "09:00-25:00"}, "hours"),
    ({"hours": "09:00-12:00 11:00-13:00"}, "hours"),
    ({"hours": "09:75-12:00"}, "hours"),
    ({"days": "明天 上班"}, "days"),
    ({"days": "0000-01-01 上班"}, "days"),
    ({"days": "9999-12-31 上班"}, "days"),
    ({"days": "2026-02-30 上班"}, "days"),
    ({"days": "2026-03-07 上班\n2026-03-07 休息"}, "days"),
    ({"days": "1970-01-01~2199-12-31 休息"}, "days"),
]


@pytest.mark.parametrize(("change", "field"), BAD)
def test_bad_input_is_said_at_its_field(administrator: Client, change: dict[str, str], field: str) -> None:
    with unchanged():
        sent = {"name": "车间", "pattern": "one_day", "confirm": "1"} | change
        answer = administrator.post("/calendars/new/", sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_days_and_hours_are_read_as_people_type_them(administrator: Client) -> None:
    days = "2026年3月7日 上班 赶工\n２０２６/3/10～2026/3/11 放假\n"
    sent = {
        "name": "车间",
        "pattern": "alternating",
        "anchor": "2026-03-02",
        "hours": "８：００－12：00，13:00~17:30",
        "days": days,
    }
    answer = administrator.post("/calendars/new/", sent | {"confirm": "1"})
    row = WorkCalendar.objects.get(name="车间")
    assert (answer.status_code, row.hours) == (302, [[480, 720], [780, 1050]])
    assert list(row.days.values_list("first", "last", "working", "name")) == [
        (date(2026, 3, 7), date(2026, 3, 7), True, "赶工"),
        (date(2026, 3, 10), date(2026, 3, 11), False, ""),
    ]
    edit = administrator.get(f"/calendars/{row.pk}/edit/").context["form"].initial
    assert edit["days"] == "2026-03-07 上班 赶工\n2026-03-10~2026-03-11 休息"
    assert edit["hours"] == "08:00-12:00 13:00-17:30"


def test_a_department_chooses_after_a_look(cast: Cast, administrator: Client) -> None:
    planned_project(cast)
    own = CalendarSpec("试验室", days=(OwnDay(date(2024, 3, 6), date(2024, 3, 6), False),))
    row = change_calendar(by=System(), spec=own, now=NOW)
    sent = {"department": cast.rd.pk, "calendar": row.pk}
    with unchanged():
        shown = administrator.post("/calendars/department/", sent)
    assert [panel["tasks"] for panel in shown.context["panels"]] == [3]
    assert administrator.post("/calendars/department/", sent | {"confirm": "1"}).status_code == 302
    cast.rd.refresh_from_db()
    assert cast.rd.calendar == row
    assert administrator.post("/calendars/department/", {"department": "x"}).status_code == 422
    assert administrator.post(f"/calendars/{row.pk}/remove/").status_code == 422


def test_a_notice_makes_a_year_known(administrator: Client) -> None:
    with unchanged():
        shown = administrator.post("/calendars/notice/", {"text": NOTICE_2027})
    assert (shown.status_code, shown.context["problems"], len(shown.context["days"])) == (200, [], 11)
    answer = administrator.post("/calendars/notice/", {"text": NOTICE_2027, "confirm": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/calendars/?year=2027")
    assert unknown_years(date(2027, 1, 1), date(2027, 12, 31)) == []
    assert StatutoryYear.objects.get(year=2027).source == "国务院办公厅关于2027年部分节假日安排的通知"
    assert StatutoryDay.objects.filter(day__year=2027, working=True).count() == 4


def test_a_later_notice_wins_for_its_days_and_says_what_differs(administrator: Client) -> None:
    administrator.post("/calendars/notice/", {"text": NOTICE_2027, "confirm": "1"})
    days = StatutoryDay.objects.filter(day__year=2027)
    count = days.count()
    with unchanged():
        shown = administrator.post("/calendars/notice/", {"text": PROLONGED_2027})
    found = [(one.day, one.before, one.after) for one in shown.context["differs"]]
    assert found == [(date(2027, 2, day), "按周历", "休息 春节") for day in (12, 13, 14)]
    assert "有 3 天与已公布的安排不同" in shown.content.decode()
    administrator.post("/calendars/notice/", {"text": PROLONGED_2027, "confirm": "1"})
    assert (days.count(), days.get(day=date(2027, 2, 14)).working) == (count + 3, False)
    again = administrator.post("/calendars/notice/", {"text": NOTICE_2027})
    assert [one.after for one in again.context["differs"]] == ["按周历"] * 3
    same = administrator.post("/calendars/notice/", {"text": PROLONGED_2027})
    assert same.context["differs"] == []


def test_a_notice_of_another_year_than_asked_is_refused_in_words(administrator: Client) -> None:
    with unchanged():
        answer = administrator.post("/calendars/notice/", {"text": NOTICE_2027, "year": "2028", "confirm": "1"})
    assert (answer.status_code, "文中是 2027 年的通知，不是 2028 年的" in answer.content.decode()) == (422, True)


def test_ten_megabytes_are_refused_in_words(administrator: Client) -> None:
    with unchanged():
        answer = administrator.post("/calendars/notice/", {"text": "休" * (10 * 1024 * 1024 // 3), "confirm": "1"})
    assert (answer.status_code, "请求过大" in answer.content.decode()) == (413, True)


@pytest.mark.parametrize(
    "text",
    [
        NOTICE_2027.replace("5月8日（周六）", "5月8日（周日）"),
        NOTICE_2027.replace("共7天", "共8天"),
        PROLONGED_2027.replace("春节", "植树节"),
        "随便写的",
        "\0",
        "一" * 30000,
        "",
    ],
)
def test_a_notice_that_does_not_agree_changes_nothing(administrator: Client, text: str) -> None:
    with unchanged():
        answer = administrator.post("/calendars/notice/", {"text": text, "confirm": "1"})
    assert answer.status_code == 422
