"""Paper → xlsx: one A4 sheet that prints as it stands. Text is always text: no formulas, no addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from tongzhou.papers.logo import png_size
from tongzhou.papers.paper import (
    Block,
    Bullets,
    Fields,
    Figures,
    Meters,
    Opinions,
    Paper,
    Section,
    Signatures,
    Stamp,
    Table,
    Text,
)
from tongzhou.papers.qr import qr_picture
from tongzhou.papers.values import (
    ENOUGH_ROWS,
    INKS,
    OPINION_WIDTHS,
    SHADE,
    as_table,
    column_widths,
    field_rows,
    fitted,
    frame_texts,
    lies_down,
    opinion_texts,
    shown_value,
    stamp_names,
)
from tongzhou.papers.wording import printed, text_width
from tongzhou.papers.xlsx_cells import Cells, TableRows, Zone, keep_pictures

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
A4 = 9
NARROWEST, WIDEST, FIRST = 9.0, 42.0, 18.0
UPRIGHT_WIDTH = 96.0  # half-width characters that stay readable on an upright page
WIDEST_SHEET = 190.0
MANY = 8  # columns of a list that has no room for a wide first one
MOST_FORM_COLUMNS, MOST_FORM_ROWS = 12, 250
FORM_STEP, FORM_STEPS, FORM_STEPS_ON_SIDE = 3.0, 32, 48
LABEL_SHARE = 0.3  # of a pair of label and value
SIGNING_HEIGHT = 34.0  # points: room for a hand
QR_HEIGHT, LOGO_HEIGHT = 66.0, 26.0  # points
QR_WIDTH = 14.0
CHARACTER = 7  # pixels of a half-width character of a column
LONGEST_FRAME = 255  # characters of the head or foot of a page, with their codes
COUNTED = {"{page}": "&P", "{pages}": "&N"}
INK, QUIET = "#1B2530", "#5B6776"


def to_xlsx(paper: Paper) -> bytes:
    """Return the paper as a workbook of one sheet. The same paper gives the same bytes."""
    buffer = BytesIO()
    workbook = xlsxwriter.Workbook(buffer, OPTIONS)
    created = datetime.combine(paper.dated, datetime.min.time()) if paper.dated else datetime(2000, 1, 1)
    workbook.set_properties({"title": printed(paper.title), "created": created})
    _Writer(workbook, paper).write()
    workbook.close()
    return buffer.getvalue()


def sheet_name(title: str) -> str:
    """Return `title` as the name of a sheet: at most 31 UTF-16 units, none of the characters that names may not have."""
    name = re.sub(r"[\[\]:*?/\\\s]+", " ", printed(title)).strip(" '")
    while len(name.encode("utf-16-le")) > 62:
        name = name[:-1]
    return name.strip(" '") or "1"


class _Writer:
    """Writes block after block, from the top."""

    def __init__(self, workbook: Any, paper: Paper) -> None:
        self.paper = paper
        self.tables = list(_tables(paper))
        self.form = _is_form(paper, self.tables)
        self.cells = Cells(workbook, sheet_name(paper.title), _widths(paper, self.tables, self.form))
        self.sheet, self.title = self.cells.sheet, 0
        keep_pictures(self.sheet)

    def write(self) -> None:
        self._page()
        self._frame()
        self._head()
        for section in self.paper.sections:
            self._section(section)
        self.sheet.print_area(0, 0, max(self.cells.row - 1, 0), len(self.cells.widths) - 1)

    def _page(self) -> None:
        sheet, headed = self.sheet, self.paper.letterhead.header or self.paper.letterhead.organisation
        sheet.set_paper(A4)
        if sum(self.cells.widths) > UPRIGHT_WIDTH or lies_down(self.paper):
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.95 if headed else 0.6, bottom=0.7)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)

    def _frame(self) -> None:
        """What stands at the head and the foot of every page."""
        organisation, header, code, pages, number = frame_texts(self.paper)
        self.sheet.set_header(_sides(_framed(organisation, bold=True), "", _framed(header)))
        parts = re.split(r"(\{page\}|\{pages\})", pages)
        counted = "".join(COUNTED.get(part) or part.replace("&", "&&") for part in parts)
        around = _sides(_framed(code), counted, _framed(number))
        self.sheet.set_footer(around if len(around) <= LONGEST_FRAME else _sides("", counted, ""))

    def _head(self) -> None:
        paper, across = self.paper, self.cells.across
        if paper.letterhead.logo:
            self._picture("logo.png", paper.letterhead.logo, LOGO_HEIGHT, paper.letterhead.organisation)
            self.cells.line([(self.cells.whole, "", self.cells.look())], lowest=LOGO_HEIGHT + 4)
        self._stamp(paper.stamp)
        self.title = self.cells.row
        across(paper.title, bold=True, font_size=16, align="center")
        if paper.subtitle:
            across(paper.subtitle, align="center", font_color="#465261")
        for fact in paper.facts:
            self._pair(fact.label, fact.value)
        if paper.badge is not None:
            across(paper.badge.word, bold=True, font_color=f"#{INKS.get(paper.badge.tone, '1B2530')}")
        if paper.lead:
            across(paper.lead, bold=True, font_size=12)
        if paper.figures is not None:
            self._block(paper.figures)

    def _section(self, section: Section) -> None:
        self.cells.row += 1
        if section.heading:
            self.cells.across(section.heading, bold=True, font_size=12)
        for block in section.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        writers: dict[type, Callable[..., None]] = {
            Text: lambda text: self.cells.across(text.text, valign="top"),
            Bullets: self._bullets,
            Table: self._table,
            Fields: self._fields,
            Figures: self._figures,
            Meters: lambda meters: self._table(as_table(meters)),
            Opinions: self._opinions,
            Signatures: self._signatures,
        }
        writers[type(block)](block)

    def _bullets(self, bullets: Bullets) -> None:
        for entry in bullets.entries:
            self.cells.across(f"{entry.text}（{entry.note}）" if entry.note else entry.text, border=1)
        if not bullets.entries:
            self._empty(bullets.empty)

    def _empty(self, words: str) -> None:
        if words:
            self.cells.across(words, font_color="#626E7C")

    def _figures(self, strip: Figures) -> None:
        for figure in strip.figures:
            self._pair(figure.label, f"{figure.value} {figure.note}".strip())

    def _table(self, table: Table) -> None:
        if table.caption:
            self.cells.across(table.caption, font_color="#626E7C", font_size=9)
        if not table.rows:
            self._empty(table.empty)
            return
        zones = [(place, place) for place in range(len(table.columns))]
        if self.form:
            zones = self.cells.zones(column_widths(table))
        head = self._heads([(zone, column.label) for zone, column in zip(zones, table.columns, strict=True)])
        self._repeat(head, freeze=True)
        rows = TableRows(self.cells, table.columns, zones)
        for values in table.rows:
            rows.write(values)

    def _heads(self, labels: list[tuple[Zone, str]]) -> int:
        """Write the heads of a table and return their row."""
        look = self.cells.look(bold=True, border=1, bg_color=f"#{SHADE}", align="center")
        head = self.cells.row
        self.cells.line([(zone, label, look) for zone, label in labels])
        return head

    def _repeat(self, head: int, *, freeze: bool) -> None:
        """Show the heads of the only table on every page; of several, none stands for all."""
        if len(self.tables) > 1:
            self.sheet.repeat_rows(self.title)
            return
        self.sheet.repeat_rows(head, self.cells.row - 1)
        if freeze:
            self.sheet.freeze_panes(self.cells.row, 0)

    def _fields(self, fields: Fields) -> None:
        zones = self.cells.zones([LABEL_SHARE, 1 - LABEL_SHARE] * fields.columns)
        label, value = self.cells.look(bold=True, border=1, bg_color=f"#{SHADE}"), self.cells.look(border=1)
        for facts in field_rows(fields, self.cells.room(zones[1])):
            line: list[tuple[Zone, str, Any]] = []
            for place, fact in enumerate(facts):
                last = zones[-1][1] if place == len(facts) - 1 else zones[2 * place + 1][1]
                line += [(zones[2 * place], fact.label, label), ((zones[2 * place + 1][0], last), fact.value, value)]
            self.cells.line(line)

    def _opinions(self, block: Opinions) -> None:
        zones = self.cells.zones(OPINION_WIDTHS)
        self._repeat(self._heads(list(zip(zones, block.labels, strict=True))), freeze=False)
        middle, left = self.cells.look(border=1, align="center"), self.cells.look(border=1)
        for opinion in block.rows:
            texts = zip(zones, opinion_texts(opinion), (middle, middle, left, middle, middle), strict=True)
            self.cells.line(list(texts), lowest=SIGNING_HEIGHT)

    def _signatures(self, block: Signatures) -> None:
        for place in block.places:
            said = f"{block.signature_label}：{' ' * 28}{block.date_label}："
            self._pair(f"{place.role} {place.name}".strip(), said, lowest=SIGNING_HEIGHT)

    def _pair(self, label: str, value: str, lowest: float = 0.0) -> None:
        first, rest = self.cells.zones([FIRST, max(sum(self.cells.widths) - FIRST, FIRST)])
        looks = self.cells.look(border=1, bg_color=f"#{SHADE}"), self.cells.look(border=1)
        self.cells.line([(first, label, looks[0]), (rest, value, looks[1])], lowest=lowest)

    def _stamp(self, stamp: Stamp) -> None:
        """By what the paper is known: number and code at the left, their picture at the right of the same rows."""
        names, hints = [name for name in stamp_names(stamp) if name], [text for text in (stamp.words, stamp.address) if text]
        count, qr = len(names) + len(hints), qr_picture(printed(stamp.address), "png")
        if not count:
            return
        rest, side = self.cells.zones([max(sum(self.cells.widths) - QR_WIDTH, QR_WIDTH), QR_WIDTH])
        if qr:
            self._picture("qr.png", qr, QR_HEIGHT, " ".join(names), side)
        for text in names + hints:
            size, ink = (10, INK) if text in names else (9, QUIET)
            look = self.cells.look(font_size=size, font_color=ink)
            self.cells.line([(rest, text, look), (side, "", look)], lowest=QR_HEIGHT / count + 1, scale=size / 10.5, least=0)

    def _picture(self, name: str, content: bytes, height: float, words: str, right_of: Zone | None = None) -> None:
        """Lay a png of a certain height in points at the left of the next row, or at the right edge of a zone of it."""
        across, down = png_size(content)
        size = height / 72 * 96 / down
        offset = 4.0
        if right_of is not None:
            room = sum(int(width * CHARACTER + 5) for width in self.cells.widths[right_of[0] : right_of[1] + 1])
            offset = max(room - across * size - 4, 0)
        about = {"image_data": BytesIO(content), "x_scale": size, "y_scale": size, "x_offset": offset, "y_offset": 1}
        column = right_of[0] if right_of else 0
        self.sheet.insert_image(self.cells.row, column, name, about | {"description": printed(words)})


def _tables(paper: Paper) -> Iterator[Table | Opinions]:
    """Yield what has heads."""
    for section in paper.sections:
        for block in section.blocks:
            if isinstance(block, Meters):
                yield as_table(block)
            elif isinstance(block, Table | Opinions):
                yield block


def _is_form(paper: Paper, tables: list[Table | Opinions]) -> bool:
    """Tell whether the paper is a form to be signed rather than a list to work with: its cells are merged out of small ones."""
    blocks = [block for section in paper.sections for block in section.blocks]
    rows = sum(len(table.rows) for table in tables)
    narrow = all(len(table.columns) <= MOST_FORM_COLUMNS for table in tables if isinstance(table, Table))
    return narrow and rows <= MOST_FORM_ROWS and any(isinstance(block, Fields | Opinions) for block in blocks)


def _widths(paper: Paper, tables: list[Table | Opinions], form: bool) -> list[float]:
    """Return the width of each column of the sheet: of a list the widest that any table asks for, within reason."""
    if form:
        return [FORM_STEP] * (FORM_STEPS_ON_SIDE if lies_down(paper) else FORM_STEPS)
    shown = [table for table in tables if isinstance(table, Table) and table.rows]
    grids = [2 * block.columns for section in paper.sections for block in section.blocks if isinstance(block, Fields)]
    count = max([2, *(len(table.columns) for table in shown), *grids]) if shown else 6
    widths = [FIRST if count < MANY else NARROWEST] + [NARROWEST] * (count - 1)
    for table in shown:
        for place, column in enumerate(table.columns):
            asked = column.width or max(text_width(shown_value(column, row[place])) + 2.0 for row in table.rows[:ENOUGH_ROWS])
            widths[place] = max(widths[place], min(max(asked, text_width(column.label) + 2.0), WIDEST))
    missing = 60.0 - sum(widths)
    if missing > 0:
        widths[-1] += missing
    # Printed one page wide, more than this would be too small to read.
    return fitted(widths, WIDEST_SHEET) if sum(widths) > WIDEST_SHEET else widths


def _framed(text: str, bold: bool = False) -> str:
    """Return a text for head or foot. The space keeps its first digit out of the size."""
    words = text.replace("&", "&&")
    return f'&"Microsoft YaHei,{"Bold" if bold else "Regular"}"&9 {words}' if words else ""


def _sides(left: str, middle: str, right: str) -> str:
    return "".join(f"&{side}{text}" for side, text in (("L", left), ("C", middle), ("R", right)) if text)
