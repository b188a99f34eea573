"""Papers: one description of a paper, rendered to html and xlsx. Pure Python: no clock, no database, no settings."""

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
    "to_html",
    "to_xlsx",
]
