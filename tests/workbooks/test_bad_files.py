"""Files that must not be read: each is refused with its reason, quickly, in little memory, and the asking process lives on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import xlsxwriter

from support.reader import Reader, reader
from tongzhou.workbooks.reading import AT_ONCE, place_to_read, read_workbook
from tongzhou.workbooks.refusal import WorkbookRefused
from workbooks.bad_files import CASES, book_of, sheet_of

# Of the processor, which a busy machine slows less than the wall clock; twice what is promised, because it slows it still.
SECONDS = 4.0
MEMORY = 300 * 1024  # KiB, as getrusage counts on Linux


@pytest.fixture(scope="module")
def process() -> Iterator[Reader]:
    with reader() as made:
        yield made


@pytest.mark.parametrize("case", CASES)
def test_refused(case: str, tmp_path: Path, process: Reader) -> None:
    build, code, sheet, row, column = CASES[case]
    refused = process.read(build(tmp_path / "book.xlsx"))
    assert (refused.code, refused.sheet, refused.row, refused.column) == (code, sheet, row, column)
    assert refused.seconds < SECONDS
    assert refused.memory < MEMORY


def test_too_slow(tmp_path: Path) -> None:
    path = book_of(tmp_path / "book.xlsx", sheet_of(b'<row r="1"><c r="A1"><v>1</v></c></row>'))
    with pytest.raises(WorkbookRefused) as caught:
        read_workbook(path, seconds=0.001)
    assert caught.value.code == "too_slow"


def test_ten_thousand_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("计划")
    for row in range(10_000):
        for column in range(15):
            sheet.write(row, column, f"第{row}行" if column else row)
    book.close()
    sheets = read_workbook(path)
    assert (len(sheets[0].rows), len(sheets[0].rows[0])) == (10_000, 15)


def test_only_so_many_are_read_at_once(tmp_path: Path) -> None:
    path = book_of(tmp_path / "book.xlsx", sheet_of(b'<row r="1"><c r="A1"><v>1</v></c></row>'))
    with ExitStack() as stack:
        for _place in range(AT_ONCE):
            stack.enter_context(place_to_read(0.1))
        with pytest.raises(WorkbookRefused) as caught:
            read_workbook(path, seconds=0.1)
    assert caught.value.code == "busy"
    assert len(read_workbook(path)) == 1
