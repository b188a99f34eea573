"""The html of a paper: escaped, semantic, without anything that a strict policy would stop."""

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser

import pytest

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
    to_html,
)

HOSTILE = "<script>alert('1')</script>\" onload=x & 𠮷🚢"
COLUMNS = (
    Column("任务"),
    Column("计划", "percent"),
    Column("偏差", "number", decimals=2),
    Column("完成", "date"),
    Column("状态", "state"),
)


def full_paper(text: str = "功能开发") -> Paper:
    row = (Linked(text, "/projects/X/plan/?item=1"), Fraction(1, 6), Fraction(50, 3), date(2024, 3, 15), State("late", text))
    return Paper(
        title=text,
        subtitle=text,
        facts=(Fact(text, text),),
        lead=text,
        badge=State("late", text),
        figures=Figures((Figure(text, text, text, "blocked"), Figure("b", "2"))),
        sections=(
            Section(text, (Table(COLUMNS, (row, ("x", None, None, None, None)), caption=text),)),
            Section("左", (Bullets((Entry(text, text, "check", "/a"),)),), half=True),
            Section("右", (Bullets((), empty=text),), half=True),
            Section(
                "部门", (Meters((Meter(text, Fraction(88, 100), Fraction(1), text),), (text, "实际", "计划", "差")), Text(text))
            ),
            Section("签字", (Signatures((Place(text, text),)),)),
        ),
    )


class Tags(HTMLParser):
    """Collects tags with attributes, and checks that every tag that opens closes in order."""

    VOID = frozenset({"path", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_hostile_text_stays_text_everywhere() -> None:
    shown = to_html(full_paper(HOSTILE))
    tags = Tags(shown)
    assert tags.open == []
    calm = Tags(to_html(full_paper()))
    assert [tag for tag, _ in tags.tags] == [tag for tag, _ in calm.tags]
    assert [set(attrs) for _, attrs in tags.tags] == [set(attrs) for _, attrs in calm.tags]
    assert "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&quot; onload=x &amp; 𠮷🚢" in shown


def test_nothing_that_a_strict_policy_stops() -> None:
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", to_html(full_paper()))


def test_headings_go_down_from_the_level_asked_for() -> None:
    assert re.findall(r"<(h\d)>", to_html(full_paper(), level=2)) == ["h2", "h3", "h3", "h3", "h3", "h3"]


def test_a_table_says_its_columns_and_rows() -> None:
    shown = to_html(full_paper())
    assert shown.count('scope="col"') == 5
    assert shown.count('scope="row"') == 2
    assert "<caption>功能开发</caption>" in shown


def test_values_are_shown_by_kind() -> None:
    shown = to_html(full_paper())
    assert ">16.67%</td>" in shown
    assert ">16.67</td>" in shown
    assert '<time datetime="2024-03-15">2024-03-15</time>' in shown
    assert '<span class="tz-paper-state tz-paper-tone-late">功能开发</span>' in shown
    assert shown.count('<span class="tz-paper-nothing">—</span>') == 4


def test_neighbouring_halves_stand_side_by_side() -> None:
    assert re.search(
        r'<div class="tz-paper-halves"><section.*?左.*?</section><section.*?右.*?</section></div>', to_html(full_paper())
    )


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", ""]
)
def test_links_lead_nowhere_else(address: str) -> None:
    paper = Paper("t", sections=(Section("s", (Bullets((Entry("e", href=address),)),)),))
    assert "<a " not in to_html(paper)


def test_a_meter_draws_actual_and_planned_within_its_track() -> None:
    over = Meters((Meter("a", Fraction(3, 2), Fraction(-1)), Meter("b", Fraction(0), None)), ("", "", "", ""))
    shown = to_html(replace(full_paper(), sections=(Section("s", (over,)),)))
    assert 'class="tz-paper-fill" x="0" y="3" width="100.00%"' in shown
    assert shown.count("tz-paper-tick") == 1


def test_an_empty_table_says_so() -> None:
    paper = Paper("t", sections=(Section("s", (Table((Column("a"),), (), empty="没有偏差"),)),))
    assert '<p class="tz-paper-empty">没有偏差</p>' in to_html(paper)
    assert "<table" not in to_html(paper)


def test_a_row_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells under 1 columns"):
        Table((Column("a"),), (("x", "y"),))
