"""Cells of the grid as people type them, who may write them, and what a command costs."""

from __future__ import annotations

import gzip
import json
import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support.cast import NOW, Cast, planned_project, small_project, task
from support.checks import refused, unchanged
from support.plans import links, run, set_one
from support.web import client_of, send_json
from tongzhou.lib.access import Forbidden, Refused
from tongzhou.people.actions import add_person
from tongzhou.people.models import System
from tongzhou.plan.actions import ItemSpec, LinkSpec, Report, bring_in, record_progress
from tongzhou.plan.models import PlanEdit
from tongzhou.plan.queries.edits import MOST_EDITS
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("name", " ", "名称"),
        ("name", "x" * 301, "300"),
        ("start", "下周五", "下周五"),
        ("start", "2026-02-30", "没有"),
        ("start", [], "文字"),
        ("finish", "2024-03-01", "早于"),
        ("duration", "", "工期"),
        ("duration", "三天", "工期"),
        ("duration", "0", "3650"),
        ("duration", "9" * 60, "3650"),
        ("percent", "0.6", "60%"),
        ("percent", "101", "100"),
        ("percent", "NaN", "100"),
        ("owner", "没有此人", "没有此人"),
        ("owner", "郑十;周七", "一个人"),
        ("owner", "卫十一", "质量"),
        ("owner", 10**12, "人"),
        ("department", "没有部", "没有部"),
        ("department", 10**12, "部门"),
        ("supporters", "李四(评审);李四(签字)", "两次"),
        ("supporters", "火星部", "火星部"),
        ("urgency", "很急", "紧急"),
        ("milestone", "也许", "是"),
        ("quantity", "很多", "很多"),
        ("quantity", "0家", "大于 0"),
        ("quantity", "1.234", "两位"),
        ("unit", "x" * 21, "20"),
        ("predecessors", "9.9", "9.9"),
        ("predecessors", "1.1", "自己"),
        ("predecessors", "1", "上面"),
        ("predecessors", "1.2;1.2", "两次"),
        ("predecessors", "1.2FS+99999d", "十年"),
        ("predecessors", "1.2FS+3自然日内", "1.2FS+3自然日内"),
        ("remark", {}, "文字"),
    ],
)
def test_a_wrong_cell_says_why(cast: Cast, project: Project, field: str, value: Any, part: str) -> None:
    key = task(project, "设计").pk
    with unchanged(), pytest.raises(Refused) as caught:
        set_one(cast.manager, project, "设计", field, value)
    assert caught.value.code == "cells-refused"
    assert list(caught.value.errors) == [f"{key}.{field}"]
    assert part in caught.value.errors[f"{key}.{field}"]


def test_two_of_one_name_are_told_apart(cast: Cast, project: Project) -> None:
    other = add_person(by=System(), name="郑十", login="zhengshi2", department=cast.marketing, now=NOW)
    with pytest.raises(Refused) as caught:
        set_one(cast.manager, project, "推广", "owner", "郑十")
    assert "郑十(研发部)" in caught.value.message and "郑十(市场部)" in caught.value.message
    set_one(cast.manager, project, "推广", "owner", "郑十(市场部)")
    assert task(project, "推广").owner == other


def test_a_cycle_is_named(cast: Cast, project: Project) -> None:
    with unchanged(), pytest.raises(Refused) as caught:
        set_one(cast.manager, project, "设计", "predecessors", "1.3")
    assert caught.value.code == "cycle"
    assert all(name in caught.value.message for name in ("1.1 设计", "1.2 测试", "1.3 定型"))


