"""One paper with every kind of block, in every format; each word of it is found again, in its order."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from papers.samples import HOSTILE, PAPER, SAID, TOLD, in_order, paper_of
from tongzhou.lib.pdf import TYPEFACES
from tongzhou.papers import (
    ENDINGS,
    Bullets,
    Column,
    Fact,
    Fields,
    Figures,
    Letterhead,
    Opinion,
    Opinions,
    Paper,
    Section,
    Signatures,
    Stamp,
    Table,
    Text,
    from_data,
    render,
    to_data,
    to_html,
    typeset,
)
from tongzhou.papers.typefaces import printable_with
from tongzhou.papers.typeset import NotDrawn
from tongzhou.papers.wording import printed

OFFICE = ("docx", "xlsx", "pdf")
LONG = "很长的文字，" * 6000  # more than 100 kB


@pytest.mark.parametrize("ending", OFFICE)
def test_every_label_and_value_is_told_in_its_order(ending: str) -> None:
    assert in_order(TOLD[ending](render(PAPER, ending, TYPEFACES)), SAID) == ""  # type: ignore[arg-type]


def test_every_label_and_value_is_told_by_html() -> None:
    told = re.sub(r"<[^>]*>", " ", render(PAPER, "html", TYPEFACES).decode().split("</style>")[1])
    head = ("同舟科技有限公司", "内部资料")
    # A screen draws meters as bars: their labels are told with each bar.
    screen = {"2026年3月15日": "2026-03-15"}
    said = [
        screen.get(word, word) for word in SAID if word not in ("差距", "已定稿", "100%", "50%", "实际", "计划", "单位：百分点")
    ]
    meters = said.index("研发") - 1
    assert in_order(told, (*head, *said[:meters], *said[meters + 1 :])) == ""


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_paper_gives_the_same_bytes(ending: str) -> None:
    thawed = from_data(to_data(PAPER))
    assert thawed == PAPER
    assert render(PAPER, ending, TYPEFACES) == render(thawed, ending, TYPEFACES)  # type: ignore[arg-type]


def test_another_ending_is_refused() -> None:
    with pytest.raises(ValueError, match="exe"):
        render(PAPER, "exe", TYPEFACES)  # type: ignore[arg-type]


def test_a_logo_comes_back_from_data() -> None:
    paper = Paper("a", letterhead=Letterhead("b", b"\x89PNG\x00", "c"), stamp=Stamp("d", "e"))
    assert from_data(to_data(paper)) == paper


@pytest.mark.parametrize("ending", OFFICE)
def test_what_looks_like_markup_or_a_formula_stays_text(ending: str) -> None:
    told = TOLD[ending](render(paper_of(HOSTILE), ending, TYPEFACES))  # type: ignore[arg-type]
    asked = printed(HOSTILE)
    if ending == "pdf":
        asked = printable_with(TYPEFACES)(asked).replace("\u200f", "").replace("ﷺ", "")
        told = told.replace("\u200f", "")
    plain = "".join(told.split())
    for piece in asked.split():
        assert plain.count(piece.replace("ﷺ", "")) >= 20, piece
    assert "\u202e" not in told


def test_html_of_what_looks_like_markup_holds_no_markup_of_it() -> None:
    told = render(paper_of(HOSTILE + "</style><script>1</script>"), "html", TYPEFACES).decode()
    assert "<script" not in told and "<b>粗" not in told
    assert told.count("</style>") == 1
    assert "&lt;b&gt;粗" in told


@pytest.mark.parametrize("ending", OFFICE)
def test_two_hundred_sign(ending: str) -> None:
    rows = tuple(Opinion(f"部门{place}", f"负责人{place}", "同意" if place % 2 else "") for place in range(200))
    paper = replace(PAPER, sections=(Section("会签", (Opinions(rows),)),))
    said = [word for row in rows for word in (row.department, row.name, row.opinion)]
    assert in_order(TOLD[ending](render(paper, ending, TYPEFACES)), said) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize("ending", OFFICE)
def test_a_hundred_kilobytes_in_one_field_are_all_told(ending: str) -> None:
    blocks = (
        Text(LONG),
        Fields((Fact("背景", LONG), Fact("范围", "全国")), 2),
        Table((Column("任务"), Column("说明")), (("甲", LONG),)),
        Opinions((Opinion("市场部", "李四", LONG), Opinion("研发部", "王五"))),
    )
    told = TOLD[ending](render(replace(PAPER, sections=(Section("长", blocks),)), ending, TYPEFACES))  # type: ignore[arg-type]
    assert [told.count(char) for char in "很的文"] == [4 * 6000] * 3
    assert in_order(told, ("研发部", "王五")) == ""


def test_a_word_without_end_stays_on_its_page() -> None:
    long = "abcdefgh" * 12_500
    paper = replace(PAPER, sections=(Section("长", (Text(long), Table((Column("甲"), Column("乙")), ((long, "乙"),)))),))
    told = "".join(TOLD["pdf"](render(paper, "pdf", TYPEFACES)).split())
    assert told.count("abcdefgh") > 20_000  # all but those that a page cuts


def test_setting_a_page_has_limits_of_time_and_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "LONGEST_SECONDS", 1)
    with pytest.raises(NotDrawn, match="timeout"):
        typeset.set_pages({"main.typ": b"#for a in range(100000) { for b in range(100000) { } }"}, tmp_path)


def test_setting_a_page_ends_where_its_memory_does(tmp_path: Path) -> None:
    hungry = b'#{ let text = "x" * 100000000; let all = (); for n in range(100) { all.push(text + str(n)) }; all.len() }'
    with pytest.raises(NotDrawn):
        typeset.set_pages({"main.typ": hungry}, tmp_path)


def test_the_child_needs_nothing_of_ours() -> None:
    child = typeset.CHILD.read_text(encoding="utf-8")
    assert "tongzhou" not in child


def test_labels_and_values_stand_in_html_with_their_room_to_sign() -> None:
    shown = str(to_html(PAPER))
    assert '<td role="cell" data-label="签字">李四（电子签）</td>' in shown
    assert '<td role="cell" data-label="签字"></td>' in shown
    assert '<div class="tz-paper-span-2"><dt>预算</dt><dd></dd></div>' in shown
    assert "tz-paper-qr" in shown


@pytest.mark.parametrize("ending", ENDINGS)
def test_blocks_that_hold_nothing_leave_a_paper_that_can_be_opened(ending: str) -> None:
    nothing = (Fields(()), Opinions(()), Signatures(()), Figures(()), Bullets(()), Table((Column("甲"),), ()), Text(""))
    paper = Paper("", sections=(Section("", nothing), Section("后", (Text("末尾"),))))
    content = render(paper, ending, TYPEFACES)  # type: ignore[arg-type]
    told = content.decode() if ending == "html" else TOLD[ending](content)
    assert "末尾" in told
    if ending == "docx":
        assert all(table.rows for table in Document(BytesIO(content)).tables)
