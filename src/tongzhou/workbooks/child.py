"""The reading process. `python -m tongzhou.workbooks.child FILE NAME` prints the cells of a workbook as JSON, or why not.

It runs under its own memory limit, so that a hostile file ends this process and nothing else. It imports little.
"""

import gc
import json
import math
import resource
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

from tongzhou.workbooks.plainsheets import NOT_CALCULATED, PlainSheet, letter, plain_sheet
from tongzhou.workbooks.refusal import WorkbookRefused
from tongzhou.workbooks.scan import MOST_AREA, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, SheetScan, kind_of, scan
from tongzhou.workbooks.textfile import read_rows

MEMORY = 290 * 1024 * 1024  # bytes of address space
CPU_SECONDS = 20
MOST_FILLED = 400_000
MOST_CHARACTERS = 20_000_000
LONGEST_TEXT = 10_000  # characters kept of one cell, plus one that tells that there was more
MOST_MERGES = 20_000
MOST_COVERED = 400_000  # cells under merged ranges
ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
Row = TypeVar("Row")
PlainValue = dict[str, str]


def read(path: Path, name: str = "") -> list[PlainSheet]:
    """Scan, then read the file at `path`, as `sheets_from_json` takes it; a text file is one sheet called `name`.

    :raises WorkbookRefused: if it cannot or must not be read.
    """
    kind = kind_of(path)
    if kind == "text":
        return [_text_sheet(read_rows(path), name)]
    if kind == "xml":
        return _project_sheets(path)
    scans = scan(path) if kind == "xlsx" else None
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    budget = _Budget()
    try:
        # Given a path, the library believes its ending; given the bytes, it looks at them.
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as workbook:
            found = scans if scans is not None else _old_sheets(workbook.sheets_metadata)
            return [_sheet(workbook.get_sheet_by_name(one.name), one, budget) for one in found]
    except PasswordError as problem:
        raise WorkbookRefused("protected") from problem
    except CalamineError as problem:
        raise WorkbookRefused("damaged") from problem


def _old_sheets(metadata: Sequence[Any]) -> list[SheetScan]:
    """The sheets of an old workbook, which cannot be looked over beforehand."""
    sheets = [SheetScan(one.name, "", "Visible" not in str(one.visible)) for one in metadata if "WorkSheet" in str(one.typ)]
    if not sheets:
        raise WorkbookRefused("no_sheet")
    return sheets


def _text_sheet(rows: list[list[str]], name: str) -> PlainSheet:
    budget = _Budget()
    found: list[list[Any]] = []
    for number, values in enumerate(rows):
        row = [text[: LONGEST_TEXT + 1] if text and not text.isspace() else None for text in values]
        budget.spend(row, name, number)
        found.append(_trimmed(row))
    return plain_sheet(name, _trimmed(found))


def _project_sheets(path: Path) -> list[PlainSheet]:
    from tongzhou.workbooks.projectxml import read_project_xml

    budget = _Budget()
    sheets = read_project_xml(path)
    for sheet in sheets:
        for number, row in enumerate(sheet["rows"]):
            budget.spend(row, sheet["name"], number)
    return sheets


def _trimmed(rows: list[Row]) -> list[Row]:
    """The list without what is empty at its end; 0 and False are something."""
    while rows and (rows[-1] is None or rows[-1] == []):
        rows.pop()
    return rows


class _Budget:
    """Counts what has been handed out over all sheets."""

    def __init__(self) -> None:
        self.cells = 0
        self.characters = 0

    def spend(self, row: list[Any], sheet: str, number: int) -> None:
        """Count a row of plain values. :raises WorkbookRefused: with the cell that crosses a limit."""
        self.cells += len(row) - row.count(None)
        self.characters += sum([len(value) for value in row if type(value) is str])
        if self.cells > MOST_FILLED:
            column = _places_back(row, self.cells - MOST_FILLED)
            raise WorkbookRefused("too_many_cells", sheet, number + 1, letter(column), MOST_FILLED)
        if self.characters > MOST_CHARACTERS:
            column = _crossing(row, self.characters - MOST_CHARACTERS)
            raise WorkbookRefused("too_much_text", sheet, number + 1, letter(column), MOST_CHARACTERS)


def _places_back(row: list[Any], over: int) -> int:
    """The column of the first of the last `over` filled cells."""
    return [column for column, value in enumerate(row) if value is not None][-over]


def _crossing(row: list[Any], over: int) -> int:
    """The column of the text with which the last `over` characters begin."""
    for column in range(len(row) - 1, 0, -1):
        over -= len(row[column]) if isinstance(row[column], str) else 0
        if over <= 0:
            return column
    return 0


