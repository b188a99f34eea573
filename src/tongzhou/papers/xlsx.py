"""Paper → xlsx: one A4 sheet that prints as it stands. Text is always text: no formulas, no addresses."""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from tongzhou.papers.paper import (
    Block,
    Bullets,
    Column,
    Figures,
    Linked,
    Meters,
    Paper,
    Section,
    Signatures,
    State,
    Table,
    Text,
    Value,
)
from tongzhou.papers.wording import clean, line_count, number_text, percent_units, rounded, text_width

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
A4 = 9
NARROWEST, WIDEST = 9.0, 42.0
PORTRAIT_WIDTH = 96.0  # half-width characters that stay readable on an upright page
LINE_HEIGHT = 16.5
LONGEST_TEXT = 32767
FIRST_DAY = date(1900, 3, 1)  # earlier days mean different things to different spreadsheet programs
INKS = {
    "todo": "#5B6776",
    "doing": "#1D5FC4",
    "done": "#17764A",
    "blocked": "#C1332B",
    "late": "#A85A06",
    "cancelled": "#6B7683",
}


def to_xlsx(paper: Paper) -> bytes:
    """Return the paper as a workbook of one sheet. The same paper gives the same bytes."""
    buffer = BytesIO()
    workbook = xlsxwriter.Workbook(buffer, OPTIONS)
    created = datetime.combine(paper.dated, datetime.min.time()) if paper.dated else datetime(2000, 1, 1)
    workbook.set_properties({"title": clean(paper.title), "created": created})
    _Writer(workbook, paper).write()
    workbook.close()
    return buffer.getvalue()


def sheet_name(title: str) -> str:
    """Return `title` as the name of a sheet: at most 31 UTF-16 units, none of the characters that names may not have."""
    name = re.sub(r"[\[\]:*?/\\\s]+", " ", clean(title)).strip(" '")
    while len(name.encode("utf-16-le")) > 62:
        name = name[:-1]
    return name.strip(" '") or "1"