def test_typed_links_are_shown_as_typed(cast: Cast, project: Project) -> None:
    set_one(
        cast.manager, project, "推广", "predecessors", "１．２ＳＳ＋１天，1.1完成后2天；设计开始后1天、需在1.3定型后3天完成"
    )
    shown = ["2<1.2SS+1d", "2<1.1FS+2d", "2<1.1SS+1d", "2<1.3FS+3天内"]
    assert links(project)[2:] == shown
    text = ";".join(part.removeprefix("2<") for part in shown)
    count = Event.objects.count()
    set_one(cast.manager, project, "推广", "predecessors", text)
    assert (Event.objects.count(), links(project)[2:]) == (count, shown)
    set_one(cast.manager, project, "推广", "predecessors", "1.2")
    assert links(project)[2:] == ["2<1.2"]
    set_one(cast.manager, project, "推广", "predecessors", "")
    assert len(links(project)) == 2


def test_who_may_do_what(cast: Cast, project: Project) -> None:
    design, outside = task(project, "设计").pk, task(project, "推广").pk
    both = [{"id": key, "field": "remark", "value": "x"} for key in (design, outside)]
    with refused("forbidden", kind=Forbidden):
        run(cast.liaison, project, "set", cells=both)
    with pytest.raises(Forbidden) as caught:
        run(cast.liaison, project, "set", cells=both)
    assert "2 推广" in caught.value.message
    run(cast.liaison, project, "set", cells=both[:1])
    run(cast.head, project, "set", cells=[{"id": design, "field": "owner", "value": "成员"}])
    run(cast.member, project, "set", cells=[{"id": design, "field": "percent", "value": "６０％"}])
    assert (task(project, "设计").percent, task(project, "设计").owner) == (6000, cast.member)
    for person, command, body in (
        (cast.head, "set", {"cells": both[:1]}),
        (cast.member, "set", {"cells": both[:1]}),
        (cast.member, "set", {"cells": "nonsense"}),
        (cast.quality, "insert", {"rows": "nonsense"}),
        (cast.other_liaison, "remove", {"ids": [task(project, "测试").pk]}),
        (cast.other_liaison, "move", {"ids": [design], "parent": None, "before": None}),
        (cast.other_liaison, "insert", {"parent": design, "before": None, "rows": [{"name": "x"}]}),
        (cast.other_liaison, "set", {"cells": [{"id": outside, "field": "department", "value": "研发部"}]}),
        (cast.head, "insert", {"parent": None, "before": None, "rows": [{"name": "x"}]}),
    ):
        if person is cast.member and body["cells"] == "nonsense":
            continue
        with refused("forbidden", kind=Forbidden):
            run(person, project, command, **body)
    answer = run(cast.other_liaison, project, "insert", parent=None, before=None, rows=[{"name": "海报"}])
    assert task(project, "海报").department == cast.marketing and answer.undo


def test_rights_come_before_the_form_of_the_request(cast: Cast, project: Project) -> None:
    path = "/projects/S-1/plan/commands/"
    assert send_json(client_of(cast.stranger), path, b"{").status_code == 404
    assert send_json(client_of(cast.finance), path, b"{").status_code == 403
    assert send_json(client_of(cast.manager), path, b"{").status_code == 422
    cell = f"/projects/S-1/tasks/{task(project, '设计').pk}/edit/"
    for body in (b"{", {"field": "start", "value": "x"}, {"field": "percent", "value": "x"}):
        assert send_json(client_of(cast.finance), cell, body).status_code == 403
        assert send_json(client_of(cast.manager), cell, body).status_code == 422


def test_undo_is_refused_where_somebody_changed_the_rows_since(cast: Cast, project: Project) -> None:
    set_one(cast.manager, project, "设计", "name", "结构设计")
    set_one(cast.liaison, project, "结构设计", "name", "总体设计")
    with unchanged(), pytest.raises(Refused) as caught:
        run(cast.manager, project, "undo")
    assert caught.value.code == "changed-since"
    assert "周七" in caught.value.message and "总体设计" in caught.value.message
    run(cast.liaison, project, "undo")
    assert run(cast.manager, project, "undo").redo
    assert task(project, "设计").name == "设计"
    with refused("nothing-to-undo"):
        run(cast.manager, project, "undo")


