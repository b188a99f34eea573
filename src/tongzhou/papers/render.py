"""Paper → file: one way in for every format that a paper can be had in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from tongzhou.papers.paper import Paper

Ending = Literal["html", "docx", "xlsx", "pdf"]
ENDINGS: tuple[Ending, ...] = ("html", "docx", "xlsx", "pdf")
CONTENT_TYPES: dict[Ending, str] = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def render(paper: Paper, ending: Ending, fonts: Path) -> bytes:
    """Return the paper as a file of one of ENDINGS. `fonts`: the folder of our typefaces, needed for pdf.

    The same paper gives the same bytes. Each format's library is loaded when it is first asked for.

    :raises NotDrawn: if a pdf takes too long or cannot be set.
    :raises ValueError: if there is no such ending.
    """
    if ending == "html":
        from tongzhou.papers.html_file import to_document

        return to_document(paper)
    if ending == "docx":
        from tongzhou.papers.docx import to_docx

        return to_docx(paper)
    if ending == "xlsx":
        from tongzhou.papers.xlsx import to_xlsx

        return to_xlsx(paper)
    if ending == "pdf":
        from tongzhou.papers.pdf import paper_to_pdf

        return paper_to_pdf(paper, fonts)
    raise ValueError(f"papers cannot be had as {ending}")
