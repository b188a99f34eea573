"""Deadlines in working time. 2024-03-01 is a Friday; 09:00–12:00 and 13:00–18:00 are worked, Monday to Friday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from support.cast import NOW, Cast
from support.checks import refused
from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.people.actions import change_calendar, choose_department_calendar
from tongzhou.people.queries import CalendarSpec, OwnDay
from tongzhou.rhythm.queries import calendar_for, working_days_after, working_deadline


def march(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        (march(1, 9), 4, march(1, 14)),
        (march(1, 17), Decimal("1.5"), march(4, 9, 30)),
        (march(2, 3), 8, march(4, 18)),
        (march(1, 17, 59), 0.01, march(1, 18)),
        (march(1, 12, 30), 0, march(1, 12, 30)),
    ],
)
def test_hours(db: None, start: datetime, hours: float | Decimal, expected: datetime) -> None:
    assert working_deadline(start, hours) == expected


@pytest.mark.parametrize(("days", "expected"), [(0, march(1, 15)), (1, march(4, 15)), (5, march(8, 15)), (6, march(11, 15))])
def test_days(db: None, days: int, expected: datetime) -> None:
    assert working_days_after(march(1, 15), days) == expected


@pytest.mark.parametrize("calendar", [None, WorkingCalendar({})])
@pytest.mark.parametrize("hours", [1e12, Decimal("1e400"), float("nan"), float("inf")])
def test_deadlines_that_lie_too_far_are_refused(db: None, hours: float, calendar: WorkingCalendar | None) -> None:
    with refused("deadline-too-far"):
        working_deadline(NOW, hours, calendar)


@pytest.mark.parametrize("days", [-1, 10**9, 90_000])
def test_days_that_lie_too_far_are_refused(db: None, days: int) -> None:
    with refused("deadline-too-far"):
        working_days_after(NOW, days, WorkingCalendar({}))


def test_the_departments_calendar_goes_before_the_projects(cast: Cast) -> None:
    def off(day: int) -> tuple[OwnDay, ...]:
        return (OwnDay(date(2024, 3, day), date(2024, 3, day), False),)

    of_project = change_calendar(by=cast.administrator, spec=CalendarSpec("项目", days=off(4)), now=NOW)
    of_department = change_calendar(by=cast.administrator, spec=CalendarSpec("试验室", days=off(5)), now=NOW)
    choose_department_calendar(by=cast.administrator, department=cast.rd, calendar=of_department, now=NOW)
    assert working_deadline(march(1, 17), 2, calendar_for()) == march(4, 10)
    assert working_deadline(march(1, 17), 2, calendar_for(project_calendar=of_project.pk)) == march(5, 10)
    both = calendar_for(department=cast.rd.pk, project_calendar=of_project.pk)
    assert working_deadline(march(1, 17), 2, both) == march(6, 10)
    assert working_deadline(march(1, 17), 2, calendar_for(department=cast.marketing.pk)) == march(4, 10)
