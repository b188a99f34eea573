"""Tables in text files: separator and encoding are found out, every cell is text, and nothing is held that is too long."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from tongzhou.workbooks.plainsheets import letter
from tongzhou.workbooks.refusal import WorkbookRefused

ENDINGS = {".csv", ".tsv", ".txt"}
MOST_ROWS = 100_000
MOST_COLUMNS = 200
LONGEST_LINE = 1_000_000  # characters of one line, and of one cell
CHUNK = 1 << 20
SAMPLE = 64 * 1024
SAMPLED_ROWS = 60
STRAY = 4  # text of single bytes has fewer than one zero byte in so many, if any
SEPARATORS = ",\t;|"
# What a spreadsheet program would take for a formula is written with an apostrophe before it, and read without.
# Chinese ones read the wide signs alike.
GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
_ALLOWED = frozenset({*range(32, 256), 9, 10, 12, 13})


def guarded(text: str) -> str:
    """The text as a cell of a text file that no spreadsheet program calculates; `unguarded` gives it back."""
    return f"'{text}" if text.startswith(GUARDED) else text


def unguarded(text: str) -> str:
    """The reverse of `guarded`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(GUARDED) else text


def read_rows(path: Path) -> list[list[str]]:
    """The rows of the file; empty cells are "".

    :raises WorkbookRefused: not_a_workbook if it is no text, too_many_rows, too_many_columns, too_much_text.
    """
    csv.field_size_limit(LONGEST_LINE)
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        separator = _separator(file)
        try:
            return list(_checked(csv.reader(_lines(file), delimiter=separator)))
        except csv.Error as problem:
            raise WorkbookRefused("too_much_text", path.stem, limit=LONGEST_LINE) from problem


def encoding_of(path: Path) -> str:
    """The encoding: by its mark, else UTF-16 by its zero bytes, else UTF-8, else GB18030 (which holds GBK).

    :raises WorkbookRefused: not_a_workbook if no encoding fits.
    """
    with path.open("rb") as file:
        first = file.read(SAMPLE)
    for mark, name in _MARKS.items():
        if first.startswith(mark):
            return name
    if b"\0" in first and not (first.count(0) * STRAY < len(first) and _fits(path, "utf-8")):
        even, odd = first[::2].count(0), first[1::2].count(0)
        guess = "utf-16-le" if odd > even else "utf-16-be"
        if max(even, odd) > 8 * min(even, odd) and _fits(path, guess):
            return guess
        raise WorkbookRefused("not_a_workbook")
    if set(first) - _ALLOWED - {0}:
        raise WorkbookRefused("not_a_workbook")
    found = next((name for name in ("utf-8", "gb18030") if _fits(path, name)), None)
    if found is None:
        raise WorkbookRefused("not_a_workbook")
    return found


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(file: TextIO) -> str:
    """The sign that parts most rows of the beginning into the same number of cells; `sep=;` in the first line decides."""
    sample = file.read(SAMPLE)
    file.seek(0)
    told = sample.partition("\n")[0].strip().strip('"').lower()
    if told.startswith("sep=") and len(told) == 5:
        file.readline()
        return told[-1]
    return max(SEPARATORS, key=lambda sign: _parting(sample if len(sample) < SAMPLE else sample.rpartition("\n")[0], sign))


def _parting(sample: str, sign: str) -> tuple[int, int]:
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=sign)
    widths = []
    try:
        for row in rows:
            widths.append(len(row))
            if len(widths) == SAMPLED_ROWS:
                break
    except csv.Error:
        return 0, 0
    parted = [width for width in widths if width > 1]
    width, times = Counter(parted).most_common(1)[0] if parted else (0, 0)
    return times, width


def _lines(file: TextIO) -> Iterator[str]:
    """The lines, one at a time and never more than a limited part of the file in memory."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise WorkbookRefused("too_much_text", limit=LONGEST_LINE)
        yield line.replace("\0", "")


def _checked(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise WorkbookRefused("too_many_rows", None, number + 1, letter(0), MOST_ROWS)
        if len(row) > MOST_COLUMNS and any(cell.strip() for cell in row[MOST_COLUMNS:]):
            raise WorkbookRefused("too_many_columns", None, number + 1, letter(MOST_COLUMNS), MOST_COLUMNS)
        yield [unguarded(cell) for cell in row[:MOST_COLUMNS]]
