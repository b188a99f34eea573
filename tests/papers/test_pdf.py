"""The printed page: every character has a glyph, heads repeat, short rows stay whole, A4 upright or lying."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import ByteStringObject, ContentStream, TextStringObject

from papers.samples import HOSTILE, PAPER, SAID, in_order, paper_of, with_rows
from tongzhou.lib.pdf import TYPEFACES
from tongzhou.papers import Column, Letterhead, Opinion, Opinions, Paper, Section, Stamp, Table, Text, typefaces
from tongzhou.papers.pdf import paper_to_pdf
from tongzhou.papers.typefaces import families_with, printable_with

RARE = "𠮷野家 㐂 䶮 ☑☐ ① ﷺ עברית العربية čšž Ωя ⅓ ≠ 😀👨‍👩‍👧🇨🇳👍🏽❤️ ㊣ 〇 ·— “引” \U0002a6d6 한 ก \ue000"


def missing_glyphs(content: bytes) -> int:
    """Return how many glyphs of the pages are .notdef: glyph 0 of a font whose codes are glyphs (Identity-H)."""
    reader, found = PdfReader(BytesIO(content)), 0
    for page in reader.pages:
        stream = ContentStream(page.get_contents(), reader)
        for operands, operator in stream.operations:
            if operator in (b"Tj", b"TJ"):
                shown = operands[0] if operator == b"TJ" else operands
                found += sum(_zeros(piece) for piece in shown if isinstance(piece, TextStringObject | ByteStringObject))
    return found


def _zeros(piece: TextStringObject | ByteStringObject) -> int:
    codes = piece.original_bytes
    return sum(codes[at : at + 2] == b"\x00\x00" for at in range(0, len(codes), 2))


@pytest.mark.parametrize("paper", [paper_of(RARE), paper_of(HOSTILE), PAPER], ids=["rare", "hostile", "plain"])
def test_no_character_is_an_empty_box(paper: Paper) -> None:
    assert missing_glyphs(paper_to_pdf(paper, TYPEFACES)) == 0


def test_the_test_sees_a_missing_glyph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typefaces, "_shown", lambda cluster, _families: cluster)
    typefaces._printable.cache_clear()
    try:
        assert missing_glyphs(paper_to_pdf(Paper("한\U0002a6d6"), TYPEFACES)) > 0
    finally:
        typefaces._printable.cache_clear()


def test_rare_characters_are_shown_and_those_that_no_typeface_has_are_named() -> None:
    printable = printable_with(TYPEFACES)
    for char in ("𠮷", "☑", "😀", "👨‍👩‍👧", "č", "ا", "ע"):
        assert printable(char) == char
    assert printable("\U0002a6d6") == "〔U+2A6D6〕"
    assert printable("a한b") == "a〔U+D55C〕b"
    assert printable("a\u200b\u2060b\u3164\u2028c\u2003d") == "ab\ncd".replace("cd", "c d")
    assert printable("\u0e01\u0301") == "〔U+0E01〕〔U+0301〕"


def test_without_typefaces_nothing_can_be_shown_but_as_numbers(tmp_path: Path) -> None:
    assert printable_with(tmp_path)("a") == "〔U+0061〕"


def test_text_can_be_searched_and_the_file_has_its_title() -> None:
    reader = PdfReader(BytesIO(paper_to_pdf(PAPER, TYPEFACES)))
    assert reader.metadata is not None and reader.metadata.title == "项目章程"
    assert reader.metadata.creation_date is None
    assert in_order("\n".join(page.extract_text() for page in reader.pages), SAID) == ""


def pages_of(paper: Paper) -> list[str]:
    pages = PdfReader(BytesIO(paper_to_pdf(paper, TYPEFACES))).pages
    return ["".join(page.extract_text().split()) for page in pages]


@pytest.mark.parametrize("lines", [0, 14, 20, 24, 28, 34])
def test_number_and_code_stand_first_and_signatures_stay_on_one_page(lines: int) -> None:
    rows = tuple(Opinion(f"第{place}部", f"负责人{place}") for place in range(6))
    signing = Section("会签", (Text("各部门负责人签字。"), Opinions(rows), Text("自签字之日起生效。")))
    paper = replace(PAPER, sections=(Section("背景", (Text("一行。\n" * lines),)), signing))
    pages = pages_of(paper)
    assert "编号：TZ-2026-0001验证码：K7QF-2M9X扫码核对。" in pages[0]
    (here,) = [page for page in pages if "第0部" in page]
    assert in_order(here, ("会签", "各部门", "部门", "第0部", "第5部", "负责人5", "自签字之日起生效")) == ""
    assert all(word in "".join(pages) for word in ("第3部", "负责人3"))


def test_more_signatures_than_a_page_holds_go_on_under_their_heads() -> None:
    rows = tuple(Opinion(f"第{place}部", f"负责人{place}") for place in range(60))
    pages = pages_of(replace(PAPER, sections=(Section("会签", (Opinions(rows),)),)))
    signed = [page for page in pages if re.search(r"第\d+部", page)]
    assert len(signed) > 2
    assert all("部门负责人意见签字日期" in page for page in signed)


def test_every_page_of_a_wide_table_lies_and_has_its_heads_and_its_number() -> None:
    pages = PdfReader(BytesIO(paper_to_pdf(with_rows(120), TYPEFACES))).pages
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        told = "".join(page.extract_text().split())
        assert page.mediabox.width > page.mediabox.height
        assert f"第{number}页，共{len(pages)}页" in told
        assert "同舟科技有限公司" in told and "内部资料" in told
        assert "验证码：K7QF-2M9X" in told and "编号：TZ-2026-0001" in told
        if "任务" in told:
            assert "列0列1列2" in told


def test_an_upright_page_is_a4() -> None:
    (page,) = PdfReader(BytesIO(paper_to_pdf(Paper("章程"), TYPEFACES))).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_a_short_row_is_never_cut_by_the_end_of_a_page() -> None:
    rows = tuple((f"第{place}行始\n" + "中\n" * 6 + f"第{place}行终",) for place in range(60))
    paper = replace(PAPER, sections=(Section("表", (Table((Column("内容"),), rows),)),))
    for page in PdfReader(BytesIO(paper_to_pdf(paper, TYPEFACES))).pages:
        told = page.extract_text()
        assert told.count("行始") == told.count("行终")


def test_a_heading_stands_with_what_it_heads() -> None:
    fill = Section("前", (Text("\n".join(["一行"] * 33)),))
    sections = tuple(replace(fill, blocks=(Text("\n".join(["一行"] * lines)),)) for lines in range(30, 40))
    for section in sections:
        paper = Paper("章程", sections=(section, Section("标题甲", (Text("紧跟着的正文"),))))
        for page in PdfReader(BytesIO(paper_to_pdf(paper, TYPEFACES))).pages:
            told = page.extract_text()
            assert ("标题甲" in told) == ("紧跟着的正文" in told)


def test_accented_letters_are_one_glyph_each() -> None:
    """The Chinese typeface has c and ˇ, but no č: it would set them side by side."""
    for name in ("Noto Sans SC", "Noto Sans JP"):
        covers = next(family["covers"] for family in families_with(TYPEFACES) if family["name"] == name)
        assert re.fullmatch(covers, "č") is None and re.fullmatch(covers, "é") and re.fullmatch(covers, "汉")
    assert printable_with(TYPEFACES)("c\u030c") == "č"
    fonts = PdfReader(BytesIO(paper_to_pdf(Paper("", lead="č"), TYPEFACES))).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    names = {str(font.get_object()["/BaseFont"]) for font in fonts.values()}
    assert any("DejaVuSans" in name for name in names)


def test_head_and_foot_keep_to_their_line_however_long_a_name_is() -> None:
    letterhead = Letterhead("很长的公司名称" * 9, header="内部资料" * 20)
    paper = replace(PAPER, letterhead=letterhead, stamp=replace(PAPER.stamp, number="N" * 300))
    (page, *_) = PdfReader(BytesIO(paper_to_pdf(paper, TYPEFACES))).pages
    told = "".join(page.extract_text().split())
    assert "很长的公司名称很长的公司名称很长的公司名称很长的公司名称很…" in told
    assert "N" * 300 in told and "内部资料内部资料内部资料内部资…" in told


def test_what_fits_is_not_cut() -> None:
    """A number is read back, and copied, as it is; what is wider than its room is cut where the room ends."""
    number, mail = "ZC-XMB-2024-001", "zhang.san@tongzhou.example"
    table = Table((Column("编号"), Column("邮箱"), Column("说明")), ((number, mail, "样机定型"),))
    content = paper_to_pdf(Paper("章程", sections=(Section("一", (table,)),), stamp=Stamp(number=number)), TYPEFACES)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    assert text.count(number) == 3
    assert mail in text


def test_a_few_words_over_a_table_go_to_the_next_page_with_it() -> None:
    table = Table((Column("任务"),), (("设计",), ("测试",)))
    for before in range(20, 50):
        paper = Paper("书", sections=(Section("", (Text("\n".join(["一行"] * before)),)), Section("", (Text("研发部"), table))))
        pages = [page.extract_text() for page in PdfReader(BytesIO(paper_to_pdf(paper, TYPEFACES))).pages]
        assert ["研发部" in page for page in pages] == ["设计" in page for page in pages], before
