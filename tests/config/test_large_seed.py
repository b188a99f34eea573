"""Sizes M and L in small: consistent, the same for the same day, resumed where they stopped, only into their own database."""

from __future__ import annotations

from datetime import date

import pytest

from tongzhou.config.demo.large import FUNCTIONS, SIZES, Size
from tongzhou.config.demo.laying import NotThisSeed, lay
from tongzhou.people.actions import add_department
from tongzhou.people.models import Department, System, User, name_keys
from tongzhou.plan.actions.scheduling import strict_dates
from tongzhou.plan.models import BaselineLine, ProgressMark, WorkItem
from tongzhou.plan.queries.tree import edges_of, items_of
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.models import Project, ProjectSummary
from tongzhou.timeline.models import Change, Event

TODAY = date(2026, 3, 2)
TINY = Size("T", 30, 120, 3)
CACHED = ("state", "percent", "actual_start", "actual_finish")


@pytest.fixture
def laid(db: None) -> list[str]:
    told: list[str] = []
    assert lay(TINY, TODAY, told.append) == 3
    return told


def test_the_sizes_are_those_that_were_asked_for() -> None:
    assert [(size.departments, size.people, size.projects) for size in SIZES.values()] == [(30, 1000, 200), (30, 5000, 2000)]
    assert len(set(FUNCTIONS)) == 30


def test_projects_have_five_hundred_tasks_in_three_levels(laid: list[str]) -> None:
    assert WorkItem.objects.count() == BaselineLine.objects.count() == 3 * 500
    levels = [item.level for item in items_of(Project.objects.all()[0])]
    assert [levels.count(level) for level in range(3)] == [10, 70, 420]
    assert {"done", "doing", "todo"} <= set(WorkItem.objects.values_list("state", flat=True))
    assert ProjectSummary.objects.count() == 3
    assert ProgressMark.objects.count() == ProgressUpdate.objects.count() == Change.objects.count() > 50
    assert Event.objects.count() == ProgressMark.objects.count() + 3 * 3 + len(FUNCTIONS)
    assert laid


def test_stored_dates_are_those_of_a_fresh_schedule(laid: list[str]) -> None:
    for project in Project.objects.all():
        items = items_of(project)
        dates = strict_dates(project, items, edges_of(project))
        stored = {item.id: (item.start, item.finish, item.slack, item.critical) for item in items}
        assert stored == {key: (at.start, at.finish, at.slack, at.critical) for key, at in dates.items()}


def test_states_are_those_of_the_latest_mark(laid: list[str]) -> None:
    latest = {row[0]: row[1:] for row in ProgressMark.objects.order_by("status_date").values_list("work_item_id", *CACHED)}
    reported = WorkItem.objects.exclude(reported_on=None)
    assert {row[0]: row[1:] for row in reported.values_list("pk", *CACHED)} == latest


def test_people_are_found_by_login_and_pinyin(laid: list[str]) -> None:
    assert set(User.objects.filter(login__in=["admin", "pm001", "u0001", "u0120"]).values_list("is_active", flat=True)) == {
        True
    }
    for person in User.objects.all():
        assert name_keys(person.name) == {"sort_key": person.sort_key, "pinyin": person.pinyin, "initials": person.initials}
    assert User.objects.create_user("next", "后来").pk > User.objects.get(login="u0120").pk


def test_what_was_interrupted_goes_on(laid: list[str]) -> None:
    names = list(Project.objects.order_by("number").values_list("name", flat=True))
    assert lay(TINY, TODAY, laid.append) == 0
    Project.objects.order_by("number")[1].delete()
    assert lay(TINY, TODAY, laid.append) == 1
    assert list(Project.objects.order_by("number").values_list("name", flat=True)) == names
    assert WorkItem.objects.count() == 3 * 500


def test_another_day_and_another_database_are_refused(laid: list[str]) -> None:
    with pytest.raises(NotThisSeed):
        lay(TINY, date(2026, 3, 9), laid.append)
    assert Project.objects.count() == 3


def test_a_database_with_other_data_is_refused(db: None) -> None:
    add_department(by=System(), name="研发一部", now=Event._meta.get_field("at").to_python("2026-03-02T00:00:00Z"))
    with pytest.raises(NotThisSeed):
        lay(TINY, TODAY, print)
    assert (Department.objects.count(), User.objects.count()) == (1, 0)
