"""Reads: what handing out gives back, and the answer to a download."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse

from tongzhou.documents.models import IssuedPaper
from tongzhou.lib.web import download

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@dataclass(frozen=True)
class Handed:
    """A paper as a file, and its row of the register."""

    name: str
    content_type: str
    content: bytes
    issued: IssuedPaper


def answer(handed: Handed) -> HttpResponse:
    """Answer with the file."""
    return download(handed.content, handed.content_type, handed.name)
