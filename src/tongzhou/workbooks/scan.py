"""A streamed look at a file before anything is parsed: is it a workbook at all, and is it small enough to be read?

Nothing here keeps more than one chunk in memory, and every count stops at its limit.
"""

import os
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, NamedTuple
from xml.parsers import expat

from tongzhou.workbooks.glance import MOST_BYTES, Glance
from tongzhou.workbooks.plainsheets import column_of, letter
from tongzhou.workbooks.refusal import WorkbookRefused
from tongzhou.workbooks.textfile import ENDINGS

MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELLS = 600_000
MOST_AREA = 4_000_000  # rows × columns of the used range: the reader lays it out densely
MOST_FILE = 30 * 1024 * 1024
MOST_UNPACKED = 256 * 1024 * 1024
MOST_RATIO = 250
RATIO_COUNTS_FROM = 4 * 1024 * 1024  # small repetitive parts pack well and do no harm
MOST_PARTS = 2_000
MOST_INDENT = 250
MOST_STYLES = 65_536  # more than Excel itself allows
MOST_SMALL_PART = 4 * 1024 * 1024
CHUNK = 64 * 1024

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    NotImplementedError,
    KeyError,
    OSError,
    ValueError,
)
_BEGINS_AS_XML = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<\0?[?!A-Za-z]")
PERCENT_FORMATS = {9, 10}  # the two built-in number formats with a percent sign


class SheetScan:
    """What the scan saw of one sheet; cells are (row, column) from 0."""

    def __init__(self, name: str, part: str, hidden: bool) -> None:
        self.name, self.part, self.hidden = name, part, hidden
        self.rows = self.columns = 0
        self.percent: set[tuple[int, int]] = set()
        self.errors: set[tuple[int, int]] = set()
        self.formulas: set[tuple[int, int]] = set()  # those that do not say that their result is text
        self.indents: dict[tuple[int, int], int] = {}  # the steps by which Excel's format indents a cell


