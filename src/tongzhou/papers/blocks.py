"""Which maker of a format makes which block. On paper, strips of numbers are forms and meters are tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from tongzhou.papers.paper import Block, Bullets, Fields, Figures, Meters, Opinions, Signatures, Table, Text
from tongzhou.papers.values import as_table, figure_fields

Made = TypeVar("Made")


class Maker(ABC, Generic[Made]):
    """Makes each block of a paper in its format."""

    def block(self, block: Block) -> Made:
        """Return the block as this format shows it."""
        match block:
            case Figures():
                return self.fields(figure_fields(block))
            case Meters():
                return self.table(as_table(block))
            case Table():
                return self.table(block)
            case Fields():
                return self.fields(block)
            case Text():
                return self.text(block)
            case Bullets():
                return self.bullets(block)
            case Opinions():
                return self.opinions(block)
        return self.signatures(block)

    @abstractmethod
    def text(self, text: Text) -> Made: ...

    @abstractmethod
    def bullets(self, bullets: Bullets) -> Made: ...

    @abstractmethod
    def table(self, content: Table) -> Made: ...

    @abstractmethod
    def fields(self, fields: Fields) -> Made: ...

    @abstractmethod
    def opinions(self, block: Opinions) -> Made: ...

    @abstractmethod
    def signatures(self, block: Signatures) -> Made: ...
