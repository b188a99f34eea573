"""Paper → pdf: A4, lying where a table is wide, set by typst (paper.typ) with our own typefaces, text that can be searched."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tongzhou.papers.blocks import Maker
from tongzhou.papers.paper import (
    Bullets,
    Fields,
    Opinions,
    Paper,
    Section,
    Signatures,
    State,
    Table,
    Text,
)
from tongzhou.papers.qr import qr_picture
from tongzhou.papers.typefaces import families_with, printable_with
from tongzhou.papers.typeset import NotDrawn, set_pages
from tongzhou.papers.values import (
    INKS,
    LONG_ROW,
    OPINION_WIDTHS,
    column_widths,
    field_rows,
    fitted,
    frame_texts,
    is_number,
    leads,
    lies_down,
    opinion_texts,
    shown_value,
    stamp_names,
    stays_whole,
)
from tongzhou.papers.wording import line_count, printed

__all__ = ["NotDrawn", "paper_to_pdf"]

SOURCE = Path(__file__).with_name("paper.typ")
ROOM, ROOM_ON_SIDE = 96.0, 180.0  # half-width characters of a table between the margins
LABEL_ROOM = 15.0
# Runs without a place to break, longer than this, are cut into pieces.
LONG_RUN = re.compile(r"[^\s\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]{13,}")
# Capitals are wider than half a character: so much of a room is sure to hold as many of them.
SURE = 0.7
PIECE = re.compile(r".{1,4}", re.DOTALL)
Shown = str | list[tuple[str, bool]]


def paper_to_pdf(paper: Paper, fonts: Path) -> bytes:
    """Return the paper as a PDF. `fonts`: the folder of our typefaces. The same paper gives the same bytes.

    :raises NotDrawn: if it takes too long or cannot be set.
    """
    qr = qr_picture(printed(paper.stamp.address), "svg")
    described = _Description(paper, printable_with(fonts)).data() | {"qr": bool(qr), "families": families_with(fonts)}
    files = {"main.typ": SOURCE.read_bytes(), "paper.json": json.dumps(described, ensure_ascii=False).encode()}
    if paper.letterhead.logo:
        files["logo.png"] = paper.letterhead.logo
    if qr:
        files["qr.svg"] = qr
    return set_pages(files, fonts)


class _Description(Maker[dict[str, Any]]):
    """What paper.typ reads."""

    def __init__(self, paper: Paper, printable: Callable[[str], str]) -> None:
        self.paper, self.printable, self.wide = paper, printable, lies_down(paper)
        self.room = ROOM_ON_SIDE if self.wide else ROOM

    def data(self) -> dict[str, Any]:
        paper, stamp, letterhead = self.paper, self.paper.stamp, self.paper.letterhead
        organisation, header, footnote, pages, short_number = frame_texts(paper)
        return {
            "title": self._plain(paper.title),
            "subtitle": self._said(paper.subtitle),
            "wide": self.wide,
            "pages": self._plain(pages),
            "headed": bool(letterhead.organisation or letterhead.header or letterhead.logo),
            "logo": bool(letterhead.logo),
            "organisation": self._said(organisation),
            "header": self._said(header),
            "names": [self._said(name) for name in stamp_names(stamp) if name],
            "hints": [self._said(line) for line in (stamp.words, stamp.address) if line],
            "footnote": self._said(footnote),
            "short_number": self._said(short_number),
            "head": [self.block(Fields(paper.facts, 2))] if paper.facts else [],
            "badge": {"text": self._said(paper.badge.word if paper.badge else ""), "ink": _ink(paper.badge)},
            "lead": self._said(paper.lead),
            "figures": [self.block(paper.figures)] if paper.figures else [],
            "sections": [self._section(section) for section in paper.sections],
        }

    def _section(self, section: Section) -> dict[str, Any]:
        return {
            "heading": self._said(section.heading),
            "whole": stays_whole(section, upright=not self.wide),
            "blocks": [
                self.block(block) | {"sticky": lead} for block, lead in zip(section.blocks, leads(section), strict=True)
            ],
        }

    def text(self, text: Text) -> dict[str, Any]:
        return {"kind": "text", "lines": [self._said(line) for line in text.text.split("\n")]}

    def bullets(self, bullets: Bullets) -> dict[str, Any]:
        if not bullets.entries:
            return self._words(bullets.empty)
        entries = [
            {"text": self._said(entry.text), "note": self._said(f"（{entry.note}）" if entry.note else "")}
            for entry in bullets.entries
        ]
        return {"kind": "list", "entries": entries}

    def _words(self, words: str) -> dict[str, Any]:
        return {"kind": "words", "text": self._said(words)}

    def fields(self, fields: Fields) -> dict[str, Any]:
        value_room = self.room / fields.columns - LABEL_ROOM
        cells: list[dict[str, Any]] = []
        for row in field_rows(fields, value_room):
            for fact in row:
                last = fact is row[-1]
                span = 2 * (fields.columns - len(row)) + 1 if last else 1
                long = line_count(fact.value, value_room) > LONG_ROW
                cells.append({"text": self._said(fact.label, LABEL_ROOM), "label": True, "span": 1, "long": long})
                cells.append({"text": self._said(fact.value, value_room), "label": False, "span": span, "long": long})
        return {"kind": "pairs", "widths": [LABEL_ROOM, value_room] * fields.columns, "cells": cells}

    def table(self, table: Table) -> dict[str, Any]:
        if not table.rows:
            return self._words(table.empty)
        widths = fitted(column_widths(table), self.room)
        return {
            "kind": "table",
            "caption": self._said(table.caption),
            "heads": [self._said(column.label, width) for column, width in zip(table.columns, widths, strict=True)],
            "widths": widths,
            "rows": [self._row(table, row, widths) for row in table.rows],
        }

    def _row(self, table: Table, row: tuple[Any, ...], widths: list[float]) -> dict[str, Any]:
        texts = [shown_value(column, value) for column, value in zip(table.columns, row, strict=True)]
        cells = [
            {"text": self._said(text, width), "ink": _ink(value), "number": is_number(column, value)}
            for text, column, value, width in zip(texts, table.columns, row, widths, strict=True)
        ]
        return {"cells": cells, "long": _is_long(texts, widths)}

    def opinions(self, block: Opinions) -> dict[str, Any]:
        described = [opinion_texts(row) for row in block.rows]
        rows = [
            {
                "cells": [self._said(text, width) for text, width in zip(texts, OPINION_WIDTHS, strict=True)],
                "long": _is_long(texts, OPINION_WIDTHS),
            }
            for texts in described
        ]
        labels = [self._said(label) for label in block.labels]
        return {"kind": "opinions", "labels": labels, "widths": OPINION_WIDTHS, "rows": rows}

    def signatures(self, block: Signatures) -> dict[str, Any]:
        places = [self._said(f"{place.role} {place.name}".strip()) for place in block.places]
        labels = {"signature": self._said(f"{block.signature_label}："), "date": self._said(f"{block.date_label}：")}
        return {"kind": "signatures", "places": places, **labels}

    def _plain(self, text: str) -> str:
        return self.printable(printed(text))

    def _said(self, text: str, room: float = 0) -> Shown:
        """Return a text, or its pieces (each with whether it stands in a box) where runs of it are too long for their room.

        `room` in half-width characters; without one it is half a line. What fits stays whole: a number that was cut would be
        copied with gaps.
        """
        plain = self._plain(text)
        longest = (room or self.room / 2) * SURE
        runs = [run for run in LONG_RUN.finditer(plain) if len(run.group()) > longest]
        if not runs:
            return plain
        pieces: list[tuple[str, bool]] = []
        end = 0
        for run in runs:
            pieces.append((plain[end : run.start()], False))
            pieces += [(piece, True) for piece in PIECE.findall(run.group())]
            end = run.end()
        return [*pieces, (plain[end:], False)]


def _is_long(texts: Any, widths: Sequence[float]) -> bool:
    return any(line_count(text, width) > LONG_ROW for text, width in zip(texts, widths, strict=True))


def _ink(value: Any) -> str:
    return f"#{INKS[value.tone]}" if isinstance(value, State) and value.tone in INKS else ""
