"""Paper → docx: A4, Chinese typefaces on every run, heads and feet on every page, table heads that repeat.

Written as WordprocessingML (ECMA-376, 5th edition, part 1) of our own: the same paper gives the same bytes, and a table of
sixty rows takes milliseconds.
"""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO

from tongzhou.papers.docx.body import body
from tongzhou.papers.docx.frame import Frame, foot, head
from tongzhou.papers.docx.parts import FIXED, core, relations
from tongzhou.papers.paper import Paper
from tongzhou.papers.qr import qr_picture
from tongzhou.papers.wording import printed

__all__ = ["to_docx"]

FIRST_DAY = date(2000, 1, 1)


def to_docx(paper: Paper) -> bytes:
    """Return the paper as a Word document. The same paper gives the same bytes."""
    qr = qr_picture(printed(paper.stamp.address), "png")
    frame = Frame(paper)
    pictures = {"logo": paper.letterhead.logo, "qr": qr}
    parts = FIXED | {
        "docProps/core.xml": core(printed(paper.title)[:255], paper.dated or FIRST_DAY),
        "word/document.xml": body(paper, frame, qr),
        "word/header1.xml": head(paper, frame),
        "word/footer1.xml": foot(paper, frame),
        "word/_rels/document.xml.rels": relations(("qr",) if qr else (), main=True),
        "word/_rels/header1.xml.rels": relations(("logo",) if paper.letterhead.logo else ()),
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(_entry(name), text.encode())
        for name, content in pictures.items():
            if content:
                archive.writestr(_entry(f"word/media/{name}.png"), content)
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """Return a place in the archive that carries no clock."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
    return entry
