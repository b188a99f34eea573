"""A paper as a PDF, with the typeface that the product ships; a few at once, the others are asked to come again."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from tongzhou.lib.access import Busy, Refused
from tongzhou.papers import Paper
from tongzhou.papers.drawing import Crowded, place_to_draw
from tongzhou.papers.pdf import paper_to_pdf
from tongzhou.papers.typeset import NotDrawn

TYPEFACES: Path = settings.PACKAGE / "static" / "dist" / "typefaces"


def pdf_of(paper: Paper) -> bytes:
    """Return the paper as a PDF.

    :raises Refused: if it cannot be set; Busy if too many are being set.
    """
    try:
        with place_to_draw():
            return paper_to_pdf(paper, TYPEFACES)
    except Crowded as error:
        raise Busy("drawing-busy", _("Other papers are being set. Try again in a moment.")) from error
    except NotDrawn as error:
        raise Refused("not-drawn", _("The paper could not be set as a PDF.")) from error
