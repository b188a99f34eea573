"""The weekly report is drafted by itself: Fridays at 17:00 unless the manager chose another time. 2024-03-08 is a Friday."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from support.api import program_of
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.engine.slots import Slot
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden
from tongzhou.notifications.models import Notice
from tongzhou.people.models import System
from tongzhou.projects.actions import create_project
from tongzhou.reports.actions import FRIDAYS, change_rhythm, write_report
from tongzhou.reports.models import WeeklyReport
from tongzhou.reports.queries import Week, Written
from tongzhou.reports.queries.rhythm import WEEKLY
from tongzhou.rhythm.jobs import settle
from tongzhou.rhythm.queries import due_at, slot_of

from .conftest import CAUSE, NOW, Cast

PAGE = "/projects/TS-2024/report/"
WEEK = Week(date(2024, 3, 4))


def march(day: int, hour: int = 17, month: int = 3) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=UTC) - timedelta(hours=8)


def drafts() -> list[WeeklyReport]:
    return list(WeeklyReport.objects.order_by("week"))


@pytest.mark.due_kind("weekly-report")
def test_a_draft_is_made_each_friday_and_the_manager_is_told_once(cast: Cast) -> None:
    settle(NOW)
    assert due_at(WEEKLY, cast.project.pk) == march(1)
    settle(march(7))
    cast.report(1, 70, date(2024, 3, 8))
    settle(march(8, 16))
    assert [row.week for row in drafts()] == [date(2024, 2, 26)]
    settle(march(8))
    settle(march(8, 18))
    row = drafts()[1]
    assert (row.week, row.edited_by, row.sent_at, row.edition) == (date(2024, 3, 4), None, None, 1)
    assert row.summary.startswith("本周完成 0 项（无）；")
    assert "· 需求文档撰写与评审（王五）：" in row.next_week
    notices = Notice.objects.filter(kind="report").order_by("pk").values_list("person__name", "title", "link")
    assert list(notices)[1:] == [("陈一", "客户投诉率下降项目：周报草稿已生成", f"{PAGE}?week=2024-W10")]
    assert due_at(WEEKLY, cast.project.pk) == march(15)


def test_the_draft_holds_causes_and_calls_for_help(cast: Cast) -> None:
    settle(NOW)
    settle(march(15))
    row = drafts()[-1]
    assert f"· 用户反馈数据收集与分析（张三）：{CAUSE}" in row.measures


def test_downtime_is_caught_up_once_for_the_week_of_the_slot(cast: Cast) -> None:
    settle(NOW)
    settle(march(1))
    settle(march(25, 9))
    assert [row.week.day for row in drafts()] == [26, 18]
    assert due_at(WEEKLY, cast.project.pk) == march(29)


def test_what_somebody_wrote_is_left_alone(cast: Cast) -> None:
    settle(march(1, 18))
    write_report(by=cast.people["陈一"], project=cast.project, week=WEEK, parts=Written("自己写的"), now=NOW)
    settle(march(8))
    assert [(row.week.day, row.summary) for row in drafts()] == [(4, "自己写的")]


def test_a_week_before_the_plan_and_a_finished_project_have_none(cast: Cast) -> None:
    settle(NOW)
    for number in (1, 2, 3, 4):
        cast.report(number, 100, date(2024, 3, 12), state="done")
    settle(march(22))
    basics, lead = {"name": "空项目"}, cast.departments["客服部"]
    empty = create_project(by=System(), number="LEER", manager=cast.people["陈一"], lead=lead, basics=basics, now=NOW)
    settle(march(29))
    assert (drafts(), due_at(WEEKLY, empty.pk)) == ([], march(3, month=4))


def test_light_projects_have_none_by_themselves(cast: Cast) -> None:
    basics = {"name": "小事", "weight": "light"}
    light = create_project(by=cast.people["陈一"], number="L-1", manager=cast.people["陈一"], lead=None, basics=basics, now=NOW)
    settle(NOW)
    assert slot_of(WEEKLY, light.pk) is None


def test_the_manager_chooses_another_time(cast: Cast) -> None:
    settle(NOW)
    client: Client = client_of(cast.people["陈一"])
    sent = {"on": "on", "weekday": "2", "at": "０９：３０", "day_off": "skip"}
    shown = client.get(f"{PAGE}rhythm/").context["form"].initial
    assert shown == {"on": True, "weekday": 4, "at": time(17), "day_off": "before"}
    assert client.post(f"{PAGE}rhythm/", sent).status_code == 302
    assert slot_of(WEEKLY, cast.project.pk) == Slot("weekly", time(9, 30), "skip", weekday=2)
    kind, _data, [change] = said()
    before, after = ({"report_rhythm": f"每{words}"} for words in ("星期五 17:00", "星期三 09:30"))
    assert (kind, change[2:]) == ("report-rhythm-changed", (before, after))
    assert "每星期三 09:30" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}rhythm/", sent | {"on": ""})
    assert slot_of(WEEKLY, cast.project.pk) is None
    with unchanged():
        client.post(f"{PAGE}rhythm/", sent | {"on": ""})


BAD = [{"weekday": "7"}, {"weekday": "\0"}, {"at": "25:00"}, {"at": "9" * 5000}, {"at": ""}, {"day_off": "later"}]


@pytest.mark.parametrize("change", BAD)
def test_bad_times_are_refused(cast: Cast, change: dict[str, str]) -> None:
    client = client_of(cast.people["陈一"])
    with unchanged():
        answer = client.post(f"{PAGE}rhythm/", {"on": "on", "weekday": "2", "at": "09:30", "day_off": "skip"} | change)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(change))


def test_only_the_manager_may(cast: Cast) -> None:
    with refused("forbidden", kind=Forbidden):
        change_rhythm(by=cast.people["张三"], project=cast.project, slot=None, now=NOW)


def test_programs_choose_it_too(cast: Cast) -> None:
    settle(NOW)
    program, path = program_of(cast.people["陈一"]), "projects/TS-2024/reports/weekly/rhythm"
    with clock.pretend(NOW):
        change_rhythm(by=cast.people["陈一"], project=cast.project, slot=Slot("weekly", time(9), weekday=0), now=NOW)
        change_rhythm(by=cast.people["陈一"], project=cast.project, slot=FRIDAYS, now=NOW)
    told: dict[str, Any] = program.ask("GET", path).json()
    assert told == {"on": True, "weekday": 5, "at": "17:00", "day_off": "before", "next": march(1).isoformat()}
    assert program.ask("PUT", path, {"weekday": 4, "at": "16:00"}).json()["weekday"] == 4
    for bad in ({"weekday": 0}, {"at": "24:00"}, {"day_off": "x"}):
        with unchanged():
            assert program.ask("PUT", path, bad).status_code == 422
    assert program.ask("PUT", path, {"on": False}).json()["on"] is False
