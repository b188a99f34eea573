"""What stands between head and foot: block after block, from the top."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tongzhou.papers.blocks import Maker
from tongzhou.papers.docx.frame import Frame
from tongzhou.papers.docx.marks import CM, QUIET, Align, cell, kept, paragraph, picture, row, run, table
from tongzhou.papers.docx.parts import NAMESPACES, XML
from tongzhou.papers.paper import (
    Bullets,
    Fact,
    Fields,
    Opinion,
    Opinions,
    Paper,
    Section,
    Signatures,
    Stamp,
    State,
    Table,
    Text,
    Value,
)
from tongzhou.papers.values import (
    INKS,
    LONG_ROW,
    OPINION_WIDTHS,
    column_widths,
    field_rows,
    fitted,
    is_number,
    leads,
    opinion_texts,
    shown_value,
    stamp_names,
    stays_whole,
)
from tongzhou.papers.wording import line_count

HALF_WIDTH = 102  # dxa of a half-width character of 9.5 points, with its share of the cell's edges
LABEL_ROOM = 15.0
SIGNING_HEIGHT = 680  # room for a hand
QR_SIDE = 23 * CM // 10
KEEP = "<w:keepNext/>"


def body(paper: Paper, frame: Frame, qr: bytes) -> str:
    """Return the main part of the document."""
    writer = _Writer(paper, frame)
    parts = [*writer.stamp(paper.stamp, qr), *writer.head()]
    parts += (part for section in paper.sections for part in writer.section(section))
    return f"{XML}<w:document {NAMESPACES}><w:body>{''.join(parts)}{frame.section()}</w:body></w:document>"


class _Writer(Maker[str]):
    """Makes the paragraphs and tables of a paper on pages of a certain width."""

    def __init__(self, paper: Paper, frame: Frame) -> None:
        self.paper, self.frame, self.width = paper, frame, frame.width
        self.style = "Small" if frame.wide else "Cell"
        self.room = frame.width / (HALF_WIDTH - 10 if frame.wide else HALF_WIDTH)

    def head(self) -> Iterable[str]:
        paper = self.paper
        yield paragraph(run(paper.title, heading=True, bold=True, size=18), style="Title")
        if paper.subtitle:
            yield paragraph(run(paper.subtitle), align="center")
        if paper.facts:
            yield self.fields(Fields(paper.facts, 2))
        if paper.badge is not None:
            yield paragraph(run(paper.badge.word, bold=True, ink=INKS.get(paper.badge.tone, "")))
        if paper.lead:
            yield paragraph(run(paper.lead, bold=True))
        if paper.figures is not None:
            yield self.block(paper.figures)

    def section(self, section: Section) -> Iterable[str]:
        made = zip(map(self.block, section.blocks), leads(section), strict=True)
        parts = [kept(part) if lead else part for part, lead in made]
        if section.heading:
            parts.insert(0, paragraph(run(section.heading, heading=True, bold=True, size=12.5), style="Heading1"))
        if stays_whole(section, upright=not self.frame.wide):
            *together, last = parts
            parts = [*map(kept, together), last] if not last.startswith("<w:tbl>") else [*map(kept, together), kept(last)]
        yield from parts

    def stamp(self, stamp: Stamp, qr: bytes) -> Iterable[str]:
        """Yield by what the paper is known: number and code, and beside them their picture."""
        names = [name for name in stamp_names(stamp) if name]
        lines = [paragraph(run(name, size=9.5), style="Cell") for name in names]
        lines += [paragraph(run(line, size=8, ink=QUIET), style="Small") for line in (stamp.words, stamp.address) if line]
        if not lines:
            return
        cells, widths = [cell("".join(lines), self.width)], [self.width]
        if qr:
            widths = [self.width - QR_SIDE - CM // 2, QR_SIDE + CM // 2]
            image = picture("qr", qr, QR_SIDE, " ".join(names) or stamp.address, QR_SIDE)
            shown = paragraph(image, style="Cell", align="right")
            cells = [cell("".join(lines), widths[0]), cell(shown, widths[1])]
        yield table([row(cells)], widths, lines=False)

    def text(self, text: Text) -> str:
        return "".join(paragraph(run(line), style="Words") for line in text.text.split("\n"))

    def bullets(self, bullets: Bullets) -> str:
        if not bullets.entries:
            return self._quiet(bullets.empty)
        return "".join(
            paragraph(run(entry.text) + (run(f"（{entry.note}）", ink=QUIET) if entry.note else ""), style="ListBullet")
            for entry in bullets.entries
        )

    def _quiet(self, words: str, more: str = "") -> str:
        return paragraph(run(words, ink=QUIET, size=9), more=more) if words else ""

    def fields(self, fields: Fields) -> str:
        room = self.room / fields.columns - LABEL_ROOM
        widths = self._dxa([LABEL_ROOM, room] * fields.columns)
        return table((self._field_row(facts, fields.columns, widths) for facts in field_rows(fields, room)), widths)

    def _field_row(self, facts: list[Fact], columns: int, widths: list[int]) -> str:
        """Return a row of a form; the last value takes the room of those that are not there."""
        cells = []
        for place, fact in enumerate(facts):
            span = 2 * (columns - len(facts)) + 1 if place == len(facts) - 1 else 1
            cells.append(self._cell(fact.label, widths[2 * place], label=True))
            cells.append(self._cell(fact.value, sum(widths[2 * place + 1 : 2 * place + 1 + span]), span=span))
        rooms = [LABEL_ROOM, self.room / columns - LABEL_ROOM] * len(facts)
        return row(cells, whole=not _is_long([text for fact in facts for text in (fact.label, fact.value)], rooms))

    def table(self, content: Table) -> str:
        if not content.rows:
            return self._quiet(content.empty)
        rooms = fitted(column_widths(content), self.room)
        widths = self._dxa(rooms)
        heads = self._heads([column.label for column in content.columns], widths)
        rows = [heads] + [self._row(content, values, widths, rooms) for values in content.rows]
        return self._quiet(content.caption, KEEP) + table(rows, widths)

    def _heads(self, labels: Sequence[str], widths: list[int]) -> str:
        cells = [self._cell(label, width, label=True, align="center") for label, width in zip(labels, widths, strict=True)]
        return row(cells, head=True)

    def _row(self, content: Table, values: tuple[Value, ...], widths: list[int], rooms: list[float]) -> str:
        texts = [shown_value(column, value) for column, value in zip(content.columns, values, strict=True)]
        cells = [
            self._cell(
                text,
                width,
                ink=INKS.get(value.tone, "") if isinstance(value, State) else "",
                align="right" if is_number(column, value) else "left",
            )
            for text, width, column, value in zip(texts, widths, content.columns, values, strict=True)
        ]
        return row(cells, whole=not _is_long(texts, rooms))

    def opinions(self, block: Opinions) -> str:
        rooms = fitted(list(OPINION_WIDTHS), self.room)
        widths = self._dxa(rooms)
        heads = self._heads(block.labels, widths)
        return table([heads, *(self._opinion(one, widths, rooms) for one in block.rows)], widths)

    def _opinion(self, opinion: Opinion, widths: list[int], rooms: list[float]) -> str:
        texts = opinion_texts(opinion)
        cells = [
            self._cell(text, width, align="left" if place == 2 else "center")
            for place, (text, width) in enumerate(zip(texts, widths, strict=True))
        ]
        return row(cells, whole=not _is_long(texts, rooms), height=SIGNING_HEIGHT)

    def signatures(self, block: Signatures) -> str:
        widths = self._dxa([2.0, 2.0, 1.4])
        rows = []
        for place in block.places:
            texts = (f"{place.role} {place.name}".strip(), f"{block.signature_label}：", f"{block.date_label}：")
            cells = [self._cell(text, width, label=at == 0) for at, (text, width) in enumerate(zip(texts, widths, strict=True))]
            rows.append(row(cells, height=794))
        return table(rows, widths)

    def _cell(self, text: str, width: int, *, align: Align = "left", span: int = 1, ink: str = "", label: bool = False) -> str:
        """Return a cell of one text; a `label` is bold on a shade."""
        words = paragraph(run(text, bold=label or bool(ink), ink=ink), style=self.style, align=align)
        return cell(words, width, span=span, shaded=label)

    def _dxa(self, rooms: Sequence[float]) -> list[int]:
        """Return shares of the page's width; the last takes what rounding left."""
        widths = [int(self.width * room / sum(rooms)) for room in rooms]
        return [*widths[:-1], self.width - sum(widths[:-1])]


def _is_long(texts: Sequence[str], rooms: Sequence[float]) -> bool:
    return any(line_count(text, room) > LONG_ROW for text, room in zip(texts, rooms, strict=True))
