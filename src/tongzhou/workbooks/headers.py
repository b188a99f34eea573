"""Which column means what: the header row is found by the names in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from zlib import crc32

from tongzhou.workbooks.cells import Sheet
from tongzhou.workbooks.plainsheets import letter
from tongzhou.workbooks.synonyms import HEADINGS, expand
from tongzhou.workbooks.text import in_brackets, key, plain, without_brackets

SEARCHED_ROWS = 40


class Field(StrEnum):
    """What a column of a task or tracking table can mean."""

    CODE = "code"
    SERIAL = "serial"
    LEVEL = "level"
    OUTLINE = "outline"
    PROJECT = "project"
    PHASE = "phase"
    NAME = "name"
    SUBTASK = "subtask"
    DEPARTMENT = "department"
    OWNER = "owner"
    SUPPORTERS = "supporters"
    SUPPORT_DEPARTMENTS = "support_departments"
    DEPUTY = "deputy"
    START = "start"
    FINISH = "finish"
    PERIOD = "period"
    DURATION = "duration"
    STANDARD = "standard"
    OUTPUT = "output"
    PREDECESSORS = "predecessors"
    RISK = "risk"
    REMARK = "remark"
    STATE = "state"
    PERCENT = "percent"
    ACTUAL_START = "actual_start"
    ACTUAL_FINISH = "actual_finish"
    UPDATED_BY = "updated_by"
    UPDATED_ON = "updated_on"
    NOTE = "note"
    MILESTONE = "milestone"
    URGENCY = "urgency"
    RESOURCE = "resource"
    QUANTITY = "quantity"
    UNIT = "unit"
    DONE_QUANTITY = "done_quantity"
    DEADLINE = "deadline"
    CONSTRAINT = "constraint"
    CONSTRAINT_DATE = "constraint_date"
    CALENDAR = "calendar"
    BASELINE_START = "baseline_start"
    BASELINE_FINISH = "baseline_finish"
    KEY = "key"


ACTUAL = {Field.START: Field.ACTUAL_START, Field.FINISH: Field.ACTUAL_FINISH}
NAMES = (Field.PROJECT, Field.PHASE, Field.NAME, Field.SUBTASK)


_BY_LABEL = {label: Field(meaning) for meaning, words in HEADINGS.items() for label in expand(words)}


@dataclass(frozen=True)
class Header:
    """A table's header. Rows count from 0; `columns`: the first column of each meaning; `hints`: what stood in brackets."""

    first_row: int
    last_row: int
    columns: dict[Field, int]
    labels: dict[int, str]
    hints: dict[Field, str] = field(default_factory=dict)

    @property
    def ignored(self) -> dict[int, str]:
        """Columns with a heading that means nothing to us, or the same as an earlier one."""
        used = set(self.columns.values())
        return {column: label for column, label in self.labels.items() if column not in used}


def field_of(label: str) -> Field | None:
    """What a heading means, or None. `完成时间(实际)` is the actual finish, `完成时间(计划)` the planned one."""
    text = key(label).strip("*:·•.,;")
    bare = key(without_brackets(plain(label))).strip("*:·•.,;")
    meaning = _BY_LABEL.get(text) or _BY_LABEL.get(bare) or _BY_LABEL.get(text.replace("(", "").replace(")", ""))
    return ACTUAL.get(meaning, meaning) if meaning and "实际" in in_brackets(plain(label)) else meaning


def find_header(sheet: Sheet) -> Header | None:
    """The row, or the pair of rows, in which most headings are known; None if nowhere two are, one of them naming something."""
    best: Header | None = None
    for row in range(min(len(sheet.rows), SEARCHED_ROWS)):
        for last in (row, row + 1):
            header = _read(sheet, row, last)
            if header is not None and (best is None or _weight(header) > _weight(best)):
                best = header
    return best


def header_at(sheet: Sheet, row: int) -> Header:
    """The header that somebody pointed at, whatever it says; one of two rows if it shows itself as such."""
    return _read(sheet, row, row + 1) or _read(sheet, row, row, pointed_at=True) or Header(row, row, {}, {})


def with_columns(header: Header, chosen: Mapping[int, str]) -> Header:
    """The header with the meanings that somebody chose for columns; "" leaves a column out."""
    columns = {meaning: column for meaning, column in header.columns.items() if column not in chosen}
    columns |= {Field(meaning): column for column, meaning in chosen.items() if meaning}
    labels = header.labels | {column: letter(column) for column in chosen if column not in header.labels}
    return replace(header, columns=columns, labels=labels)


def signature(sheet: Sheet, row: int) -> str:
    """Tells a heading row from others: the same headings in the same columns give the same text; "" for fewer than two."""
    texts = [f"{column}:{key(cell.text)}" for column, cell in sheet.filled(row)]
    return f"{crc32('|'.join(texts).encode('utf-8', 'surrogatepass')):08x}" if len(texts) > 1 else ""


def _weight(header: Header) -> tuple[int, int]:
    """Most headings win; with as many, one row wins over two (the upper one is then only a title)."""
    return len(header.columns), header.first_row - header.last_row


def _read(sheet: Sheet, first: int, last: int, *, pointed_at: bool = False) -> Header | None:
    if last != first and (last >= len(sheet.rows) or not _is_double(sheet, first)):
        return None
    width = max(len(sheet.rows[first]), len(sheet.rows[last]))
    columns: dict[Field, int] = {}
    labels: dict[int, str] = {}
    hints: dict[Field, str] = {}
    for column in range(width):
        label, meaning = _meaning(sheet, (first, last), column)
        if not label:
            continue
        labels[column] = label
        if meaning is not None and meaning not in columns:
            columns[meaning] = column
            hints[meaning] = in_brackets(plain(label))
    named = any(meaning in columns for meaning in NAMES)
    return Header(first, last, columns, labels, hints) if pointed_at or (named and len(columns) > 1) else None


def _is_double(sheet: Sheet, row: int) -> bool:
    """A heading of two rows shows itself by a merged cell that reaches over two columns, or down over two rows."""
    return any(merge.top == row and (merge.bottom == row + 1 or merge.right > merge.left) for merge in sheet.merges)


def _meaning(sheet: Sheet, rows: tuple[int, int], column: int) -> tuple[str, Field | None]:
    texts = []
    for row in dict.fromkeys(rows):
        cell = sheet.seen(row, column)
        if cell is not None and plain(cell.text) not in texts:
            texts.append(plain(cell.text))
    for label in ("".join(texts), *reversed(texts)):
        meaning = field_of(label)
        if meaning is not None:
            return " ".join(texts), meaning
    return " ".join(texts), None
