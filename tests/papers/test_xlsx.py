"""The workbook of a paper, read back with another library."""

import re
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from papers.samples import PAPER as WHOLE
from papers.test_logo import png
from tongzhou.papers import (
    Bullets,
    Column,
    Entry,
    Fact,
    Fields,
    Meter,
    Meters,
    Paper,
    Place,
    Section,
    Signatures,
    State,
    Table,
    to_xlsx,
)
from tongzhou.papers.xlsx import sheet_name

COLUMNS = (
    Column("任务"),
    Column("计划", "percent"),
    Column("偏差", "number", decimals=2),
    Column("完成", "date"),
    Column("状态", "state"),
)
ROWS = (
    ("需求文档撰写与评审", Fraction(1, 6), Fraction(50, 3), date(2024, 3, 15), State("late", "延期")),
    ("=1+1", Fraction(1), Fraction(-3, 2), date(1899, 1, 1), None),
)
PAPER = Paper(
    title="客户投诉率下降项目 第 2 周进度报告",
    facts=(Fact("周期", "2024年3月4日（星期一）"),),
    lead="累计完成 14%，计划 24%，落后 10.00 点。",
    sections=(Section("偏差", (Table(COLUMNS, ROWS),)),),
    dated=date(2024, 3, 10),
)


def read(paper: Paper) -> Worksheet:
    book = load_workbook(BytesIO(to_xlsx(paper)))
    assert len(book.worksheets) == 1
    return book.worksheets[0]


def row_of(sheet: Worksheet, text: str) -> int:
    return next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == text)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "{=1}",
        "http://elsewhere.example/",
        "mailto:a@b.cn",
        "=cmd|'/c calc'!A1",
        "𠮷野家🚢",
        "_x0041_",
        "00123",
        "1e5",
    ],
)
def test_text_stays_text(text: str) -> None:
    paper = replace(PAPER, sections=(Section(text, (Table(COLUMNS[:1], ((text,),)), Bullets((Entry(text),)))),))
    sheet = read(paper)
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value == text]
    assert len(found) == 3
    assert {(cell.data_type, cell.hyperlink) for cell in found} == {("s", None)}


def test_values_are_typed() -> None:
    sheet = read(PAPER)
    at = row_of(sheet, "需求文档撰写与评审")
    name, planned, points, finish, state = sheet[at]
    assert (planned.value, planned.number_format) == (0.1667, "0.00%")
    assert (points.value, points.number_format) == (16.67, "0.00")
    assert (finish.value, finish.number_format, finish.is_date) == (datetime(2024, 3, 15), 'yyyy"年"m"月"d"日"', True)
    assert state.value == "延期"
    assert [cell.value for cell in sheet[at + 1]] == ["=1+1", 1, -1.5, "1899年1月1日", None]
    assert all(cell.border.left.style == "thin" for cell in (name, planned, points, finish, state))


def test_a_single_table_keeps_its_head_on_screen_and_on_every_page() -> None:
    sheet = read(PAPER)
    head = row_of(sheet, "任务")
    assert sheet.freeze_panes == f"A{head + 1}"
    assert sheet.print_title_rows == f"${head}:${head}"
    assert sheet.cell(head, 1).fill.fgColor.rgb == "FFEEF2F5"


def test_of_several_tables_none_is_frozen_and_the_title_is_repeated() -> None:
    table = Table(COLUMNS, ROWS)
    sheet = read(replace(PAPER, sections=(Section("a", (table,)), Section("b", (table,)))))
    assert sheet.freeze_panes is None
    assert sheet.print_title_rows == "$1:$1"
    stamped = read(replace(WHOLE, letterhead=replace(WHOLE.letterhead, logo=png(60, 20))))
    at = row_of(stamped, WHOLE.title)
    assert stamped.print_title_rows == f"${at}:${at}"


def test_it_prints_on_a4_one_page_wide_with_page_numbers() -> None:
    sheet = read(PAPER)
    assert int(sheet.page_setup.paperSize) == 9
    assert int(sheet.page_setup.fitToHeight) == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"


def test_columns_are_wide_enough_for_chinese_text() -> None:
    sheet = read(PAPER)
    assert sheet.column_dimensions["A"].width >= 2 * len("需求文档撰写与评审")
    long = Table(COLUMNS[:1], (("很" * 200,),))
    sheet = read(replace(PAPER, sections=(Section("s", (long,)),)))
    at = row_of(sheet, "很" * 200)
    assert sheet.row_dimensions[at].height > 5 * 15


def test_title_and_lead_go_across() -> None:
    sheet = read(PAPER)
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert "A1:E1" in merged
    assert f"A{row_of(sheet, PAPER.lead)}:E{row_of(sheet, PAPER.lead)}" in merged


