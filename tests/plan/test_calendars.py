"""Each task runs on its own calendar; plans follow when one changes. The small table: 设计 Mon 2024-03-04 – Wed 03-06 →
测试 Thu 03-07 – Fri 03-08 → 定型 03-08 (all 郑十's of 研发部, but the milestone), 推广 Mon 03-04 – Tue 03-05 beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support.cast import NOW, Cast, planned_project, task
from support.checks import kinds_since, refused, said, unchanged
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden
from tongzhou.people.actions import change_calendar, choose_department_calendar
from tongzhou.people.models import Leave, WorkCalendar
from tongzhou.people.queries import CalendarSpec, OwnDay
from tongzhou.plan.actions import (
    assign_owner,
    change_dates,
    change_project_calendar,
    cut_baseline,
    follow,
    project_moves,
)
from tongzhou.plan.models import Baseline, WorkItem
from tongzhou.plan.queries import outlook
from tongzhou.plan.queries.grid import plan_data, planned_number
from tongzhou.progress.queries.mine import my_tasks
from tongzhou.projects.models import Project, ProjectSummary
from tongzhou.rhythm.jobs import settle
from tongzhou.shell.queries.frame import light_of
from tongzhou.timeline.models import Event

WEDNESDAY = date(2024, 3, 6)
SATURDAY = date(2024, 3, 9)
WEDNESDAY_OFF = (OwnDay(WEDNESDAY, WEDNESDAY, False, "停电"),)


def march(day: int) -> date:
    return date(2024, 3, day)


def dates(project: Project, name: str) -> tuple[int, int]:
    row = task(project, name)
    assert row.start is not None and row.finish is not None
    return row.start.day, row.finish.day


def made(cast: Cast, name: str, **says: Any) -> WorkCalendar:
    return change_calendar(by=cast.administrator, spec=CalendarSpec(name, **says), now=NOW)


def follow_all(project: Project) -> int:
    return follow(project=project, now=NOW)


def test_a_task_runs_on_its_owners_departments_calendar(cast: Cast) -> None:
    """Wednesday off: 设计 takes Mon Tue Thu, 测试 Fri and Mon 11th, 定型 stays on the 11th; 推广 does not know of it."""
    project = planned_project(cast)
    calendar = made(cast, "试验室", days=WEDNESDAY_OFF)
    choose_department_calendar(by=cast.administrator, department=cast.owner.department, calendar=calendar, now=NOW)
    moves = project_moves(project)
    assert moves is not None
    assert (moves.count, moves.first, moves.last) == (3, march(4), march(11))
    assert (moves.finish_before, moves.finish_after) == (march(8), march(11))
    assert follow_all(project) == 4
    found = [dates(project, name) for name in ("设计", "测试", "定型", "推广", "阶段")]
    assert found == [(4, 7), (8, 11), (11, 11), (4, 5), (4, 11)]
    kind, data, changes = said()
    assert (kind, data) == ("plan-followed-calendar", {"project": project.pk, "moved": 4})
    design = task(project, "设计")
    assert ("work_item", design.pk, {"finish": "2024-03-06"}, {"finish": "2024-03-07"}) in changes
    with unchanged():
        assert (follow_all(project), project_moves(project)) == (0, None)


def test_a_tasks_own_calendar_stands_before_the_departments(cast: Cast) -> None:
    """设计 by the shop's calendar keeps its three days; 测试 by the department's: Thu 7th and Fri 8th are both worked."""
    project = planned_project(cast)
    department, shop = made(cast, "试验室", days=WEDNESDAY_OFF), made(cast, "门店")
    choose_department_calendar(by=cast.administrator, department=cast.owner.department, calendar=department, now=NOW)
    WorkItem.objects.filter(project=project, name="设计").update(calendar=shop)
    follow_all(project)
    assert [dates(project, name) for name in ("设计", "测试")] == [(4, 6), (7, 8)]


def test_a_project_chooses_a_calendar_or_days_of_its_own(cast: Cast) -> None:
    project = planned_project(cast)
    count = Event.objects.count()
    own = CalendarSpec("S-1 项目日历", days=(*WEDNESDAY_OFF, OwnDay(SATURDAY, SATURDAY, True, "赶工")))
    change_project_calendar(by=cast.manager, project=project, calendar=None, own=own, now=NOW)
    found = [dates(project, name) for name in ("设计", "测试", "推广")]
    assert found == [(4, 7), (8, 9), (4, 5)]  # Thursday instead of Wednesday, Friday and the worked Saturday
    assert kinds_since(count) == ["project-calendar-changed"]
    private = WorkCalendar.objects.get(projects=project)
    assert (private.is_private, private.is_organisation) == (True, False)
    six_days = made(cast, "单休", pattern="one_day")
    change_project_calendar(by=cast.manager, project=project, calendar=six_days, now=NOW)
    assert not WorkCalendar.objects.filter(pk=private.pk).exists()
    assert [dates(project, name) for name in ("设计", "测试")] == [(4, 6), (7, 8)]
    change_project_calendar(by=cast.manager, project=project, calendar=None, now=NOW)
    assert Project.objects.get(pk=project.pk).calendar is None
    with unchanged():
        change_project_calendar(by=cast.manager, project=project, calendar=None, now=NOW)


def test_who_may_not_edit_the_plan_chooses_no_calendar(cast: Cast) -> None:
    project = planned_project(cast)
    for by in (cast.liaison, cast.head, cast.owner, cast.stranger, cast.administrator):
        with refused("forbidden", kind=Forbidden):
            change_project_calendar(by=by, project=project, calendar=None, own=CalendarSpec("自己的"), now=NOW)
    with refused("days-overlap", "days"):
        both = (OwnDay(SATURDAY, SATURDAY, True), OwnDay(SATURDAY, SATURDAY, False))
        change_project_calendar(by=cast.manager, project=project, calendar=None, own=CalendarSpec("自", days=both), now=NOW)


def test_leave_moves_dates_only_where_chosen(cast: Cast) -> None:
    """Away on Tue 5th and Wed 6th: 设计 takes Mon, Thu, Fri when it follows its owner; 测试, which does not, 11th and 12th."""
    project = planned_project(cast)
    Leave.objects.create(user=cast.owner, first=march(5), last=march(6))
    assert follow_all(project) == 0
    WorkItem.objects.filter(project=project, name="设计").update(follows_owner=True)
    follow_all(project)
    assert [dates(project, name) for name in ("设计", "测试")] == [(4, 8), (11, 12)]
    assert outlook(project, march(1)).dates[task(project, "设计").pk].finish == march(8)


def test_leave_without_end_moves_nothing(cast: Cast) -> None:
    project = planned_project(cast)
    WorkItem.objects.filter(project=project, name="设计").update(follows_owner=True)
    Leave.objects.create(user=cast.owner, first=march(5), last=date(2199, 12, 31))
    assert follow_all(project) == 0


def test_another_owner_brings_another_calendar(cast: Cast) -> None:
    project = planned_project(cast)
    calendar = made(cast, "市场", days=WEDNESDAY_OFF)
    choose_department_calendar(by=cast.administrator, department=cast.marketing, calendar=calendar, now=NOW)
    assign_owner(by=cast.manager, item=task(project, "设计"), owner=cast.other_liaison, now=NOW)
    assert dates(project, "设计") == (4, 7)


def test_typed_days_are_read_on_the_tasks_calendar(cast: Cast) -> None:
    """Three working days from Monday to Thursday when Wednesday is off; a start on that Wednesday slips to Thursday."""
    project = planned_project(cast)
    WorkItem.objects.filter(project=project, name="推广").update(calendar=made(cast, "门店", days=WEDNESDAY_OFF))
    item = task(project, "推广")
    change_dates(by=cast.manager, item=item, name="finish", value=march(7), now=NOW)
    assert task(project, "推广").duration == 3 * 480
    found = change_dates(by=cast.manager, item=task(project, "推广"), name="start", value=WEDNESDAY, now=NOW)
    assert (dates(project, "推广"), len(found.notices)) == ((7, 11), 1)


def test_a_baseline_keeps_the_calendar_that_it_was_cut_with(cast: Cast) -> None:
    """设计 was planned on three days: at the end of Tuesday two thirds, though the Wednesday has been lost since.

    As it has not begun by then, the forecast lays it on Thursday 7th, Friday 8th and Monday 11th.
    """
    project = planned_project(cast)
    design = task(project, "设计").pk
    assert outlook(project, march(5)).planned[design] == Fraction(2, 3)
    calendar = made(cast, "试验室", days=WEDNESDAY_OFF)
    choose_department_calendar(by=cast.administrator, department=cast.owner.department, calendar=calendar, now=NOW)
    follow_all(project)
    found = outlook(project, march(5))
    assert (found.planned[design], found.dates[design].finish) == (Fraction(2, 3), march(11))
    cut_baseline(by=cast.manager, project=project, now=NOW)
    WorkCalendar.objects.filter(pk=calendar.pk).update(version=7)
    assert outlook(project, WEDNESDAY).planned[design] == Fraction(2, 3)  # of Mon, Tue, Thu
    stored = Baseline.objects.get(project=project, number=1).calendar
    assert set(stored["calendars"]) == {"std", f"{calendar.pk}"}
    assert stored["of"] == {str(task(project, name).pk): str(calendar.pk) for name in ("设计", "测试")}


def test_a_baseline_from_before_calendars_had_layers_is_read(cast: Cast) -> None:
    project = planned_project(cast)
    old = {"week": "MON-FRI 09:00-12:00 13:00-18:00", "exceptions": [["2024-03-05", False], ["2024-03-09", True]]}
    Baseline.objects.filter(project=project).update(calendar=old)
    # Tuesday was off then: of Monday to Wednesday one of two working days lies before the end of Tuesday.
    assert outlook(project, march(5)).planned[task(project, "设计").pk] == Fraction(1, 2)


def test_the_outlook_notices_every_change(cast: Cast) -> None:
    project = planned_project(cast)
    calendar = made(cast, "试验室")
    choose_department_calendar(by=cast.administrator, department=cast.owner.department, calendar=calendar, now=NOW)
    design = task(project, "设计").pk
    assert outlook(project, march(1)).dates[design].finish == WEDNESDAY
    change_calendar(by=cast.administrator, calendar=calendar, spec=CalendarSpec("试验室", days=WEDNESDAY_OFF), now=NOW)
    assert outlook(project, march(1)).dates[design].finish == march(7)
    cast.owner.department = cast.marketing
    cast.owner.save()
    assert outlook(project, march(1)).dates[design].finish == WEDNESDAY


@pytest.mark.due_kind("plan-calendar")
def test_plans_follow_after_the_commit(cast: Cast) -> None:
    project, other = planned_project(cast), planned_project(cast, "S-2")
    own = CalendarSpec("S-2 项目日历", days=(OwnDay(WEDNESDAY, WEDNESDAY, True),))
    change_project_calendar(by=cast.manager, project=other, calendar=None, own=own, now=NOW)
    spec = CalendarSpec("公司日历", days=WEDNESDAY_OFF)
    organisation = WorkCalendar.objects.get(is_organisation=True)
    change_calendar(by=cast.administrator, calendar=organisation, spec=spec, now=NOW)
    assert [dates(one, "设计") for one in (project, other)] == [(4, 6), (4, 6)]
    settle(NOW)
    assert [dates(one, "设计") for one in (project, other)] == [(4, 7), (4, 6)]


@pytest.mark.parametrize("layered", [False, True])
def test_queries_do_not_grow(cast: Cast, layered: bool, django_assert_max_num_queries: Any) -> None:
    project = planned_project(cast)
    if layered:
        calendar = made(cast, "试验室", days=WEDNESDAY_OFF)
        choose_department_calendar(by=cast.administrator, department=cast.owner.department, calendar=calendar, now=NOW)
        WorkItem.objects.filter(project=project).update(follows_owner=True)
    plan_data(project, march(1))
    with django_assert_max_num_queries(14 if layered else 12):
        plan_data(project, march(2))
    with django_assert_max_num_queries(10 if layered else 8):
        outlook(project, march(3))


def test_list_my_tasks_and_project_page_agree_where_a_department_works_saturdays(cast: Cast) -> None:
    """研发部 works six days: 设计 Thu 7th – Sat 9th; at the end of Friday two thirds are planned wherever one looks."""
    project = planned_project(cast)
    calendar = made(cast, "单休", pattern="one_day")
    choose_department_calendar(by=cast.administrator, department=cast.owner.department, calendar=calendar, now=NOW)
    change_dates(by=cast.manager, item=task(project, "设计"), name="start", value=march(7), now=NOW)
    follow_all(project)
    assert dates(project, "设计") == (7, 9)
    cut_baseline(by=cast.manager, project=project, now=NOW)
    design = task(project, "设计")
    for day, planned in ((8, "66.67"), (9, "100")):
        with clock.pretend(datetime(2024, 3, day, 4, tzinfo=UTC)):
            found = outlook(Project.objects.get(pk=project.pk), march(day))
            mine = next(row for row in my_tasks(cast.owner) if row.name == "设计")
        assert found.total is not None
        assert (f"{planned_number(found.planned[design.pk]):g}", mine.planned) == (planned, planned)
        summary = ProjectSummary.objects.get(project=project)
        shown = summary.planned(march(day))
        assert shown is not None
        assert shown / 100 == pytest.approx(planned_number(found.total.planned), abs=0.011)
        assert summary.light(march(day)) == light_of(found)


def test_my_tasks_ask_the_same_queries_however_many_calendars(cast: Cast, django_assert_num_queries: Any) -> None:
    project = planned_project(cast)
    with CaptureQueriesContext(connection) as before:
        my_tasks(cast.owner)
    for name in ("设计", "测试"):
        WorkItem.objects.filter(project=project, name=name).update(calendar=made(cast, name, days=WEDNESDAY_OFF))
    follow_all(project)
    cut_baseline(by=cast.manager, project=project, now=NOW)
    with django_assert_num_queries(len(before)):
        assert len(my_tasks(cast.owner)) == 2


def test_a_changed_calendar_refreshes_what_lists_show(cast: Cast) -> None:
    project = planned_project(cast)
    calendar = made(cast, "试验室")
    choose_department_calendar(by=cast.administrator, department=cast.owner.department, calendar=calendar, now=NOW)
    before = ProjectSummary.objects.get(project=project).finish
    change_calendar(by=cast.administrator, calendar=calendar, spec=CalendarSpec("试验室", days=WEDNESDAY_OFF), now=NOW)
    settle(NOW)
    summary = ProjectSummary.objects.get(project=project)
    assert (before, summary.finish) == (march(8), march(11))
    ProjectSummary.objects.filter(project=project).update(tasks=99)
    assert follow_all(project) == 0
    assert ProjectSummary.objects.get(project=project).tasks == 4
