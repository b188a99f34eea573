"""The hidden mark of an exported row: which task it is, where it stood, and a fingerprint of each cell.

A cell whose fingerprint still fits was not touched: whatever the plan says of it by now stays.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from zlib import crc32

from tongzhou.workbooks.cells import Cell
from tongzhou.workbooks.headers import Field
from tongzhou.workbooks.predecessors import parse, split
from tongzhou.workbooks.values import parse_duration, parse_percent

_FIELDS = (
    Field.CODE, Field.NAME, Field.DEPARTMENT, Field.OWNER, Field.DEPUTY, Field.SUPPORTERS, Field.SUPPORT_DEPARTMENTS,
    Field.START, Field.FINISH, Field.DURATION, Field.PREDECESSORS, Field.MILESTONE, Field.URGENCY, Field.STATE, Field.PERCENT,
    Field.ACTUAL_START, Field.ACTUAL_FINISH, Field.STANDARD, Field.OUTPUT, Field.RISK, Field.RESOURCE, Field.QUANTITY,
    Field.UNIT, Field.DONE_QUANTITY, Field.DEADLINE, Field.REMARK, Field.UPDATED_BY, Field.UPDATED_ON, Field.NOTE,
    Field.CONSTRAINT, Field.CONSTRAINT_DATE, Field.CALENDAR,
)  # fmt: skip
_LETTERS = dict(zip("abcdefghijklmnopqrstuvwxyzABCDEF", _FIELDS, strict=False))
STAMPED = frozenset(_FIELDS)
_OF = {meaning: letter for letter, meaning in _LETTERS.items()}
_STAMP = re.compile(
    r"TZ\.(?P<tag>[0-9a-f]{8})\.(?P<item>\d{1,18})\.(?P<parent>\d{1,18})\.(?P<level>\d{1,3})\.(?P<place>\d{1,7})\.(?P<marks>(?:[A-Za-z][0-9a-f]{6})*)"
)
MARK = 7  # characters of the fingerprint of a cell with its letter


@dataclass(frozen=True)
class Stamp:
    """A row as it was exported: the task's id, its parent's (0: none), its level from 0, its place among all rows."""

    tag: str
    item: int
    parent: int
    level: int
    place: int
    marks: Mapping[Field, str] = field(default_factory=dict)

    def untouched(self, meaning: Field, cell: Cell | None) -> bool:
        """Whether the cell says what was exported."""
        mark = self.marks.get(meaning)
        return mark is not None and mark == fingerprint(meaning, cell)


def tag_of(*parts: object) -> str:
    """Tell one project of one installation from all others."""
    return f"{crc32('|'.join(map(str, parts)).encode()):08x}"


def fingerprint(meaning: Field, cell: Cell | None) -> str:
    """The fingerprint of what a cell says; spelling that the formats change on their way does not count."""
    text = "" if cell is None else cell.text.replace("\r\n", "\n").replace("\r", "\n").strip()
    spelled = _SPELLED.get(meaning)
    if spelled is not None and text and cell is not None:
        text = spelled(cell)
    return f"{crc32(text.encode('utf-8', 'surrogatepass')) & 0xFFFFFF:06x}"


def _share(cell: Cell) -> str:
    """Nothing done is nothing said."""
    share = parse_percent(cell).value
    return cell.text if share is None else str(share or "")


def _span(cell: Cell) -> str:
    minutes = parse_duration(cell).value
    return cell.text if minutes is None else str(minutes)


def _links(cell: Cell) -> str:
    """Links in one spelling, whatever stands between them."""
    found = [parse(part) for part in split(cell.text)]
    return ";".join(sorted(f"{one.ref}|{one.kind}|{one.lag}|{one.elapsed}|{one.within}" for one in found))


_SPELLED = {Field.PERCENT: _share, Field.DURATION: _span, Field.PREDECESSORS: _links}


def write_stamp(stamp: Stamp) -> str:
    """The stamp as text; `read_stamp` is the reverse."""
    marks = "".join(_OF[meaning] + mark for meaning, mark in stamp.marks.items() if meaning in _OF)
    return f"TZ.{stamp.tag}.{stamp.item}.{stamp.parent}.{stamp.level}.{stamp.place}.{marks}"


def read_stamp(cell: Cell | None) -> Stamp | None:
    """The stamp in a cell, None where it holds none."""
    return read_stamp_text(cell.text) if cell is not None and cell.kind == "text" else None


def read_stamp_text(written: str) -> Stamp | None:
    """The stamp that a text is, None if it is none."""
    found = _STAMP.fullmatch(written.strip())
    if found is None:
        return None
    text = found["marks"]
    pieces = (text[at : at + MARK] for at in range(0, len(text), MARK))
    marks = {_LETTERS[piece[0]]: piece[1:] for piece in pieces if piece[0] in _LETTERS}
    item, parent, level, place = (int(found[name]) for name in ("item", "parent", "level", "place"))
    return Stamp(found["tag"], item, parent, level, place, marks)
