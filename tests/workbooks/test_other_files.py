"""Tables that are no xlsx: old Excel and text files in the encodings and spellings that people send."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from support.reader import reader
from tongzhou.workbooks.cells import Sheet
from tongzhou.workbooks.reading import read_workbook
from tongzhou.workbooks.refusal import WorkbookRefused
from tongzhou.workbooks.result import Context
from tongzhou.workbooks.textfile import guarded, unguarded
from tongzhou.workbooks.understanding import understand

TABLE = "任务,负责人,开始,完成\r\n设计,周七,2024-03-04,2024-03-08\r\n“测试”,郑十,2024-03-11,2024-03-15\r\n"
SECONDS = 4.0  # of the processor, as in test_bad_files
MEMORY = 300 * 1024


def _texts(sheet: Sheet) -> list[list[str]]:
    return [["" if cell is None else cell.text for cell in row] for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators(encoding: str, separator: str, tmp_path: Path) -> None:
    path = tmp_path / "任务表.csv"
    path.write_bytes(TABLE.replace(",", separator).encode(encoding))
    (sheet,) = read_workbook(path)
    assert sheet.name == "任务表"
    assert _texts(sheet) == [
        ["任务", "负责人", "开始", "完成"],
        ["设计", "周七", "2024-03-04", "2024-03-08"],
        ["“测试”", "郑十", "2024-03-11", "2024-03-15"],
    ]


def test_quotes_and_line_breaks_in_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('任务,备注\n"写,算","第一行\n第二行 ""引用"""\n', encoding="utf-8", newline="")
    assert _texts(read_workbook(path)[0])[1] == ["写,算", '第一行\n第二行 "引用"']


def test_excel_names_its_separator(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\n任务;备注\n甲,乙;丙\n", encoding="utf-8")
    assert _texts(read_workbook(path)[0]) == [["任务", "备注"], ["甲,乙", "丙"]]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+86", "-", "@all", "'quoted", "'=1", "''", "plain", "\tx", "", "'", "＝1+1", "＋1", "－1", "＠SUM(A1)", "\n=1"],
)
def test_guarded_texts_come_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def _line_of_a_gigabyte(path: Path) -> Path:
    with path.open("wb") as file:
        file.truncate(1 << 30)
    return path


def _long_line(path: Path) -> Path:
    path.write_bytes(b"a" * (20 << 20))
    return path


def _open_quote(path: Path) -> Path:
    path.write_bytes(b'name,"' + b"text\n" * 500_000)
    return path


def _many_rows(path: Path) -> Path:
    path.write_bytes(b"a,b\n" * 120_000)
    return path


def _wide(path: Path) -> Path:
    path.write_bytes(b",".join(b"x" for _ in range(5_000)) + b"\n")
    return path


def _binary(path: Path) -> Path:
    path.write_bytes(bytes(range(256)) * 40)
    return path


def _neither_encoding(path: Path) -> Path:
    path.write_bytes(b"name,owner\n" + b"\xff\xfe\xff" * 20 + b"\n")
    return path


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (_line_of_a_gigabyte, "file_too_big"),
        (_long_line, "too_much_text"),
        (_open_quote, "too_much_text"),
        (_many_rows, "too_many_rows"),
        (_wide, "too_many_columns"),
        (_binary, "not_a_workbook"),
        (_neither_encoding, "not_a_workbook"),
    ],
)
def test_text_files_that_are_refused(build: object, code: str, tmp_path: Path) -> None:
    assert callable(build)
    with reader() as process:
        refused = process.read(build(tmp_path / "a.csv"))
    assert refused.code == code
    assert refused.seconds < SECONDS
    assert refused.memory < MEMORY


def _old(path: Path, *, dates_1904: bool = False) -> Path:
    book = xlwt.Workbook()
    book.dates_1904 = dates_1904
    sheet = book.add_sheet("计划")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for column, label in enumerate(("任务", "负责人", "开始", "完成", "完成度")):
        sheet.write(0, column, label)
    epoch = datetime.date(1904, 1, 1) if dates_1904 else datetime.date(1899, 12, 30)
    for row, name in ((1, "设计"), (2, "测试")):
        sheet.write(row, 0, name)
        sheet.write(row, 1, "周七")
        sheet.write(row, 2, (datetime.date(2024, 3, 4) - epoch).days, day)
        sheet.write(row, 3, (datetime.date(2024, 3, 8) - epoch).days, day)
        sheet.write(row, 4, 0.5)
    book.save(str(path))
    return path


@pytest.mark.parametrize("dates_1904", [False, True])
def test_old_excel(dates_1904: bool, tmp_path: Path) -> None:
    found = understand(read_workbook(_old(tmp_path / "a.xls", dates_1904=dates_1904)))
    assert [(task.name, task.owner, str(task.start), str(task.finish)) for task in found.tasks] == [
        ("设计", "周七", "2024-03-04", "2024-03-08"),
        ("测试", "周七", "2024-03-04", "2024-03-08"),
    ]
    assert [task.progress.percent for task in found.tasks if task.progress] == [5000, 5000]


