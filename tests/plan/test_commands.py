"""The grid's commands: what each does to the plan, what it refuses, and that it is one event that can be undone."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support.cast import NOW, Cast, planned_project, task
from support.checks import kinds_since, said, unchanged
from support.plans import ids, links, run, set_one, tree
from support.web import client_of, send_json
from tongzhou.lib.access import Refused
from tongzhou.plan.actions import MilestoneSpec, Report, add_item, record_progress, set_key_milestones
from tongzhou.plan.models import Dependency, KeyMilestone, Plan, Supporter, WorkItem
from tongzhou.plan.queries.edits import undoable
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def test_rows_are_inserted_where_asked(cast: Cast, project: Project) -> None:
    rows = [{"name": "评审", "owner": "郑十", "start": "3/11", "duration": "2天"}, {"name": "归档", "predecessors": "1.2"}]
    count = Event.objects.count()
    answer = run(cast.manager, project, "insert", parent=task(project, "阶段").pk, before=task(project, "测试").pk, rows=rows)
    assert tree(project) == ["1 阶段", "1.1 设计", "1.2 评审", "1.3 归档", "1.4 测试", "1.5 定型", "2 推广"]
    assert answer.ids == ids(project, "评审", "归档")
    row = task(project, "评审")
    assert (row.start, row.finish, row.owner, row.duration) == (date(2024, 3, 11), date(2024, 3, 12), cast.owner, 960)
    assert task(project, "归档").start == date(2024, 3, 13)
    assert kinds_since(count) == ["plan-edited"]
    assert answer.version == Plan.objects.get(project=project).version == 2
    assert links(project) == ["1.4<1.1", "1.5<1.4", "1.3<1.2"]


def test_a_dry_run_answers_the_same_and_writes_nothing(cast: Cast, project: Project) -> None:
    with unchanged():
        seen = set_one(cast.manager, project, "设计", "start", "2024-03-05", dry=True)
    done = set_one(cast.manager, project, "设计", "start", "2024-03-05")
    assert seen.moves == done.moves
    assert [(move.name, move.field) for move in done.moves][:2] == [("设计", "start"), ("设计", "finish")]
    assert (seen.version, done.version) == (1, 2)


def test_every_command_is_undone_and_redone(cast: Cast, project: Project) -> None:
    commands: list[tuple[str, dict[str, Any]]] = [
        ("remove", {"ids": ids(project, "测试")}),
        ("indent", {"ids": ids(project, "推广")}),
        ("outdent", {"ids": ids(project, "测试")}),
        ("move", {"ids": ids(project, "推广"), "parent": task(project, "阶段").pk, "before": task(project, "设计").pk}),
        (
            "insert",
            {"parent": task(project, "设计").pk, "before": None, "rows": [{"name": "草图", "supporters": "李四(评审)"}]},
        ),
        ("set", {"cells": [{"id": key, "field": "finish", "value": "3-20"} for key in ids(project, "设计", "推广")]}),
        (
            "paste",
            {"anchor": task(project, "定型").pk, "columns": ["name", "quantity"], "rows": [["a", "3家"], ["b", ""], ["c", ""]]},
        ),
    ]
    start = state(project)
    for name, body in commands:
        answer = run(cast.manager, project, name, **body)
        after = state(project)
        assert after != start, name
        assert answer.undo and answer.redo is None
        label = answer.undo
        answer = run(cast.manager, project, "undo")
        assert state(project) == start, name
        assert answer.redo == label
        answer = run(cast.manager, project, "redo")
        assert state(project) == after, name
        run(cast.manager, project, "undo")
    assert state(project) == start


def state(project: Project) -> list[Any]:
    """Return everything of a plan but its versions."""
    rows = [{key: value for key, value in row.items() if key != "version"} for row in WorkItem.objects.order_by("pk").values()]
    supporters = Supporter.objects.order_by("pk").values_list("work_item", "user", "department", "content")
    return [rows, tree(project), list(Dependency.objects.order_by("pk").values()), list(supporters)]


def test_the_endpoint_answers_as_agreed(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    body = {"version": 1, "command": "set", "cells": [{"id": task(project, "设计").pk, "field": "name", "value": "结构设计"}]}
    answer = send_json(client, "/projects/S-1/plan/commands/", body)
    found = json.loads(answer.content)
    assert answer.status_code == 200
    assert found == {
        "version": 2, "ids": ids(project, "结构设计"), "changes": [], "notices": [], "undo": found["undo"], "redo": None,
    }  # fmt: skip
    assert send_json(client, "/projects/S-1/plan/commands/", body).status_code == 412
    wrong = body | {"version": 2, "cells": [{"id": task(project, "推广").pk, "field": "start", "value": "下周五"}]}
    answer = send_json(client, "/projects/S-1/plan/commands/", wrong)
    assert answer.status_code == 422
    assert list(json.loads(answer.content)["errors"]) == [f"{task(project, '推广').pk}.start"]


def test_columns_are_fetched_as_people_type_them(cast: Cast, project: Project) -> None:
    cells = {
        "supporters": "李四(接口联调); 市场部",
        "stand_in": "zhouqi",
        "quantity": "30家",
        "urgency": "紧急",
        "deadline": "2024.3.20",
        "remark": "注意",
    }
    key = task(project, "设计").pk
    run(cast.manager, project, "set", cells=[{"id": key, "field": name, "value": value} for name, value in cells.items()])
    client = client_of(cast.member)
    with CaptureQueriesContext(connection) as caught:
        found = client.get(f"/projects/S-1/plan/columns?names={','.join(cells)}").json()
    assert len(caught) <= 15
    assert found["version"] == 2
    shown = {"stand_in": "周七", "deadline": "2024-03-20"}
    assert {name: texts[1] for name, texts in found["columns"].items()} == cells | shown
    assert {len(texts) for texts in found["columns"].values()} == {5}
    for names in ("", "name", "supporters,password", "%00"):
        assert (
            client.get(f"/projects/S-1/plan/columns?names={names}", headers={"Accept": "application/json"}).status_code == 422
        )
    data = client_of(cast.manager).get("/projects/S-1/plan/data").json()
    assert (data["undo"][:2], data["redo"]) == ("修改", None)
    assert client.get("/projects/S-1/plan/data").json()["undo"] is None


def report(cast: Cast, project: Project, name: str, percent: int = 6000) -> None:
    told = Report("doing", percent)
    record_progress(by=cast.manager, item=task(project, name), report=told, status_date=NOW.date(), now=NOW)


def test_a_reported_task_keeps_its_progress_when_it_gets_tasks_below_it(cast: Cast, project: Project) -> None:
    """A summary of the same name takes its place; it stands below with its report, its links and its number in the record."""
    report(cast, project, "设计")
    key = task(project, "设计").pk
    answer = run(cast.manager, project, "insert", parent=key, before=None, rows=[{"name": "补测"}])
    assert tree(project) == ["1 阶段", "1.1 设计", "1.1.1 设计", "1.1.2 补测", "1.2 测试", "1.3 定型", "2 推广"]
    row = WorkItem.objects.get(pk=key)
    assert (row.percent, row.state, row.parent.name if row.parent else "") == (6000, "doing", "设计")
    assert links(project) == ["1.2<1.1.1", "1.3<1.2"]
    assert "60%" in answer.notices[0]
    run(cast.manager, project, "undo")
    assert tree(project)[1] == "1.1 设计" and WorkItem.objects.get(pk=key).percent == 6000


def test_the_form_for_a_new_task_keeps_progress_too(cast: Cast, project: Project) -> None:
    report(cast, project, "设计")
    add_item(by=cast.manager, project=project, values={"name": "补测"}, parent=task(project, "设计"), now=NOW)
    assert tree(project)[:4] == ["1 阶段", "1.1 设计", "1.1.1 设计", "1.1.2 补测"]
    assert undoable(project, cast.manager).undo_label == "插入“补测”"


def test_a_summary_without_tasks_is_a_task_again(cast: Cast, project: Project) -> None:
    inserted = run(cast.manager, project, "insert", parent=task(project, "推广").pk, before=None, rows=[{"name": "海报"}])
    assert "汇总任务" in inserted.notices[0]
    removed = run(cast.manager, project, "remove", ids=ids(project, "海报"))
    assert "恢复为普通任务，工期 2 天" in removed.notices[-1]
    row = task(project, "推广")
    assert (row.start, row.finish, row.duration) == (date(2024, 3, 4), date(2024, 3, 5), 960)


def test_removing_tells_what_goes_along(cast: Cast, project: Project) -> None:
    answer = run(cast.manager, project, "remove", ids=ids(project, "测试"))
    assert answer.notices == ["与其他任务的 2 条依赖也一并删除。"]
    assert links(project) == []
    kind, data, changes = said()
    assert (kind, data["command"]) == ("plan-edited", "remove")
    assert ({"name": "测试"}, {"name": None}) in [change[2:] for change in changes]


@pytest.mark.parametrize(
    ("command", "body", "code"),
    [
        ("move", {"ids": ["阶段"], "parent": "设计", "before": None}, "into-itself"),
        ("move", {"ids": ["阶段"], "parent": "阶段", "before": None}, "into-itself"),
        ("move", {"ids": ["推广"], "parent": "定型", "before": None}, "milestone-parent"),
        ("move", {"ids": ["推广"], "parent": "阶段", "before": "推广"}, "place-unknown"),
        ("move", {"ids": []}, "rows-missing"),
        ("move", {"ids": [True]}, "rows-missing"),
        ("remove", {"ids": [10**9]}, "row-unknown"),
        ("remove", {"ids": [10**40]}, "rows-missing"),
        ("indent", {"ids": ["阶段"]}, "nothing-above"),
        ("indent", {"ids": ["测试"]}, "cycle"),
        ("outdent", {"ids": ["推广"]}, "at-the-top"),
        ("insert", {"rows": []}, "rows-missing"),
        ("insert", {"rows": [{"nmae": "x"}]}, "field-unknown"),
        ("insert", {"rows": [{}]}, "cells-refused"),
        ("insert", {"parent": 10**9, "rows": [{"name": "x"}]}, "row-unknown"),
        ("paste", {"columns": [], "rows": [["x"]]}, "columns-missing"),
        ("paste", {"columns": ["name"], "rows": [["x", "y"]]}, "columns-missing"),
        ("paste", {"columns": ["name", "name"], "rows": [["x", "y"]]}, "columns-missing"),
        ("paste", {"anchor": "x", "columns": ["name"], "rows": [["x"]]}, "row-unknown"),
        ("set", {"cells": [{"id": "设计", "field": "version", "value": 1}]}, "field-unknown"),
        ("set", {"cells": [5]}, "cells-missing"),
        ("undo", {}, "nothing-to-undo"),
        ("redo", {}, "nothing-to-undo"),
        ("explode", {}, "command-unknown"),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, project: Project, command: str, body: dict[str, Any], code: str) -> None:
    def named(value: Any) -> Any:
        if isinstance(value, list):
            return [named(one) for one in value]
        if isinstance(value, dict):
            return {key: named(one) if key in ("id", "ids", "parent", "before") else one for key, one in value.items()}
        return task(project, value).pk if isinstance(value, str) and command != "paste" else value

    given = {name: named(value) if name in ("ids", "parent", "before", "cells") else value for name, value in body.items()}
    with unchanged(), pytest.raises(Refused) as caught:
        run(cast.manager, project, command, **given)
    assert caught.value.code == code
    assert caught.value.message


def test_a_key_milestone_gets_its_row_back(cast: Cast, project: Project) -> None:
    key = task(project, "定型").pk
    set_key_milestones(by=cast.manager, project=project, milestones=[MilestoneSpec("样机定型", date(2024, 3, 8), key)], now=NOW)
    run(cast.manager, project, "remove", ids=[key])
    assert KeyMilestone.objects.get().work_item is None
    run(cast.manager, project, "undo")
    assert KeyMilestone.objects.get().work_item_id == key
    run(cast.manager, project, "redo")
    assert KeyMilestone.objects.get().work_item is None
