"""Outline numbers as Chinese tables use them: 一、 then （一） then 1、 then 1) then ①, each beginning anew under its group."""

import re
from collections.abc import Sequence

from tongzhou.workbooks.text import plain

CHINESE = "零〇一二三四五六七八九十百"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("chapter", rf"第[{CHINESE}\d]+(?:阶段|部分|章|节|步)[、.:\s]*"),
        ("chinese", rf"[{CHINESE}]+(?:[、.,:]\s*|$)"),
        ("bracketed chinese", rf"\([{CHINESE}]+\)[、.]?\s*"),
        ("number", r"\d{1,4}(?:[、.,:]\s*(?=\D|$)|$)"),
        ("bracketed number", r"\(\d{1,4}\)[、.]?\s*"),
        ("half bracketed number", r"\d{1,4}\)[、.]?\s*"),
        ("circled", rf"[{_CIRCLED}][、.]?\s*"),
        ("roman", r"[IVX]{1,5}[、.)]\s*"),
        ("letter", r"[A-Za-z][、.)]\s*"),
    )
)


_DOTTED = re.compile(r"\d{1,4}((?:[.．]\d{1,4}){1,9})(?:[、.:\s]|$)")
CHAPTERS = frozenset({"chapter", "chinese", "bracketed chinese"})


def style_of(text: str) -> str:
    """The style of the outline number that the text begins with, or is; "" if it begins with none."""
    text = text.strip()
    if text[:1] in _CIRCLED and text:
        return "circled"
    bare = plain(text)
    if dotted := _DOTTED.match(bare):
        return f"number with {dotted[1].count('.')} points"
    return next((name for name, pattern in _STYLES if pattern.match(bare)), "")


def depths_of(styles: Sequence[str]) -> list[int] | None:
    """How deep each row lies: a style seen before leads back to its depth, a new one leads down. A row without a style lies
    below the last that has one. None where fewer than two styles occur: then the numbers only count.
    """
    if len(set(styles) - {""}) < 2:
        return None
    depths: list[int] = []
    above: list[str] = []
    for style in styles:
        if not style:
            depths.append(len(above))
            continue
        if style in above:
            del above[above.index(style) :]
        depths.append(len(above))
        above.append(style)
    return depths


def mark_of(text: str) -> str:
    """The outline number that the text begins with, without brackets and stops: `（一）样机` has 一, `①` is ①; else ""."""
    if style_of(text) == "circled":
        return text.strip()[0]
    bare = plain(text)
    found = next((match for _, pattern in _STYLES if (match := pattern.match(bare))), None)
    return found.group().strip("()、.,: ") if found else ""
