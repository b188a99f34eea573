"""Drawings → pdf and png: shapes on pages, in points from the top left, set by typst with our own Chinese typeface.

Shapes go in as data, so that no text is ever read as markup. Runs in a child process: a drawing of thousands of rows takes
seconds and memory, and what sets it is native code.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tongzhou.papers.typefaces import Printable, families_with, printable_with
from tongzhou.papers.typeset import set_pages
from tongzhou.papers.wording import clean

# Each drawing is a process of its own with its own memory.
AT_ONCE = 2
PATIENCE = 3.0  # seconds
_places = threading.BoundedSemaphore(AT_ONCE)
TEMPLATE = """
#let (families, pages) = json("drawing.json")
#set document(date: none)
#let faces = families.map(f => if f.covers == "" { f.name } else { (name: f.name, covers: regex(f.covers)) })
#set text(font: faces, lang: "zh", region: "cn")
#for (index, page_) in pages.enumerate() {
  page(width: page_.at(0) * 1pt, height: page_.at(1) * 1pt, margin: 0pt, {
    for shape in page_.at(2) {
      let (kind, x, y, ..rest) = shape
      if kind == "r" {
        let (w, h, fill, stroke, radius) = rest
        place(dx: x * 1pt, dy: y * 1pt, rect(width: w * 1pt, height: h * 1pt, radius: radius * 1pt,
          fill: if fill == "" { none } else { rgb(fill) }, stroke: if stroke == "" { none } else { 0.75pt + rgb(stroke) }))
      } else if kind == "l" {
        let (points, stroke, width, dashed) = rest
        let steps = points.map(p => curve.line((p.at(0) * 1pt, p.at(1) * 1pt)))
        place(dx: x * 1pt, dy: y * 1pt, curve(stroke: (paint: rgb(stroke), thickness: width * 1pt,
          dash: if dashed { "dashed" } else { none }), curve.move((0pt, 0pt)), ..steps))
      } else if kind == "p" {
        let (points, fill, stroke) = rest
        place(dx: x * 1pt, dy: y * 1pt, polygon(fill: if fill == "" { none } else { rgb(fill) },
          stroke: if stroke == "" { none } else { 0.75pt + rgb(stroke) }, ..points.map(p => (p.at(0) * 1pt, p.at(1) * 1pt))))
      } else {
        let (words, size, fill, bold, anchor) = rest
        let set_ = text(size: size * 1pt, fill: rgb(fill), weight: if bold { "bold" } else { "regular" }, words)
        if anchor == "end" { place(dx: x * 1pt - 400pt, dy: y * 1pt, box(width: 400pt, align(right, set_))) }
        else if anchor == "middle" { place(dx: x * 1pt - 200pt, dy: y * 1pt, box(width: 400pt, align(center, set_))) }
        else { place(dx: x * 1pt, dy: y * 1pt, set_) }
      }
    }
  })
}
"""


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    stroke: str = ""
    radius: float = 0.0

    def data(self) -> list[object]:
        return ["r", _r(self.x), _r(self.y), _r(self.width), _r(self.height), self.fill, self.stroke, self.radius]


@dataclass(frozen=True)
class Stroke:
    """A line through points; the first is where it begins."""

    points: tuple[tuple[float, float], ...]
    stroke: str
    width: float = 0.75
    dashed: bool = False

    def data(self) -> list[object]:
        x, y = self.points[0]
        rest = [[_r(px - x), _r(py - y)] for px, py in self.points[1:]]
        return ["l", _r(x), _r(y), rest, self.stroke, self.width, self.dashed]


@dataclass(frozen=True)
class Shape:
    """A closed shape through points."""

    points: tuple[tuple[float, float], ...]
    fill: str = ""
    stroke: str = ""

    def data(self) -> list[object]:
        x, y = self.points[0]
        return ["p", _r(x), _r(y), [[_r(px - x), _r(py - y)] for px, py in self.points], self.fill, self.stroke]


@dataclass(frozen=True)
class Words:
    """A text; `y` is the top of its letters. `anchor`: start, middle or end of the text stands at `x`."""

    x: float
    y: float
    text: str
    size: float = 9.0
    fill: str = "#1b2530"
    bold: bool = False
    anchor: str = "start"

    def data(self, printable: Printable) -> list[object]:
        return ["t", _r(self.x), _r(self.y), printable(clean(self.text)), self.size, self.fill, self.bold, self.anchor]


Mark = Box | Stroke | Shape | Words


@dataclass(frozen=True)
class Page:
    """A page in points with its marks, from below to above."""

    width: float
    height: float
    marks: tuple[Mark, ...]


class Crowded(Exception):
    """As many drawings are being made as may be at once."""


@contextmanager
def place_to_draw(patience: float = PATIENCE) -> Iterator[None]:
    """Hold one of the AT_ONCE places of this process, for laying out and setting a drawing.

    :raises Crowded: if none comes free within `patience` seconds.
    """
    if not _places.acquire(timeout=patience):
        raise Crowded
    try:
        yield
    finally:
        _places.release()


def to_pdf(pages: Iterable[Page], fonts: Path) -> bytes:
    """Return the pages as a PDF whose text can be searched. `fonts`: a folder with Noto Sans SC.

    :raises NotDrawn: if it takes too long or cannot be set.
    """
    return _set(pages, fonts, "pdf")


def to_png(page: Page, fonts: Path) -> bytes:
    """Return one page as a picture of 144 dots an inch.

    :raises NotDrawn: as to_pdf.
    """
    return _set([page], fonts, "png")


def _set(pages: Iterable[Page], fonts: Path, form: Literal["pdf", "png"]) -> bytes:
    printable = printable_with(fonts)
    data = [[page.width, page.height, [_data(mark, printable) for mark in page.marks]] for page in pages]
    drawing = json.dumps({"families": families_with(fonts), "pages": data}, ensure_ascii=False)
    return set_pages({"main.typ": TEMPLATE.encode(), "drawing.json": drawing.encode()}, fonts, form)


def _data(mark: Mark, printable: Printable) -> list[object]:
    return mark.data(printable) if isinstance(mark, Words) else mark.data()


def _r(number: float) -> float:
    return round(number, 2)