def test_undo_leaves_reports_alone(cast: Cast, project: Project) -> None:
    key = task(project, "设计").pk
    cells = [{"id": key, "field": "remark", "value": "快"}, {"id": key, "field": "percent", "value": 40}]
    run(cast.manager, project, "set", cells=cells)
    assert (task(project, "设计").remark, task(project, "设计").percent) == ("快", 4000)
    answer = run(cast.manager, project, "undo")
    assert (task(project, "设计").remark, task(project, "设计").percent) == ("", 4000)
    assert answer.notices == ["已填报的进度保持不变。"]
    run(cast.manager, project, "insert", parent=None, before=None, rows=[{"name": "新"}])
    record_progress(by=cast.manager, item=task(project, "新"), report=Report("doing", 10), status_date=NOW.date(), now=NOW)
    with refused("has-progress", str(task(project, "新").pk)):
        run(cast.manager, project, "undo")


def test_a_hundred_edits_are_kept(cast: Cast, project: Project) -> None:
    for number in range(103):
        set_one(cast.manager, project, "推广", "remark", str(number))
    assert PlanEdit.objects.filter(by=cast.manager).count() == MOST_EDITS


def test_supporters_may_read_the_project(cast: Cast, project: Project) -> None:
    assert client_of(cast.stranger).get("/projects/S-1/plan/").status_code == 404
    set_one(cast.manager, project, "设计", "supporters", "外人(数据)")
    assert client_of(cast.stranger).get("/projects/S-1/plan/").status_code == 200


def test_moving_the_head_of_a_chain_is_one_request(cast: Cast) -> None:
    project = small_project(cast)
    rows = [ItemSpec(str(number), f"第{number}步", department=cast.rd.pk, duration=480) for number in range(200)]
    bring_in(by=cast.manager, project=project, items=rows, links=[LinkSpec(str(n), str(n + 1)) for n in range(199)], now=NOW)
    client, key = client_of(cast.manager), task(project, "第0步").pk
    run(cast.manager, project, "set", cells=[{"id": key, "field": "remark", "value": "x"}])
    body = {"command": "set", "cells": [{"id": key, "field": "start", "value": "2024-03-11"}]}
    with CaptureQueriesContext(connection) as caught:
        answer = send_json(client, "/projects/S-1/plan/commands/", body)
    assert len(json.loads(answer.content)["changes"]) == 200
    own = [one["sql"] for one in caught.captured_queries if "SAVEPOINT" not in one["sql"]]
    # One of them asks whether the project has ended.
    assert len([sql for sql in own if "django_session" not in sql and '"people_' not in sql]) <= 16


def test_a_plan_of_5000_tasks_travels_light(cast: Cast) -> None:
    project = small_project(cast)
    words = ["样机", "接口", "联调", "测试", "评审", "物料", "工装", "试产", "渠道", "培训"]
    rows = [ItemSpec(f"{n}", f"阶段{n}", department=cast.rd.pk) for n in range(50)]
    owners = [cast.owner.pk, cast.liaison.pk, cast.other_liaison.pk, cast.member.pk, cast.head.pk]
    dice = random.Random(5)
    for n in range(4950):
        first = date(2024, 3, 4) + timedelta(days=dice.randrange(500))
        name = "".join(dice.sample(words, 4)) + str(dice.randrange(100))
        department = dice.choice([cast.rd.pk, cast.marketing.pk])
        rows.append(
            ItemSpec(
                f"t{n}",
                name,
                f"{n % 50}",
                department=department,
                owner=dice.choice(owners),
                typed_start=first,
                typed_finish=first + timedelta(days=dice.randrange(12)),
                duration=480 * dice.randint(1, 9),
            )
        )
    chain = [LinkSpec(f"t{n}", f"t{n + 50}") for n in range(0, 4900, 3)]
    bring_in(by=cast.manager, project=project, items=rows, links=chain, now=NOW)
    content = client_of(cast.manager).get("/projects/S-1/plan/data?date=2024-06-03").content
    assert len(gzip.compress(content, 6)) / 5000 <= 60
