"""Programs do what an administrator does for many at once: ways in, lists of people, files."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from support.api import BASE, Program, program_of
from support.cast import Cast
from support.checks import said, unchanged
from tongzhou.people.models import Department, IdempotentAnswer, SignInLink, User


@pytest.fixture
def administrator(cast: Cast) -> Program:
    return program_of(cast.administrator, "read", "write", "admin")


def test_a_way_in_is_told_once(cast: Cast, administrator: Program) -> None:
    path = f"people/{cast.owner.pk}/sign-in-link"
    made = administrator.ask("POST", path, Idempotency_Key="w")
    told = made.json()
    assert (made.status_code, told["person"]["name"], said()[0]) == (201, "郑十", "sign-in-link-made")
    with unchanged():
        again = administrator.ask("POST", path, Idempotency_Key="w")
    assert again.json() == told | {"link": None}
    assert told["link"] not in IdempotentAnswer.objects.get().body
    entered = Client()
    assert entered.post(urlsplit(told["link"]).path).status_code == 302
    assert entered.get("/me/").status_code == 200


def test_ways_in_for_many(cast: Cast, administrator: Program, django_assert_num_queries: Any) -> None:
    before = administrator.ask("GET", f"sign-in-links?department={cast.rd.pk}&limit=200").json()
    assert all(not one["has_password"] and not one["has_link"] for one in before["items"]) and before["count"] > 2
    keys = [one["id"] for one in before["items"]]
    made = administrator.ask("POST", "sign-in-links", {"people": [*keys, keys[0]]})
    assert (made.status_code, [one["person"]["id"] for one in made.json()["items"]]) == (201, keys)
    assert len({one["link"] for one in made.json()["items"]}) == len(keys) == SignInLink.objects.count()
    with django_assert_num_queries(3):
        after = administrator.ask("GET", f"sign-in-links?department={cast.rd.pk}&limit=2").json()
    assert ([one["has_link"] for one in after["items"]], after["count"]) == ([True, True], len(keys))


def test_ways_in_are_refused(cast: Cast, administrator: Program) -> None:
    User.objects.filter(pk=cast.member.pk).update(is_active=False)
    half, path = program_of(cast.administrator, "admin", "read"), f"people/{cast.owner.pk}/sign-in-link"
    manager = program_of(cast.manager)
    with unchanged():
        # Who came in by the link could write, which this token may not.
        assert (half.ask("POST", path).status_code, half.ask("POST", "sign-in-links", {"people": [1]}).status_code) == (
            403,
            403,
        )
        assert manager.ask("POST", "sign-in-links", {"people": [cast.owner.pk]}).status_code == 403
        assert administrator.ask("POST", f"people/{cast.member.pk}/sign-in-link").json()["title"] == "person-disabled"
        assert administrator.ask("POST", "people/999999999/sign-in-link").status_code == 404
        for people, field in (
            ([cast.owner.pk, 10**9], "people.1"),
            ([cast.member.pk], "people.0"),
            ([], "people"),
            ([0], "people.0"),
        ):
            answer = administrator.ask("POST", "sign-in-links", {"people": people})
            assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_a_list_is_seen_before_it_is_written(cast: Cast, administrator: Program) -> None:
    text = "姓名,工号,部门,上级部门,部门负责人\n钱一,A01,平台部,研发中心,是\n郑十,A03,研发部,,"
    with unchanged():
        seen = administrator.ask("POST", "people/imports/text", {"text": text}).json()
    assert {one["name"]: one["parent"] for one in seen["departments"]} == {"研发中心": None, "平台部": "研发中心"}
    assert [(line["name"], line["state"]) for line in seen["lines"]] == [("钱一", "new"), ("郑十", "changed")]
    assert (seen["heads"], seen["troubles"]) == ([{"department": "平台部", "head": "钱一"}], [])
    assert seen["lines"][1]["changes"] == [{"field": "employee_number", "before": "", "after": "A03"}]
    written = administrator.ask("POST", "people/imports/confirmation", {"rows": seen["rows"]})
    assert (written.status_code, written.json()["lines"], said()[0]) == (200, seen["lines"], "people-imported")
    assert Department.objects.get(name="平台部").head.name == "钱一"
    with unchanged():
        again = administrator.ask("POST", "people/imports/confirmation", {"rows": seen["rows"]}).json()
    assert {line["state"] for line in again["lines"]} == {"same"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "甲", "email": "x"}, "rows.1"),
        ({"name": "甲", "phone": "x" * 41}, "rows.1"),
        ({"name": "\u3164"}, "rows.1"),
        ({"name": "", "title": "工程师"}, "rows.1"),
        ({"colour": "x"}, "rows.1.values.colour"),
        ({"name": 5}, "rows.1.values.name"),
    ],
)
def test_a_list_is_written_whole_or_not_at_all(administrator: Program, values: dict[str, Any], field: str) -> None:
    good = {"row": 1, "values": {"name": "乙", "department": "新部门"}}
    with unchanged():
        answer = administrator.ask("POST", "people/imports/confirmation", {"rows": [good, {"row": 2, "values": values}]})
    assert (answer.status_code, [key.removesuffix(".[key]") for key in answer.json()["errors"]]) == (422, [field])


def test_a_workbook_of_people_comes_in_and_goes_out(cast: Cast, administrator: Program) -> None:
    sheet = openpyxl.load_workbook(BytesIO(administrator.ask("GET", "people/files/form").content)).active
    assert sheet is not None
    assert "张三" in [cell.value for row in sheet.iter_rows() for cell in row]
    listed = administrator.ask("GET", "people/files/list?state=active")
    assert (listed.status_code, said()[0]) == (200, "people-exported")
    with unchanged():
        seen = _send(administrator, listed.content)
        assert seen.status_code == 200
        assert {line["state"] for line in seen.json()["lines"]} == {"same"}
        assert len(seen.json()["lines"]) == User.objects.filter(is_active=True).count()
        assert list(_send(administrator, b"no workbook", "x.xlsx").json()["errors"]) == ["file"]
        assert list(_send(administrator, b"").json()["errors"]) == ["file"]
        assert administrator.ask("POST", "people/imports", {}).status_code == 422


def test_lists_of_people_are_for_administrators(cast: Cast, administrator: Program) -> None:
    content = administrator.ask("GET", "people/files/form").content
    manager = program_of(cast.manager)
    with unchanged():
        assert _send(manager, content).status_code == 403
        assert manager.ask("GET", "people/files/list?state=disabled").status_code == 403


def test_what_needs_attention(cast: Cast, administrator: Program, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        told = administrator.ask("GET", "administration").json()
    active = User.objects.filter(is_active=True).count()
    assert (told["people"], told["attention"]["no_password"], told["attention"]["administrators"]) == (active, active, 1)
    assert (told["disabled"], told["tokens"]) == (0, 1)


def _send(program: Program, content: bytes, name: str = "人员.xlsx") -> HttpResponse:
    headers = {"Authorization": f"Bearer {program.token}"}
    answer: HttpResponse = program.client.post(
        f"{BASE}people/imports", {"file": SimpleUploadedFile(name, content)}, headers=headers
    )
    return answer
