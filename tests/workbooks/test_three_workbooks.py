"""The three sample workbooks: what is understood, what is asked, and that fifty other layouts mean the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import pytest

from tongzhou.workbooks.cells import sheets_from_json
from tongzhou.workbooks.child import read
from tongzhou.workbooks.reading import read_workbook
from tongzhou.workbooks.result import Answers, Understanding
from tongzhou.workbooks.understanding import understand
from workbooks.sample_books import TableSpec, complaint, launch, membership, rewrite, write

FILES = {
    "complaint": "客户投诉率下降项目-任务拆解与进度跟踪.xlsx",
    "membership": "会员体系升级项目-计划与RACI.xlsx",
    "launch": "新产品上市项目-基本信息与任务跟踪.xlsx",
}
BOOKS: dict[str, Callable[[], list[TableSpec]]] = {"complaint": complaint, "membership": membership, "launch": launch}


def _understood(book: str, folder: Path) -> Understanding:
    return understand(sheets_from_json(read(write(folder / "book.xlsx", BOOKS[book]()))))


def _links(found: Understanding) -> list[tuple[str, str, str, int, int | None]]:
    tasks = found.tasks
    return [(tasks[x.predecessor].name, tasks[x.successor].name, x.kind, x.lag, x.within) for x in found.links]


def _codes(problems: object) -> list[str]:
    return [problem.code for problem in problems]  # type: ignore[attr-defined]


def test_complaint(tmp_path: Path) -> None:
    found = _understood("complaint", tmp_path)
    assert [(sheet.kind, sheet.rows, sheet.status_date) for sheet in found.sheets] == [
        ("tasks", 4, None),
        ("tracking", 4, date(2024, 3, 10)),
    ]
    assert [(task.name, task.parent, task.owner, task.department) for task in found.tasks] == [
        ("用户反馈数据收集与分析", None, "张三", "客服部"),
        ("需求文档撰写与评审", None, "王五", "产品部"),
        ("功能开发与测试", None, "赵六", "技术部"),
        ("上线效果监控与报告输出", None, "孙七", "运营部"),
    ]
    assert _links(found) == [("用户反馈数据收集与分析", "需求文档撰写与评审", "FS", 0, None)]
    asked = [(one.kind, one.row, one.column, one.text, found.tasks[one.proposals[0].task].name) for one in found.questions]
    assert asked == [
        ("near_link", 5, "I", "需求文档终版", "需求文档撰写与评审"),
        ("near_link", 6, "I", "功能上线完成", "功能开发与测试"),
    ]
    first = found.tasks[0].progress
    assert first is not None
    assert (first.state, first.percent, first.updated_by, first.updated_on, first.status_date) == (
        "in_progress",
        7000,
        "张三",
        date(2024, 3, 10),
        date(2024, 3, 10),
    )
    helper = found.tasks[0].supporters[0]
    assert (helper.name, helper.department, helper.content) == ("李四", "技术部", "技术部提供数据工具")
    assert found.errors == ()
    assert "first_column_is_project" in _codes(found.notices)


def test_answers_settle_questions(tmp_path: Path) -> None:
    sheets = sheets_from_json(read(write(tmp_path / "book.xlsx", complaint())))
    asked = understand(sheets).questions
    tasks = understand(sheets).tasks
    answers = Answers(choices={asked[0].id: tasks[1].key, asked[1].id: "none"})
    settled = understand(sheets, answers=answers)
    assert [question.answer for question in settled.questions] == [tasks[1].key, "none"]
    assert _links(settled)[1:] == [("需求文档撰写与评审", "功能开发与测试", "FS", 0, None)]


def test_membership(tmp_path: Path) -> None:
    found = _understood("membership", tmp_path)
    assert [(sheet.name, sheet.kind) for sheet in found.sheets] == [
        ("项目计划", "tasks"),
        ("RACI责任矩阵", "raci"),
        ("风险登记册", "risks"),
    ]
    assert len(found.tasks) == 18
    assert [task.name for task in found.tasks if task.is_milestone] == ["完成需求调研报告", "完成积分系统开发并进入测试"]
    assert len(found.links) == 14
    assert ("完成需求调研报告", "积分系统开发", "FS", 0, None) in _links(found)
    summaries = [(one.code, one.row) for one in found.warnings if one.code.startswith("summary")]
    assert ("summary_finish", 13) in summaries
    assert found.errors == ()
    assert found.questions == ()
    assert {"raci_later", "risks_later"} <= set(_codes(found.notices))


def test_launch(tmp_path: Path) -> None:
    found = _understood("launch", tmp_path)
    info = found.project
    assert info is not None
    assert (info.name, info.number, info.manager, info.start, info.finish) == (
        "新产品上市项目",
        "XMB-2024",
        "陈一",
        date(2024, 3, 1),
        date(2024, 6, 30),
    )
    assert info.departments[0] == ("研发部", "负责样机设计与测试")
    milestones = [(one.name, one.day, one.task is not None) for one in info.milestones]
    assert milestones == [
        ("样机定型", date(2024, 4, 15), True),
        ("推广方案定稿", date(2024, 4, 20), False),
        ("正式上市", date(2024, 5, 1), True),
    ]
    assert [(one.kind, one.text, found.tasks[one.proposals[0].task].name) for one in found.questions] == [
        ("near_milestone", "推广方案定稿", "推广方案")
    ]
    assert len(found.tasks) == 18
    assert ("结构设计", "电路设计", "SS", 2400, None) in _links(found)
    assert ("样机定型", "推广方案", "FS", 0, 1440) in _links(found)
    assert ("物料制作", "渠道预热", "SS", 0, None) in _links(found)
    launch_day = next(task for task in found.tasks if task.name == "正式上市")
    assert (launch_day.is_milestone, launch_day.start, launch_day.finish) == (True, date(2024, 5, 1), date(2024, 5, 1))
    tested = next(task for task in found.tasks if task.name == "功能测试")
    assert tested.progress is not None
    assert (tested.progress.percent, tested.progress.status_date) == (6000, date(2024, 4, 2))
    assert found.errors == ()


@pytest.mark.parametrize("book", BOOKS)
def test_fifty_other_layouts_give_the_same_plan(book: str, tmp_path: Path) -> None:
    wanted = _understood(book, tmp_path).plan()
    random = Random(20240304)
    for number in range(50):
        path = rewrite(tmp_path / f"{number}.xlsx", BOOKS[book](), random)
        found = understand(sheets_from_json(read(path)))
        assert found.errors == (), number
        assert found.plan() == wanted, number


@pytest.mark.parametrize("book", FILES)
def test_the_shared_workbooks(book: str, shared_data: Path) -> None:
    found = understand(read_workbook(shared_data / FILES[book]))
    assert found.errors == ()
    assert len(found.tasks) == {"complaint": 4, "membership": 18, "launch": 18}[book]
    assert len(found.links) == {"complaint": 1, "membership": 14, "launch": 16}[book]
    assert len(found.questions) == {"complaint": 2, "membership": 0, "launch": 1}[book]