def test_an_old_workbook_with_one_cell_far_away(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("计划")
    sheet.write(0, 0, "任务")
    sheet.write(65535, 255, "远")
    book.save(str(tmp_path / "a.xls"))
    with reader() as process:
        refused = process.read(tmp_path / "a.xls")
    assert refused.code in {"too_many_columns", "out_of_memory"}
    assert refused.seconds < SECONDS
    assert refused.memory < MEMORY


@pytest.mark.parametrize("cut", [100, 2000, 4000])
def test_a_cut_old_workbook(cut: int, tmp_path: Path) -> None:
    path = _old(tmp_path / "a.xls")
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(WorkbookRefused) as caught:
        read_workbook(path)
    assert caught.value.code in {"damaged", "out_of_memory"}


def test_dates_of_1904_and_numbers_stored_as_text(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"), {"date_1904": True})
    sheet = book.add_worksheet("计划")
    sheet.write_row(0, 0, ["任务", "负责人", "开始", "工期", "完成度"])
    sheet.write_row(1, 0, ["设计", "周七"])
    sheet.write_datetime(1, 2, datetime.datetime(2024, 3, 4), book.add_format({"num_format": "yyyy/m/d"}))
    sheet.write_string(1, 3, "５")
    sheet.write_string(1, 4, "６０%")
    book.close()
    (task,) = understand(read_workbook(tmp_path / "a.xlsx")).tasks
    assert (str(task.start), task.duration, task.progress and task.progress.percent) == ("2024-03-04", 2400, 6000)


def _tree(
    path: Path, rows: list[tuple[object, ...]], labels: tuple[str, ...], indents: list[int] | None = None
) -> list[object]:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("计划")
    sheet.write_row(0, 0, labels)
    for number, row in enumerate(rows, 1):
        if len(row) == 1:
            sheet.merge_range(number, 0, number, len(labels) - 1, str(row[0]))
            continue
        for column, value in enumerate(row):
            steps = indents[number - 1] if indents and labels[column] == "任务名称" else 0
            sheet.write(number, column, value, book.add_format({"indent": steps}) if steps else None)
    book.close()
    found = understand(read_workbook(path), Context())
    assert found.errors == ()
    return [(task.name, found.tasks[task.parent].name if task.parent is not None else None) for task in found.tasks]


LABELS = ("序号", "任务名称", "负责人", "开始", "完成")


def test_indentation_by_the_format(tmp_path: Path) -> None:
    rows = [("", name, "周七", "2024-03-04", "2024-03-08") for name in ("研发", "设计", "画图", "测试", "市场")]
    assert _tree(tmp_path / "a.xlsx", rows, LABELS, [0, 1, 2, 1, 0]) == [
        ("研发", None), ("设计", "研发"), ("画图", "设计"), ("测试", "研发"), ("市场", None),
    ]  # fmt: skip


def test_indentation_by_spaces(tmp_path: Path) -> None:
    rows = [("", name, "周七", "2024-03-04", "2024-03-08") for name in ("研发", "　设计", "　　画图", "  测试", "市场")]
    assert _tree(tmp_path / "a.xlsx", rows, LABELS) == [
        ("研发", None), ("设计", "研发"), ("画图", "设计"), ("测试", "研发"), ("市场", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "numbers",
    [
        ("一", "1", "2", "二", "1"),
        ("一、", "（一）", "（二）", "二、", "（一）"),
        ("1", "1)", "2)", "2", "1)"),
        ("（一）", "①", "②", "（二）", "①"),
    ],
)
def test_outline_numbers_nest(numbers: tuple[str, ...], tmp_path: Path) -> None:
    names = ("研发", "设计", "测试", "市场", "推广")
    rows = [(number, name, "周七", "2024-03-04", "2024-03-08") for number, name in zip(numbers, names, strict=True)]
    assert _tree(tmp_path / "a.xlsx", rows, LABELS) == [
        ("研发", None), ("设计", "研发"), ("测试", "研发"), ("市场", None), ("推广", "市场"),
    ]  # fmt: skip


def test_outline_numbers_before_the_names(tmp_path: Path) -> None:
    names = ("一、研发", "1.设计", "2.测试", "二、市场", "1.推广")
    rows = [("", name, "周七", "2024-03-04", "2024-03-08") for name in names]
    assert [parent for _name, parent in _tree(tmp_path / "a.xlsx", rows, LABELS)] == [  # type: ignore[misc]
        None, "一、研发", "一、研发", None, "二、市场",
    ]  # fmt: skip


def test_merged_rows_are_phases_and_numbers_begin_anew(tmp_path: Path) -> None:
    day = ("周七", "2024-03-04", "2024-03-08")
    rows: list[tuple[object, ...]] = [("研发阶段",), (1, "设计", *day), (2, "测试", *day), ("市场阶段",), (1, "推广", *day)]
    assert _tree(tmp_path / "a.xlsx", rows, LABELS) == [
        ("研发阶段", None), ("设计", "研发阶段"), ("测试", "研发阶段"), ("市场阶段", None), ("推广", "市场阶段"),
    ]  # fmt: skip


def test_a_number_means_the_task_of_the_same_group(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "序号,任务名称,负责人,前置任务\n一,研发,,\n1,设计,周七,\n2,测试,周七,1\n二,市场,,\n1,推广,周七,\n2,铺货,周七,1\n",
        encoding="gbk",
    )
    found = understand(read_workbook(path))
    assert [(found.tasks[link.predecessor].name, found.tasks[link.successor].name) for link in found.links] == [
        ("设计", "测试"),
        ("推广", "铺货"),
    ]
    assert found.errors == ()


@pytest.mark.parametrize("word", ["全员", "各部门", "全体", "所有部门", "项目组全体成员"])
def test_everybody_is_no_person(word: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"任务,负责人,协作人,开始\n启动会,{word},{word},2024-03-04\n", encoding="utf-8")
    (task,) = understand(read_workbook(path)).tasks
    assert (task.owner, [(one.name, one.department) for one in task.supporters]) == ("", [("", "*")])


def test_a_stray_zero_byte_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号,任务\n1,甲\0乙\n".encode())
    assert _texts(read_workbook(path)[0]) == [["编号", "任务"], ["1", "甲乙"]]


def test_utf_16_cut_within_a_sign_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE.encode("utf-16")[:-1])
    with pytest.raises(WorkbookRefused):
        read_workbook(path)
