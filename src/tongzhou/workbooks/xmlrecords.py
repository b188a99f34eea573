"""An XML file as records, read as a stream: nothing is expanded, nothing is fetched, and what nobody asked for is not kept."""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import Any
from xml.parsers import expat

from tongzhou.workbooks.refusal import WorkbookRefused

Record = dict[str, Any]
"""Texts by the tags of leaves, lists of records by the tags of records."""

CHUNK = 64 * 1024
MOST_RECORDS = 400_000
MOST_DEPTH = 100
LONGEST_KEPT = 10_001  # characters of one text: one more than a cell may have, so that it is told
_MARKS = {codecs.BOM_UTF8: "", codecs.BOM_UTF16_LE: "", codecs.BOM_UTF16_BE: ""}
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_NATIVE = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1"}
# A declaration that can be read byte by byte is not in UTF-16, whatever it says of itself.
_DECODED = {"utf-16": "utf-8", "utf16": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030"} | {
    name: name for name in ("gb18030", "big5", "big5-hkscs", "shift_jis", "euc-jp", "euc-kr", "koi8-r")
}  # fmt: skip
_SINGLE = re.compile(r"(?:windows-|cp)125\d|iso-8859-\d{1,2}")


class _Collector:
    """Keeps the wanted leaves of the wanted records; containers are looked through, anything else is passed over."""

    def __init__(self, root: str, wanted: Mapping[str, Set[str]], containers: Set[str]) -> None:
        self.root, self.wanted, self.containers = root, wanted, containers
        self.found: Record = {}
        self.stack: list[tuple[Record, Set[str]] | None] = []
        self.texts: list[str] | None = None
        self.leaf = ""
        self.records = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        tag = tag.rsplit(":", 1)[-1]
        if not self.stack:
            if tag != self.root:
                raise WorkbookRefused("not_a_project")
            self.stack.append((self.found, self.wanted[tag]))
            return
        if len(self.stack) >= MOST_DEPTH:
            raise WorkbookRefused("damaged")
        above = self.stack[-1]
        if above is None or tag in self.containers:
            self.stack.append(above)
        elif tag in self.wanted:
            self.stack.append((self._record(above[0], tag), self.wanted[tag]))
        else:
            self.texts, self.leaf = ([], tag) if tag in above[1] else (None, "")
            self.stack.append(None)

    def _record(self, above: Record, tag: str) -> Record:
        self.records += 1
        if self.records > MOST_RECORDS:
            raise WorkbookRefused("too_many_parts", limit=MOST_RECORDS)
        made: Record = {}
        above.setdefault(tag, []).append(made)
        return made

    def text(self, text: str) -> None:
        if self.texts is not None:
            self.texts.append(text)

    def end(self, tag: str) -> None:
        closed = self.stack.pop()
        above = self.stack[-1] if self.stack else None
        if closed is None and above is not None and self.texts is not None and tag.rsplit(":", 1)[-1] == self.leaf:
            above[0].setdefault(self.leaf, "".join(self.texts)[:LONGEST_KEPT])
            self.texts = None


def read_records(path: Path, root: str, wanted: Mapping[str, Set[str]], containers: Set[str]) -> Record:
    """The record of the root element of a file, as `records_of` has it; the encoding is that of its mark or declaration.

    :raises WorkbookRefused: as `records_of`.
    """
    encoding = _foreign_encoding(path)
    return records_of(_chunks(path, encoding), root, wanted, containers, is_utf8=bool(encoding))


def records_of(
    chunks: Iterable[bytes], root: str, wanted: Mapping[str, Set[str]], containers: Set[str], *, is_utf8: bool = False
) -> Record:
    """The record of the root element, with the leaves and records that are wanted.

    :param wanted: the tags of records, the root among them, each with the tags of the leaves that are kept.
    :param containers: tags of elements that only hold records; these count as lying in the record around them.
    :param is_utf8: whether the chunks are UTF-8 whatever the file says of itself.
    :raises WorkbookRefused: not_a_project for another root, unsafe_xml for a document type, damaged, too_many_parts.
    """
    collector = _Collector(root, wanted, containers)
    parser = expat.ParserCreate("utf-8" if is_utf8 else None)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = collector.start, collector.end
    parser.CharacterDataHandler = collector.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as problem:
        raise WorkbookRefused("damaged" if collector.stack or collector.found else "not_a_project") from problem
    return collector.found


def _refuse_doctype(*_: object) -> None:
    raise WorkbookRefused("unsafe_xml")


def _foreign_encoding(path: Path) -> str:
    """The declared encoding where the parser does not know it itself (GBK, Big5 …), else ""."""
    with path.open("rb") as file:
        head = file.read(300)
    if any(head.startswith(mark) for mark in _MARKS):
        return ""
    found = _DECLARED.match(head.lstrip())
    declared = found[1].decode("ascii").lower() if found else "utf-8"
    if declared in _NATIVE:
        return ""
    known = _DECODED.get(declared) or (declared if _SINGLE.fullmatch(declared) else "")
    if not known:
        raise WorkbookRefused("damaged")
    return known


def _chunks(path: Path, encoding: str) -> Iterator[bytes]:
    with path.open("rb") as file:
        if not encoding:
            while chunk := file.read(CHUNK):
                yield chunk
            return
        decoder = codecs.getincrementaldecoder(encoding)()
        while chunk := file.read(CHUNK):
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