class _Writer:
    """Writes block after block, from the top."""

    def __init__(self, workbook: Any, paper: Paper) -> None:
        self.workbook, self.paper, self.row = workbook, paper, 0
        self.sheet = workbook.add_worksheet(sheet_name(paper.title))
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.tables = [_as_table(block) for section in paper.sections for block in section.blocks]
        self.widths = _widths([table for table in self.tables if table is not None and table.rows], paper)

    def write(self) -> None:
        self._page()
        self._head()
        for section in self.paper.sections:
            self._section(section)

    def _page(self) -> None:
        sheet = self.sheet
        for place, width in enumerate(self.widths):
            sheet.set_column(place, place, width)
        sheet.set_paper(A4)
        if sum(self.widths) > PORTRAIT_WIDTH:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        words = (clean(part).replace("&", "&&") for part in re.split(r"\{page\}|\{pages\}", self.paper.pages))
        sheet.set_footer("&C" + "".join(part for pair in zip(words, ("&P", "&N", ""), strict=False) for part in pair))

    def _head(self) -> None:
        paper = self.paper
        self._across(paper.title, bold=True, font_size=16, align="center")
        if paper.subtitle:
            self._across(paper.subtitle, align="center", font_color="#465261")
        for fact in paper.facts:
            self._pair(fact.label, fact.value)
        if paper.badge is not None:
            self._across(paper.badge.word, bold=True, font_color=_ink(paper.badge))
        if paper.lead:
            self._across(paper.lead, bold=True, font_size=12)
        if paper.figures is not None:
            self._block(paper.figures)

    def _section(self, section: Section) -> None:
        self.row += 1
        self._across(section.heading, bold=True, font_size=12)
        for block in section.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        table = _as_table(block)
        if table is not None:
            self._table(table)
        elif isinstance(block, Text):
            self._across(block.text)
        elif isinstance(block, Bullets):
            self._bullets(block)
        elif isinstance(block, Figures):
            for figure in block.figures:
                self._pair(figure.label, f"{figure.value} {figure.note}".strip())
        elif isinstance(block, Signatures):
            self._signatures(block)

    def _bullets(self, bullets: Bullets) -> None:
        for entry in bullets.entries:
            self._across(f"{entry.text}（{entry.note}）" if entry.note else entry.text, border=1)
        if not bullets.entries:
            self._empty(bullets.empty)

    def _empty(self, words: str) -> None:
        if words:
            self._across(words, font_color="#626E7C")

    def _table(self, table: Table) -> None:
        if table.caption:
            self._across(table.caption, font_color="#626E7C", font_size=9)
        if not table.rows:
            self._empty(table.empty)
            return
        self._table_head(table)
        for values in table.rows:
            pairs = list(zip(table.columns, values, strict=True))
            self._height(max(line_count(_shown(column, value), self.widths[at]) for at, (column, value) in enumerate(pairs)))
            for place, (column, value) in enumerate(pairs):
                self._cell(place, column, value)
            self.row += 1

    def _table_head(self, table: Table) -> None:
        look = self._format(bold=True, border=1, bg_color="#E8EEF1", align="center")
        self._height(max(line_count(column.label, self.widths[place]) for place, column in enumerate(table.columns)))
        for place, column in enumerate(table.columns):
            self._string(place, column.label, look)
        if sum(other is not None for other in self.tables) == 1:
            self.sheet.freeze_panes(self.row + 1, 0)
            self.sheet.repeat_rows(self.row)
        else:
            self.sheet.repeat_rows(0)
        self.row += 1

    def _cell(self, place: int, column: Column, value: Value) -> None:
        if value is None or value == "":
            self.sheet.write_blank(self.row, place, None, self._format(border=1))
        elif isinstance(value, State):
            self._string(place, value.word, self._format(border=1, font_color=_ink(value)))
        elif isinstance(value, Linked | str):
            self._string(place, value if isinstance(value, str) else value.text, self._format(border=1))
        elif isinstance(value, date):
            self._date(place, value)
        elif column.kind == "percent":
            number = percent_units(value) / 10000
            self.sheet.write_number(self.row, place, number, self._format(border=1, num_format="0.00%", align="right"))
        else:
            shape = "0." + "0" * column.decimals if column.decimals else "0"
            number = rounded(value, column.decimals) / 10**column.decimals
            self.sheet.write_number(self.row, place, number, self._format(border=1, num_format=shape, align="right"))

    def _date(self, place: int, day: date) -> None:
        form = self._format(border=1, num_format="yyyy-mm-dd", align="center")
        if day < FIRST_DAY:
            self._string(place, day.isoformat(), form)
        else:
            self.sheet.write_datetime(self.row, place, datetime(day.year, day.month, day.day), form)

    def _signatures(self, block: Signatures) -> None:
        for place in block.places:
            self._pair(
                f"{place.role} {place.name}".strip(), f"{block.signature_label}：{' ' * 28}{block.date_label}：", lines=2
            )

    def _pair(self, label: str, value: str, lines: int = 1) -> None:
        self._height(max(lines, line_count(label, self.widths[0]), line_count(value, sum(self.widths[1:]))))
        self._string(0, label, self._format(border=1, bg_color="#F6F7F9"))
        self._merged(1, value, self._format(border=1))
        self.row += 1

    def _across(self, text: str, **look: Any) -> None:
        scale = look.get("font_size", 10.5) / 10.5
        self._height(line_count(text, sum(self.widths) / scale), scale)
        self._merged(0, text, self._format(**look))
        self.row += 1

    def _merged(self, first: int, text: str, form: Any) -> None:
        last = len(self.widths) - 1
        if first < last:
            self.sheet.merge_range(self.row, first, self.row, last, "", form)
        self._string(first, text, form)

    def _string(self, place: int, text: str, form: Any) -> None:
        self.sheet.write_string(self.row, place, clean(text)[:LONGEST_TEXT], form)

    def _height(self, lines: int, scale: float = 1.0) -> None:
        self.sheet.set_row(self.row, min(lines * LINE_HEIGHT * scale + 4, 409))

    def _format(self, **look: Any) -> Any:
        full = {
            "font_name": "Microsoft YaHei",
            "font_size": 10.5,
            "text_wrap": True,
            "valign": "vcenter",
            "border_color": "#CDD3DA",
        } | look
        key = tuple(sorted(full.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format(full)
        return self.formats[key]


def _as_table(block: Block) -> Table | None:
    """Return the table that a block is in a sheet, where it is one."""
    if isinstance(block, Table):
        return block
    if not isinstance(block, Meters):
        return None
    first, actual, planned, gap = block.labels
    columns = (Column(first), Column(actual, "percent"), Column(planned, "percent"), Column(gap))
    return Table(columns, tuple((row.label, row.actual, row.planned, row.note) for row in block.rows), empty=block.empty)


def _widths(tables: list[Table], paper: Paper) -> list[float]:
    """Return the width of each column of the sheet: the widest that any table asks for, within reason."""
    widths = [18.0] + [NARROWEST] * (max((len(table.columns) for table in tables), default=6) - 1)
    widths += [12.0] * (2 - len(widths))
    for table in tables:
        for place, column in enumerate(table.columns):
            asked = column.width or max(text_width(_shown(column, row[place])) + 2.0 for row in table.rows)
            widths[place] = max(widths[place], min(max(asked, text_width(column.label) + 2.0), WIDEST))
    missing = 60.0 - sum(widths)
    if missing > 0:
        widths[-1] += missing
    return widths


def _shown(column: Column, value: Value) -> str:
    if isinstance(value, State):
        return value.word
    if isinstance(value, Linked):
        return value.text
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, date):
        return value.isoformat()
    return "100.00%" if column.kind == "percent" else number_text(value, column.decimals)


def _ink(state: State) -> str:
    return INKS.get(state.tone, "#1B2530")
