"""Markdown that people write, as markup that is safe to show."""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

from tongzhou.papers.html import Html

KEPT = 256  # texts
TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr"}
TAGS |= {"h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}
_reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


# A page of comments is read far more often than it changes, and some texts (thousands of brackets) take a second to be read.
@lru_cache(maxsize=KEPT)
def markdown(text: str) -> Html:
    """Return `text` as markup: raw HTML stays text, headings begin at the third level, links lead out without a trace."""
    made = (
        _reader.render(text).replace("<h1>", "<h3>").replace("</h1>", "</h3>").replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    )
    return Html(nh3.clean(made, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}))
