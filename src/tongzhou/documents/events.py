"""What happens to papers: they are handed out, and the organisation changes how they look and what they say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PaperHandedOut:
    """Somebody took a paper along as a file; `digest` is that of the file."""

    paper: int
    ending: str
    digest: str


@dataclass(frozen=True)
class LetterheadChanged:
    version: int


@dataclass(frozen=True)
class PaperKindChanged:
    kind: str
    version: int
