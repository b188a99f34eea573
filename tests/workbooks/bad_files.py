"""Files that must not be read: builders by name, with the reason, sheet, row and column that are to be told."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = '<Relationships xmlns="{}"><Relationship Id="rId1" Type="{}" Target="{}"/></Relationships>'
ROOT_RELS = RELS.format(PACKAGE, f"{OFFICE}/officeDocument", "xl/workbook.xml")
BOOK_RELS = RELS.format(PACKAGE, f"{OFFICE}/worksheet", "worksheets/sheet1.xml")
BOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="计划" sheetId="1" r:id="rId1"/></sheets></workbook>'


def book_of(path: Path, sheet: bytes | Iterable[bytes]) -> Path:
    """A workbook of one sheet 计划 with the given XML; large ones come in pieces, as a child begins with its parent's peak."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", ROOT_RELS)
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", BOOK_RELS)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for piece in sheet if not isinstance(sheet, bytes) else [sheet]:
                part.write(piece)
    return path


def sheet_of(rows: bytes, dimension: str = "A1:B2", before: bytes = b"") -> bytes:
    head = f'<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/><sheetData>'.encode()
    return b'<?xml version="1.0" encoding="UTF-8"?>' + before + head + rows + b"</sheetData></worksheet>"


def _empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def _text(path: Path) -> Path:
    path.write_text("编号,任务\n1,甲\n", encoding="utf-8")
    return path


def _picture(path: Path) -> Path:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 1000)
    return path


def _word(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("word/document.xml", "<w/>")
    return path


def _zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return path


def _cut(path: Path) -> Path:
    content = book_of(path, sheet_of(b'<row r="1"><c r="A1"><v>1</v></c></row>')).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def _broken_xml(path: Path) -> Path:
    return book_of(path, b"<worksheet><sheetData><row r='1'><c r='A1'></row>")


def _protected(path: Path) -> Path:
    path.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 1016 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600)
    return path


def _old_excel(path: Path) -> Path:
    path.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 1016 + "Workbook".encode("utf-16-le") + b"\0" * 600)
    return path


def _bomb(path: Path) -> Path:
    """300 MB of spaces, packed into 300 KB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("xl/workbook.xml", BOOK)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(b" " * 1024 * 1024)
    return path


def _shared_text_bomb(path: Path) -> Path:
    """One text of 100 MB."""
    book_of(path, sheet_of(b'<row r="1"><c r="A1" t="s"><v>0</v></c></row>'))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sharedStrings.xml", "w") as part:
        part.write(f'<sst xmlns="{MAIN}"><si><t>'.encode())
        for _ in range(100):
            part.write(b"x" * 1024 * 1024)
        part.write(b"</t></si></sst>")
    return path


def _laughs(path: Path) -> Path:
    doctype = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    return book_of(path, sheet_of(b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>', before=doctype))


def _far_cell(path: Path) -> Path:
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return book_of(path, sheet_of(rows, "A1:XFD1048576"))


def _far_column(path: Path) -> Path:
    return book_of(path, sheet_of(b'<row r="3"><c r="XFD3"><v>1</v></c></row>'))


def _styled_rows(path: Path) -> Path:
    def pieces() -> Iterable[bytes]:
        yield sheet_of(b"").removesuffix(b"</sheetData></worksheet>")
        for first in range(1, 1_000_001, 10_000):
            rows = range(first, first + 10_000)
            yield b"".join(b'<row r="%d" s="1" customFormat="1"><c r="A%d" s="1"/></row>' % (row, row) for row in rows)
        yield b"</sheetData></worksheet>"

    return book_of(path, pieces())


def _bare_rows(path: Path) -> Path:
    return book_of(path, sheet_of(b'<row r="999999" s="1" customFormat="1"/><row r="1000000" s="1" customFormat="1"/>'))


def _wide_and_long(path: Path) -> Path:
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="99999"><c r="GR99999"><v>1</v></c></row>'
    return book_of(path, sheet_of(rows))


def _many_cells(path: Path) -> Path:
    row = b"<c><v>1</v></c>" * 150
    return book_of(path, sheet_of(b"".join(b"<row>" + row + b"</row>" for _ in range(6_000))))


def _many_styles(path: Path) -> Path:
    book_of(path, sheet_of(b'<row r="1"><c r="A1"><v>1</v></c></row>'))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        styles = '<xf numFmtId="9"/>' * 100_000
        archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><cellXfs>{styles}</cellXfs></styleSheet>')
    return path


def _laid_over_each_other(path: Path) -> Path:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(1, 50_001))
    merges = b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 200 + b"</mergeCells></worksheet>"
    return book_of(path, sheet_of(rows).removesuffix(b"</sheetData></worksheet>") + merges)


CASES: dict[str, tuple[Callable[[Path], Path], str, str | None, int | None, str | None]] = {
    "0 bytes": (_empty, "empty_file", None, None, None),
    "text": (_text, "not_a_workbook", None, None, None),
    "picture": (_picture, "not_a_workbook", None, None, None),
    "other zip": (_zip, "not_a_workbook", None, None, None),
    "word": (_word, "other_office_file", None, None, None),
    "cut off": (_cut, "damaged", None, None, None),
    "broken xml": (_broken_xml, "damaged", None, None, None),
    "password": (_protected, "protected", None, None, None),
    "broken xls": (_old_excel, "damaged", None, None, None),
    "zip bomb": (_bomb, "bomb", None, None, None),
    "text bomb": (_shared_text_bomb, "bomb", None, None, None),
    "laughs": (_laughs, "unsafe_xml", None, None, None),
    "XFD1048576": (_far_cell, "too_many_rows", "计划", 1_048_576, "XFD"),
    "XFD3": (_far_column, "too_many_columns", "计划", 3, "XFD"),
    "a million styled rows": (_styled_rows, "too_many_rows", "计划", 100_001, "A"),
    "far rows without a cell": (_bare_rows, "too_many_rows", "计划", 999_999, "A"),
    "wide and long": (_wide_and_long, "too_many_cells", "计划", 99_999, "GR"),
    "many cells": (_many_cells, "too_many_cells", "计划", 4_001, "A"),
    "many styles": (_many_styles, "bomb", None, None, None),
    "merges over each other": (_laid_over_each_other, "too_many_cells", "计划", 1, "A"),
}
