"""What a check says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

OK, NOTE, WRONG = "ok", "note", "wrong"


@dataclass(frozen=True)
class Finding:
    """One line of the answer: `level` OK, NOTE (worth knowing) or WRONG; `fixed`: how many things were mended."""

    name: str
    level: str
    text: str
    fixed: int = 0


def ok(name: str, text: str = "正常") -> Finding:
    return Finding(name, OK, text)


def wrong(name: str, text: str) -> Finding:
    return Finding(name, WRONG, text)


def counted(name: str, look: Callable[[], int], mend: Callable[[], int], words: str, *, fix: bool) -> Finding:
    """Look how many are wrong, mend them if asked to, and look again. `words` names what is counted."""
    count = look()
    if not count:
        return ok(name)
    if not fix:
        return wrong(name, f"{count} {words}；可用 tongzhou doctor --fix 修复")
    mended, left = mend(), look()
    return Finding(name, WRONG if left else OK, f"已修复 {mended} {words}" + (f"，仍有 {left}" if left else ""), mended)
