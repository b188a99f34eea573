"""The numbers of the two sample projects, worked out by hand from their sources."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from support.cast import Cast, complaint_project, launch_project, task
from tongzhou.people.models import System
from tongzhou.plan.actions import Report, record_progress
from tongzhou.plan.queries.grid import percent_number, plan_data, planned_number
from tongzhou.plan.queries.item import sheet_of
from tongzhou.plan.queries.outlook import Outlook, outlook
from tongzhou.plan.queries.tree import Item
from tongzhou.projects.models import Project

TENTH = date(2024, 3, 10)


@pytest.fixture
def complaint(cast: Cast) -> Project:
    return complaint_project(cast)


def named(found: Outlook, name: str) -> Item:
    return next(item for item in found.items if item.name == name)


def test_the_complaint_project_on_the_tenth_of_march(complaint: Project) -> None:
    """Working days 03-01–03-07: 5, 03-08–03-15: 6, 03-16–03-30: 10, 03-31–04-07 (Qingming off, the 7th worked): 4; together 25.

    At the end of 03-10 five of task 1 and one of task 2's six days are planned: (5 + 1) / 25 = 24 %; done 0.7 × 5 / 25 = 14 %.
    """
    found = outlook(complaint, TENTH)
    assert [item.duration // 480 for item in found.items] == [5, 6, 10, 4]
    first, second = found.items[:2]
    judged = [found.deviations[item.id] for item in (first, second)]
    assert [(judge.planned, judge.actual, judge.marked) for judge in judged] == [
        (Fraction(1), Fraction(7, 10), True),
        (Fraction(1, 6), Fraction(0), True),
    ]
    assert judged[0].points == 30
    assert planned_number(judged[1].planned) == 16.67
    # 30 % of five days are left from Monday 03-11 on: half past twelve of work on 03-12.
    assert found.dates[first.id].finish == date(2024, 3, 12)
    assert found.total is not None
    assert (found.total.planned, found.total.actual) == (Fraction(24, 100), Fraction(14, 100))
    assert (found.total.points, found.total.marked) == (10, False)


def test_the_drawer_says_the_same_as_the_plan(complaint: Project) -> None:
    sheet = sheet_of(task(complaint, "用户反馈数据收集与分析"), TENTH)
    assert (sheet.percent, sheet.planned, sheet.deviation, sheet.marked) == (70, 100, 30.0, True)
    assert (sheet.late, sheet.late_days, sheet.finish, sheet.baseline) == (
        True,
        5,
        date(2024, 3, 12),
        (date(2024, 3, 1), date(2024, 3, 7)),
    )
    row = plan_data(complaint, TENTH)["rows"][0]
    # late 1, deviation marked 4, critical 2.
    assert (row[4], row[11], row[12]) == (1 | 2 | 4, 70, 100)


def test_a_hundredth_more_marks_the_project(complaint: Project) -> None:
    """24 − 13.998 = 10.002 points: over the threshold."""
    item = task(complaint, "用户反馈数据收集与分析")
    now = datetime(2024, 3, 10, 10, tzinfo=UTC)
    record_progress(by=System(), item=item, report=Report("doing", 6999), status_date=TENTH, now=now)
    found = outlook(complaint, TENTH)
    assert found.total is not None
    assert (found.total.points, found.total.marked) == (Fraction(10002, 1000), True)


def test_the_function_test_of_the_launch_project(cast: Cast) -> None:
    """03-25 – 04-08: ten working days (Qingming 04-04 – 04-06 off, Sunday 04-07 worked). 04-02: 7 of 10; 04-03: 8 of 10."""
    project = launch_project(cast)
    assert task(project, "功能测试").duration == 10 * 480
    shown = {}
    for day in (1, 2, 3):
        found = outlook(project, date(2024, 4, day))
        judged = found.deviations[named(found, "功能测试").id]
        shown[day] = (planned_number(judged.planned), percent_number(judged.actual), float(judged.points), judged.marked)
    assert shown == {1: (60, 40, 20.0, True), 2: (70, 60, 10.0, False), 3: (80, 60, 20.0, True)}


def test_the_launch_stays_on_the_holiday_and_work_goes_on_after_it(cast: Cast) -> None:
    project = launch_project(cast)
    launch, after = task(project, "正式上市"), task(project, "售后准备")
    assert (launch.finish, launch.typed_start, launch.constraint) == (date(2024, 5, 1), date(2024, 5, 1), "ASAP")
    assert (after.start, after.constraint) == (date(2024, 5, 6), "ASAP")
    as_planned = outlook(project, date(2024, 3, 3))
    assert as_planned.dates[launch.pk].finish == date(2024, 5, 1)
    assert as_planned.dates[after.pk].start == date(2024, 5, 6)
    assert as_planned.baseline[launch.pk].finish == date(2024, 5, 1)


def test_a_finished_phase_is_done_and_not_late(cast: Cast) -> None:
    """样机设计 (1.1) is a summary whose tasks were done by 03-22: it has no state of its own, and is late for nobody."""
    project = launch_project(cast)
    found = outlook(project, date(2024, 4, 2))
    assert not found.is_late(named(found, "样机设计"))
    assert found.actual[named(found, "样机设计").id] == 1
    flags = {row[5]: row[4] & 1 for row in plan_data(project, date(2024, 4, 9))["rows"]}
    assert (flags["样机设计"], flags["功能测试"], flags["研发阶段"]) == (0, 1, 0)


def test_late_and_should_have_started_begin_on_their_day(complaint: Project) -> None:
    second = task(complaint, "需求文档撰写与评审")
    judged = {}
    for day in (date(2024, 3, 7), date(2024, 3, 8), date(2024, 3, 15), date(2024, 3, 16)):
        found = outlook(complaint, day)
        item = found.by_id[second.pk]
        judged[day.day] = (found.should_have_started(item), found.is_late(item))
    assert judged == {7: (False, False), 8: (True, False), 15: (True, False), 16: (True, True)}


def test_progress_of_later_days_is_not_known(complaint: Project) -> None:
    shares = {}
    for day in (4, 5, 9, 10):
        found = outlook(complaint, date(2024, 3, day))
        shares[day] = percent_number(found.actual[found.items[0].id])
    assert shares == {4: 0, 5: 40, 9: 40, 10: 70}
