"""What a text leaves to be filled in: 【5000】, as templates write it. The one place that says what counts as such."""

from __future__ import annotations

import re

MARK = "【"
"""Without it there is nothing to be filled in: what a database may look for before the text is read."""
_BLANK = re.compile(r"【[^【】\n]{0,200}】")
_LABEL = re.compile(r"\s*【[^【】\n]{0,200}】")


def blanks_in(text: str, *, labelled: bool = False) -> list[str]:
    """Return what is to be filled in, with its brackets, in the order of the text.

    :param labelled: a name that people label, as tasks are (【前端】登录页): brackets at its very beginning are no blank.
    """
    begin = _LABEL.match(text) if labelled else None
    return _BLANK.findall(text, begin.end() if begin else 0)