def scan(path: Path) -> list[SheetScan]:
    """Look over the xlsx file at `path`.

    :raises WorkbookRefused: with the reason, and the sheet, row and column where they are known.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _weigh(archive)
            sheets = _sheets(archive)
            styles = _styles(archive)
            for sheet in sheets:
                if not _glanced(archive, sheet, styles):
                    ruler = _Ruler(sheet, styles)
                    with archive.open(sheet.part) as stream:
                        _walk(stream, ruler.element, MOST_UNPACKED)
                    ruler.refuse_far_row()
            _refuse_bombs(archive)
            return sheets
    except DAMAGE as problem:
        raise WorkbookRefused("damaged") from problem


def kind_of(path: Path) -> str:
    """What the file is by its first bytes: "xlsx", "xls", "xml", or "text" where its name says that it is a text file.

    :raises WorkbookRefused: if it is empty, too big, protected, or nothing that is read here.
    """
    size = os.path.getsize(path)
    if size == 0:
        raise WorkbookRefused("empty_file")
    if size > MOST_FILE:
        raise WorkbookRefused("file_too_big", limit=MOST_FILE // 1024 // 1024)
    with path.open("rb") as stream:
        first = stream.read(64)
        if first.startswith(OLE):
            stream.seek(len(OLE))
            _look_into_compound(stream.read())
            return "xls"
    if first.startswith(b"PK"):
        return "xlsx"
    if path.suffix.lower() in ENDINGS:
        return "text"
    if _BEGINS_AS_XML.match(first):
        return "xml"
    raise WorkbookRefused("not_a_workbook")


def _look_into_compound(content: bytes) -> None:
    """Refuse what else comes in the container of the old Excel: encrypted workbooks, projects and other documents."""
    if b"MSProject." in content:
        raise WorkbookRefused("project_file")
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise WorkbookRefused("protected")
    others = ("WordDocument", "PowerPoint Document")
    if any(name.encode("utf-16-le") in content for name in others) and "Workbook".encode("utf-16-le") not in content:
        raise WorkbookRefused("other_office_file")


def _weigh(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise WorkbookRefused("too_many_parts", limit=MOST_PARTS)
    if any(part.flag_bits & 0x1 for part in parts):
        raise WorkbookRefused("protected")
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise WorkbookRefused("bomb", limit=MOST_UNPACKED // 1024 // 1024)
    names = set(archive.namelist())
    if names & {"word/document.xml", "ppt/presentation.xml", "xl/workbook.bin", "content.xml"}:
        raise WorkbookRefused("other_office_file")
    if "[Content_Types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        raise WorkbookRefused("not_a_workbook")


def _sheets(archive: zipfile.ZipFile) -> list[SheetScan]:
    workbook = next(name for name in archive.namelist() if name.endswith("workbook.xml"))
    folder, name = posixpath.split(workbook)
    targets: dict[str, str] = {}
    found: list[tuple[str, str, bool]] = []

    def relationship(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes["Target"]
            targets[attributes["Id"]] = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            key = next((value for one, value in attributes.items() if one.split(":")[-1] == "id"), "")
            found.append((attributes.get("name", ""), key, attributes.get("state", "visible") != "visible"))

    with archive.open(f"{folder}/_rels/{name}.rels".lstrip("/")) as stream:
        _walk(stream, relationship, MOST_SMALL_PART)
    with archive.open(workbook) as stream:
        _walk(stream, sheet, MOST_SMALL_PART)
    sheets = [SheetScan(name, posixpath.normpath(targets[key]), hidden) for name, key, hidden in found if key in targets]
    if not sheets:
        raise WorkbookRefused("no_sheet")
    return sheets


class Styles(NamedTuple):
    """What the cell styles say that matters here, by their index as the sheets write it."""

    percent: frozenset[str]
    indents: Mapping[str, int]


def _styles(archive: zipfile.ZipFile) -> Styles:
    """The styles whose number format shows a percent sign, and those that indent."""
    part = next((name for name in archive.namelist() if name.endswith("styles.xml")), None)
    formats = set(PERCENT_FORMATS)
    numbers: list[int] = []
    indents: dict[str, int] = {}
    inside = [False]

    def style(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt" and "%" in attributes.get("formatCode", ""):
            formats.add(int(attributes["numFmtId"]))
        elif tag in {"cellXfs", "cellStyles", "dxfs"}:
            inside[0] = tag == "cellXfs"
        elif tag == "xf" and inside[0]:
            if len(numbers) >= MOST_STYLES:
                raise WorkbookRefused("bomb", limit=MOST_UNPACKED // 1024 // 1024)
            numbers.append(int(attributes.get("numFmtId", 0)))
        elif tag == "alignment" and inside[0] and numbers and (steps := min(int(attributes.get("indent", 0)), MOST_INDENT)):
            indents[str(len(numbers) - 1)] = steps

    if part is not None:
        with archive.open(part) as stream:
            _walk(stream, style, MOST_SMALL_PART * 4)
    return Styles(frozenset(str(index) for index, number in enumerate(numbers) if number in formats), indents)


def _glanced(archive: zipfile.ZipFile, sheet: SheetScan, styles: Styles) -> bool:
    """Whether the sheet is within all limits at first sight; if not, the ruler finds the cell that is to be named."""
    if archive.getinfo(sheet.part).file_size > MOST_BYTES:
        return False
    with archive.open(sheet.part) as stream:
        content = stream.read(MOST_BYTES + 1)
    seen = Glance(content)
    if len(content) > MOST_BYTES or not seen.clear or seen.rows > MOST_ROWS or seen.columns > MOST_COLUMNS:
        return False
    if seen.cells > MOST_CELLS or seen.rows * seen.columns > MOST_AREA:
        return False
    sheet.rows, sheet.columns, sheet.formulas, sheet.errors = seen.rows, seen.columns, seen.formulas, seen.errors()
    for place, style in seen.styled(styles.percent | styles.indents.keys()):
        if style in styles.percent:
            sheet.percent.add(place)
        if style in styles.indents:
            sheet.indents[place] = styles.indents[style]
    return True


class _Ruler:
    """Measures one sheet while its elements pass by, and refuses as soon as a limit is crossed."""

    def __init__(self, sheet: SheetScan, styles: Styles) -> None:
        self.sheet = sheet
        self.styles = styles
        self.row = -1
        self.column = -1
        self.cells = 0
        self.text_result = False

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._cell(attributes)
        elif tag == "f" and not self.text_result:
            self.sheet.formulas.add((self.row, self.column))
        elif tag == "row":
            self.refuse_far_row()
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1

    def refuse_far_row(self) -> None:
        """Refuse a row beyond the limit once it is known to hold no cell: a cell in it is refused with its column."""
        if self.row >= MOST_ROWS:
            raise WorkbookRefused("too_many_rows", self.sheet.name, self.row + 1, letter(0), MOST_ROWS)

    def _cell(self, attributes: dict[str, str]) -> None:
        self.cells += 1
        place = attributes.get("r")
        if place is None:
            self.column += 1
        else:
            digits = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            self.row, self.column = int(digits) - 1, column_of(place[: -len(digits)])
        sheet = self.sheet
        sheet.rows, sheet.columns = max(sheet.rows, self.row + 1), max(sheet.columns, self.column + 1)
        if self.row < MOST_ROWS and self.column >= MOST_COLUMNS:
            raise WorkbookRefused("too_many_columns", sheet.name, self.row + 1, letter(self.column), MOST_COLUMNS)
        if self.row >= MOST_ROWS:
            raise WorkbookRefused("too_many_rows", sheet.name, self.row + 1, letter(self.column), MOST_ROWS)
        if self.cells > MOST_CELLS or sheet.rows * sheet.columns > MOST_AREA:
            raise WorkbookRefused("too_many_cells", sheet.name, self.row + 1, letter(self.column), MOST_CELLS)
        style = attributes.get("s", "")
        if style in self.styles.percent:
            sheet.percent.add((self.row, self.column))
        if style in self.styles.indents:
            sheet.indents[self.row, self.column] = self.styles.indents[style]
        self.text_result = attributes.get("t") == "str"
        if attributes.get("t") == "e":
            sheet.errors.add((self.row, self.column))


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    """Comes after the measuring: whoever looks for one cell too far away is told so, not that a part packs too well."""
    for part in archive.infolist():
        if part.file_size > RATIO_COUNTS_FROM and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            raise WorkbookRefused("bomb", limit=MOST_UNPACKED // 1024 // 1024)


def _walk(stream: IO[bytes], on_element: Callable[[str, dict[str, str]], None], limit: int) -> None:
    """Call back for every start tag, without name space, reading at most `limit` bytes; a document type is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    known: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        on_element(known.setdefault(tag, tag.rsplit(":", maxsplit=1)[-1]), attributes)

    def doctype(*_: object) -> None:
        raise WorkbookRefused("unsafe_xml")

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    read = 0
    while chunk := stream.read(CHUNK):
        read += len(chunk)
        if read > limit:
            raise WorkbookRefused("bomb", limit=limit // 1024 // 1024)
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
