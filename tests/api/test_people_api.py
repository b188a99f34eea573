"""Programs look after people and departments as the administrator does at her pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from support.api import Program, program_of
from support.cast import NOW, Cast, planned_project, task
from support.checks import said, unchanged
from tongzhou.lib import clock
from tongzhou.people.actions import add_person
from tongzhou.people.models import Department, Leave, System, User
from tongzhou.rhythm.jobs import settle


@pytest.fixture
def administrator(cast: Cast) -> Program:
    return program_of(cast.administrator, "read", "write", "admin")


def test_a_department_is_renamed_moved_given_a_head_and_closed(cast: Cast, administrator: Program) -> None:
    made = administrator.ask("POST", "departments", {"name": "法务部", "parent": cast.rd.pk, "head": cast.member.pk})
    told = made.json()
    assert (made.status_code, told["parent"], told["head"]["name"], told["people"]) == (201, cast.rd.pk, "成员", 0)
    path = f"departments/{told['id']}"
    seen = program_of(cast.stranger).ask("GET", path)
    assert (seen.json(), seen["ETag"]) == (told, made["ETag"])
    assert administrator.ask("GET", path, If_None_Match=seen["ETag"]).status_code == 304
    changed = administrator.ask("PATCH", path, {"name": "合规部", "parent": None, "head": None}, If_Match=seen["ETag"])
    assert changed.json() == told | {"name": "合规部", "parent": None, "head": None}
    assert said()[0] == "department-changed"
    with unchanged():
        late = administrator.ask("PATCH", path, {"name": "风控部"}, If_Match=seen["ETag"])
    assert (late.status_code, late.json()["current"]["name"]) == (412, "合规部")
    assert administrator.ask("PATCH", path, {"is_active": False}, If_Match=late.json()["current"]["etag"]).status_code == 200
    assert not Department.objects.get(pk=told["id"]).is_active
    assert [one["is_active"] for one in administrator.ask("GET", "departments").json()["items"] if one["name"] == "合规部"] == [
        False
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "市场部"}, "name"),
        ({"name": " "}, "name"),
        ({"name": None}, "name"),
        ({"parent": "self"}, "parent"),
        ({"parent": 10**9}, "parent"),
        ({"head": 10**9}, "head"),
        ({"is_active": False}, "is_active"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_department_is_refused(cast: Cast, administrator: Program, change: dict[str, Any], field: str) -> None:
    sent = {name: cast.rd.pk if value == "self" else value for name, value in change.items()}
    with unchanged():
        answer = administrator.ask("PATCH", f"departments/{cast.rd.pk}", sent)
        never = administrator.ask("PATCH", "departments/999999999", {"name": "x"})
    assert (answer.status_code, list(answer.json()["errors"]), never.status_code) == (422, [field], 404)


def test_a_department_chooses_its_calendar_and_is_told_before(cast: Cast, administrator: Program) -> None:
    project = planned_project(cast)
    made = administrator.ask("POST", "calendars", {"name": "早班", "days": [_off("2024-03-06")]}).json()["calendar"]["id"]
    path = f"departments/{cast.rd.pk}/calendar"
    with unchanged():
        tried = administrator.ask("PUT", path, {"calendar": made, "dry": True}).json()
        refused = administrator.ask("PUT", path, {"calendar": 10**9})
    # The administrator takes part in the project as its IT support, and so is told its name.
    [moves] = tried["moves"]
    assert (moves["tasks"], moves["hidden"], moves["projects"][0]["number"]) == (3, 0, project.number)
    assert (tried["department"]["calendar"], list(refused.json()["errors"])) == (None, ["calendar"])
    kept = administrator.ask("PUT", path, {"calendar": made}).json()
    settle(clock.now())
    assert (kept["department"]["calendar"], kept["moves"]) == (made, None)
    assert task(project, "设计").finish == date(2024, 3, 7)
    assert administrator.ask("DELETE", f"calendars/{made}").json()["title"] == "calendar-used"
    Department.objects.filter(pk=cast.marketing.pk).update(is_active=False)
    closed = administrator.ask("PUT", f"departments/{cast.marketing.pk}/calendar", {"calendar": made})
    assert (closed.status_code, closed.json()["title"]) == (422, "department-closed")


def test_a_person_is_entered_whole_and_changed(cast: Cast, administrator: Program) -> None:
    body = {
        "name": "欧阳一",
        "login": "Ouyang",
        "phone": "１３８ 0000 0001",
        "email": "o@example.com",
        "stand_in": cast.member.pk,
    }
    made = administrator.ask("POST", "people", body)
    told = made.json()
    assert (made.status_code, told["login"], told["phone"], told["stand_in"]["name"]) == (201, "ouyang", "13800000001", "成员")
    path = f"people/{told['id']}"
    assert program_of(cast.stranger).ask("GET", path).json()["phone"] == "138****0001"
    changed = administrator.ask("PATCH", path, {"stand_in": None, "is_administrator": True}, If_Match=made["ETag"])
    assert (changed.json()["stand_in"], changed.json()["is_administrator"]) == (None, True)
    with unchanged():
        late = administrator.ask("PATCH", path, {"title": "x"}, If_Match=made["ETag"])
        assert (late.status_code, late.json()["current"]["is_administrator"]) == (412, True)
        for wrong in ({"email": "x"}, {"phone": "x"}, {"login": "x y"}, {"stand_in": told["id"]}, {"login": "chenyi "}):
            answer = administrator.ask("PATCH", path, wrong)
            assert (answer.status_code, list(answer.json()["errors"])) == (422, list(wrong))


def test_people_are_listed_as_the_page_lists_them(cast: Cast, administrator: Program, django_assert_num_queries: Any) -> None:
    User.objects.filter(pk=cast.member.pk).update(is_active=False)
    Leave.objects.create(user=cast.owner, first=date(2000, 1, 1), last=date(2199, 1, 1))

    def names(query: str) -> list[str]:
        return [one["name"] for one in administrator.ask("GET", f"people?{query}").json()["items"]]

    assert (names("q=zhengshi"), names("state=leave"), names("state=disabled")) == (["郑十"], ["郑十"], ["成员"])
    assert sorted(names(f"department={cast.marketing.pk}")) == sorted(names("q=市场部")) != []
    assert names("sort=-name&limit=200") == names("limit=200")[::-1]
    other = program_of(cast.stranger)
    assert other.ask("GET", "people?state=disabled").status_code == 403
    with django_assert_num_queries(3):
        other.ask("GET", "people?limit=3")
    with django_assert_num_queries(3):
        other.ask("GET", "people?limit=30")


def test_open_work_is_listed_and_handed_over(cast: Cast, administrator: Program, django_assert_max_num_queries: Any) -> None:
    project = planned_project(cast)
    path = f"people/{cast.owner.pk}"
    with django_assert_max_num_queries(15):
        rows = administrator.ask("GET", f"{path}/open-work?limit=1").json()
    assert (rows["count"], len(rows["items"]), rows["items"][0]["what"]) == (2, 1, "设计")
    key = rows["items"][0]["key"]
    left = administrator.ask("POST", f"{path}/hand-over", {"successor": cast.member.pk, "chosen": [key, "task-0"]}).json()
    assert (left["count"], task(project, "设计").owner) == (1, cast.member)
    with unchanged():
        for wrong, field in (
            ({"chosen": []}, "chosen"),
            ({"successor": cast.owner.pk}, "successor"),
            ({"successor": 0}, "successor"),
        ):
            answer = administrator.ask("POST", f"{path}/hand-over", {"successor": cast.member.pk, "chosen": [key]} | wrong)
            assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
        assert administrator.ask("GET", "people/999999999/open-work").status_code == 404


def test_leave_of_somebody_else(cast: Cast, administrator: Program) -> None:
    path, body = f"people/{cast.owner.pk}/leave", {"first": "2031-05-06", "last": "2031-05-07", "note": "探亲"}
    made, owner = administrator.ask("POST", path, body), program_of(cast.owner)
    assert (made.status_code, made.json()["note"]) == (201, "探亲")
    assert program_of(cast.stranger).ask("GET", path).json()["items"] == [made.json()]
    with unchanged():
        assert administrator.ask("POST", path, body).json()["title"] == "leave-overlaps"
        # A leave is one of her own, not of anybody.
        assert administrator.ask("DELETE", f"people/{cast.member.pk}/leave/{made.json()['id']}").status_code == 404
        assert owner.ask("POST", path, body).status_code == 403
    assert administrator.ask("DELETE", f"{path}/{made.json()['id']}").status_code == 204
    assert Leave.objects.count() == 0


def test_constant_queries(cast: Cast, administrator: Program, django_assert_num_queries: Any) -> None:
    owner = cast.owner
    add = {
        "departments": lambda at: Department.objects.create(name=f"部门{at}", head=owner),
        f"people/{owner.pk}/leave": lambda at: Leave.objects.create(
            user=owner, first=date(2030, 1, at), last=date(2030, 1, at)
        ),
    }
    for path, make in add.items():
        make(1)
        for count in (2, 20):
            administrator.ask("GET", path)
            make(count)
            with django_assert_num_queries(3 if path == "departments" else 4):
                administrator.ask("GET", f"{path}?limit=200")


def test_a_person_added_by_the_product_is_found(cast: Cast) -> None:
    made = add_person(by=System(), name="令狐冲", now=NOW)
    assert program_of(cast.member).ask("GET", f"people/{made.pk}").json()["department"] is None


def _off(day: str) -> dict[str, Any]:
    return {"first": day, "last": day, "working": False, "name": "停电"}
