"""Papers: one description of a paper, rendered to html, docx and xlsx. Pure Python: no clock, no database, no settings."""

from tongzhou.papers.docx import to_docx
from tongzhou.papers.frozen import from_data, to_data
from tongzhou.papers.html import to_html
from tongzhou.papers.paper import (
    Bullets,
    Column,
    Entry,
    Fact,
    Figure,
    Figures,
    Linked,
    Meter,
    Meters,
    Paper,
    Place,
    Section,
    Signatures,
    State,
    Table,
    Text,
)
from tongzhou.papers.xlsx import to_xlsx

__all__ = [
    "Bullets",
    "Column",
    "Entry",
    "Fact",
    "Figure",
    "Figures",
    "Linked",
    "Meter",
    "Meters",
    "Paper",
    "Place",
    "Section",
    "Signatures",
    "State",
    "Table",
    "Text",
    "from_data",
    "to_data",
    "to_docx",
    "to_html",
    "to_xlsx",
]
