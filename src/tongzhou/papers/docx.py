"""Paper → docx: A4, Chinese typefaces, page numbers, table heads that repeat on every page."""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

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
from tongzhou.papers.wording import clean, number_text, percent_text

LATIN, CHINESE, CHINESE_HEADING = "Calibri", "宋体", "黑体"
INKS = {
    "todo": "5B6776",
    "doing": "1D5FC4",
    "done": "17764A",
    "blocked": "C1332B",
    "late": "A85A06",
    "cancelled": "6B7683",
}
SHADE = "E8EEF1"
WIDE_TABLE = 8  # columns from which the page lies on its side
NOTHING = "—"
FIRST_DAY = datetime(2000, 1, 1)


def to_docx(paper: Paper) -> bytes:
    """Return the paper as a Word document. The same paper gives the same document."""
    document = Document()
    writer = _Writer(document, paper)
    writer.write()
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


class _Writer:
    """Writes block after block, from the top."""

    def __init__(self, document: Any, paper: Paper) -> None:
        self.document, self.paper = document, paper

    def write(self) -> None:
        self._styles()
        self._page()
        self._head()
        for section in self.paper.sections:
            self._section(section)

    def _styles(self) -> None:
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments = clean(self.paper.title)[:255], "", ""
        dated = datetime.combine(self.paper.dated, datetime.min.time()) if self.paper.dated else FIRST_DAY
        properties.created = properties.modified = dated
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = LATIN, Pt(10.5)
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), CHINESE)
        normal.paragraph_format.space_after = Pt(4)
        for name, size in (("Title", 18), ("Heading 1", 13)):
            style = self.document.styles[name]
            style.font.name, style.font.size, style.font.bold = LATIN, Pt(size), True
            style.font.color.rgb = RGBColor(0, 0, 0)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for place in ("w:eastAsia", "w:ascii", "w:hAnsi"):
                fonts.set(qn(place), CHINESE_HEADING if place == "w:eastAsia" else LATIN)
            for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                fonts.attrib.pop(qn(theme), None)

    def _page(self) -> None:
        page = self.document.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        if any(len(table.columns) >= WIDE_TABLE for table in _tables(self.paper)):
            page.orientation = WD_ORIENT.LANDSCAPE
            page.page_width, page.page_height = Cm(29.7), Cm(21)
        page.left_margin = page.right_margin = Cm(2)
        page.top_margin = page.bottom_margin = Cm(2)
        footer = page.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for part in re.split(r"(\{page\}|\{pages\})", self.paper.pages):
            if part in ("{page}", "{pages}"):
                _field(footer, "PAGE" if part == "{page}" else "NUMPAGES")
            elif part:
                footer.add_run(clean(part)).font.size = Pt(9)

    def _head(self) -> None:
        paper = self.paper
        title = self.document.add_paragraph(clean(paper.title), style="Title")
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _without_border(title)
        if paper.subtitle:
            self._paragraph(paper.subtitle).alignment = WD_ALIGN_PARAGRAPH.CENTER
        if paper.facts:
            self._pairs([(fact.label, fact.value) for fact in paper.facts])
        if paper.badge is not None:
            self._paragraph(paper.badge.word, bold=True, ink=INKS.get(paper.badge.tone, ""))
        if paper.lead:
            self._paragraph(paper.lead, bold=True)
        if paper.figures is not None:
            self._figures(paper.figures)

    def _section(self, section: Section) -> None:
        self.document.add_paragraph(clean(section.heading), style="Heading 1")
        for block in section.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        if isinstance(block, Text):
            for line in block.text.split("\n"):
                self._paragraph(line)
        elif isinstance(block, Bullets):
            self._bullets(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Meters):
            self._table(_as_table(block))
        elif isinstance(block, Figures):
            self._figures(block)
        elif isinstance(block, Signatures):
            self._signatures(block)

    def _paragraph(self, text: str, bold: bool = False, ink: str = "") -> Any:
        paragraph = self.document.add_paragraph()
        run = paragraph.add_run(clean(text))
        run.bold = bold
        if ink:
            run.font.color.rgb = RGBColor.from_string(ink)
        return paragraph

    def _bullets(self, bullets: Bullets) -> None:
        for entry in bullets.entries:
            paragraph = self.document.add_paragraph(style="List Bullet")
            paragraph.add_run(clean(entry.text))
            if entry.note:
                paragraph.add_run(f"（{clean(entry.note)}）").font.color.rgb = RGBColor.from_string("626E7C")
        if not bullets.entries and bullets.empty:
            self._paragraph(bullets.empty, ink="626E7C")

    def _figures(self, strip: Figures) -> None:
        self._pairs([(figure.label, f"{figure.value} {figure.note}".strip()) for figure in strip.figures])

    def _pairs(self, pairs: list[tuple[str, str]]) -> None:
        table = self._grid(len(pairs), 2)
        for row, (label, value) in zip(table.rows, pairs, strict=True):
            _fill(row.cells[0], label, bold=True)
            _shade(row.cells[0])
            _fill(row.cells[1], value)
        _set_widths(table, [Cm(4), Cm(13)])
        self.document.add_paragraph()

    def _table(self, content: Table) -> None:
        if content.caption:
            self._paragraph(content.caption, ink="626E7C")
        if not content.rows:
            if content.empty:
                self._paragraph(content.empty, ink="626E7C")
            return
        table = self._grid(1 + len(content.rows), len(content.columns))
        for cell, column in zip(table.rows[0].cells, content.columns, strict=True):
            _fill(cell, column.label, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
            _shade(cell)
        _repeat_on_every_page(table.rows[0])
        # Row by row: asking a table for one cell at a time walks all of it.
        for row, values in zip(list(table.rows)[1:], content.rows, strict=True):
            for cell, column, value in zip(row.cells, content.columns, values, strict=True):
                ink = INKS.get(value.tone, "") if isinstance(value, State) else ""
                number = column.kind in ("number", "percent") and not isinstance(value, State)
                _fill(cell, shown_value(column, value), ink=ink, align=WD_ALIGN_PARAGRAPH.RIGHT if number else None)
        self.document.add_paragraph()

    def _signatures(self, block: Signatures) -> None:
        table = self._grid(len(block.places), 3)
        for row, place in zip(table.rows, block.places, strict=True):
            row.height = Cm(1.4)
            _fill(row.cells[0], f"{place.role} {place.name}".strip(), bold=True)
            _fill(row.cells[1], f"{block.signature_label}：")
            _fill(row.cells[2], f"{block.date_label}：")

    def _grid(self, rows: int, columns: int) -> Any:
        table = self.document.add_table(rows=rows, cols=columns)
        table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
        return table


def _tables(paper: Paper) -> list[Table]:
    return [block for section in paper.sections for block in section.blocks if isinstance(block, Table)]


def _as_table(meters: Meters) -> Table:
    first, actual, planned, gap = meters.labels
    columns = (Column(first), Column(actual, "percent"), Column(planned, "percent"), Column(gap))
    return Table(columns, tuple((row.label, row.actual, row.planned, row.note) for row in meters.rows), empty=meters.empty)


def shown_value(column: Column, value: Value) -> str:
    """Return a value of a table as papers write it."""
    if isinstance(value, State):
        return value.word
    if isinstance(value, Linked):
        return value.text
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return percent_text(value) if column.kind == "percent" else number_text(value, column.decimals)


def _fill(cell: Any, text: str, *, bold: bool = False, ink: str = "", align: Any = None) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if align is not None:
        paragraph.alignment = align
    run = paragraph.add_run(clean(text))
    run.bold, run.font.size = bold, Pt(9.5)
    if ink:
        run.font.color.rgb = RGBColor.from_string(ink)


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", SHADE)):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _set_widths(table: Any, widths: list[Any]) -> None:
    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def _repeat_on_every_page(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _field(paragraph: Any, name: str) -> None:
    """Add a field that the word processor computes: the number of the page, or of all pages."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _without_border(paragraph: Any) -> None:
    """Take away the line that the built-in title style draws."""
    properties = paragraph._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    bottom.set(qn("w:val"), "nil")
    borders.append(bottom)
    properties.append(borders)
