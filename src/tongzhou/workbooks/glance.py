"""Measures a whole sheet at once if it is written as all programs write it; what is unusual is left to the ruler."""

import re

from tongzhou.workbooks.plainsheets import column_of

MOST_BYTES = 48 * 1024 * 1024  # of a part that is held in memory at once
HEAD = 2_000
_UNUSUAL = re.compile(rb"<(?:!|(?:c|row)[\t\r\n/>])")
_PREFIXED = re.compile(rb":(?:c|row|f)[\s/>]")
_PLACES = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"')
_CAPITALS, _DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"
_ROWS = re.compile(rb'<row r="(\d{1,7})"')
_FORMULA = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*)>\s*<f[\s/>]')
_IS_FORMULA = re.compile(rb"<f[\s/>]")
_ERROR = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]* t="e"')
Place = tuple[int, int]


class Glance:
    """The size of a sheet and its special cells, (row, column) from 0. `clear`: False where the XML is written unusually."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.cells = content.count(b"<c ")
        places, rows = _PLACES.findall(content), _ROWS.findall(content)
        together = b" ".join(places)
        letters, numbers = together.translate(None, _DIGITS).split(), together.translate(None, _CAPITALS).split()
        self.columns = max((column_of(one.decode()) + 1 for one in set(letters)), default=0)
        self.rows = max(map(int, {*numbers, *rows}), default=0)
        counted = len(places) == self.cells and len(rows) == content.count(b"<row ")
        self.clear = counted and _is_plain(content)
        if self.clear:
            found = [(_place(one[1], one[2]), one[3]) for one in _FORMULA.finditer(content)]
            self.clear = len(found) == sum(1 for _ in _IS_FORMULA.finditer(content))
            self.formulas = {place for place, attributes in found if b't="str"' not in attributes}

    def errors(self) -> set[Place]:
        """The cells that hold an error."""
        return {_place(one[1], one[2]) for one in _ERROR.finditer(self.content)} if b't="e"' in self.content else set()

    def styled(self, styles: frozenset[str]) -> list[tuple[Place, str]]:
        """The cells with one of the styles, each with its style."""
        if not styles:
            return []
        wanted = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]* s="(' + "|".join(sorted(styles)).encode() + rb')"')
        return [(_place(one[1], one[2]), one[3].decode()) for one in wanted.finditer(self.content)]


def _is_plain(content: bytes) -> bool:
    """Whether the XML is UTF-8 without document type, comments or prefixes."""
    head = content[:HEAD]
    told = head.split(b"?>", 1)[0].lower() if head.startswith(b"<?xml") else b""
    known = b"\0" not in head and b"<worksheet" in head and (b"encoding" not in told or b'"utf-8"' in told)
    return known and _UNUSUAL.search(content) is None and _PREFIXED.search(content) is None


def _place(letters: bytes, number: bytes) -> Place:
    return int(number) - 1, column_of(letters.decode())
