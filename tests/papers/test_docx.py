"""The Word document of a paper, read back; and a paper that was frozen and thawed."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn

from tongzhou.papers import (
    Bullets,
    Column,
    Entry,
    Fact,
    Figure,
    Figures,
    Linked,
    Meter,
    Meters,
    Paper,
    Place,
    Section,
    Signatures,
    State,
    Table,
    Text,
    from_data,
    to_data,
    to_docx,
    to_html,
    to_xlsx,
)

COLUMNS = (
    Column("任务"),
    Column("完成", "percent"),
    Column("到期", "date"),
    Column("状态", "state"),
    Column("偏差", "number", decimals=2),
)
METERS = Meters((Meter("客服部", Fraction(7, 10), Fraction(1), "落后 30"),), ("部门", "实际", "计划", "差距"))
ROWS = (
    (Linked("固件联调", "/x"), Fraction(1, 3), date(2024, 3, 15), State("doing", "进行中"), Decimal("12.5")),
    ("=1+1", None, None, None, None),
)
LISTS = (Bullets((Entry("缺样机", "李四", "talk"),)), Bullets((), "没有问题"), Table(COLUMNS, (), empty="没有偏差"))
PAPER = Paper(
    title="周进度报告 𠮷 & <b>",
    subtitle="第 2 周",
    facts=(Fact("编号", "XMB-2024-ZB02"), Fact("期间", "3月4日至3月10日")),
    lead="累计完成 14%。",
    badge=State("late", "偏差超过阈值"),
    figures=Figures((Figure("已完成", "3", "/ 计划 5"),)),
    sections=(
        Section("本周综述", (Text("第一行\n第二行 😀"),)),
        Section("分部门进度", (METERS,)),
        Section("偏差", (Table(COLUMNS, ROWS, caption="单位：百分点"),)),
        Section("问题", LISTS),
        Section("会签", (Signatures((Place("部门负责人", "李四"), Place("项目经理"))),)),
    ),
    dated=date(2024, 3, 10),
)
HEAD = ("周进度报告 𠮷 & <b>", "第 2 周", "编号", "XMB-2024-ZB02", "累计完成 14%。", "偏差超过阈值", "3 / 计划 5")
BODY = ("第一行", "第二行 😀", "客服部", "70%", "100%", "落后 30", "单位：百分点", "固件联调", "33.33%", "2024-03-15", "进行中")
REST = ("12.50", "=1+1", "—", "缺样机（李四）", "没有问题", "没有偏差", "部门负责人 李四", "签字：", "日期：")


def words_of(content: bytes) -> list[str]:
    document = Document(BytesIO(content))
    found = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        found += [cell.text for row in table.rows for cell in row.cells]
    return found


def test_every_word_of_the_paper_is_in_the_document() -> None:
    words = words_of(to_docx(PAPER))
    for expected in (*HEAD, *BODY, *REST):
        assert expected in words, expected


def test_chinese_has_its_typeface_and_table_heads_repeat() -> None:
    document = Document(BytesIO(to_docx(PAPER)))
    assert document.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"
    heads = [table.rows[0]._tr.trPr for table in document.tables if table.rows[0].cells[0].text in ("任务", "部门")]
    assert len(heads) == 2
    assert all(head is not None and head.find(qn("w:tblHeader")) is not None for head in heads)
    footer = document.sections[0].footer.paragraphs[0]._p.xml
    assert "PAGE" in footer and "NUMPAGES" in footer


def test_the_same_paper_gives_the_same_words_and_a_wide_one_lies_on_its_side() -> None:
    assert words_of(to_docx(PAPER)) == words_of(to_docx(PAPER))
    wide = Table(tuple(Column(str(place)) for place in range(9)), (tuple("x" * 9),))
    page = Document(BytesIO(to_docx(Paper("宽表", sections=(Section("表", (wide,)),))))).sections[0]
    assert page.page_width > page.page_height


def test_control_characters_do_not_break_the_document() -> None:
    assert "\ufffd" in "".join(words_of(to_docx(Paper("a\x00b\ud800", lead="\x1f"))))


def test_a_frozen_paper_comes_back_as_it_was() -> None:
    data = json.loads(json.dumps(to_data(PAPER), ensure_ascii=False))
    thawed = from_data(data)
    assert thawed == PAPER
    assert (to_html(thawed), to_xlsx(thawed)) == (to_html(PAPER), to_xlsx(PAPER))


def test_a_part_that_no_paper_has_is_refused() -> None:
    with pytest.raises(ValueError, match="Gizmo"):
        from_data({"is": "Gizmo"})
