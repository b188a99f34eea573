"""Programs read the calendars and the days of a year, and choose a project's calendar."""

from __future__ import annotations

from typing import Any

import pytest

from support.api import program_of
from support.cast import NOW, Cast, planned_project, task
from support.checks import unchanged
from tongzhou.people.actions import change_calendar
from tongzhou.people.models import WorkCalendar
from tongzhou.people.queries import CalendarSpec


def test_calendars_and_years_are_read(cast: Cast) -> None:
    change_calendar(by=cast.administrator, spec=CalendarSpec("单休", "one_day"), now=NOW)
    program = program_of(cast.stranger)
    found = program.ask("GET", "calendars").json()
    assert [(one["name"], one["is_organisation"], one["pattern"]) for one in found["items"]][1:] == [("单休", False, "one_day")]
    year = program.ask("GET", "calendars/years/2026").json()
    assert (year["year"], year["announced"], len(year["days"])) == (2026, True, 39)
    assert {"day": "2026-05-09", "working": True, "name": "五一"} in year["days"]
    assert program.ask("GET", "calendars/years/2031").json() == {"year": 2031, "announced": False, "source": "", "days": []}


@pytest.mark.parametrize("year", ["0", "9999", "x", "-1", "9" * 40])
def test_a_year_that_is_none(cast: Cast, year: str) -> None:
    assert program_of(cast.member).ask("GET", f"calendars/years/{year}").status_code in (404, 422)


def test_a_project_chooses_its_calendar(cast: Cast) -> None:
    project = planned_project(cast)
    row = change_calendar(by=cast.administrator, spec=CalendarSpec("单休", "one_day"), now=NOW)
    program, address = program_of(cast.manager), f"projects/{project.number}/calendar"
    assert (program.ask("GET", address).json()["id"], program.ask("GET", address).json()["own"]) == (None, False)
    answer = program.ask("PUT", address, {"calendar": row.pk})
    wanted = {"id": row.pk, "name": "单休", "own": False, "days_of_its_own": None, "moves": None}
    assert (answer.status_code, answer.json()) == (200, wanted)
    assert task(project, "测试").finish is not None
    assert program.ask("PUT", address, {"calendar": None}).json()["id"] is None


@pytest.mark.parametrize("body", [{}, {"calendar": 0}, {"calendar": 10**9}, {"calendar": "x"}, {"calendar": None, "more": 1}])
def test_a_calendar_that_is_none_changes_nothing(cast: Cast, body: dict[str, Any]) -> None:
    project = planned_project(cast)
    program = program_of(cast.manager)
    with unchanged():
        assert program.ask("PUT", f"projects/{project.number}/calendar", body).status_code == 422


def test_the_calendar_of_another_project_is_not_offered(cast: Cast) -> None:
    project = planned_project(cast)
    row = change_calendar(by=cast.administrator, spec=CalendarSpec("别人的"), now=NOW)
    WorkCalendar.objects.filter(pk=row.pk).update(is_private=True)
    program = program_of(cast.manager)
    assert program.ask("PUT", f"projects/{project.number}/calendar", {"calendar": row.pk}).status_code == 422
    assert "别人的" not in program.ask("GET", "calendars").content.decode()
