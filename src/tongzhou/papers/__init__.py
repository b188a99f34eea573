"""Papers: one description of a paper, rendered to html, docx and xlsx. Pure Python: no clock, no database, no settings."""

from tongzhou.papers.docx import to_docx
from tongzhou.papers.frozen import from_data, to_data
from tongzhou.papers.html import to_html
from tongzhou.papers.paper import (
    Bullets,
    Column,
    Entry,
    Fact,
    Fields,
    Figure,
    Figures,
    Letterhead,
    Linked,
    Meter,
    Meters,
    Opinion,
    Opinions,
    Paper,
    Place,
    Section,
    Signatures,
    Stamp,
    State,
    Table,
    Text,
)
from tongzhou.papers.render import CONTENT_TYPES, ENDINGS, Ending, render
from tongzhou.papers.xlsx import to_xlsx

__all__ = [
    "CONTENT_TYPES",
    "ENDINGS",
    "Bullets",
    "Column",
    "Ending",
    "Entry",
    "Fact",
    "Fields",
    "Figure",
    "Figures",
    "Letterhead",
    "Linked",
    "Meter",
    "Meters",
    "Opinion",
    "Opinions",
    "Paper",
    "Place",
    "Section",
    "Signatures",
    "Stamp",
    "State",
    "Table",
    "Text",
    "from_data",
    "render",
    "to_data",
    "to_docx",
    "to_html",
    "to_xlsx",
]
