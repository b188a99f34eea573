"""The reading process. `python -m tongzhou.workbooks.child FILE NAME` prints the cells of a workbook as JSON, or why not.

It runs under its own memory limit, so that a hostile file ends this process and nothing else. It imports little.
"""

import json
import math
import resource
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

from tongzhou.workbooks.cells import NOT_CALCULATED, Cell, Merge, Sheet, letter, sheets_to_json
from tongzhou.workbooks.refusal import WorkbookRefused
from tongzhou.workbooks.scan import MOST_AREA, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, SheetScan, kind_of, scan
from tongzhou.workbooks.textfile import read_rows

MEMORY = 290 * 1024 * 1024  # bytes of address space
CPU_SECONDS = 20
MOST_FILLED = 400_000
MOST_CHARACTERS = 20_000_000
LONGEST_TEXT = 10_000  # characters kept of one cell, plus one that tells that there was more
MOST_MERGES = 20_000
ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
Row = TypeVar("Row")


def read(path: Path, name: str = "") -> list[Sheet]:
    """Scan, then read the file at `path`; a text file is one sheet called `name`.

    :raises WorkbookRefused: if it cannot or must not be read.
    """
    kind = kind_of(path)
    if kind == "text":
        return [_text_sheet(read_rows(path), name)]
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


def _text_sheet(rows: list[list[str]], name: str) -> Sheet:
    budget = _Budget()
    found: list[list[Cell | None]] = []
    for number, values in enumerate(rows):
        row: list[Cell | None] = [Cell("text", text[: LONGEST_TEXT + 1]) if text.strip() else None for text in values]
        for column, cell in enumerate(row):
            if cell is not None:
                budget.spend(cell, name, number, column)
        found.append(_trimmed(row))
    return Sheet(name, _trimmed(found))


def _trimmed(rows: list[Row]) -> list[Row]:
    """The list without what is empty at its end."""
    while rows and not rows[-1]:
        rows.pop()
    return rows


class _Budget:
    """Counts what has been handed out over all sheets."""

    def __init__(self) -> None:
        self.cells = 0
        self.characters = 0

    def spend(self, cell: Cell, sheet: str, row: int, column: int) -> None:
        self.cells += 1
        self.characters += len(cell.value) if isinstance(cell.value, str) else 8
        if self.cells > MOST_FILLED:
            raise WorkbookRefused("too_many_cells", sheet, row + 1, letter(column), MOST_FILLED)
        if self.characters > MOST_CHARACTERS:
            raise WorkbookRefused("too_much_text", sheet, row + 1, letter(column), MOST_CHARACTERS)


def _sheet(source: Any, seen: SheetScan, budget: _Budget) -> Sheet:
    rows: list[list[Cell | None]] = []
    _refuse_far_corner(source, seen)
    if source.end is not None:
        for number, values in enumerate(source.to_python(skip_empty_area=False)):
            row: list[Cell | None] = []
            for column, value in enumerate(values):
                cell = _cell(value, (number, column), seen)
                if cell is not None:
                    budget.spend(cell, seen.name, number, column)
                row.append(cell)
            rows.append(_trimmed(row))
    _trimmed(rows)
    merges = tuple(Merge(*first, *last) for first, last in (source.merged_cell_ranges or [])[:MOST_MERGES])
    return Sheet(seen.name, rows, tuple(sorted(merges, key=lambda merge: (merge.top, merge.left))), seen.hidden)


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


def _cell(value: Any, place: tuple[int, int], seen: SheetScan) -> Cell | None:
    if place in seen.errors:
        return Cell("error", str(value) or "#ERROR")
    if value in (None, "") and place in seen.formulas:
        return Cell("error", NOT_CALCULATED)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _text(value, place, seen)
    if isinstance(value, bool):
        return Cell("bool", value)
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            return Cell("error", "#NUM!")
        return Cell("number", value, percent=place in seen.percent)
    return _moment(value)


def _text(value: str, place: tuple[int, int], seen: SheetScan) -> Cell | None:
    if not seen.part and value in ERRORS:
        return Cell("error", value)
    return Cell("text", value[: LONGEST_TEXT + 1], indent=seen.indents.get(place, 0)) if value.strip() else None


def _moment(value: date | datetime | time | timedelta) -> Cell:
    if isinstance(value, datetime):
        return Cell("date", value if value.time() != time() else value.date())
    if isinstance(value, date):
        return Cell("date", value)
    return Cell("text", str(value))


def main(arguments: list[str]) -> int:
    """Print the JSON; the exit code is 0 also for a refusal, and anything else when the process broke."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        answer: dict[str, Any] = {"sheets": sheets_to_json(read(Path(arguments[0]), arguments[1]))}
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    except WorkbookRefused as refused:
        text = json.dumps({"refused": refused.as_json()}, ensure_ascii=False)
    except MemoryError:
        text = json.dumps({"refused": WorkbookRefused("out_of_memory").as_json()})
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
