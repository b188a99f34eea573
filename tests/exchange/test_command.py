"""`tongzhou import`: what it prints, and that errors write nothing."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.cast import Cast
from support.checks import unchanged
from tongzhou.config.commands import import_
from tongzhou.lib import clock
from tongzhou.people.models import Department, User
from tongzhou.plan.models import Dependency, WorkItem
from tongzhou.projects.models import Project
from workbooks.sample_books import TableSpec, complaint, launch, membership, write

NOTHING = {"created": 0, "changed": 0, "unchanged": 0}


def _run(capsys: pytest.CaptureFixture[str], path: Path, number: str = "S-1", **flags: bool) -> tuple[int, dict[str, Any]]:
    options = argparse.Namespace(
        file=str(path), project=number, json=True, dry_run=flags.get("dry", False), create_missing=flags.get("create", False)
    )
    code = import_.run(options)
    return code, json.loads(capsys.readouterr().out)


def test_a_dry_run_tells_and_writes_nothing(
    cast: Cast, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with unchanged():
        code, answer = _run(capsys, write(tmp_path / "a.xlsx", launch()), dry=True)
    assert code == 0
    assert set(answer) == {"sheets", "tasks", "links", "errors", "warnings"}
    assert answer["sheets"] == [
        {"name": "项目基本信息表", "kind": "project", "rows": 9},
        {"name": "任务分配与进度跟踪表", "kind": "tasks", "rows": 18},
    ]
    assert (answer["tasks"]["created"], answer["links"]["created"], answer["errors"]) == (18, 16, [])
    assert {tuple(entry) for entry in answer["warnings"]} == {("sheet", "row", "column", "message")}


def test_twice_is_unchanged(cast: Cast, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "a.xlsx", membership())
    code, answer = _run(capsys, path)
    assert (code, answer["tasks"], answer["links"]) == (
        0,
        {"created": 18, "changed": 0, "unchanged": 0},
        {"created": 14, "changed": 0, "unchanged": 0},
    )
    with unchanged():
        code, answer = _run(capsys, path)
    assert (code, answer["tasks"], answer["links"]) == (
        0,
        {"created": 0, "changed": 0, "unchanged": 18},
        {"created": 0, "changed": 0, "unchanged": 14},
    )


def test_progress_alone_is_a_change_once_and_not_again_the_next_day(
    cast: Cast, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def sheet(percent: str, note: str) -> Path:
        row = ["1", "设计", "2024-03-04", "2024-03-08", percent, note]
        return write(
            tmp_path / "a.xlsx", [TableSpec("计划", ["计划"], ["编号", "任务", "开始", "完成", "完成度", "异常说明"], [row])]
        )

    now = datetime(2024, 3, 6, 2, tzinfo=UTC)
    with clock.pretend(now):
        assert _run(capsys, sheet("20%", ""))[1]["tasks"] == NOTHING | {"created": 1}
        assert _run(capsys, sheet("40%", "缺料"))[1]["tasks"] == NOTHING | {"changed": 1}
    with clock.pretend(now + timedelta(days=1)), unchanged():
        assert _run(capsys, sheet("40%", "缺料"))[1]["tasks"] == NOTHING | {"unchanged": 1}


def test_near_predecessors_are_warned_of_and_left_out(
    cast: Cast, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, answer = _run(capsys, write(tmp_path / "a.xlsx", complaint()))
    assert (code, answer["links"]["created"], Dependency.objects.count()) == (0, 1, 1)
    places = [(entry["row"], entry["column"]) for entry in answer["warnings"] if "前置" in entry["message"]]
    assert places == [(5, "I"), (6, "I")]


def test_unknown_people_are_errors_unless_they_are_to_be_made(
    cast: Cast, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = TableSpec("计划", ["计划"], ["任务", "负责人", "部门"], [["设计", "司马相如", "文学部"]])
    path = write(tmp_path / "a.xlsx", [table])
    with unchanged():
        code, answer = _run(capsys, path)
    assert code == 1
    assert [(entry["sheet"], entry["row"], entry["column"]) for entry in answer["errors"]] == [
        ("计划", 3, "B"),
        ("计划", 3, "C"),
    ]
    code, answer = _run(capsys, path, create=True)
    assert (code, answer["tasks"]["created"]) == (0, 1)
    assert User.objects.get(name="司马相如").department == Department.objects.get(name="文学部")
    assert WorkItem.objects.get().owner == User.objects.get(name="司马相如")


def test_errors_name_sheet_row_and_column(
    cast: Cast, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [["1", "设计", "2026-02-30", "2026-03-05", "120%", None], ["2", "测试", "2026-03-05", "2026-03-02", None, "9.9"]]
    table = TableSpec("计划", ["计划"], ["编号", "任务", "开始", "完成", "完成度", "前置任务"], rows)
    with unchanged():
        code, answer = _run(capsys, write(tmp_path / "a.xlsx", [table]))
    assert code == 1
    assert sorted((entry["row"], entry["column"], entry["message"]) for entry in answer["errors"]) == [
        (3, "C", "没有这一天：2026-02-30。"),
        (3, "E", "完成度超过 100%：120%。"),
        (4, "D", "「测试」：完成 2026-03-02 早于开始 2026-03-05。"),
        (4, "F", "「测试」的前置任务「9.9」在表里找不到。"),
    ]


def test_a_refused_file(cast: Cast, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"")
    code, answer = _run(capsys, path)
    assert (code, answer["tasks"], answer["errors"]) == (
        1,
        NOTHING,
        [{"sheet": None, "row": None, "column": None, "message": "文件是空的（0 字节）。"}],
    )


@pytest.mark.parametrize(("number", "name"), [("NEVER", "a.xlsx"), ("S-1", "never.xlsx")])
def test_no_such_project_or_file(
    number: str, name: str, cast: Cast, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "a.xlsx", membership())
    code, answer = _run(capsys, tmp_path / name, number)
    assert (code, len(answer["errors"])) == (1, 1)


def test_in_words(cast: Cast, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "a.xlsx", complaint())
    code = import_.run(argparse.Namespace(file=str(path), project="S-1", json=False, dry_run=True, create_missing=False))
    lines = capsys.readouterr().out.splitlines()
    assert (code, lines[0], lines[2]) == (0, "任务拆解与分工表: tasks, 4", "任务：新建 4，变更 0，未变 0")
