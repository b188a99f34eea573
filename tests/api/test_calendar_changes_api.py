"""Programs make, change and remove calendars, look at their years, and take the notice of a year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from people.test_calendar_views import NOTICE_2027
from support.api import Program, program_of
from support.cast import Cast, planned_project, task
from support.checks import said, unchanged
from tongzhou.lib import clock
from tongzhou.people.models import StatutoryYear, WorkCalendar
from tongzhou.rhythm.jobs import settle

OFF = {"first": "2024-03-06", "last": "2024-03-06", "working": False, "name": "停电"}
HOURS = [["09:00", "12:00"], ["13:00", "18:00"]]


@pytest.fixture
def administrator(cast: Cast) -> Program:
    return program_of(cast.administrator, "read", "write", "admin")


def test_a_calendar_is_made_read_changed_and_removed(cast: Cast, administrator: Program) -> None:
    body = {"name": "大小周", "pattern": "alternating", "anchor": "2026-03-02", "hours": HOURS, "days": [OFF]}
    with unchanged():
        tried = administrator.ask("POST", "calendars", body | {"dry": True})
    assert (tried.status_code, tried.json()["calendar"]) == (200, None)
    made = administrator.ask("POST", "calendars", body)
    told = made.json()["calendar"]
    assert (made.status_code, told) == (201, body | {"id": told["id"], "is_organisation": False})
    path = f"calendars/{told['id']}"
    seen = program_of(cast.stranger).ask("GET", path)
    assert (seen.json(), seen["ETag"]) == (told, made["ETag"])
    assert administrator.ask("GET", path, If_None_Match=seen["ETag"]).status_code == 304
    changed = administrator.ask("PUT", path, {"name": "单休", "pattern": "one_day"}, If_Match=seen["ETag"])
    emptied = {"name": "单休", "pattern": "one_day", "anchor": None, "hours": [], "days": []}
    assert changed.json() == {"calendar": told | emptied, "moves": None}
    with unchanged():
        late = administrator.ask("PUT", path, {"name": "双休"}, If_Match=seen["ETag"])
        assert (late.status_code, late.json()["current"]["name"]) == (412, "单休")
        assert administrator.ask("DELETE", path, If_Match=seen["ETag"]).status_code == 412
    assert administrator.ask("DELETE", path, If_Match=changed["ETag"]).status_code == 204
    assert (said()[0], administrator.ask("GET", path).status_code) == ("calendar-removed", 404)


def test_a_change_tells_what_would_move_before_it_does(cast: Cast, administrator: Program) -> None:
    project, row = planned_project(cast), WorkCalendar.objects.get(is_organisation=True)
    body = {"name": row.name, "pattern": "two_days", "hours": HOURS, "days": [OFF]}
    cast.stranger.is_administrator = True
    cast.stranger.save()
    other = program_of(cast.stranger, "read", "write", "admin")
    with unchanged():
        [moves] = administrator.ask("PUT", f"calendars/{row.pk}", body | {"dry": True}).json()["moves"]
        [hidden] = other.ask("PUT", f"calendars/{row.pk}", body | {"dry": True}).json()["moves"]
    assert (moves["tasks"], moves["hidden"], moves["more"]) == (3, 0, 0)
    assert moves["projects"][0] == {
        "number": project.number, "name": project.name, "tasks": 3, "first": "2024-03-04", "last": "2024-03-11",
        "finish_before": "2024-03-08", "finish_after": "2024-03-11",
    }  # fmt: skip
    # Who does not see the project is told that there is one, not which.
    assert (hidden["projects"], hidden["hidden"], hidden["tasks"]) == ([], 1, 3)
    assert administrator.ask("PUT", f"calendars/{row.pk}", body).status_code == 200
    settle(clock.now())
    assert task(project, "设计").finish == date(2024, 3, 7)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "门店"}, "name"),
        ({"pattern": "x"}, "pattern"),
        ({"pattern": "alternating"}, "anchor"),
        ({"pattern": "alternating", "anchor": "2026-03-03"}, "anchor"),
        ({"anchor": "9999-12-31"}, "anchor"),
        ({"hours": [["09:00", "08:00"]]}, "hours"),
        ({"hours": [["09:00", "12:00"], ["11:00", "13:00"]]}, "hours"),
        ({"hours": [["9:00", "12:00"]]}, "hours.0.0"),
        ({"hours": [["09:00"]]}, "hours.0"),
        ({"days": [OFF, OFF]}, "days"),
        ({"days": [OFF | {"last": "2024-03-05"}]}, "days"),
        ({"days": [OFF | {"first": "1970-01-01", "last": "2199-12-31"}]}, "days"),
        ({"days": [{"first": "2024-03-06"}]}, "days.0.last"),
    ],
)
def test_a_calendar_is_refused(administrator: Program, change: dict[str, Any], field: str) -> None:
    other = administrator.ask("POST", "calendars", {"name": "门店"}).json()["calendar"]["id"]
    made = administrator.ask("POST", "calendars", {"name": "车间"}).json()["calendar"]["id"]
    assert other != made
    with unchanged():
        for method, path, name in (("POST", "calendars", "新"), ("PUT", f"calendars/{made}", "车间")):
            for dry in (False, True):
                answer = administrator.ask(method, path, {"name": name, "dry": dry} | change)
                assert (answer.status_code, field in answer.json()["errors"]) == (422, True), answer.content


def test_the_calendar_of_one_project_is_none_that_programs_name(cast: Cast, administrator: Program) -> None:
    made = administrator.ask("POST", "calendars", {"name": "S-1 的"}).json()["calendar"]["id"]
    WorkCalendar.objects.filter(pk=made).update(is_private=True)
    with unchanged():
        for key in (made, 10**9):
            answers = [
                administrator.ask("GET", f"calendars/{key}"),
                administrator.ask("GET", f"calendars/{key}/years/2026"),
                administrator.ask("PUT", f"calendars/{key}", {"name": "x"}),
                administrator.ask("DELETE", f"calendars/{key}"),
            ]
            assert {answer.status_code for answer in answers} == {404}
        organisation = WorkCalendar.objects.get(is_organisation=True).pk
        assert administrator.ask("DELETE", f"calendars/{organisation}").json()["title"] == "calendar-used"


def test_each_day_of_a_year(cast: Cast, administrator: Program, django_assert_max_num_queries: Any) -> None:
    row = WorkCalendar.objects.get(is_organisation=True)
    program = program_of(cast.stranger)
    with django_assert_max_num_queries(8):
        year = program.ask("GET", f"calendars/{row.pk}/years/2026").json()
    days = {one["day"]: (one["kind"], one["name"]) for one in year["days"]}
    assert (year["announced"], len(days), year["months"][4]) == (True, 365, {"month": 5, "working_days": 19})
    assert (days["2026-05-01"], days["2026-05-09"]) == (("holiday", "五一"), ("makeup", "五一"))
    assert (days["2026-05-08"], days["2026-05-10"]) == (("work", ""), ("weekend", ""))
    assert program.ask("GET", f"calendars/{row.pk}/years/1969").status_code == 422
    known = {one["year"]: one["announced"] for one in program.ask("GET", "calendars/years?limit=200").json()["items"]}
    assert known[2026] is True


def test_the_notice_of_a_year_is_previewed_and_taken(
    cast: Cast, administrator: Program, django_assert_max_num_queries: Any
) -> None:
    with unchanged(), django_assert_max_num_queries(40):
        seen = administrator.ask("POST", "calendars/notices", {"text": NOTICE_2027, "dry": True}).json()
    assert (seen["year"], seen["partial"], seen["problems"], seen["differs"]) == (2027, False, [], [])
    assert {"day": "2027-05-08", "working": True, "name": "五一"} in seen["days"]
    assert seen["moves"][0]["tasks"] == 0
    taken = administrator.ask("POST", "calendars/notices", {"text": NOTICE_2027}).json()
    assert taken == seen | {"moves": None}
    assert (
        StatutoryYear.objects.get(year=2027).source == "国务院 2027 年放假通知" or StatutoryYear.objects.get(year=2027).source
    )
    assert len(administrator.ask("GET", "calendars/years/2027").json()["days"]) == len(seen["days"])


@pytest.mark.parametrize(
    "text", ["什么也没有", "一、元旦：1月1日放假。", NOTICE_2027.replace("5月8日（周六）", "5月8日（周日）")]
)
def test_a_notice_with_problems_is_not_taken(administrator: Program, text: str) -> None:
    with unchanged():
        seen = administrator.ask("POST", "calendars/notices", {"text": text, "dry": True})
        assert (seen.status_code, bool(seen.json()["problems"])) == (200, True)
        answer = administrator.ask("POST", "calendars/notices", {"text": text})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["text"])
        for wrong in ({"text": ""}, {"text": "x", "year": 1}, {"text": "x" * 20_001}, {}):
            assert administrator.ask("POST", "calendars/notices", wrong).status_code == 422
