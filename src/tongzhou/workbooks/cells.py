"""Cells as they lie in the sheet, and the JSON in which the reading process hands them over."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from msgspec import Struct

from tongzhou.workbooks.plainsheets import PlainSheet, plain_sheet

Kind = Literal["text", "number", "date", "bool", "error"]
Value = str | int | float | bool | date


class Cell(Struct, frozen=True):
    """One filled cell. `percent`: shown with a percent sign; `indent`: the steps by which its format indents it."""

    kind: Kind
    value: Value
    percent: bool = False
    indent: int = 0

    @property
    def text(self) -> str:
        """What a reader would call the content: whole numbers without a point, dates in ISO form."""
        if type(self.value) is str:
            return self.value
        if isinstance(self.value, bool):
            return "是" if self.value else "否"
        if isinstance(self.value, float):
            return str(int(self.value)) if self.value.is_integer() else repr(self.value)
        if isinstance(self.value, datetime):
            return self.value.isoformat(sep=" ", timespec="minutes")
        return str(self.value)


class Merge(Struct, frozen=True):
    """A merged range; rows and columns count from 0 and both ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of cells from A1 on (None where empty) and its merged ranges."""

    name: str
    rows: list[list[Cell | None]]
    merges: tuple[Merge, ...] = ()
    hidden: bool = False
    covered: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        width = max((len(row) for row in self.rows), default=0)
        for merge in self.merges:
            for row in range(merge.top, min(merge.bottom, len(self.rows) - 1) + 1):
                for column in range(merge.left, min(merge.right, width - 1) + 1):
                    if (row, column) != (merge.top, merge.left):
                        self.covered[row, column] = (merge.top, merge.left)

    def at(self, row: int, column: int) -> Cell | None:
        """The cell that lies there itself; a covered part of a merged range is empty."""
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else None

    def seen(self, row: int, column: int) -> Cell | None:
        """What a reader sees there: a merged range shows its first cell everywhere."""
        cell = self.at(row, column)
        return self.at(*self.covered[row, column]) if cell is None and (row, column) in self.covered else cell

    def down(self, row: int, column: int) -> Cell | None:
        """The cell there, or the one above it that is merged down over it; merging sideways gives a cell no second meaning."""
        above = self.covered.get((row, column))
        return self.at(*above) if above is not None and above[1] == column else self.at(row, column)

    def filled(self, row: int) -> Iterator[tuple[int, Cell]]:
        """The filled cells of a row with their columns."""
        return ((column, cell) for column, cell in enumerate(self.rows[row]) if cell is not None)


def cell_to_json(cell: Cell | None) -> Any:
    """Text, numbers and truth values as themselves; {"d": date}, {"p": percent number}, {"e": error},
    {"t": text, "i": its indent}; None where empty."""
    if cell is None:
        return None
    if isinstance(cell.value, date):
        return {"d": cell.value.isoformat()}
    if cell.kind == "error":
        return {"e": cell.value}
    if cell.indent:
        return {"t": cell.value, "i": cell.indent}
    return {"p": cell.value} if cell.percent else cell.value


def cell_from_json(value: Any) -> Cell | None:
    """The reverse of `cell_to_json`."""
    if value is None:
        return None
    if isinstance(value, dict):
        if "d" in value:
            text = str(value["d"])
            return Cell("date", datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text))
        if "t" in value:
            return Cell("text", value["t"], indent=value["i"])
        return Cell("error", value["e"]) if "e" in value else Cell("number", value["p"], percent=True)
    if isinstance(value, bool):
        return Cell("bool", value)
    return Cell("text", value) if isinstance(value, str) else Cell("number", value)


def sheets_to_json(sheets: list[Sheet]) -> list[PlainSheet]:
    """The sheets as plain lists, small enough to keep in a database row."""
    return [
        plain_sheet(
            sheet.name,
            [[cell_to_json(cell) for cell in row] for row in sheet.rows],
            [(merge.top, merge.left, merge.bottom, merge.right) for merge in sheet.merges],
            hidden=sheet.hidden,
        )
        for sheet in sheets
    ]


class _Once(dict[str, Cell]):
    """Cells by their text: columns repeat a few words many times."""

    def __missing__(self, text: str) -> Cell:
        self[text] = cell = Cell("text", text)
        return cell


class _Days(dict[str, Cell]):
    """Cells by their moment."""

    def __missing__(self, text: str) -> Cell:
        moment = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
        self[text] = cell = Cell("date", moment)
        return cell


class _Numbers(dict[float, Cell]):
    """Cells by their number."""

    def __missing__(self, number: float) -> Cell:
        self[number] = cell = Cell("number", number)
        return cell


def sheets_from_json(data: list[PlainSheet]) -> list[Sheet]:
    """The reverse of `sheets_to_json`. Equal cells are one object."""
    texts, days, numbers = _Once(), _Days(), _Numbers()

    def other(value: Any) -> Cell | None:
        return days[value["d"]] if type(value) is dict and "d" in value else cell_from_json(value)

    return [
        Sheet(
            name=one["name"],
            hidden=one["hidden"],
            merges=tuple(Merge(*merge) for merge in one["merges"]),
            rows=[
                [
                    None
                    if value is None
                    else texts[value]
                    if (kind := type(value)) is str
                    else numbers[value]
                    if kind is float
                    else other(value)
                    for value in row
                ]
                for row in one["rows"]
            ],
        )
        for one in data
    ]