def test_meters_become_a_table_and_signatures_leave_room() -> None:
    meters = Meters((Meter("客服部", Fraction(7, 10), Fraction(1), "落后 30.00"),), ("部门", "实际", "计划", "差"))
    sheet = read(replace(PAPER, sections=(Section("部门进度", (meters, Signatures((Place("编制", "王芳"),)))),)))
    assert [cell.value for cell in sheet[row_of(sheet, "客服部")]][:4] == ["客服部", 0.7, 1, "落后 30.00"]
    assert sheet.cell(row_of(sheet, "编制 王芳"), 2).value.startswith("签字：")


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert to_xlsx(PAPER) == to_xlsx(PAPER)


def test_a_paper_without_sections_is_a_workbook_too() -> None:
    assert read(Paper("空")).cell(1, 1).value == "空"


@pytest.mark.parametrize(
    ("title", "name"),
    [("a/b:c*[d]?", "a b c d"), ("'q'", "q"), ("", "1"), ("//", "1"), ("同" * 40, "同" * 31), ("🚢" * 20, "🚢" * 15)],
)
def test_sheet_names_are_ones_that_spreadsheets_take(title: str, name: str) -> None:
    assert sheet_name(title) == name
    assert to_xlsx(replace(PAPER, title=title))


def test_text_that_no_cell_holds_goes_on_in_further_rows_and_is_cleaned() -> None:
    long = "x\x00\ud83d" + "客户yyy" * 9000
    pairs = Fields((Fact("背景", long), Fact("范围", "全国")))
    sheet = read(replace(PAPER, lead=long, sections=(Section("s", (Table(COLUMNS[:1], ((long,),)), pairs)),)))
    told = "".join(str(cell.value or "") for row in sheet.iter_rows() for cell in row)
    assert told.count("x\ufffd\ufffd" + "客户yyy" * 9000) == 3
    assert max(row.height for row in sheet.row_dimensions.values() if row.height) <= 409


def test_a_form_is_merged_out_of_small_cells_and_leaves_room_to_sign() -> None:
    sheet = read(WHOLE)
    at = row_of(sheet, "市场部")
    assert [cell.value for cell in sheet[at] if cell.value] == ["市场部", "李四", "同意", "李四（电子签）", "2026年3月2日"]
    assert [cell.value for cell in sheet[at + 1] if cell.value] == ["研发部", "王五"]
    assert sheet.row_dimensions[at + 1].height >= 30
    fields = row_of(sheet, "项目名称")
    assert [cell.value for cell in sheet[fields] if cell.value] == ["项目名称", "新品上市", "项目编号", "XMB-2026-01"]
    percent = next(
        cell for cell in sheet[row_of(sheet, "固件联调")] if cell.number_format == "0.00%" and cell.value is not None
    )
    assert percent.value == 0.25


def test_head_and_foot_of_every_printed_page() -> None:
    paper = replace(WHOLE, letterhead=replace(WHOLE.letterhead, organisation="3M & 同舟"), pages="第 {page} 页")
    sheet = read(paper)
    assert sheet.oddHeader.left.text == "3M && 同舟"
    assert "内部资料" in sheet.oddHeader.right.text
    assert sheet.oddFooter.center.text == "第 &P 页"
    assert "K7QF-2M9X" in sheet.oddFooter.left.text and "TZ-2026-0001" in sheet.oddFooter.right.text
    assert sheet.print_area == f"'项目章程'!$A$1:$AF${sheet.max_row}"


def test_logo_and_code_are_pictures() -> None:
    paper = replace(WHOLE, letterhead=replace(WHOLE.letterhead, logo=png(60, 20)))
    with ZipFile(BytesIO(to_xlsx(paper))) as archive:
        pictures = [archive.read(name) for name in archive.namelist() if name.startswith("xl/media/")]
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    assert [picture[:4] for picture in pictures] == [b"\x89PNG"] * 2
    assert paper.letterhead.logo in pictures
    # Each has a size of its own: one that reached to a second cell would be stretched where rows are measured otherwise.
    assert drawing.count("<xdr:oneCellAnchor>") == 2 and "twoCellAnchor" not in drawing
    sizes = [(int(across), int(down)) for across, down in re.findall(r'<xdr:ext cx="(\d+)" cy="(\d+)"', drawing)]
    assert [round(across / down, 1) for across, down in sizes] == [3.0, 1.0]


def test_a_wide_list_lies_and_stays_readable_one_page_wide() -> None:
    columns = tuple(Column(f"列{place}") for place in range(15))
    sheet = read(Paper("清单", sections=(Section("表", (Table(columns, (("很长的内容" * 9,) * 15,) * 3),)),)))
    assert sheet.page_setup.orientation == "landscape"
    assert sum(sheet.column_dimensions[letter].width for letter in "ABCDEFGHIJKLMNO") < 210
