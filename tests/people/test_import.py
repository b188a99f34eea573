"""A list of departments and people: seen before it is written, whole or not at all, twice the same changes nothing."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from support.cast import NOW, Cast
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.lib.access import Forbidden
from tongzhou.people import actions
from tongzhou.people.actions.importing import import_people
from tongzhou.people.models import Department, User
from tongzhou.people.queries.roster import understand
from tongzhou.workbooks.roster import read_roster, sheet_of_text

LIST = """人员名单
员工姓名\t工号\t直属部门\t上级部门\t岗位\t手机号码\t电子邮箱\t部门负责人\t入职日期
钱一\tA01\t平台部\t研发中心\t架构师\t１３８ 0000 0001\tqian@example.com\t钱一\t2020-01-01
钱二\tA02\t研发中心/平台部\t\t工程师\t\t\t\t
郑十\tA03\t研发部\t研发中心\t组长\t\t\t\t
外人\t\t\t\t\t\t\t\t"""


@pytest.fixture
def administrator(cast: Cast) -> Client:
    return client_of(cast.administrator)


def understood(text: str) -> Any:
    return understand(read_roster([sheet_of_text(text, "粘贴")]))


def codes(text: str) -> list[tuple[str, int, str]]:
    return [(one.code, one.row, one.column) for one in understood(text).troubles]


def confirm(client: Client, preview: HttpResponse) -> HttpResponse:
    answer: HttpResponse = client.post("/people/import/confirmation/", {"rows": preview.context["rows"]})
    return answer


def workbook(rows: list[list[Any]], name: str = "人员.xlsx") -> SimpleUploadedFile:
    book, buffer = openpyxl.Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(buffer)
    return SimpleUploadedFile(name, buffer.getvalue())


def test_columns_are_found_by_many_names_and_the_rest_is_told(cast: Cast) -> None:
    roster = read_roster([sheet_of_text(LIST, "粘贴")])
    assert roster.ignored == ["入职日期"]
    assert roster.rows[0].values == {
        "name": "钱一", "number": "A01", "department": "平台部", "parent": "研发中心", "title": "架构师",
        "phone": "１３８ 0000 0001", "email": "qian@example.com", "head": "钱一",
    }  # fmt: skip


def test_a_list_is_seen_then_written_and_changes_nothing_the_second_time(cast: Cast, administrator: Client) -> None:
    with unchanged():
        preview = administrator.post("/people/import/", {"text": LIST})
    assert preview.status_code == 200
    seen = preview.context["understood"]
    assert (seen.departments, seen.moved, seen.heads) == (
        {"研发中心": None, "平台部": "研发中心"},
        {"研发部": "研发中心"},
        {"平台部": (None, "钱一")},
    )
    assert [line.state for line in seen.lines] == ["new", "new", "changed", "same"]
    assert confirm(administrator, preview).status_code == 302
    kind, data, _changes = said()
    assert (kind, data) == ("people-imported", {"departments": 2, "created": 2, "changed": 1, "unchanged": 1})
    first = User.objects.get(employee_number="A01")
    assert (first.login, first.phone, first.initials, first.has_usable_password()) == ("qianyi", "138 0000 0001", "qy", False)
    platform = Department.objects.get(name="平台部")
    assert (platform.head, platform.parent and platform.parent.name) == (first, "研发中心")
    cast.owner.refresh_from_db()
    assert (cast.owner.employee_number, cast.owner.title, cast.owner.department) == ("A03", "组长", cast.rd)
    with unchanged():
        again = administrator.post("/people/import/", {"text": LIST})
        assert again.context["understood"].changes_nothing
        assert confirm(administrator, again).status_code == 302


def test_a_workbook_is_read_and_the_export_changes_nothing(cast: Cast, administrator: Client) -> None:
    file = workbook([["姓名", "工号", "部门"], ["孙一", 1001, "市场部"], ["孙二", 1002.0, "市场部"]])
    preview = administrator.post("/people/import/", {"file": file})
    assert [line.values["employee_number"] for line in preview.context["understood"].lines] == ["1001", "1002"]
    assert confirm(administrator, preview).status_code == 302
    taken = administrator.get("/people/people.xlsx?q=孙")
    assert said()[:2] == ("people-exported", {"count": 4})
    whole = administrator.get("/people/people.xlsx")
    back = administrator.post("/people/import/", {"file": SimpleUploadedFile("x.xlsx", whole.content)})
    assert (back.status_code, back.context["understood"].changes_nothing) == (200, True)
    assert taken["Content-Type"] == whole["Content-Type"]


def test_the_empty_form_is_understood(cast: Cast, administrator: Client) -> None:
    form = administrator.get("/people/form.xlsx")
    preview = administrator.post("/people/import/", {"file": SimpleUploadedFile("x.xlsx", form.content)})
    assert preview.context["ignored"] == []
    assert [line.name for line in preview.context["understood"].lines] == ["张三", "李四"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("随便\t什么\n1\t2", ("nothing_found", 0, "")),
        ("姓名,工号\n甲,1\n乙,1", ("number_twice", 2, "B")),
        ("姓名,登录名\n甲,a b", ("login_invalid", 2, "B")),
        ("姓名,登录名,工号\n甲,lisi,99\n李四,,98", ("person_twice", 3, "A")),
        ("姓名,手机\n甲,电话簿", ("phone_invalid", 2, "B")),
        ("姓名,邮箱\n甲,x", ("email_invalid", 2, "B")),
        ("姓名,部门\n甲,研发部\n甲,研发部", ("person_twice", 3, "A")),
        ("姓名,部门,部门负责人\n甲,研发部,没有人", ("head_unknown", 2, "C")),
        ("姓名,部门,部门负责人\n甲,研发部,李四\n乙,研发部,周七", ("two_heads", 3, "C")),
        ("部门,上级部门\n甲部,乙部\n乙部,甲部", ("department_circle", 3, "B")),
        ("部门,上级部门\n研发部,研发部", ("department_circle", 2, "B")),
        ("部门,上级部门\n,研发部", ("department_missing", 2, "A")),
        ("姓名,部门\n" + "长" * 81 + ",研发部", ("too_long", 2, "A")),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column(cast: Cast, text: str, code: tuple[str, int, str]) -> None:
    assert code in codes(text)
    with refused("problems-left"):
        import_people(by=cast.administrator, roster=read_roster([sheet_of_text(text, "粘贴")]), now=NOW)


def test_several_of_one_name_need_a_number_or_a_department(cast: Cast) -> None:
    actions.add_person(by=cast.administrator, name="李四", department=cast.marketing, now=NOW)
    assert codes("姓名,职务\n李四,主管") == [("several_called", 2, "A")]
    (line,) = understood("姓名,部门,职务\n李四,市场部,主管").lines
    assert User.objects.get(pk=line.person).department == cast.marketing


def test_a_disabled_person_is_not_changed_by_a_list(cast: Cast) -> None:
    User.objects.filter(pk=cast.stranger.pk).update(is_active=False)
    assert codes("姓名,职务\n外人,主管") == [("person_disabled", 2, "A")]


def test_a_page_with_problems_offers_no_button(cast: Cast, administrator: Client) -> None:
    with unchanged():
        preview = administrator.post("/people/import/", {"text": "姓名,邮箱\n甲,x\n乙,y@example.com"})
        assert "全部写入" not in preview.content.decode()
        assert confirm(administrator, preview).status_code == 422


@pytest.mark.parametrize(
    "rows",
    ["", "x", "[]", "{}", "[1]", "null", "[" * 100_000, '[{"row": 1}]',
     '[{"sheet": "x", "row": "9", "values": 3, "columns": {}}]',
     json.dumps([{"sheet": "x", "row": 1, "values": {"name": "a\0"}, "columns": {}}]),
     json.dumps([{"sheet": "x", "row": 1, "values": {"name": "\ud800"}, "columns": {}}]),
     '[{"sheet": "x", "row": ' + "9" * 5000 + ', "values": {"name": "a"}, "columns": {}}]'],
)  # fmt: skip
def test_rows_that_no_preview_sent_are_refused(cast: Cast, administrator: Client, rows: str) -> None:
    with unchanged():
        assert administrator.post("/people/import/confirmation/", {"rows": rows}).status_code == 422


@pytest.mark.parametrize("content", [b"", b"MZ\x90", b"PK\x03\x04", b"\xff\xfe\x00\xd8"])
def test_bad_files_are_refused_with_a_reason(cast: Cast, administrator: Client, content: bytes) -> None:
    with unchanged():
        answer = administrator.post("/people/import/", {"file": SimpleUploadedFile("x.xlsx", content)})
        nothing = administrator.post("/people/import/", {})
    assert (answer.status_code, nothing.status_code) == (422, 422)


def test_only_the_administrator_imports_and_exports(cast: Cast) -> None:
    roster = read_roster([sheet_of_text(LIST, "粘贴")])
    with refused("forbidden", kind=Forbidden):
        import_people(by=cast.manager, roster=roster, now=NOW)


def test_understanding_costs_two_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    for count in (1, 50):
        roster = read_roster([sheet_of_text("姓名,部门\n" + "\n".join(f"人{at},研发部" for at in range(count)), "粘贴")])
        with django_assert_num_queries(2):
            understand(roster)


def test_a_row_of_a_person_without_a_name_is_told_with_its_place(cast: Cast, administrator: Client) -> None:
    text = "姓名,工号,部门,邮箱,负责人\n,B1,研发部,x@example.com,\n,,市场部,,是\n钱一,B2,研发部,y,\n,,质量部,,"
    assert codes(text) == [("name_missing", 2, "A"), ("name_missing", 3, "A"), ("email_invalid", 4, "D")]
    with unchanged():
        preview = administrator.post("/people/import/", {"text": text})
    assert preview.context["troubles"] == [
        "第 2 行 A 列：缺少姓名。",
        "第 3 行 A 列：缺少姓名。",
        "第 4 行 D 列：“y”不是邮箱地址。",
    ]
    assert confirm(administrator, preview).status_code == 422
