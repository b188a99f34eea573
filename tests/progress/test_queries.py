"""What I owe, and the tracking table."""

from datetime import UTC, date, datetime

import pytest

from support.cast import NOW, Cast, complaint_project, planned_project, task
from tongzhou.config.demo.complaint import COMPLAINT
from tongzhou.lib import clock
from tongzhou.plan.actions import Report, record_progress
from tongzhou.plan.models import WorkItem
from tongzhou.progress.queries import owed_by, tracking
from tongzhou.projects.actions import take_role
from tongzhou.projects.models import Project


@pytest.mark.parametrize(
    ("day", "groups"),
    [
        (1, [("设计", "later", 0), ("测试", "later", 0)]),
        (4, [("设计", "today", 0), ("测试", "week", 0)]),
        (6, [("设计", "today", 0), ("测试", "week", 0)]),
        (7, [("设计", "overdue", 1), ("测试", "today", 0)]),
        (9, [("设计", "overdue", 3), ("测试", "overdue", 1)]),
    ],
)
def test_what_i_owe_by_urgency(cast: Cast, day: int, groups: list[tuple[str, str, int]]) -> None:
    """设计 Monday 03-04 – Wednesday 03-06, 测试 03-07 – Friday 03-08; 03-01 is the Friday before."""
    planned_project(cast)
    with clock.pretend(datetime(2024, 3, day, 1, tzinfo=UTC)):
        assert [(owed.name, owed.group, owed.overdue_days) for owed in owed_by(cast.owner)] == groups


def test_i_owe_nothing_that_is_over_or_that_i_do_not_see(cast: Cast) -> None:
    project = planned_project(cast)
    record_progress(by=cast.manager, item=task(project, "设计"), report=Report("done", 0), status_date=NOW.date(), now=NOW)
    with clock.pretend(NOW):
        assert [owed.name for owed in owed_by(cast.owner)] == ["测试"]
    take_role(by=cast.manager, project=project, person=cast.owner, role="member", now=NOW)
    assert owed_by(cast.owner) == []


def test_the_projects_own_day_counts_for_what_i_owe(cast: Cast) -> None:
    project = planned_project(cast)
    Project.objects.filter(pk=project.pk).update(status_date=date(2024, 3, 7))
    assert [(owed.group, owed.overdue_days) for owed in owed_by(cast.owner)] == [("overdue", 1), ("today", 0)]


def test_the_tracking_table_of_the_complaint_project(cast: Cast) -> None:
    rows = tracking(complaint_project(cast), date(2024, 3, 10))
    assert [(row.code, row.owner, row.state, row.late, row.percent, row.planned, row.points, row.marked) for row in rows] == [
        ("1", "张三", "doing", True, 70, 100, "30.00", True),
        ("2", "王五", "todo", False, 0, 16.67, "16.67", True),
        ("3", "赵六", "todo", False, 0, 0, "", False),
        ("4", "孙七", "todo", False, 0, 0, "", False),
    ]
    assert rows[0].said == COMPLAINT.work[0].told[-1].problem
    assert (rows[0].finish, rows[0].baseline_finish) == (date(2024, 3, 12), date(2024, 3, 7))


def test_the_tracking_table_looks_back(cast: Cast) -> None:
    project = complaint_project(cast)
    first = tracking(project, date(2024, 3, 5))[0]
    assert (first.percent, first.said, first.reported_on) == (40, COMPLAINT.work[0].told[0].done, date(2024, 3, 5))
    assert WorkItem.objects.get(pk=first.id).percent == 7000
