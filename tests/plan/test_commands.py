"""The grid's commands: what each does to the plan, what it refuses, and that it is one event that can be undone."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support.cast import NOW, Cast, planned_project, task
from support.checks import kinds_since, unchanged
from support.web import client_of, send_json
from tongzhou.people.models import User
from tongzhou.plan.actions import Answer, Asked, run_command
from tongzhou.plan.models import Dependency, Plan, Supporter, WorkItem
from tongzhou.plan.queries.grid import link_text
from tongzhou.plan.queries.tree import edges_of, items_of
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def run(by: User, project: Project, command: str, version: int | None = None, **body: Any) -> Answer:
    dry = body.pop("dry", False)
    return run_command(by=by, project=project, asked=Asked(command, body, version, dry), now=NOW)


def tree(project: Project) -> list[str]:
    return [f"{item.code} {item.name}" for item in items_of(project)]


def links(project: Project) -> list[str]:
    codes = {item.id: item.code for item in items_of(project)}
    return [f"{codes[edge.successor]}<{link_text(codes[edge.predecessor], edge)}" for edge in edges_of(project)]


def set_one(by: User, project: Project, name: str, field: str, value: Any, **more: Any) -> Answer:
    return run(by, project, "set", cells=[{"id": task(project, name).pk, "field": field, "value": value}], **more)


def ids(project: Project, *names: str) -> list[int]:
    return [task(project, name).pk for name in names]


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
