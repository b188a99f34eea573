"""Single rules: what is wrong is an error with its cell, what is unclear a question, what is mended a notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pytest

from tongzhou.workbooks.cells import Cell, Merge, Sheet, sheets_from_json, sheets_to_json
from tongzhou.workbooks.people import Helper, parse_people
from tongzhou.workbooks.plainsheets import NOT_CALCULATED
from tongzhou.workbooks.predecessors import Reference, parse, split
from tongzhou.workbooks.result import Answers, Context, Understanding
from tongzhou.workbooks.understanding import understand
from tongzhou.workbooks.values import parse_date, parse_duration, parse_percent, parse_period, parse_state

Row = Sequence[object]
HEAD: Row = ("编号", "任务名称", "负责人", "开始", "完成", "前置任务", "完成度")


def _cell(value: object) -> Cell | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return Cell("bool", value)
    if isinstance(value, date):
        return Cell("date", value)
    return Cell("number", value) if isinstance(value, (int, float)) else Cell("text", str(value))


def _sheet(*rows: Row, merges: Sequence[Merge] = (), name: str = "计划") -> Sheet:
    return Sheet(name, [[_cell(value) for value in row] for row in rows], tuple(merges))


def _plan(*rows: Row, answers: Answers | None = None) -> Understanding:
    return understand([_sheet(HEAD, *rows)], answers=answers)


def _errors(found: Understanding) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in found.errors]


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([("1", "甲", "张三", "2026-02-30", "2026-03-05")], ("date_impossible", 2, "D")),
        ([("1", "甲", "张三", "2026-03-09", "2026-03-05")], ("finish_before_start", 2, "E")),
        ([("1", "甲", "张三", "2026-03-02", "2026-03-05", None, "120%")], ("percent_over_100", 2, "G")),
        ([("1", "甲", "张三", "2026-03-02", "2026-03-05", "9.9")], ("unknown_predecessor", 2, "F")),
        ([("1", "甲", "张三", "2026-03-02", "2026-03-05", "从来没有的事")], ("unknown_predecessor", 2, "F")),
        ([("1", "甲", "张三"), ("2", "乙", "张三"), ("2", "丙", "张三")], ("duplicate_code", 4, "A")),
        ([("1", "甲", "张三", "2026-03-02", "2026-03-05", "1")], ("link_to_itself", 2, "F")),
        ([("1", "甲", "张三", "下周", "2026-03-05")], ("date_unreadable", 2, "D")),
        ([("1", "甲", "张三", "2026-03-02", "2026-03-05", None, "快了")], ("percent_unreadable", 2, "G")),
        ([("1", None, "张三", "2026-03-02", "2026-03-05"), ("2", "乙")], ("name_missing", 2, "B")),
        ([("1", "甲" * 10_001, "张三")], ("text_too_long", 2, "B")),
    ],
)
def test_errors_name_their_cell(rows: list[Row], error: tuple[str, int, str | None]) -> None:
    assert _errors(_plan(*rows)) == [error]


def test_a_cycle_is_named_task_by_task() -> None:
    found = _plan(("1", "甲", None, None, None, "3"), ("2", "乙", None, None, None, "1"), ("3", "丙", None, None, None, "2"))
    (problem,) = found.errors
    assert (problem.code, problem.params["names"]) == ("cycle", ["甲", "乙", "丙", "甲"])
    without = _plan(
        ("1", "甲", None, None, None, "3"),
        ("2", "乙", None, None, None, "1"),
        ("3", "丙", None, None, None, "2"),
        answers=Answers(choices={problem.params["links"][0]: "none"}),
    )
    assert without.errors == ()
    assert len(without.links) == 2


def test_a_cycle_through_the_hierarchy() -> None:
    found = _plan(("1", "甲"), ("1.1", "乙", None, None, None, "1"), ("2", "丙"))
    assert [(problem.code, problem.params["names"]) for problem in found.errors] == [("cycle", ["甲", "乙", "甲"])]
    found = _plan(("1", "甲", None, None, None, "2"), ("1.1", "乙"), ("2", "丙", None, None, None, "1.1"))
    (problem,) = found.errors
    assert problem.params["names"] == ["乙", "丙", "甲", "乙"]
    assert problem.params["ends"] == [["乙", "丙"], ["丙", "甲"]]


def test_a_long_chain_and_its_cycle_take_no_recursion() -> None:
    chain: list[Row] = [("1", "任务1", None, None, None, "3000")]
    chain += [(str(number), f"任务{number}", None, None, None, str(number - 1)) for number in range(2, 3001)]
    found = _plan(*chain)
    assert [problem.code for problem in found.errors] == ["cycle"]
    assert len(found.errors[0].params["names"]) == 3001


def test_errors_can_be_answered() -> None:
    rows: list[Row] = [("1", "甲", "张三", "2024-04-22", "2024-04-03"), ("2", "乙", "张三", "2026-02-30", "2026-03-05")]
    found = _plan(*rows)
    assert [problem.proposals for problem in found.errors] == [("2026-02-28",), ("2024-04-30",)]
    answers = Answers(cells={("计划", 2, "E"): "2024-04-30"}, skipped=frozenset({("计划", 3)}))
    settled = _plan(*rows, answers=answers)
    assert settled.errors == ()
    assert [(task.name, task.finish) for task in settled.tasks] == [("甲", date(2024, 4, 30))]


def test_a_code_one_beside_is_proposed() -> None:
    found = _plan(("1", "研发"), ("1.1", "设计"), ("1.2", "整改"), ("2", "定型", None, None, None, "1.3"))
    (question,) = found.questions
    assert (question.kind, [found.tasks[one.task].name for one in question.proposals]) == ("near_link", ["整改"])
    assert found.links == ()


def test_codes_that_excel_shortened() -> None:
    rows: list[Row] = [(1, "组"), *((float(f"1.{number}"), f"任务{number}") for number in range(1, 12))]
    found = _plan(*rows)
    assert [task.code for task in found.tasks] == ["1", *(f"1.{number}" for number in range(1, 12))]
    assert found.errors == ()


def test_groups_from_a_merged_first_column() -> None:
    head = ("阶段", "任务", "负责人", "开始", "完成")
    rows: list[Row] = [("研发", "设计", "张三"), (None, "测试", "李四"), ("市场", "方案", "王五"), (None, "物料", "赵六")]
    wanted = [
        ("研发", None, True),
        ("设计", 0, False),
        ("测试", 0, False),
        ("市场", None, True),
        ("方案", 3, False),
        ("物料", 3, False),
    ]
    merged = understand([_sheet(head, *rows, merges=[Merge(1, 0, 2, 0), Merge(3, 0, 4, 0)])])
    blank = understand([_sheet(head, *rows)])
    full = understand([_sheet(head, *((("研发", "研发", "市场", "市场")[at], *row[1:]) for at, row in enumerate(rows)))])
    for found in (merged, blank, full):
        assert [(task.name, task.parent, task.is_summary) for task in found.tasks] == wanted


def test_a_heading_of_two_rows() -> None:
    sheet = _sheet(
        ("任务", "计划", None, "实际", None, "完成度"),
        (None, "开始", "完成", "开始", "完成", None),
        ("甲", "2026-03-02", "2026-03-06", "2026-03-03", "-", "50%"),
        merges=[Merge(0, 0, 1, 0), Merge(0, 1, 0, 2), Merge(0, 3, 0, 4), Merge(0, 5, 1, 5)],
    )
    (task,) = understand([sheet]).tasks
    assert task.progress is not None
    assert (task.start, task.finish, task.progress.actual_start) == (date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 3))


def test_what_stands_in_brackets_tells_planned_from_actual() -> None:
    sheet = _sheet(
        ("任务", "开始时间(计划)", "完成时间（计划）", "完成时间(实际)"), ("甲", "2026-03-02", "2026-03-06", "2026-03-05")
    )
    (task,) = understand([sheet]).tasks
    assert task.progress is not None
    assert (task.start, task.finish, task.progress.actual_finish) == (date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 5))


def test_one_phase_is_a_group_and_no_project() -> None:
    found = understand([_sheet(("阶段", "任务", "负责人"), ("项目启动阶段", "甲", "张三"), (None, "乙", "张三"))])
    assert [(task.name, task.is_summary) for task in found.tasks] == [("项目启动阶段", True), ("甲", False), ("乙", False)]


def test_totals_and_repeated_headings_are_skipped() -> None:
    found = _plan(("1", "甲"), HEAD, ("2", "乙"), (None, "合计", None, None, None, None, "54%"))
    assert [task.name for task in found.tasks] == ["甲", "乙"]
    assert [(one.code, one.row) for one in found.notices] == [("row_skipped", 3), ("row_skipped", 5)]


def test_notes_below_the_table_are_skipped() -> None:
    found = _plan(
        ("1", "说明书定稿"), ("制表人：张三", None, "审核：李四"), ("注1：日期为计划日期",), ("2", "备注：乙", "张三")
    )
    assert [task.name for task in found.tasks] == ["说明书定稿", "备注：乙"]
    assert [(one.code, one.row) for one in found.notices] == [("row_skipped", 3), ("row_skipped", 4)]


def test_a_broken_cell_is_an_error_wherever_it_stands() -> None:
    lost = Cell("error", NOT_CALCULATED)
    row = [_cell("1"), lost, _cell("张三"), lost, Cell("error", "#REF!"), None, lost]
    found = understand([Sheet("计划", [[_cell(one) for one in HEAD], row])])
    assert sorted(_errors(found), key=lambda error: str(error[2])) == [
        ("formula_without_result", 2, "B"),
        ("formula_without_result", 2, "D"),
        ("cell_error", 2, "E"),
        ("formula_without_result", 2, "G"),
    ]
    found = understand([_sheet((*HEAD, "备注"), ("1", "甲", *[None] * 5, "长" * 10_001))])
    assert _errors(found) == [("text_too_long", 2, "H")]


def test_an_early_start_is_asked() -> None:
    rows: list[Row] = [("1", "甲", "张三", "2026-03-02", "2026-03-06"), ("2", "乙", "张三", "2026-03-05", "2026-03-10", "1")]
    (question,) = _plan(*rows).questions
    assert (question.kind, question.row, question.column) == ("early_start", 3, "D")
    assert _plan(*rows, answers=Answers(choices={question.id: "follow"})).questions[0].answer == "follow"


def test_days_off_are_told() -> None:
    context = Context(working_days=lambda first, last: 0 if first == last == date(2024, 5, 1) else 1)
    sheet = _sheet((*HEAD[:5], "交付标准"), ("1", "正式上市", "孙九", "2024-05-01", "2024-05-01", "里程碑"))
    found = understand([sheet], context)
    assert [(one.code, one.params["day"]) for one in found.notices] == [
        ("milestone_found", "2024-05-01"),
        ("day_off_kept", "2024-05-01"),
    ]


def test_a_project_table_lying_across() -> None:
    sheet = _sheet(("项目名称", "项目编号", "项目周期", "项目负责人"), ("新产品", "X-1", "2024.03-2024.06", "陈一*"))
    info = understand([sheet]).project
    assert info is not None
    assert (info.name, info.number, info.finish, info.manager) == ("新产品", "X-1", date(2024, 6, 30), "陈一")


def test_progress_of_an_unknown_task_is_handed_on() -> None:
    tracking = _sheet(("任务名称", "状态", "完成度", "更新人"), ("别处的任务", "进行中", "50%", "张三"), name="跟踪")
    found = understand([tracking])
    assert [(name, progress.percent) for name, progress in found.strays] == [("别处的任务", 5000)]


def test_nothing_in_it() -> None:
    assert [problem.code for problem in understand([_sheet(("随便", "写写"))]).errors] == ["nothing_found"]


def test_cells_survive_their_json() -> None:
    sheet = _sheet(("甲", 1, 0.5, True, None, date(2026, 3, 2), datetime(2026, 3, 2, 9)), merges=[Merge(0, 0, 1, 0)])
    sheet.rows.append([Cell("error", "#REF!"), Cell("number", 0.7, percent=True)])
    assert sheets_from_json(sheets_to_json([sheet])) == [sheet]


@pytest.mark.parametrize(
    "text",
    [
        "2024.03.04",
        "2024-3-4",
        "2024/03/04",
        "2024年3月4日",
        "20240304",
        "3月4日",
        "45355",
        "２０２４－３－４",
        "24.3.4",
        "4-Mar-24",
    ],
)
def test_dates(text: str) -> None:
    assert parse_date(Cell("text", text), date(2024, 1, 9)).value == date(2024, 3, 4)


def test_a_year_is_taken_from_nearby() -> None:
    assert parse_date(Cell("text", "1月5日"), date(2024, 12, 1)).value == date(2025, 1, 5)
    assert parse_date(Cell("text", "1月5日")).error == "date_without_year"


def test_periods() -> None:
    assert parse_period("2024.03.04-2024.03.22") == (date(2024, 3, 4), date(2024, 3, 22))
    assert parse_period("2024年3月4日至3月22日") == (date(2024, 3, 4), date(2024, 3, 22))
    assert parse_period("2024年11月-2025年2月") == (date(2024, 11, 1), date(2025, 2, 28))
    head: Row = ("编号", "任务名称", "起止时间")
    found = understand([_sheet(head, ("1", "甲", "3月11日~3月15日"), ("2", "乙", "2024.3.4-2024.3.8"))])
    assert [task.start for task in found.tasks] == [date(2024, 3, 11), date(2024, 3, 4)]
    assert [(one.code, one.row) for one in found.notices] == [("date_year_added", 2)]
    found = understand(
        [_sheet(head, ("1", "甲", "2026.02.30-2026.03.05"), ("2", "乙", "看情况"), ("3", "丙", "2026.3-2026.4"))]
    )
    assert _errors(found) == [("date_impossible", 2, "C"), ("date_unreadable", 3, "C")]


@pytest.mark.parametrize(
    ("cell", "points"),
    [
        (Cell("number", 0.7, percent=True), 7000),
        (Cell("number", 1, percent=True), 10_000),
        (Cell("number", 0.01, percent=True), 100),
        (Cell("number", 0.7), 7000),
        (Cell("number", 70), 7000),
        (Cell("text", "70 %"), 7000),
        (Cell("text", "７０％"), 7000),
        (Cell("text", "已完成70%"), 7000),
        (Cell("text", "33.33%"), 3333),
        (Cell("text", "-"), None),
    ],
)
def test_shares(cell: Cell, points: int | None) -> None:
    assert parse_percent(cell).value == points


def test_a_bare_one_is_everything_unless_the_column_counts_to_a_hundred() -> None:
    one = Cell("number", 1)
    assert parse_percent(one).value == 10_000
    assert parse_percent(one, counts_to_hundred=True).value == 100
    assert parse_percent(one, counts_to_hundred=True, done=True).value == 10_000


def test_durations_and_states() -> None:
    texts = ["5", "5天", "5d", "1周", "5个工作日", "4h"]
    assert [parse_duration(Cell("text", text)).value for text in texts] == [2400, 2400, 2400, 2400, 2400, 240]
    assert [parse_state(Cell("text", text)).value for text in ("进行中", "已完成", "延期", "阻塞", "待办")] == [
        "in_progress",
        "done",
        "late",
        "blocked",
        "not_started",
    ]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("李四(技术部提供数据工具)", [Helper("李四", "技术部", "技术部提供数据工具")]),
        ("王五、张三/赵六;钱七", [Helper("王五"), Helper("张三"), Helper("赵六"), Helper("钱七")]),
        ("王　五", [Helper("王五")]),
        ("赵六 钱七", [Helper("赵六"), Helper("钱七")]),
        ("*孙七", [Helper("孙七")]),
        ("@孙七", [Helper("孙七")]),
        ("**", []),
        ("张三(客服部、产品部)", [Helper("张三", "客服部", "客服部、产品部")]),
        ("生产部、销售部", [Helper(department="生产部"), Helper(department="销售部")]),
    ],
)
def test_people(text: str, people: list[Helper]) -> None:
    assert parse_people(text) == people


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.1", Reference("1.1", text="1.1")),
        ("1.1.1SS+5d", Reference("1.1.1", "SS", 2400, text="1.1.1SS+5d")),
        ("1.3FS+3天内", Reference("1.3", "FS", within=1440, text="1.3FS+3天内")),
        ("3FS-2d", Reference("3", "FS", -960, text="3FS-2d")),
        ("3完成后2天", Reference("3", "FS", 960, text="3完成后2天")),
        ("样机定型后3天内", Reference("样机定型", "FS", within=1440, text="样机定型后3天内")),
        ("2.2SS", Reference("2.2", "SS", text="2.2SS")),
        ("1.3FF+3", Reference("1.3", "FF", 1440, text="1.3FF+3")),
        ("2+3自然日", Reference("2", "FS", 4320, elapsed=True, text="2+3自然日")),
        ("需求文档终版", Reference("需求文档终版", text="需求文档终版")),
    ],
)
def test_predecessors(text: str, wanted: Reference) -> None:
    assert parse(text) == wanted


def test_predecessors_are_parted() -> None:
    assert split("1.1;1.2、1.3，1.4") == ["1.1", "1.2", "1.3", "1.4"]
    assert split("1.1 1.2") == ["1.1", "1.2"]
    assert split("无") == []
