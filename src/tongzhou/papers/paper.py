"""What a paper says, apart from how any format shows it. Everything is frozen; all words come from the caller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Tone = Literal["plain", "todo", "doing", "done", "blocked", "late", "cancelled"]
Kind = Literal["text", "date", "percent", "number", "state"]
Mark = Literal["", "check", "arrow", "talk", "warning"]


@dataclass(frozen=True)
class State:
    """A state by its word; `tone` is one of the product's state colours."""

    tone: Tone
    word: str


@dataclass(frozen=True)
class Linked:
    """Text that leads somewhere on screen; on paper it is only the text. `href` is an address of this server."""

    text: str
    href: str


Value = str | date | int | Decimal | Fraction | State | Linked | None


@dataclass(frozen=True)
class Column:
    """A column. Percent values are shares 0..1. `width` in half-width characters; without one the content decides."""

    label: str
    kind: Kind = "text"
    width: float | None = None
    decimals: int = 0


@dataclass(frozen=True)
class Table:
    """Rows under columns. `empty` is said where there is no row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    caption: str = ""
    empty: str = ""

    def __post_init__(self) -> None:
        """:raises ValueError: if a row has more or fewer cells than there are columns."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {len(row)} cells under {len(self.columns)} columns")


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Entry:
    """A line of a list; `note` is quieter than the text and follows it."""

    text: str
    note: str = ""
    mark: Mark = ""
    href: str = ""


@dataclass(frozen=True)
class Bullets:
    entries: tuple[Entry, ...]
    empty: str = ""


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    note: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True)
class Figures:
    """A few numbers that belong together, in one strip."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Meter:
    """Progress of one thing: shares 0..1; `planned` is None where nothing was planned. `note` says the gap in words."""

    label: str
    actual: Fraction
    planned: Fraction | None
    note: str = ""


@dataclass(frozen=True)
class Meters:
    """Meter rows; the labels head their columns where a format has columns."""

    rows: tuple[Meter, ...]
    labels: tuple[str, str, str, str]
    empty: str = ""


@dataclass(frozen=True)
class Place:
    """A place to sign: as what, and by whom where that is known."""

    role: str
    name: str = ""


@dataclass(frozen=True)
class Signatures:
    """A signature block; the labels stand before the lines to be filled in by hand."""

    places: tuple[Place, ...]
    signature_label: str = "签字"
    date_label: str = "日期"


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class Fields:
    """The labelled grid of a form: 1 to 4 `columns` of label and value; what is empty is left to be written by hand."""

    facts: tuple[Fact, ...]
    columns: int = 1

    def __post_init__(self) -> None:
        """:raises ValueError: if there are fewer than one or more than four columns."""
        if self.columns not in range(1, 5):
            raise ValueError(f"{self.columns} columns of fields")


@dataclass(frozen=True)
class Opinion:
    """What somebody said to a paper and signed. What is empty is left to be written by hand."""

    department: str
    name: str
    opinion: str = ""
    signed: str = ""
    dated: str = ""


@dataclass(frozen=True)
class Opinions:
    """The block of signatures, a row for each who signs; the labels head its columns."""

    rows: tuple[Opinion, ...]
    labels: tuple[str, str, str, str, str] = ("部门", "负责人", "意见", "签字", "日期")


Block = Text | Bullets | Table | Figures | Meters | Signatures | Fields | Opinions


@dataclass(frozen=True)
class Section:
    """A part of a paper. Two neighbouring `half` sections stand side by side where there is room."""

    heading: str
    blocks: tuple[Block, ...]
    half: bool = False


@dataclass(frozen=True)
class Letterhead:
    """Whose paper it is, at the head of every page. `logo`: a picture as `logo.checked_logo` returns it, or none."""

    organisation: str = ""
    logo: bytes = b""
    header: str = ""


@dataclass(frozen=True)
class Stamp:
    """What a paper is known by: its number and the code by which it is verified, at the head of its first page and in the foot.

    `address` is the whole address of the page that verifies it (it becomes the QR code), `words` say what to do with it.
    """

    number: str = ""
    code: str = ""
    address: str = ""
    words: str = ""
    number_label: str = "编号"
    code_label: str = "验证码"


@dataclass(frozen=True)
class Paper:
    """A paper. `lead` is its answer in one sentence; `dated` the day it carries; `pages` the words of the page footer."""

    title: str
    subtitle: str = ""
    facts: tuple[Fact, ...] = ()
    lead: str = ""
    badge: State | None = None
    figures: Figures | None = None
    sections: tuple[Section, ...] = ()
    dated: date | None = None
    pages: str = "第 {page} 页，共 {pages} 页"
    letterhead: Letterhead = Letterhead()
    stamp: Stamp = Stamp()
