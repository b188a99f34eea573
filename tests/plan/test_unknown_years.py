"""A plan that reaches into a year whose days off nobody knows: its manager is told once, and again when they are announced."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from people.test_calendar_views import NOTICE_2027
from support.cast import NOW, Cast, planned_project
from support.web import client_of
from tongzhou.notifications.models import Notice
from tongzhou.people.models import StatutoryYear
from tongzhou.projects.models import Project, ProjectSummary
from tongzhou.rhythm.actions import set_due
from tongzhou.rhythm.jobs import settle
from tongzhou.rhythm.queries import due_at

DAY = timedelta(days=1)


@pytest.fixture
def project(cast: Cast) -> Project:
    """A plan that ends on 2027-02-01, where 2027 is not announced."""
    found = planned_project(cast)
    StatutoryYear.objects.filter(year__gte=2027).delete()
    ProjectSummary.objects.filter(project=found).update(finish=date(2027, 2, 1))
    settle(NOW)
    Notice.objects.all().delete()
    return found


def cared(now: datetime) -> None:
    set_due("rhythm-care", 0, now)
    settle(now)


def told() -> list[tuple[str, str, str]]:
    return list(Notice.objects.filter(kind="calendar").order_by("pk").values_list("person__name", "title", "link"))


@pytest.mark.due_kind("plan-years")
def test_the_manager_is_told_once_and_again_when_the_year_is_announced(cast: Cast, project: Project) -> None:
    cared(NOW)
    morning = NOW - timedelta(hours=1) + DAY
    assert due_at("plan-years", 2027) == morning
    for day in range(1, 4):
        cared(NOW + day * DAY)
        settle(NOW + day * DAY)
    unknown = ("陈一", "小项目 S-1：计划跨入 2027 年，该年放假安排尚未公布", "/projects/S-1/plan/")
    assert told() == [unknown]
    client_of(cast.administrator).post("/calendars/notice/", {"text": NOTICE_2027, "confirm": "1"})
    settle(datetime.now(NOW.tzinfo))
    assert StatutoryYear.objects.filter(year=2027, announced=True).exists()
    assert told() == [unknown, ("陈一", "2027 年放假安排已公布，计划已按其重排", "/calendars/")]
    assert due_at("plan-years", 2027) is None


def test_a_year_that_was_announced_meanwhile_is_not_told(cast: Cast, project: Project) -> None:
    set_due("plan-years", 2027, NOW)
    StatutoryYear.objects.create(year=2027, announced=True)
    settle(NOW)
    assert told() == []


def test_plans_that_are_done_or_end_before_are_left_out(cast: Cast, project: Project) -> None:
    ProjectSummary.objects.filter(project=project).update(state="done")
    cared(NOW)
    set_due("plan-years", 2027, NOW)
    settle(NOW)
    assert (told(), due_at("plan-years", 2027)) == ([], None)
