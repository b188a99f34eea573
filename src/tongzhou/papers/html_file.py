"""Paper → a page of its own: with its own style, to be opened, printed or sent without the server."""

from __future__ import annotations

import html
import re
from pathlib import Path

from tongzhou.papers.html import to_html
from tongzhou.papers.paper import Paper
from tongzhou.papers.values import frame_texts, lies_down
from tongzhou.papers.wording import printed

STYLE = Path(__file__).with_name("paper.css")


def to_document(paper: Paper) -> bytes:
    """Return the paper as an html file, that prints on A4 as it stands. The same paper gives the same bytes."""
    _, _, code, pages, number = frame_texts(paper)
    feet = {"left": _quoted(code), "center": _counted(pages), "right": _quoted(number)}
    boxes = "".join(f"@bottom-{side}{{content:{content}}}" for side, content in feet.items())
    page = f"@page{{size:A4{' landscape' if lies_down(paper) else ''};{boxes}}}"
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(printed(paper.title))}</title><style>{STYLE.read_text(encoding='utf-8')}{page}</style></head>"
        f"<body>{to_html(paper)}</body></html>\n"
    ).encode()


def _counted(pages: str) -> str:
    """Return the words of the page footer as a style sheet counts them."""
    numbers = {"{page}": "counter(page)", "{pages}": "counter(pages)"}
    parts = re.split(r"(\{page\}|\{pages\})", pages)
    return " ".join(numbers.get(part) or _quoted(part) for part in parts if part) or '""'


def _quoted(text: str) -> str:
    """Return a text as a string of a style sheet; no character of it can end the string or the sheet."""
    return '"' + "".join(f"\\{ord(char):x} " for char in printed(text)) + '"'
