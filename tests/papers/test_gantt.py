"""The Gantt chart as a drawing, and drawings as files."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tongzhou.papers.drawing import Box, Page, Shape, Stroke, Words, to_pdf, to_png
from tongzhou.papers.gantt import (
    A3,
    MARGIN,
    MOST_ROWS_IN_A_PICTURE,
    ROWS_A_PAGE,
    Bar,
    Chart,
    gantt_pages,
    gantt_picture,
)
from tongzhou.papers.typeset import NotDrawn

TYPEFACES = Path(__file__).parents[2] / "src" / "tongzhou" / "static" / "dist" / "typefaces"
MARCH = date(2024, 3, 4)


def bar(name: str, first: int, last: int, **more: object) -> Bar:
    days = (MARCH + timedelta(days=first), MARCH + timedelta(days=last))
    return replace(Bar("1.1", name, 1, "task", "todo", "郑十", *days), **more)  # type: ignore[arg-type]


def chart(*bars: Bar, links: tuple[tuple[int, int, bool], ...] = ()) -> Chart:
    off = frozenset(MARCH + timedelta(days=day) for day in range(60) if day % 7 in (5, 6))
    holidays = ((date(2024, 4, 4), date(2024, 4, 6), "清明"),)
    return Chart(
        "上市项目 甘特图",
        "XMB-2024",
        bars,
        links,
        off,
        holidays,
        MARCH + timedelta(days=9),
        ("任务", "负责人", "起止", "第 {page} 页，共 {pages} 页"),
    )


def words(page: Page) -> list[str]:
    return [mark.text for mark in page.marks if isinstance(mark, Words)]


def boxes(page: Page, fill: str) -> list[Box]:
    return [mark for mark in page.marks if isinstance(mark, Box) and mark.fill == fill]


def test_rows_stand_on_pages_with_heads_on_each() -> None:
    pages = gantt_pages(chart(*(bar(f"任务{number}", 0, 4) for number in range(ROWS_A_PAGE + 1))))
    assert len(pages) == 2
    for number, page in enumerate(pages, 1):
        assert {"任务", "负责人", "起止", f"第 {number} 页，共 2 页", "上市项目 甘特图"} <= set(words(page))
    assert f"1.1　任务{ROWS_A_PAGE}" in words(pages[1])


def test_bars_lie_where_their_days_are_and_fill_as_far_as_is_done() -> None:
    page = gantt_pages(chart(bar("甲", 0, 9, done=0.5, look="doing"), bar("乙", 10, 19, look="done", done=1.0)))[0]
    first, second = boxes(page, "#a9c6f3")[0], boxes(page, "#8ecbab")[0]
    day = first.width / 10
    assert second.x == pytest.approx(first.x + first.width)
    assert second.width == pytest.approx(10 * day)
    assert boxes(page, "#1d5fc4")[0].width == pytest.approx(first.width / 2)
    assert first.x + first.width <= A3[0] - MARGIN


def test_critical_baseline_milestone_holiday_and_today_are_shown() -> None:
    late = bar("丙", 20, 24, critical=True, baseline=(MARCH + timedelta(days=18), MARCH + timedelta(days=22)))
    moved = bar("上市", 40, 40, kind="milestone", baseline=(MARCH + timedelta(days=38),) * 2)
    page = gantt_pages(chart(bar("甲", 0, 4, look="done"), late, moved))[0]
    assert [mark.stroke for mark in boxes(page, "#c3cad3")] == ["#1b2530"]
    assert len(boxes(page, "#aab3bd")) == 1
    diamonds = [mark for mark in page.marks if isinstance(mark, Shape) and len(mark.points) == 4]
    assert [(mark.fill, mark.stroke) for mark in diamonds] == [("", "#aab3bd"), ("#5b6776", "")]
    assert "清明" in words(page) and boxes(page, "#e3edef")
    assert [mark.stroke for mark in page.marks if isinstance(mark, Stroke)].count("#c1332b") == 1


def test_links_are_drawn_within_a_page() -> None:
    two = chart(bar("甲", 0, 4), bar("乙", 5, 9), links=((0, 1, True),))
    drawn = [mark for mark in gantt_pages(two)[0].marks if isinstance(mark, Shape) and len(mark.points) == 3]
    assert len(drawn) == 1
    far = chart(*(bar(str(number), 0, 4) for number in range(ROWS_A_PAGE + 1)), links=((0, ROWS_A_PAGE, False),))
    assert not [mark for page in gantt_pages(far) for mark in page.marks if isinstance(mark, Shape)]


def test_long_names_are_cut_and_nothing_leaves_the_page() -> None:
    page = gantt_pages(chart(bar("很长的任务名称" * 40, 0, 300, owner="名字很长的负责人" * 5)))[0]
    assert any(text.endswith("…") for text in words(page))
    for mark in page.marks:
        if isinstance(mark, Box):
            assert mark.x + mark.width <= A3[0] - MARGIN + 0.01


def test_an_empty_plan_and_a_plan_of_one_day() -> None:
    assert len(gantt_pages(chart())) == 1
    assert len(gantt_pages(chart(bar("甲", 0, 0)))) == 1


def test_a_picture_has_all_rows_and_a_limit() -> None:
    few = gantt_picture(chart(*(bar(str(number), 0, 4) for number in range(60))))
    assert few.height > 60 * 17 and "1.1　59" in words(few)
    with pytest.raises(ValueError, match="600 at most"):
        gantt_picture(chart(*(bar("x", 0, 4) for _ in range(MOST_ROWS_IN_A_PICTURE + 1))))


def test_files_are_what_they_say_and_the_text_is_in_the_typeface() -> None:
    marks = (Words(10, 10, "进度 #let x = 1 <b> \\ 第 1 页"), Stroke(((1, 1), (2, 2)), "#000000", dashed=True))
    page = Page(400, 200, (Box(0, 0, 5, 5, "#ffffff"), *marks))
    picture, document = to_png(page, TYPEFACES), to_pdf([page, page], TYPEFACES)
    assert picture.startswith(b"\x89PNG") and document.startswith(b"%PDF")
    content = document + b"".join(inflated(document))
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") + content.count(b"/Type/Page/") >= 2
    assert b"NotoSansSC" in content


def inflated(document: bytes) -> list[bytes]:
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return found


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\u00a0", "\u200b", '"', "\\"])
def test_no_character_of_a_name_spoils_the_drawing(odd: str) -> None:
    page = Page(200, 50, (Words(5, 5, f"上市{odd}项目"),))
    assert to_png(page, TYPEFACES).startswith(b"\x89PNG")


def test_what_cannot_be_set_is_told(tmp_path: Path) -> None:
    broken = Page(float("nan"), 10, ())
    with pytest.raises(NotDrawn):
        to_pdf([broken], tmp_path)