def _sheet(source: Any, seen: SheetScan, budget: _Budget) -> PlainSheet:
    rows: list[list[Any]] = []
    _refuse_far_corner(source, seen)
    if source.end is not None:
        known = frozenset() if seen.part else ERRORS
        days = _Days()
        for values in source.to_python(skip_empty_area=False):
            row = [
                (value if len(value) < LONGEST_TEXT and value not in known and value.strip() else _plain(value, known))
                if (kind := type(value)) is str and value
                else value if kind is float and value - value == 0.0
                else None if kind is str
                else days[value] if kind is date
                else _plain(value, known)
                for value in values
            ]  # fmt: skip
            rows.append(row)
        _mark(rows, seen)
        for number, row in enumerate(rows):
            budget.spend(_trimmed(row), seen.name, number)
    _trimmed(rows)
    merges = sorted((*first, *last) for first, last in (source.merged_cell_ranges or [])[:MOST_MERGES])
    _refuse_wide_merges(merges, rows, seen.name)
    return plain_sheet(seen.name, rows, merges, hidden=seen.hidden)


def _refuse_wide_merges(merges: list[tuple[int, ...]], rows: list[list[Any]], sheet: str) -> None:
    """Merged ranges that lie over each other cover more cells than any sheet has."""
    width = max(map(len, rows), default=0)
    covered = 0
    for top, left, bottom, right in merges:
        covered += max(0, min(bottom, len(rows) - 1) - top + 1) * max(0, min(right, width - 1) - left + 1)
        if covered > MOST_COVERED:
            raise WorkbookRefused("too_many_cells", sheet, top + 1, letter(left), MOST_COVERED)


def _refuse_far_corner(source: Any, seen: SheetScan) -> None:
    """Old workbooks are measured only when they are open, before their cells are laid out."""
    if source.end is None:
        return
    rows, columns = source.end[0] + 1, source.end[1] + 1
    if columns > MOST_COLUMNS:
        raise WorkbookRefused("too_many_columns", seen.name, None, letter(columns - 1), MOST_COLUMNS)
    if rows > MOST_ROWS:
        raise WorkbookRefused("too_many_rows", seen.name, rows, letter(0), MOST_ROWS)
    if rows * columns > MOST_AREA:
        raise WorkbookRefused("too_many_cells", seen.name, rows, letter(columns - 1), MOST_CELLS)


class _Days(dict[date, PlainValue]):
    """Days as `cell_from_json` takes them: columns repeat a few."""

    def __missing__(self, day: date) -> PlainValue:
        self[day] = told = {"d": day.isoformat()}
        return told


def _plain(value: Any, known: frozenset[str]) -> Any:
    """A value as `cell_from_json` takes it; `known` are the errors that old workbooks give as text."""
    if type(value) is str:
        if value in known:
            return {"e": value}
        return value[: LONGEST_TEXT + 1] if value.strip() else None
    if isinstance(value, (float, int)) and not isinstance(value, bool) and not math.isfinite(value):
        return {"e": "#NUM!"}
    if isinstance(value, datetime):
        return {"d": (value if value.time() != time() else value.date()).isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    return str(value) if isinstance(value, (time, timedelta)) else value


def _mark(rows: list[list[Any]], seen: SheetScan) -> None:
    """Say what the values alone do not: percent signs, indents, errors, formulas saved without a result."""
    for row, column in seen.percent:
        value = _at(rows, row, column)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            rows[row][column] = {"p": value}
    for (row, column), steps in seen.indents.items():
        if isinstance(value := _at(rows, row, column), str):
            rows[row][column] = {"t": value, "i": steps}
    for row, column in _within(rows, seen.formulas):
        if rows[row][column] is None:
            rows[row][column] = {"e": NOT_CALCULATED}
    for row, column in _within(rows, seen.errors):
        value = rows[row][column]
        rows[row][column] = {"e": value if isinstance(value, str) else "#ERROR"}


def _within(rows: list[list[Any]], places: set[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(row, column) for row, column in places if row < len(rows) and column < len(rows[row])]


def _at(rows: list[list[Any]], row: int, column: int) -> Any:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None


def main(arguments: list[str]) -> int:
    """Print the JSON; the exit code is 0 also for a refusal, and anything else when the process broke."""
    gc.disable()  # everything lives until the process ends
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        answer: dict[str, Any] = {"sheets": read(Path(arguments[0]), arguments[1])}
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    except WorkbookRefused as refused:
        text = json.dumps({"refused": refused.as_json()}, ensure_ascii=False)
    except MemoryError:
        text = json.dumps({"refused": WorkbookRefused("out_of_memory").as_json()})
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
