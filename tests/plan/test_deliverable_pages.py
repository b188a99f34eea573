"""The pages of deliverables: the list, adding in place, pasting, one with its steps, undo, the drawer, the workbook."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from support.cast import NOW, Cast, planned_project, small_project, task
from support.checks import unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.notifications.models import Notice
from tongzhou.plan.actions import DeliverableSpec, Submission, add_deliverables, submit_deliverable
from tongzhou.plan.models import Deliverable
from tongzhou.projects.actions import Part, set_participation
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle

LIST = "/projects/S-1/deliverables/"
HOSTILE = "<script>alert(1)</script>\"'=1+1 𠮷🚀"


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def added(cast: Cast, project: Project, count: int = 1, name: str = "样机") -> Deliverable:
    item = task(project, "设计").pk
    rows = [DeliverableSpec(f"{name}{n or ''}", None, "", cast.rd.pk, date(2024, 3, 8), "图", item) for n in range(count)]
    with clock.pretend(NOW):
        return add_deliverables(by=cast.manager, project=project, rows=rows, now=NOW)[0]


def test_an_empty_list_says_what_to_do(cast: Cast, project: Project) -> None:
    page = client_of(cast.manager).get(LIST).content.decode()
    assert "还没有交付物" in page
    assert "添加第一项" in page
    assert "添加第一项" not in client_of(cast.member).get(LIST).content.decode()


def test_a_row_is_added_in_place(cast: Cast, project: Project) -> None:
    client = client_of(cast.liaison)
    fields = {"name": HOSTILE, "quantity": "３台", "department_id": cast.rd.pk, "due": "2024-03-08", "standard": HOSTILE}
    assert client.post(f"{LIST}new/", fields).status_code == 302
    row = Deliverable.objects.get()
    assert (row.name, str(row.quantity), row.unit, row.standard) == (HOSTILE, "3.00", "台", HOSTILE)
    page = client.get(LIST).content.decode()
    assert "<script>alert" not in page
    assert "𠮷🚀" in page
    assert "3 台" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, ""),
        ({"name": "a\0b"}, ""),
        ({"name": "x", "quantity": "三台"}, "看不懂数量"),
        ({"name": "x", "quantity": "9" * 50}, "两位小数"),
        ({"name": "x", "quantity": "0"}, "两位小数"),
        ({"name": "x", "due": "0001-01-01"}, "1970"),
        ({"name": "x", "due": "9999-12-31"}, "1970"),
        ({"name": "x", "department_id": "99999999999999999999"}, "选择"),
        ({"name": "x", "work_item_id": "abc"}, "选择"),
        ({"name": "x" * 201}, "200"),
        ({"name": "\u200b"}, "请填写交付物名称"),
    ],
)
def test_what_cannot_be_added_is_said_at_its_field(cast: Cast, project: Project, fields: dict[str, str], words: str) -> None:
    client = client_of(cast.manager)
    with unchanged():
        answer = client.post(f"{LIST}new/", fields)
    assert answer.status_code == 422
    assert "tz-error" in answer.content.decode()
    assert words in answer.content.decode()


def test_lines_are_pasted(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    with unchanged():
        answer = client.post(f"{LIST}pasted/", {"text": "样机\t1\t法务部\n\t2"})
    assert answer.status_code == 422
    assert "第 1 行：" in answer.content.decode()
    assert "第 2 行：" in answer.content.decode()
    assert client.post(f"{LIST}pasted/", {"text": "样机3台\n报告\t2份\t研发部"}).status_code == 302
    assert [str(row) for row in Deliverable.objects.all()] == ["样机", "报告"]
    client = client_of(cast.liaison)
    with unchanged():
        answer = client.post(f"{LIST}pasted/", {"text": "海报\t1\t市场部"})
    assert answer.status_code == 403


def test_what_departments_wrote_is_put_on_the_list(cast: Cast, project: Project) -> None:
    for department, text in ((cast.rd, "样机3台、报告"), (cast.marketing, "海报")):
        part = Part("lead" if department == cast.rd else "support", "", text)
        set_participation(by=cast.manager, project=project, department=department, part=part, now=NOW)
    client = client_of(cast.liaison)
    page = client.get(LIST).content.decode()
    assert "样机、报告" in page
    assert "海报" not in page
    assert client.post(f"{LIST}from-departments/").status_code == 302
    assert [str(row) for row in Deliverable.objects.all()] == ["样机", "报告"]
    assert "列入清单</button>" in client_of(cast.manager).get(LIST).content.decode()


def test_two_people_edit_a_row(cast: Cast, project: Project) -> None:
    row = added(cast, project)
    address, client = f"{LIST}{row.pk}/edit/", client_of(cast.manager)
    assert "样机" in client.get(address).content.decode()
    first = {"name": "样品", "version": "1"}
    assert client_of(cast.liaison).post(address, first).status_code == 302
    with unchanged():
        answer = client.post(address, {"name": "样机 A", "version": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "样品" in page
    assert "样机 A" in page
    assert 'name="version" value="2"' in page
    assert client.post(address, {"name": "样机 A", "version": "2"}).status_code == 302
    assert Deliverable.objects.get().standard == "图"


def test_a_row_of_a_department_that_takes_no_part_keeps_it(cast: Cast, project: Project) -> None:
    sales = cast.departments["销售部"]
    rows = [DeliverableSpec("铺货表", department_id=sales.pk, due=date(2024, 3, 8))]
    (row,) = add_deliverables(by=cast.manager, project=project, rows=rows, now=NOW)
    address, client = f"{LIST}{row.pk}/edit/", client_of(cast.manager)
    form = client.get(address).context["form"]
    assert (sales.pk, "销售部") in form.fields["department_id"].choices
    sent = {name: form[name].value() or "" for name in form.fields}
    assert client.post(address, sent | {"due": "2024-03-11"}).status_code == 302
    row.refresh_from_db()
    assert (row.department_id, row.due) == (sales.pk, date(2024, 3, 11))
    assert "销售部" not in client.get(f"{LIST}{added(cast, project).pk}/edit/").content.decode()


def test_a_row_is_taken_off_and_put_back(cast: Cast, project: Project) -> None:
    row, client = added(cast, project), client_of(cast.manager)
    answer = client.post(f"{LIST}{row.pk}/removal/")
    assert answer["Location"] == f"{LIST}?removed={row.pk}"
    page = client.get(answer["Location"]).content.decode()
    assert "已移出清单" in page
    assert f"{LIST}{row.pk}/restoration/" in page
    assert f"{LIST}{row.pk}/restoration/" not in client_of(cast.member).get(answer["Location"]).content.decode()
    for wrong in ("abc", "0", "9" * 30, "999"):
        assert client.get(f"{LIST}?removed={wrong}").status_code == 200
    assert client.post(f"{LIST}{row.pk}/restoration/").status_code == 302
    assert Deliverable.objects.get().removed_at is None


def test_it_goes_its_way_on_its_page(cast: Cast, project: Project) -> None:
    row = added(cast, project)
    address, owner, quality = f"{LIST}{row.pk}/", client_of(cast.owner), client_of(cast.quality)
    assert "提交验收" in owner.get(address).content.decode()
    with unchanged():
        assert owner.post(f"{address}submission/", {"note": " ", "version": "1"}).status_code == 422
    assert (
        owner.post(f"{address}submission/", {"note": "三张图", "document": "javascript:x", "version": "1"}).status_code == 302
    )
    page = quality.get(address).content.decode()
    assert 'href="javascript' not in page
    assert "三张图" in page
    with unchanged():
        answer = quality.post(f"{address}acceptance/", {"answer": "returned", "version": "2"})
    assert answer.status_code == 422
    assert "请写明退回原因" in answer.content.decode()
    assert quality.post(f"{address}acceptance/", {"answer": "returned", "reason": "缺一张", "version": "2"}).status_code == 302
    assert owner.post(f"{address}submission/", {"note": "补齐", "version": "3"}).status_code == 302
    with unchanged():
        assert quality.post(f"{address}acceptance/", {"answer": "accepted", "version": "3"}).status_code == 412
    assert quality.post(f"{address}acceptance/", {"answer": "accepted", "version": "4"}).status_code == 302
    page = owner.get(address).content.decode()
    assert page.index("缺一张") < page.index("补齐")
    assert "已验收。" in page


def test_a_conflict_keeps_what_was_typed(cast: Cast, project: Project) -> None:
    row = added(cast, project)
    address, owner, quality = f"{LIST}{row.pk}/", client_of(cast.owner), client_of(cast.quality)
    assert [client.get(address).status_code for client in (owner, quality)] == [200, 200]
    # Somebody else changes it: the form is there still, and sends what was typed again.
    assert client_of(cast.manager).post(f"{address}edit/", {"name": "样品", "version": "1"}).status_code == 302
    sent = {"note": "三张图，含公差", "document": "网盘/图", "version": "1"}
    with unchanged():
        answer = owner.post(f"{address}submission/", sent)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "这项交付物刚被别人改过。请看过后再提交一次。" in page
    assert "三张图，含公差</textarea>" in page and 'value="网盘/图"' in page and 'name="version" value="2"' in page
    assert owner.post(f"{address}submission/", sent | {"version": "2"}).status_code == 302
    # The same for a judgement; another one was given meanwhile.
    assert client_of(cast.head).post(f"{address}acceptance/", {"answer": "accepted", "version": "3"}).status_code == 302
    judged = {"answer": "returned", "reason": "缺一张剖面图", "version": "3"}
    with unchanged():
        answer = quality.post(f"{address}acceptance/", judged)
    page = answer.content.decode()
    assert (answer.status_code, "缺一张剖面图</textarea>" in page, 'name="version" value="4"' in page) == (412, True, True)
    assert quality.post(f"{address}acceptance/", judged | {"version": "4"}).status_code == 302


def test_what_was_typed_is_shown_where_its_form_is_gone(cast: Cast, project: Project) -> None:
    row = added(cast, project)
    submit_deliverable(by=cast.owner, deliverable=row, said=Submission("三张", "网盘"), now=NOW)
    client = client_of(cast.owner)
    assert client.get(f"{LIST}{row.pk}/").status_code == 200
    with unchanged():
        answer = client.post(f"{LIST}{row.pk}/submission/", {"note": "四张图", "version": "1"})
    page = answer.content.decode()
    assert (answer.status_code, "你写的内容：四张图" in page, "提交验收</button>" in page) == (412, True, False)


def test_the_list_takes_as_many_queries_for_sixty_rows_as_for_three(
    cast: Cast, project: Project, django_assert_max_num_queries: Any
) -> None:
    client = client_of(cast.manager)
    added(cast, project, 3)
    client.get(LIST)
    for count in (3, 57):
        with django_assert_max_num_queries(15):
            page = client.get(f"{LIST}?sort=-name&state=open&department={cast.rd.pk}").content.decode()
        added(cast, project, count, "件")
    assert "样机" in page


def test_odd_addresses_are_answered(cast: Cast, project: Project) -> None:
    added(cast, project)
    client = client_of(cast.member)
    for query in ("state=x&sort=zz", "department=" + "9" * 30, "page=999999999999", "q=%00%F0", "sort=--due"):
        assert client.get(f"{LIST}?{query}").status_code == 200
    assert client.get(f"{LIST}999/").status_code == 404


def test_the_workbook_holds_what_the_list_shows(cast: Cast, project: Project) -> None:
    row = added(cast, project, 1, "=SUM(1)")
    submit_deliverable(by=cast.owner, deliverable=row, said=Submission("三张", "网盘"), now=NOW)
    answer = client_of(cast.member).get(f"{LIST[:-1]}.xlsx?state=submitted")
    cells = [[cell.value for cell in line] for line in load_workbook(io.BytesIO(answer.content)).worksheets[0]]
    flat = [value for line in cells for value in line if value]
    assert {"交付物", "数量", "部门", "交付标准", "状态"} <= set(flat)
    assert "=SUM(1)" in flat
    assert any("已提交" in str(value) for value in flat)


def test_the_drawer_shows_what_a_task_hands_over(cast: Cast, project: Project) -> None:
    item = task(project, "设计").pk
    client = client_of(cast.member)
    assert "交付物" not in client.get(f"/projects/S-1/tasks/{item}/").content.decode()
    row = added(cast, project)
    page = client.get(f"/projects/S-1/tasks/{item}/").content.decode()
    assert f"{LIST}{row.pk}/" in page


def test_whom_it_concerns_is_told(cast: Cast, project: Project) -> None:
    row = added(cast, project)
    submit_deliverable(by=cast.owner, deliverable=row, said=Submission("三张"), now=NOW)
    client_of(cast.quality).post(f"{LIST}{row.pk}/acceptance/", {"answer": "returned", "reason": "缺一张"})
    client_of(cast.manager).post(f"{LIST}{row.pk}/edit/", {"name": "样品", "version": "3"})
    settle(clock.now())
    told = [(one.person.name, one.title) for one in Notice.objects.filter(kind="deliverable").order_by("pk")]
    assert ("周七", "小项目 S-1：请你的部门提交 1 项交付物") in told
    assert {name for name, title in told if "请验收或退回" in title} == {"褚十六", "卫十一", "李四"}
    assert {name for name, title in told if "退回了" in title} == {"郑十", "周七"}
    assert {name for name, title in told if "修改了" in title} == {"郑十", "周七"}


def test_a_light_project_shows_the_list_where_it_has_rows(cast: Cast) -> None:
    light = small_project(cast, "L-1", weight="light")
    client = client_of(cast.manager)
    assert "/projects/L-1/deliverables/" not in client.get("/projects/L-1/tracking/").content.decode()
    add_deliverables(by=cast.manager, project=light, rows=[DeliverableSpec("海报")], now=NOW)
    assert "/projects/L-1/deliverables/" in client.get("/projects/L-1/tracking/").content.decode()
