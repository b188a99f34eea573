"""The reading process. `python -m tongzhou.workbooks.child FILE` prints the cells of a workbook as JSON, or why not.

It runs under its own memory limit, so that a hostile file ends this process and nothing else. It imports little.
"""

import json
import math
import resource
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from tongzhou.workbooks.cells import NOT_CALCULATED, Cell, Merge, Sheet, letter, sheets_to_json
from tongzhou.workbooks.refusal import WorkbookRefused
from tongzhou.workbooks.scan import SheetScan, scan

MEMORY = 290 * 1024 * 1024  # bytes of address space
CPU_SECONDS = 20
MOST_FILLED = 400_000
MOST_CHARACTERS = 20_000_000
LONGEST_TEXT = 10_000  # characters kept of one cell, plus one that tells that there was more
MOST_MERGES = 20_000


def read(path: Path) -> list[Sheet]:
    """Scan, then read the workbook at `path`.

    :raises WorkbookRefused: if it cannot or must not be read.
    """
    scans = scan(path)
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    budget = _Budget()
    try:
        # Given a path, the library believes its ending; given the bytes, it looks at them.
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as workbook:
            return [_sheet(workbook.get_sheet_by_name(one.name), one, budget) for one in scans]
    except PasswordError as problem:
        raise WorkbookRefused("protected") from problem
    except CalamineError as problem:
        raise WorkbookRefused("damaged") from problem


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
    if source.end is not None:
        for number, values in enumerate(source.to_python(skip_empty_area=False)):
            row: list[Cell | None] = []
            for column, value in enumerate(values):
                cell = _cell(value, (number, column), seen)
                if cell is not None:
                    budget.spend(cell, seen.name, number, column)
                row.append(cell)
            while row and row[-1] is None:
                row.pop()
            rows.append(row)
    while rows and not rows[-1]:
        rows.pop()
    merges = tuple(Merge(*first, *last) for first, last in (source.merged_cell_ranges or [])[:MOST_MERGES])
    return Sheet(seen.name, rows, tuple(sorted(merges, key=lambda merge: (merge.top, merge.left))), seen.hidden)


def _cell(value: Any, place: tuple[int, int], seen: SheetScan) -> Cell | None:
    if place in seen.errors:
        return Cell("error", str(value) or "#ERROR")
    if value in (None, "") and place in seen.formulas:
        return Cell("error", NOT_CALCULATED)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return Cell("text", value[: LONGEST_TEXT + 1]) if value.strip() else None
    if isinstance(value, bool):
        return Cell("bool", value)
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            return Cell("error", "#NUM!")
        return Cell("number", value, percent=place in seen.percent)
    return _moment(value)


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
        answer: dict[str, Any] = {"sheets": sheets_to_json(read(Path(arguments[0])))}
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    except WorkbookRefused as refused:
        text = json.dumps({"refused": refused.as_json()}, ensure_ascii=False)
    except MemoryError:
        text = json.dumps({"refused": WorkbookRefused("out_of_memory").as_json()})
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
