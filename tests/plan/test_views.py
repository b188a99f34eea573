"""The screens of the plan: each address, wrong methods, and what people and programs should not send."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from support.cast import Cast, planned_project, task
from support.checks import unchanged
from support.web import BAD_BODIES, BAD_VALUES, client_of, send_json
from tongzhou.lib import clock
from tongzhou.plan.actions import change_details
from tongzhou.plan.models import Plan, Supporter, WorkItem
from tongzhou.plan.queries.tree import items_of
from tongzhou.projects.models import Project

HX = {"HX-Request": "true"}


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


@pytest.fixture
def manager(cast: Cast) -> Client:
    return client_of(cast.manager)


def path(project: Project, name: str, tail: str) -> str:
    return f"/projects/{project.number}/tasks/{task(project, name).pk}/{tail}"


def edit(client: Client, project: Project, name: str, field: str, value: Any, **more: Any) -> tuple[int, dict[str, Any]]:
    answer = send_json(client, path(project, name, "edit/"), {"field": field, "value": value} | more)
    return answer.status_code, json.loads(answer.content)


def test_the_plan_page_and_its_data(project: Project, manager: Client) -> None:
    assert manager.get("/projects/S-1/plan/").status_code == 200
    answer = manager.get("/projects/S-1/plan/data?date=2024-03-01")
    found = answer.json()
    assert (found["version"], found["asOf"], found["origin"]) == (1, "2024-03-01", "2024-03-04")
    assert [row[5] for row in found["rows"]] == ["阶段", "设计", "测试", "定型", "推广"]
    assert found["links"] == [[1, 2, 0, 1], [2, 3, 0, 1]]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "x", "", "%00", "1970-01-01", "2199-12-31"])
def test_any_date_may_be_asked_for(project: Project, manager: Client, day: str) -> None:
    for page in ("", "plan/", "plan/data", "tracking/", "record/", f"tasks/{task(project, '设计').pk}/"):
        assert manager.get(f"/projects/S-1/{page}?date={day}").status_code == 200


def test_the_drawer_says_what_may_be_done(cast: Cast, project: Project) -> None:
    shown = {}
    for name, person in {"manager": cast.manager, "owner": cast.owner, "member": cast.member}.items():
        answer = client_of(person).get(path(project, "设计", ""))
        assert answer.status_code == 200
        shown[name] = (answer.context["can_edit"], answer.context["can_report"])
    assert shown == {"manager": (True, True), "owner": (False, True), "member": (False, False)}


def test_the_drawer_names_supporters_with_and_without_department(cast: Cast, project: Project, manager: Client) -> None:
    item = task(project, "设计")
    Supporter.objects.create(work_item=item, user=cast.head, content="工艺评审")
    Supporter.objects.create(work_item=item, department=cast.marketing)
    found = manager.get(path(project, "设计", "")).content.decode()
    assert "<span>李四</span><span>工艺评审</span>" in found
    assert "<span>市场部</span><span>—</span>" in found


def test_a_preview_says_what_an_edit_then_does(project: Project, manager: Client) -> None:
    body = {"field": "start", "value": "2024-03-05"}
    with unchanged():
        found = send_json(manager, path(project, "设计", "preview/"), body)
    changes = json.loads(found.content)["changes"]
    first = {"code": "1.1", "name": "设计", "field": "start", "before": "2024-03-04", "after": "2024-03-05"}
    assert {key: changes[0][key] for key in first} == first
    assert edit(manager, project, "设计", **body, version=1) == (200, {"version": 2})
    assert len(changes) == 7
    assert task(project, "定型").finish == date(2024, 3, 11)


@pytest.mark.parametrize(
    ("field", "value", "column", "stored"),
    [
        ("finish", "2024-03-07", "duration", 4 * 480),
        ("duration", 1, "duration", 480),
        ("duration", "２", "duration", 960),
        ("percent", 60, "percent", 6000),
        ("percent", "６０", "percent", 6000),
        ("percent", "60.5%", "percent", 6050),
        ("percent", "60％", "percent", 6000),
        ("owner", None, "owner_id", None),
    ],
)
def test_a_cell_is_saved(project: Project, manager: Client, field: str, value: Any, column: str, stored: Any) -> None:
    assert edit(manager, project, "设计", field, value)[0] == 200
    assert getattr(task(project, "设计"), column) == stored


def test_a_version_that_is_over_is_answered_as_such(project: Project, manager: Client) -> None:
    assert edit(manager, project, "推广", "duration", 3, version=1)[0] == 200
    with unchanged():
        status, body = edit(manager, project, "推广", "duration", 4, version=1)
        assert (status, body["title"]) == (412, "plan-changed")
        for version in ("1", 1.0, True, [], {}):
            assert edit(manager, project, "推广", "duration", 4, version=version)[0] == 422
        assert edit(manager, project, "推广", "duration", 4, version=10**40)[0] == 412


@pytest.mark.parametrize("field", ["start", "finish", "duration", "owner", "percent", "name", "", "__class__"])
def test_a_wrong_value_is_refused_by_its_cell(project: Project, manager: Client, field: str) -> None:
    fine = {"owner": [None, ""], "duration": [101, "101"]}
    with unchanged():
        for value in [*BAD_VALUES, 101, "101", "abc", 10**9]:
            if value in fine.get(field, []):
                continue
            for tail in ("edit/", "preview/"):
                answer = send_json(manager, path(project, "设计", tail), {"field": field, "value": value})
                assert answer.status_code == 422, (field, value, tail, answer.content)
                assert answer["Content-Type"] == "application/problem+json"
                # What JSON does not know, and NUL, are refused before any cell is looked at.
                known = value != "\x00" and not (isinstance(value, float) and not math.isfinite(value))
                told = [key.rpartition(".")[2] for key in json.loads(answer.content).get("errors", [""])]
                assert told == [field if known else ""]


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_wrong_body_is_refused(project: Project, manager: Client, name: str) -> None:
    with unchanged():
        for tail in ("edit/", "preview/"):
            answer = send_json(manager, path(project, "设计", tail), BAD_BODIES[name])
            assert answer.status_code == 422
            answer = manager.post(path(project, "设计", tail), BAD_BODIES[name], content_type="text/plain")
            assert answer.status_code == 422


def test_a_body_that_fills_the_memory_is_refused(project: Project, manager: Client) -> None:
    with unchanged():
        answer = send_json(manager, path(project, "设计", "edit/"), b"x" * (3 * 1024 * 1024))
    assert answer.status_code in (400, 413, 422)


def test_a_task_is_made(cast: Cast, project: Project, manager: Client) -> None:
    fields = {"name": "复测 <b>", "parent": task(project, "阶段").pk, "department": cast.rd.pk, "typed_start": "2024-03-11"}
    answer = manager.post("/projects/S-1/tasks/new/", fields)
    made = task(project, "复测 <b>")
    assert (answer.status_code, answer["Location"]) == (302, f"/projects/S-1/plan/?task={made.pk}")
    answer = manager.post("/projects/S-1/tasks/new/", {"name": "再测"}, headers=HX)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/projects/S-1/plan/?task={task(project, '再测').pk}")
    assert manager.get("/projects/S-1/tasks/new/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 301),
        ("name", "a\x00b"),
        ("parent", "999999"),
        ("parent", "9" * 400),
        ("parent", "x"),
        ("department", str(2**64)),
        ("owner", "-1"),
        ("typed_start", "0001-01-01"),
        ("typed_start", "9999-12-31"),
        ("typed_start", "2026-02-30"),
        ("typed_finish", "2024-01-01"),
    ],
)
def test_a_task_is_not_made(project: Project, manager: Client, field: str, value: str) -> None:
    fields = {"name": "x", "typed_start": "2024-03-11"} | {field: value}
    with unchanged():
        answer = manager.post("/projects/S-1/tasks/new/", fields)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}


def test_a_task_of_another_project_is_no_parent(cast: Cast, project: Project, manager: Client) -> None:
    other = planned_project(cast, "S-2")
    with unchanged():
        answer = manager.post("/projects/S-1/tasks/new/", {"name": "x", "parent": task(other, "阶段").pk})
    assert answer.status_code == 422


def test_the_words_of_a_task_are_changed(cast: Cast, project: Project, manager: Client) -> None:
    address = path(project, "设计", "details/")
    assert manager.get(address).status_code == 200
    fields = {"name": "结构设计", "urgency": "urgent", "department": cast.rd.pk, "remark": "一\r\n二"}
    answer = manager.post(address, fields)
    row = task(project, "结构设计")
    assert (answer.status_code, row.urgency, row.remark, row.deadline) == (302, "urgent", "一\r\n二", None)
    for wrong in ({"name": ""}, {"urgency": "x"}, {"deadline": "2026-02-30"}, {"deadline": "9999-12-31"}, {"department": "x"}):
        with unchanged():
            answer = manager.post(address, fields | wrong)
        assert (answer.status_code, answer.context["form"].errors.keys()) == (422, wrong.keys())


def test_a_task_is_removed(project: Project, manager: Client) -> None:
    answer = manager.post(path(project, "推广", "remove/"), headers=HX)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/projects/S-1/plan/")
    assert not WorkItem.objects.filter(name="推广").exists()
    edit(manager, project, "设计", "percent", 50)
    with unchanged():
        assert manager.post(path(project, "设计", "remove/")).status_code == 422


def test_a_number_in_chinese_leads_back_to_its_plan(cast: Cast, manager: Client) -> None:
    project = planned_project(cast, "项目&1=甲")
    address = f"/projects/{quote(project.number)}/tasks/new/"
    for headers, header in (({}, "Location"), (HX, "HX-Redirect")):
        answer = manager.post(address, {"name": "x"}, headers=headers)
        assert answer[header].isascii()
        assert manager.get(answer[header]).status_code == 200


def test_other_methods_are_refused(project: Project, manager: Client) -> None:
    reads = ["/projects/S-1/plan/", "/projects/S-1/plan/data", path(project, "设计", "")]
    writes = [path(project, "设计", tail) for tail in ("preview/", "edit/", "remove/")]
    both = ["/projects/S-1/tasks/new/", path(project, "设计", "details/")]
    with unchanged():
        for method in ("post", "put", "delete", "patch"):
            assert {getattr(manager, method)(address).status_code for address in reads} == {405}
        for method in ("get", "head", "put", "delete", "patch"):
            assert {getattr(manager, method)(address).status_code for address in writes} == {405}
        for method in ("put", "delete", "patch"):
            assert {getattr(manager, method)(address).status_code for address in both} == {405}


@pytest.mark.parametrize("key", ["0", "999999", "9" * 19, "9" * 400, "9" * 5000, "-1", "1.0", "x", "%00", "１"])
def test_an_id_that_never_was_is_not_found(project: Project, manager: Client, key: str) -> None:
    for tail in ("", "details/", "progress/", "history/"):
        assert manager.get(f"/projects/S-1/tasks/{key}/{tail}").status_code == 404
    for tail in ("edit/", "preview/", "remove/"):
        assert send_json(manager, f"/projects/S-1/tasks/{key}/{tail}", {"field": "percent", "value": 1}).status_code == 404
    assert Plan.objects.get(project=project).version == 1
    assert len(items_of(project)) == 5


def test_two_people_edit_the_words_of_a_task(cast: Cast) -> None:
    """The second is told what stands there now, keeps what she wrote, and may then save it knowingly."""
    project = planned_project(cast)
    item = task(project, "设计")
    address = f"/projects/{project.number}/tasks/{item.pk}/details/"
    client = client_of(cast.manager)
    seen = client.get(address).context["form"]["seen"].value()
    sent = {"name": "设计", "urgency": "regular", "remark": "她写的", "seen": seen}
    change_details(by=cast.manager, item=item, values={"remark": "他写的"}, now=clock.now())
    refused = client.post(address, sent)
    assert refused.status_code == 412
    assert "现在是：他写的" in refused.content.decode()
    assert "她写的" in refused.content.decode()
    assert task(project, "设计").remark == "他写的"
    assert client.post(address, sent | {"seen": refused.context["form"]["seen"].value()}).status_code == 302
    assert task(project, "设计").remark == "她写的"


def test_a_milestone_takes_no_task_below_it(project: Project, manager: Client) -> None:
    with unchanged():
        answer = manager.post("/projects/S-1/tasks/new/", {"name": "评审", "parent": task(project, "定型").pk})
    assert answer.status_code == 422
    assert "里程碑" in answer.context["form"].errors["parent"][0]


def test_a_task_that_is_not_there_is_told(project: Project, manager: Client) -> None:
    told = "计划里没有（或不再有）这项任务。"
    for asked in ("999999", "x", "9" * 40, "-1", "１"):
        assert told in manager.get(f"/projects/S-1/plan/?task={asked}").content.decode()
    for asked in ("", str(task(project, "设计").pk)):
        assert told not in manager.get(f"/projects/S-1/plan/?task={asked}").content.decode()


def test_the_form_of_details_types_as_the_grid_does(cast: Cast, project: Project, manager: Client) -> None:
    address = path(project, "推广", "details/")
    shown = manager.get(address).context["form"].initial
    fields = {name: "" if shown[name] is None else shown[name] for name in shown if name != "department"}
    sent = fields | {
        "department": cast.marketing.pk,
        "predecessors": "1.2完成后2天",
        "supporters": "李四(评审); 研发部",
        "stand_in": "周七",
        "quantity": "30家",
        "resource_need": "展位",
        "deadline": "2024-04-01",
    }
    assert manager.post(address, sent).status_code == 302
    again = manager.get(address).context["form"].initial
    wanted = {"predecessors": "1.2FS+2d", "supporters": "李四(评审); 研发部", "stand_in": "周七", "quantity": "30家"}
    assert {name: again[name] for name in wanted} == wanted
    drawer = manager.get(path(project, "推广", "")).content.decode()
    assert all(word in drawer for word in ("周七", "30家", "展位", "评审"))
    wrong = manager.post(address, sent | {"predecessors": "9.9", "supporters": "无此人", "seen": again["seen"]})
    assert wrong.status_code == 422
    assert {"predecessors", "supporters"} >= set(wrong.context["form"].errors) != set()
