"""The Word document of a paper, read back; and a paper that was frozen and thawed."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm
from lxml import etree

from papers.samples import PAPER as WHOLE
from papers.samples import paper_of
from papers.test_logo import png
from tongzhou.papers import (
    Bullets,
    Column,
    Entry,
    Fact,
    Fields,
    Figure,
    Figures,
    Linked,
    Meter,
    Meters,
    Opinion,
    Opinions,
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

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
FULL = replace(WHOLE, letterhead=replace(WHOLE.letterhead, logo=png(60, 20)))
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
BODY = (
    "第一行",
    "第二行 😀",
    "客服部",
    "70%",
    "100%",
    "落后 30",
    "单位：百分点",
    "固件联调",
    "33.33%",
    "2024年3月15日",
    "进行中",
)
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


def every_part(content: bytes) -> dict[str, etree._Element]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith((".xml", ".rels"))}


def test_every_run_names_its_chinese_typeface_and_quotation_marks_are_chinese() -> None:
    parts = every_part(to_docx(FULL))
    runs = [run for name in ("document", "header1", "footer1") for run in parts[f"word/{name}.xml"].iter(qn("w:r"))]
    told = [run for run in runs if run.find(qn("w:t")) is not None]
    fonts = [run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}") for run in told]
    assert len(told) > 60
    assert {font.get(qn("w:eastAsia")) for font in fonts if font is not None} == {"宋体", "黑体"}
    assert all(font is not None and font.get(qn("w:hint")) == "eastAsia" for font in fonts)
    heading = Document(BytesIO(to_docx(FULL))).styles["Heading 1"].element.rPr.rFonts
    assert heading.get(qn("w:eastAsia")) == "黑体"


def test_head_and_foot_of_every_page_say_whose_paper_it_is() -> None:
    section = Document(BytesIO(to_docx(FULL))).sections[0]
    assert section.header.paragraphs[0].text.split("\t") == [" 同舟科技有限公司", "内部资料"]
    code, _pages, number = section.footer.paragraphs[0].text.split("\t")
    assert (code, number) == ("验证码：K7QF-2M9X", "编号：TZ-2026-0001")


def test_logo_and_code_are_pictures_in_their_proportion() -> None:
    with ZipFile(BytesIO(to_docx(FULL))) as archive:
        assert archive.read("word/media/logo.png") == FULL.letterhead.logo
        assert archive.read("word/media/qr.png").startswith(b"\x89PNG")
    parts = every_part(to_docx(FULL))
    (logo,) = parts["word/header1.xml"].iter(f"{{{DRAWING}}}extent")
    assert int(logo.get("cx", "0")) / int(logo.get("cy", "1")) == pytest.approx(3, rel=0.02)
    (code,) = parts["word/document.xml"].iter(f"{{{DRAWING}}}extent")
    assert code.get("cx") == code.get("cy")


def test_rows_stay_whole_where_they_are_short_and_signatures_have_room() -> None:
    table = Document(BytesIO(to_docx(FULL))).tables[-2]
    assert [cell.text for cell in table.rows[0].cells] == ["部门", "负责人", "意见", "签字", "日期"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert all(row.height >= Cm(1.1) for row in list(table.rows)[1:])
    assert [cell.text for cell in table.rows[2].cells] == ["研发部", "王五", "", "", ""]
    long = Table((Column("内容"),), (("字" * 5000,), ("短",)))
    rows = Document(BytesIO(to_docx(Paper("长", sections=(Section("表", (long,)),))))).tables[0].rows
    assert [row._tr.trPr is not None and row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows] == [
        True,
        False,
        True,
    ]


def test_a_block_of_signatures_is_kept_together_where_a_page_holds_it() -> None:
    def kept(count: int) -> list[bool]:
        rows = tuple(Opinion(f"第{place}部", "某") for place in range(count))
        signing = Section("会签", (Text("签字。"), Opinions(rows), Text("生效。")))
        body = Document(BytesIO(to_docx(Paper("章程", sections=(signing,))))).element.body
        return [one.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None for one in body.iter(qn("w:p"))]

    # All but the title before, which its style keeps, and the last words of the section.
    assert all(kept(5)[1:-1]) and not kept(5)[-1]
    assert not any(kept(60)[1:])


def test_fields_stand_side_by_side_and_what_is_long_stands_alone() -> None:
    fields = Fields((Fact("甲", "1"), Fact("乙", "2"), Fact("丙", "长" * 90), Fact("丁", "")), columns=2)
    table = Document(BytesIO(to_docx(Paper("表", sections=(Section("表", (fields,)),))))).tables[0]
    told = [[cell.text for cell in dict.fromkeys(row.cells)] for row in table.rows]
    assert told == [["甲", "1", "乙", "2"], ["丙", "长" * 90], ["丁", ""]]
    assert {sum(cell.width or 0 for cell in dict.fromkeys(row.cells)) for row in table.rows} == {9638 * 635}


def test_the_same_paper_gives_the_same_document_and_no_clock_is_in_it() -> None:
    content = to_docx(FULL)
    assert content == to_docx(FULL)
    with ZipFile(BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert Document(BytesIO(content)).core_properties.created == datetime(2026, 3, 2, tzinfo=UTC)


def test_properties_stand_in_the_order_of_the_standard() -> None:
    """Word repairs or refuses a document whose elements are out of order (ECMA-376, part 1, 17.3.1.26, 17.3.2.28, 17.4.59)."""
    orders = {
        "pPr": (
            "pStyle",
            "keepNext",
            "keepLines",
            "numPr",
            "pBdr",
            "tabs",
            "autoSpaceDE",
            "autoSpaceDN",
            "spacing",
            "ind",
            "jc",
            "textAlignment",
            "outlineLvl",
        ),
        "rPr": ("rFonts", "b", "bCs", "color", "sz", "szCs", "lang"),
        "tblPr": ("tblW", "jc", "tblBorders", "tblLayout", "tblCellMar"),
        "tcPr": ("tcW", "gridSpan", "shd", "vAlign"),
        "sectPr": ("headerReference", "footerReference", "pgSz", "pgMar"),
    }
    for part in every_part(to_docx(paper_of("字"))).values():
        for name, order in orders.items():
            for element in part.iter(qn(f"w:{name}")):
                places = [order.index(etree.QName(child).localname) for child in element]
                assert places == sorted(places), (name, [child.tag for child in element])


def test_a_few_words_over_a_table_stay_with_it() -> None:
    def stays(words: str, *under: Table | Text) -> bool:
        body = Document(BytesIO(to_docx(Paper("书", sections=(Section("", (Text(words), *under)),)))))
        over = next(one for one in body.paragraphs if one.text == words)
        return over._p.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None

    table = Table((Column("甲"),), (("1",),))
    assert stays("研发部（牵头）：设计", table)
    assert not stays("长" * 300, table)
    assert not stays("研发部", Text("又及"))
    assert not stays("研发部")
