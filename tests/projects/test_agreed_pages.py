"""Pages of objectives, scope, communication, roles and stage: good input, bad input, two people at once, query counts."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from support.agreed import agreed
from support.cast import Cast, small_project
from support.checks import unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.lib.rights import rights
from tongzhou.projects.models import CommunicationRule, Measurement, Objective, Participation, Project, ScopeItem
from tongzhou.timeline.models import Change

ROLES = Path(__file__).parents[2] / "docs" / "roles.md"
GOAL = {"name": "首月销量", "metric": "销量", "target": "５,０００", "unit": "台", "due": "2099-05-31"}
RULE = {"mechanism": "周例会", "audience": "everybody", "pattern": "weekly", "weekday": "0", "at": "10:00"}
LIGHT = "章程", "会签", "承诺", "备忘录"


@pytest.fixture
def project(cast: Cast) -> Project:
    return small_project(cast)


@pytest.fixture
def keys(cast: Cast, project: Project) -> dict[str, int]:
    return agreed(cast, project)


@pytest.fixture
def manager(cast: Cast) -> Client:
    return client_of(cast.manager)


@pytest.fixture
def owner(cast: Cast) -> Client:
    return client_of(cast.owner)


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_an_objective_is_added_changed_and_removed(cast: Cast, project: Project, manager: Client) -> None:
    answer = manager.post("/projects/S-1/objectives/new/", GOAL | {"owner": cast.liaison.pk})
    assert (answer.status_code, answer["Location"]) == (302, "/projects/S-1/objectives/")
    row = Objective.objects.get()
    assert (row.target, row.unit, row.owner, row.due) == (5000, "台", cast.liaison, date(2099, 5, 31))
    page = text_of(manager, f"/projects/S-1/objectives/?open={row.pk}")
    for said in ("至少 5000台", "缺少基线值", "共 1 个目标：1 个尚无实测值。", "tz-drawer is-docked"):
        assert said in page
    edit = f"/projects/S-1/objectives/{row.pk}/edit/"
    assert 'value="5000"' in text_of(manager, edit)
    assert manager.post(edit, GOAL | {"baseline": "0", "version": "1"}).status_code == 302
    assert "0台 → 5000台" in text_of(manager, f"/projects/S-1/objectives/{row.pk}/")
    assert manager.post(f"/projects/S-1/objectives/{row.pk}/remove/").status_code == 302
    assert "还没有目标" in text_of(manager, "/projects/S-1/objectives/")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "长" * 201),
        ("name", "a\x00b"),
        ("target", "很多"),
        ("target", "NaN"),
        ("target", "9" * 5000),
        ("target", "1e99999"),
        ("baseline", "0.00001"),
        ("due", "0001-01-01"),
        ("due", "9999-12-31"),
        ("due", "2026-02-30"),
        ("owner", "x"),
        ("owner", "9" * 300),
        ("version", "9" * 30),
    ],
)
def test_a_wrong_objective_is_said_at_its_field(project: Project, manager: Client, field: str, value: str) -> None:
    with unchanged():
        answer = manager.post("/projects/S-1/objectives/new/", GOAL | {field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_who_saves_an_older_text_sees_both_and_loses_nothing(project: Project, manager: Client, keys: dict[str, int]) -> None:
    edit = f"/projects/S-1/objectives/{keys['objective_id']}/edit/"
    theirs = {"name": "复购率", "metric": "复购率", "baseline": "15", "target": "30", "unit": "%", "version": "1"}
    assert manager.post(edit, theirs).status_code == 302
    mine = theirs | {"target": "28", "metric": "月复购率"}
    with unchanged():
        answer = manager.post(edit, mine)
    assert answer.status_code == 412
    assert answer.context["theirs"] == [("衡量指标", "月复购率", "复购率"), ("目标值", "28", "30")]
    page = answer.content.decode()
    for said in ('value="28"', "月复购率", 'name="version" value="2"'):
        assert said in page
    assert manager.post(edit, mine | {"version": "2"}).status_code == 302
    assert Objective.objects.get().target == 28
    Objective.objects.all().delete()
    assert manager.post(edit, mine).status_code == 404


@pytest.mark.parametrize(
    ("tail", "old", "new"),
    [
        ("scope/{line_id}/", {"kind": "in", "text": "样机"}, {"kind": "in", "text": "样机与测试"}),
        ("communication/{rule_id}/", RULE, RULE | {"frequency": "每周"}),
        (
            "objectives/{objective_id}/values/{value_id}/",
            {"on": "2024-02-02", "value": "17"},
            {"on": "2024-02-02", "value": "18"},
        ),
    ],
)
def test_every_row_tells_who_was_later(
    project: Project, manager: Client, keys: dict[str, int], tail: str, old: dict[str, str], new: dict[str, str]
) -> None:
    address = f"/projects/S-1/{tail.format(**keys)}"
    assert manager.post(address, old | {"version": "1"}).status_code == 302
    with unchanged():
        answer = manager.post(address, new | {"version": "1"})
    assert (answer.status_code, len(answer.context["theirs"])) == (412, 1)
    assert manager.post(address, new | {"version": "2"}).status_code == 302
    assert 'name="version" value="3"' in text_of(manager, address)


def test_the_basic_information_and_duties_tell_who_was_later(cast: Cast, project: Project, manager: Client) -> None:
    basics = {"name": "小项目 S-1", "kind": "project", "deviation_threshold": "10", "background": "渠道反馈", "version": "1"}
    assert manager.post("/projects/S-1/start/basics/", basics).status_code == 302
    with unchanged():
        answer = manager.post("/projects/S-1/start/basics/", basics | {"background": "竞品上市"})
    assert answer.status_code == 412
    assert ("项目背景", "竞品上市", "渠道反馈") in answer.context["theirs"]
    part = Participation.objects.get(project=project, department=cast.marketing)
    address = f"/projects/S-1/start/departments/{part.pk}/"
    assert manager.post(address, {"kind": "support", "duty": "推广", "version": "1"}).status_code == 302
    with unchanged():
        answer = manager.post(address, {"kind": "support", "duty": "物料", "version": "1"})
    assert (answer.status_code, answer.context["theirs"]) == (412, [("职责", "物料", "推广")])
    seat = {"kind": "liaison", "may_decide": "两天以内的调整", "version": "1"}
    assert manager.post(f"{address}seats/", seat).status_code == 302
    with unchanged():
        answer = manager.post(f"{address}seats/", seat | {"may_decide": "三天以内"})
    assert answer.status_code == 412
    assert all(said in answer.content.decode() for said in ("两天以内的调整", "三天以内"))


def test_its_owner_enters_corrects_and_removes_values(project: Project, owner: Client, keys: dict[str, int]) -> None:
    values = f"/projects/S-1/objectives/{keys['objective_id']}/values/"
    assert owner.post(values, {"on": "2024-02-05", "value": "17.5%", "note": "抽样"}).status_code == 302
    row = Measurement.objects.get(on=date(2024, 2, 5))
    page = text_of(owner, f"/projects/S-1/objectives/{keys['objective_id']}/")
    assert all(said in page for said in ("17.5%", "抽样", "郑十", "<polyline"))
    assert owner.post(f"{values}{row.pk}/", {"on": "2024-02-05", "value": "18", "version": "1"}).status_code == 302
    assert owner.post(f"{values}{row.pk}/", {"remove": "1"}).status_code == 302
    assert Measurement.objects.count() == 1
    with unchanged():
        assert owner.post(values, {"on": "2024-02-01", "value": "17"}).status_code == 422
        assert owner.post(values, {"on": "2199-02-01", "value": "17"}).status_code == 422
        assert owner.post(values, {"on": "2024-02-06", "value": ""}).status_code == 422
        assert owner.get(f"{values}{10**15}/").status_code == 404
        assert owner.post(f"/projects/S-1/objectives/{keys['objective_id']}/edit/", GOAL).status_code == 403


def test_objectives_are_taken_away_as_a_workbook(project: Project, owner: Client, keys: dict[str, int]) -> None:
    answer = owner.get("/projects/S-1/objectives/export/")
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")


def test_another_department_is_the_initiating_one(cast: Cast, project: Project, manager: Client) -> None:
    """It need not be the lead; there is one, and it passes on only to another."""
    parts = {row.department.name: row for row in Participation.objects.filter(project=project)}
    assert parts["研发部"].is_initiating
    assert text_of(manager, "/projects/S-1/start/").count("发起</span>") == 1

    def send(name: str, **more: str) -> int:
        row = Participation.objects.get(pk=parts[name].pk)
        fields = {"kind": row.kind, "duty": row.duty, "deliverables": row.deliverables, "version": str(row.version)}
        return manager.post(f"/projects/S-1/start/departments/{row.pk}/", fields | more).status_code

    assert send("市场部", initiating="on") in (200, 302)
    assert Participation.objects.get(project=project, is_initiating=True).department == cast.departments["市场部"]
    assert send("市场部", initiating="on", duty="推广") in (200, 302)
    with unchanged():
        assert send("市场部") == 422
    told = Change.objects.filter(object_type="participation", object_label="研发部").latest("pk")
    assert (told.before, told.after) == ({"is_initiating": True}, {"is_initiating": False})


def test_objectives_are_put_in_order_with_buttons(cast: Cast, project: Project, manager: Client) -> None:
    """Each button of a row is a form of its own, so keys reach it; afterwards the page is at the row that was moved."""
    for name in ("甲目标", "乙目标", "丙目标"):
        assert manager.post("/projects/S-1/objectives/new/", {"name": name}).status_code in (200, 302)
    assert manager.post("/projects/S-1/objectives/new/", {"name": "丁指标", "is_kpi": "on"}).status_code in (200, 302)

    def press(label: str) -> None:
        page = text_of(manager, "/projects/S-1/objectives/")
        form = next(part for part in page.split("<form")[1:] if f'aria-label="{label}"' in part.split("</form>")[0])
        before = re.search(r'name="before" value="(\d*)"', form)
        action = re.search(r'action="([^"]+)"', form)
        assert before is not None and action is not None
        answer = manager.post(action[1], {"before": before[1]})
        assert answer["Location"].endswith(f"/objectives/#objective-{action[1].split('/')[4]}")

    def order() -> list[str]:
        return list(Objective.objects.filter(project=project).values_list("name", flat=True))

    press("下移“甲目标”")
    assert order() == ["乙目标", "甲目标", "丙目标", "丁指标"]
    press("下移“甲目标”")
    assert order() == ["乙目标", "丙目标", "甲目标", "丁指标"]
    press("上移“甲目标”")
    assert order() == ["乙目标", "甲目标", "丙目标", "丁指标"]
    page = text_of(manager, "/projects/S-1/objectives/")
    assert [label for label in ("上移“乙目标”", "下移“丙目标”", "上移“丁指标”", "下移“丁指标”") if label in page] == []
    assert "上移" not in text_of(client_of(cast.member), "/projects/S-1/objectives/")


def test_scope_is_written_line_by_line(cast: Cast, project: Project, manager: Client) -> None:
    sales = cast.departments["销售部"]
    for fields in (
        {"kind": "in", "text": "样机\r\n\r\n 测试 "},
        {"kind": "out", "text": "售后培训", "department": sales.pk},
    ):
        assert manager.post("/projects/S-1/scope/lines/", fields).status_code == 302
    page = text_of(manager, "/projects/S-1/scope/")
    assert "由销售部负责" in page
    rows = {row.text: row for row in ScopeItem.objects.all()}
    up = f"/projects/S-1/scope/{rows['测试'].pk}/move/"
    assert manager.post(up, {"before": rows["样机"].pk}).status_code == 302
    assert list(ScopeItem.objects.values_list("text", flat=True))[:2] == ["测试", "样机"]
    assert manager.post(f"/projects/S-1/scope/{rows['样机'].pk}/remove/").status_code == 302
    with unchanged():
        for wrong in (
            {"kind": "x", "text": "a"},
            {"kind": "in", "text": ""},
            {"kind": "in", "text": "\r\n \r\n"},
            {"kind": "in", "text": "长" * 301},
            {"kind": "in", "text": "长" * 100_000},
            {"kind": "in", "text": "a\x00b"},
            {"kind": "out", "text": "a", "department": "9" * 30},
        ):
            assert manager.post("/projects/S-1/scope/lines/", wrong).status_code == 422, wrong
        assert manager.post(up, {"before": "x"}).status_code == 422


def test_the_usual_communication_plan_comes_with_one_tap(project: Project, manager: Client) -> None:
    assert "一键采用常用四种" in text_of(manager, "/projects/S-1/communication/")
    assert manager.post("/projects/S-1/communication/usual/").status_code == 302
    page = text_of(manager, "/projects/S-1/communication/")
    for said in ("项目周例会", "每周1次", "每周一 10:00", "线下/视频会议", "月度高层简报", "PPT汇报+问答", "紧急协调通道"):
        assert said in page


def test_a_mechanism_has_a_slot_and_a_link_that_is_shown_as_what_it_is(project: Project, manager: Client) -> None:
    link = {"link": "https://work.weixin.qq.com/g/1", "channel": "wecom", "silence_confirms": "on", "minutes": "30"}
    assert manager.post("/projects/S-1/communication/new/", RULE | link).status_code == 302
    row = CommunicationRule.objects.get()
    assert row.slot == {"pattern": "weekly", "at": "10:00:00", "day_off": "after", "every": 1, "weekday": 0}
    page = text_of(manager, "/projects/S-1/communication/")
    for said in ("work.weixin.qq.com", 'rel="noopener noreferrer"', "视为确认"):
        assert said in page
    assert 'value="10:00"' in text_of(manager, f"/projects/S-1/communication/{row.pk}/")
    assert manager.post(f"/projects/S-1/communication/{row.pk}/remove/").status_code == 302


def test_what_a_slot_and_a_line_need_is_said_in_the_language_of_the_page(project: Project, manager: Client) -> None:
    page = manager.post("/projects/S-1/communication/new/", RULE | {"pattern": "monthly", "at": ""}).content.decode()
    assert "请填写举行的时间。" in page and "请填写在每月的哪一天。" in page
    page = manager.post("/projects/S-1/scope/lines/", {"kind": "in", "text": "长" * 301}).content.decode()
    assert "每行最多 300 个字。" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mechanism", ""),
        ("at", "25:00"),
        ("at", ""),
        ("pattern", "yearly"),
        ("weekday", "8"),
        ("minutes", "0"),
        ("minutes", "9" * 400),
        ("audience", "x"),
        ("channel", "x"),
        ("link", "http://example.com"),
        ("link", "javascript:alert(1)"),
        ("link", f"https://e.com/{'x' * 500}"),
        ("form", "x" * 201),
    ],
)
def test_a_wrong_mechanism_is_said_at_its_field(project: Project, manager: Client, field: str, value: str) -> None:
    with unchanged():
        answer = manager.post("/projects/S-1/communication/new/", RULE | {field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_roles_say_what_they_may_do_and_which_seats_are_empty(cast: Cast, project: Project, manager: Client) -> None:
    page = text_of(manager, "/projects/S-1/roles/")
    for said in ("所有席位都已有人", "研发部 李四", "签署章程与备忘录", "仅限本部门：", "仅限本人的任务与报备："):
        assert said in page
    assert "尚无人担任" not in page
    project.roles.filter(kind="quality").delete()
    project.participations.get(department=cast.marketing).seats.filter(kind="liaison").delete()
    assert re.search("1 个席位空缺：市场部接口人。\\s*尚无人担任：质量监督员。", text_of(manager, "/projects/S-1/roles/"))


def test_rights_are_those_of_the_table() -> None:
    lines = [line for line in ROLES.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    told = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not line.startswith("|---")]
    assert rights() == {row[0]: dict(zip(told[0][1:], row[1:], strict=True)) for row in told[1:]}


def test_the_start_page_says_what_is_missing_and_moves_on(cast: Cast, project: Project, manager: Client) -> None:
    assert "/projects/S-1/start/missing/" in text_of(manager, "/projects/S-1/start/")
    page = text_of(manager, "/projects/S-1/start/missing/")
    for said in ("还差什么", "才能进入“计划”阶段", "可衡量的目标", "项目经理 陈一", "/projects/S-1/objectives/"):
        assert said in page
    assert "进入“计划”阶段</button>" not in page
    with unchanged():
        answer = manager.post("/projects/S-1/start/stage/", {"to": "planning", "seen": "initiating"})
        assert answer.status_code == 422
        assert "还缺：" in answer.content.decode()
        for to, seen in (("x", "initiating"), ("planning", ""), ("closed", "initiating")):
            wrong = {"to": to, "seen": seen}
            assert manager.post("/projects/S-1/start/stage/", wrong).status_code == 422
    Project.objects.update(stage="planning")
    back = {"to": "initiating", "seen": "planning", "reason": "范围要重谈"}
    assert manager.post("/projects/S-1/start/stage/", back).status_code == 302
    assert Project.objects.get().stage == "initiating"
    assert manager.post("/projects/S-1/start/stage/", back).status_code == 412


def test_a_light_project_has_a_plain_list_without_big_words(cast: Cast) -> None:
    small_project(cast, "L-1", "light")
    client = client_of(cast.manager)
    for tail in ("start/", "start/missing/", "roles/", "scope/", "objectives/", "communication/"):
        page = text_of(client, f"/projects/L-1/{tail}")
        assert not [word for word in LIGHT if word in page], tail
    page = text_of(client, "/projects/L-1/start/missing/")
    assert "参与人员" in page
    assert "tz-steps" not in page
    ended = {"to": "closed", "seen": "executing", "reason": "轻量项目"}
    assert client.post("/projects/L-1/start/stage/", ended).status_code == 302
    assert "已结束" in text_of(client, "/projects/L-1/start/missing/")


@pytest.mark.parametrize("tail", ["start/", "objectives/", "scope/", "communication/", "roles/"])
def test_pages_ask_little(
    cast: Cast, project: Project, keys: dict[str, int], django_assert_max_num_queries: Any, tail: str
) -> None:
    client = client_of(cast.manager)
    client.get(f"/projects/S-1/{tail}")
    with django_assert_max_num_queries(15):
        client.get(f"/projects/S-1/{tail}")
    with django_assert_max_num_queries(15):
        client.get("/projects/S-1/start/missing/", headers={"HX-Request": "true"})


def test_pages_ask_the_same_of_few_and_many(
    cast: Cast, project: Project, keys: dict[str, int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(cast.member)
    address = f"/projects/S-1/objectives/?open={keys['objective_id']}"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(20):
        row = Objective.objects.create(project=project, name=f"目标{number}", target=10)
        Measurement.objects.create(objective=row, on=date(2024, 2, 1), value=number, at=clock.now())
    with django_assert_num_queries(len(few)):
        client.get(address)
