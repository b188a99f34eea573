"""Papers with every kind of block, and what is read back out of each format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

from docx import Document
from docx.table import Table as WordTable
from openpyxl import load_workbook
from pypdf import PdfReader

from tongzhou.papers import Bullets, Column, Entry, Fact, Fields, Figure, Figures, Letterhead, Linked, Meter
from tongzhou.papers.paper import Meters, Opinion, Opinions, Paper, Place, Section, Signatures, Stamp, State, Table, Text
from tongzhou.papers.wording import chinese_date, number_text, percent_text

COLUMNS = (
    Column("任务"),
    Column("到期", "date"),
    Column("完成", "percent"),
    Column("偏差", "number", decimals=1),
    Column("状态", "state"),
)
ROW = (Linked("固件联调", "/x"), date(2026, 3, 15), Fraction(1, 4), Decimal("12.5"), State("late", "延期"))
FIELDS = Fields((Fact("项目名称", "新品上市"), Fact("项目编号", "XMB-2026-01"), Fact("预算", "")), columns=2)
METERS = Meters((Meter("研发", Fraction(1, 2), Fraction(1), "落后"),), ("部门", "实际", "计划", "差距"))
OPINIONS = Opinions((Opinion("市场部", "李四", "同意", "李四（电子签）", "2026年3月2日"), Opinion("研发部", "王五")))
ADDRESS = "https://tongzhou.example/verify/K7QF2M9X/"
PAPER = Paper(
    title="项目章程",
    subtitle="新品上市",
    facts=(Fact("版本", "第 2 版"),),
    lead="目标已经各部门确认。",
    badge=State("done", "已定稿"),
    figures=Figures((Figure("部门", "12", "个"),)),
    sections=(
        Section("一、基本信息", (FIELDS,)),
        Section("二、背景", (Text("《协作备忘录》约定。\n第二段。"), Bullets((Entry("竞品三款", "去年"),)))),
        Section("三、任务", (Table(COLUMNS, (ROW,), caption="单位：百分点"), METERS)),
        Section("四、会签", (OPINIONS,)),
        Section("五、存档", (Signatures((Place("保管人", "郑十"),)),)),
    ),
    dated=date(2026, 3, 2),
    letterhead=Letterhead("同舟科技有限公司", header="内部资料"),
    stamp=Stamp("TZ-2026-0001", "K7QF-2M9X", ADDRESS, "扫码核对。"),
)
# Every label and value, in the order in which they stand.
SAID = (
    *("编号：TZ-2026-0001", "验证码：K7QF-2M9X", "扫码核对。", ADDRESS),
    *("项目章程", "新品上市", "版本", "第 2 版", "已定稿", "目标已经各部门确认。", "部门", "12 个"),
    *("一、基本信息", "项目名称", "新品上市", "项目编号", "XMB-2026-01", "预算"),
    *("二、背景", "《协作备忘录》约定。", "第二段。", "竞品三款", "去年"),
    *("三、任务", "单位：百分点", "任务", "到期", "完成", "偏差", "状态", "固件联调", "2026年3月15日", "25%", "12.5", "延期"),
    *("部门", "实际", "计划", "差距", "研发", "50%", "100%", "落后"),
    *("四、会签", "部门", "负责人", "意见", "签字", "日期"),
    *("市场部", "李四", "同意", "李四（电子签）", "2026年3月2日", "研发部", "王五"),
    *("五、存档", "保管人 郑十", "签字", "日期"),
)
HOSTILE = (
    "<b>粗</b>&amp; #set page() \\ $x$ *星* _下划_ `引` =1+1 @SUM(A1) +1 -1 \x00 \ud83d \u200f\u202e反 {page} ]]> \"'"
    " 😀👨‍👩‍👧 𠮷 \U0002a6d6 ﷺ \ue000 e\u0301"
)


def told_by_docx(content: bytes) -> str:
    found = []
    for part in Document(BytesIO(content)).iter_inner_content():
        if isinstance(part, WordTable):
            # A merged cell is told once for each column that it covers.
            found += [cell.text for row in part.rows for cell in dict.fromkeys(row.cells)]
        else:
            found.append(part.text)
    return "\n".join(found)


def told_by_xlsx(content: bytes) -> str:
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    cells = (cell for row in sheet.iter_rows() for cell in row if cell.value is not None)
    return "\n".join(_cell(cell.value, cell.number_format) for cell in cells)


def _cell(value: Any, form: str) -> str:
    if hasattr(value, "date"):
        return chinese_date(value.date())
    if form == "0.00%":
        return percent_text(Decimal(str(value)))
    return number_text(Decimal(str(value)), len(form) - 2) if form.startswith("0.") else str(value)


def told_by_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


TOLD: dict[str, Callable[[bytes], str]] = {"docx": told_by_docx, "xlsx": told_by_xlsx, "pdf": told_by_pdf}


def in_order(told: str, said: Iterable[str]) -> str:
    """Return the first of the words that does not stand behind those before it; spaces and line ends apart."""
    plain, at = "".join(told.split()), 0
    for word in said:
        found = plain.find("".join(word.split()), at)
        if found < 0:
            return word
        at = found + len("".join(word.split()))
    return ""


def paper_of(text: str) -> Paper:
    """Return a paper that says `text` in every place that takes words."""
    fact, column = Fact(text, text), Column(text)
    opinions = Opinions((Opinion(text, text, text, text, text),), (text,) * 5)
    blocks = (
        Text(text),
        Bullets((Entry(text, text, "check", text),), text),
        Bullets((), text),
        Table((column, Column(text, "percent")), ((text, text), (Linked(text, text), State("late", text))), text, text),
        Table((column,), (), text, text),
        Figures((Figure(text, text, text),)),
        Meters((Meter(text, Fraction(1, 2), None, text),), (text,) * 4, text),
        Signatures((Place(text, text),), text, text),
        Fields((fact, fact, fact), 2),
        opinions,
    )
    return Paper(
        title=text,
        subtitle=text,
        facts=(fact,),
        lead=text,
        badge=State("late", text),
        figures=Figures((Figure(text, text, text),)),
        sections=(Section(text, blocks), Section(text, (), half=True)),
        pages=text,
        letterhead=Letterhead(text, b"", text),
        stamp=Stamp(text, text, text, text, text, text),
    )


def with_rows(rows: int) -> Paper:
    """Return a list of tasks over several lying pages."""
    columns = tuple(Column(f"列{place}") for place in range(9))
    told = tuple((f"任务{row}", *("内容" * 3 for _ in range(8))) for row in range(rows))
    return replace(PAPER, sections=(Section("清单", (Table(columns, told),)),))
