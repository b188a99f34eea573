"""Reads: a paper as it is handed out: with letterhead, number, code and signatures; and what of it counts as its content."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import replace
from typing import Any, cast

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.documents.models import IssuedPaper, Letterhead
from tongzhou.documents.queries.codes import address_of, printed
from tongzhou.documents.queries.signing import signature_rows
from tongzhou.lib.access import Busy, Refused
from tongzhou.lib.pdf import TYPEFACES
from tongzhou.lib.reading import read_once
from tongzhou.papers import Letterhead as Head
from tongzhou.papers import Opinions, Paper, Section, Stamp, Table, from_data, to_data
from tongzhou.papers.drawing import Crowded, place_to_draw
from tongzhou.papers.render import Ending, render
from tongzhou.papers.typeset import NotDrawn
from tongzhou.projects.queries.numbers import organisation
from tongzhou.signoffs.models import Sheet

MOST_ROWS = 5000
"""Of a table in a pdf: about five seconds, and some three hundred pages."""


def content_of(paper: Paper) -> bytes:
    """Return what a paper says as bytes: canonical JSON, without letterhead, stamp and what the signature block holds."""
    return _canonical(_with_opinions(paper, Opinions(())))


def kept_of(paper: Paper) -> bytes:
    """Return what the register keeps of a paper: its content, with the rows that were left to be signed by hand."""
    return _canonical(paper)


def _canonical(paper: Paper) -> bytes:
    return _dumped(to_data(replace(paper, letterhead=Head(), stamp=Stamp())))


def _dumped(data: Any) -> bytes:
    # Names are ASCII, numbers whole or texts but for the widths of columns: so this is the canonical form.
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def packed(content: bytes) -> bytes:
    return zlib.compress(content, 6)


def paper_again(issued: IssuedPaper) -> Paper:
    """Return what a paper of the register says.

    :raises Refused: if that is not what was handed out.
    """
    try:
        data = json.loads(zlib.decompress(bytes(issued.content)).decode("utf-8", "surrogatepass"))
        holds = digest_of(_dumped(_without_opinions(data))) == issued.digest
    except (zlib.error, ValueError, TypeError, KeyError, AttributeError):
        holds = False
    if not holds:
        raise Refused(
            "register-changed",
            _("What the register keeps of this paper was changed, so it is not handed out. Tell the administrator."),
        )
    found: Paper = from_data(data)
    return found


def _without_opinions(data: Any) -> Any:
    """Return a paper as JSON as `content_of` has it: as it was kept, for papers may have gained parts since."""
    empty: dict[str, Any] = {Opinions.__name__: {"rows": []}}
    parts = data["sections"]
    sections = [part | {"blocks": [one | empty.get(one["is"], {}) for one in part["blocks"]]} for part in parts]
    return data | {"sections": sections}


def letterhead() -> Letterhead:
    """Return the organisation's letterhead; an unsaved one where nobody has set any. One query a request."""
    return read_once("paper-letterhead", lambda: Letterhead.objects.filter(pk=1).first() or Letterhead(pk=1))


def head_of(row: Letterhead) -> Head:
    """Return a letterhead as papers know it: without a name of its own it has the organisation's."""
    return Head(row.organisation or organisation().name, bytes(row.logo), row.header)


def stamp_of(number: str, code: str) -> Stamp:
    words = _("Scan the code, or type it at the address beside it, to check this paper against the register.")
    return Stamp(number=number, code=printed(code), address=address_of(code), words=words)


def dressed(paper: Paper, issued: IssuedPaper, sheet: Sheet | None) -> Paper:
    """Return a paper with the organisation's letterhead, its number and code, and the signatures of its sheet."""
    # A paper speaks the organisation's language, whoever takes it along.
    with translation.override(settings.LANGUAGE_CODE):
        if sheet is not None:
            paper = _with_opinions(paper, signature_rows(sheet), heading=_("Signatures"))
        return replace(paper, letterhead=head_of(letterhead()), stamp=stamp_of(issued.number, issued.code))


def check_length(paper: Paper, ending: str) -> None:
    """Refuse a PDF of a table that is too long for one."""
    rows = max((len(block.rows) for part in paper.sections for block in part.blocks if isinstance(block, Table)), default=0)
    if ending == "pdf" and rows > MOST_ROWS:
        words = {"rows": rows, "most": MOST_ROWS}
        raise Refused(
            "too-many-rows",
            _("The table has %(rows)s rows; a PDF holds at most %(most)s. Take the workbook: it has all of them.") % words,
        )


def rendered(paper: Paper, ending: str) -> bytes:
    """Return a paper as a file.

    :raises Refused: if it cannot be set, or has too many rows for a PDF; Busy if too many are being set.
    """
    check_length(paper, ending)
    try:
        if ending != "pdf":
            return render(paper, cast("Ending", ending), TYPEFACES)
        with place_to_draw():
            return render(paper, cast("Ending", ending), TYPEFACES)
    except Crowded as error:
        raise Busy("drawing-busy", _("Other papers are being set. Try again in a moment.")) from error
    except NotDrawn as error:
        raise Refused("not-drawn", _("The paper could not be set as a PDF.")) from error


def _with_opinions(paper: Paper, rows: Opinions, heading: str = "") -> Paper:
    """Return a paper whose blocks of opinions are these; with a heading they get a section at the end where there is none."""
    found = any(isinstance(block, Opinions) for section in paper.sections for block in section.blocks)
    if not found:
        return replace(paper, sections=(*paper.sections, Section(heading, (rows,)))) if heading else paper
    sections = (
        replace(
            section,
            blocks=tuple(
                replace(rows, labels=block.labels) if isinstance(block, Opinions) else block for block in section.blocks
            ),
        )
        for section in paper.sections
    )
    return replace(paper, sections=tuple(sections))
