"""A workbook of tables to work in (not to print and sign): what it holds, apart from how xlsx shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

GridValue = str | date | float | int | None


@dataclass(frozen=True)
class GridColumn:
    """A column. Percent values are shares 0..1. `choices` name a list of the book from which its cells are chosen."""

    label: str
    kind: Literal["text", "date", "percent", "number"] = "text"
    width: float = 12.0
    choices: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class GridRow:
    """A row; `indents` by column. A strong row is a group of those below it."""

    cells: tuple[GridValue, ...]
    strong: bool = False
    indents: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """A table under its title. `down`: a column whose first cell is merged over all rows; `tones`: words with their colour."""

    name: str
    title: str
    subtitle: str
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]
    down: int | None = None
    tones: Mapping[str, str] = field(default_factory=dict)
    frozen_columns: int = 0


@dataclass(frozen=True)
class Pairs:
    """Labels with their values under a title; `hidden` stands in a hidden column beside the value."""

    name: str
    title: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Bar:
    """A row of a chart: its words, its days, and how much of it is done (0..1)."""

    words: tuple[str, ...]
    start: date
    finish: date
    share: float
    strong: bool = False
    milestone: bool = False


@dataclass(frozen=True)
class Chart:
    """Bars over days, weeks or months, whichever fits a sheet; `labels` head the words, then start, finish and share."""

    name: str
    title: str
    labels: tuple[str, ...]
    bars: tuple[Bar, ...]
    as_of: date


@dataclass(frozen=True)
class Book:
    """Sheets in order; `lists` to choose from; `meta` pairs that a hidden sheet keeps; `properties` of the file."""

    title: str
    sheets: tuple[Grid | Pairs | Chart, ...]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    meta: tuple[tuple[str, str], ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    created: date = date(2000, 1, 1)
