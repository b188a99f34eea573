"""Predecessors as people type them: `1.1;1.2`, `1.1.1SS+5d`, `1.3FS+3天内`, `3完成后2天`, a name, a key output."""

import re
from dataclasses import dataclass
from decimal import Decimal

from tongzhou.workbooks.text import is_blank, plain
from tongzhou.workbooks.values import UNIT_MINUTES

_UNIT = r"(?:个?工作日|个?自然日|个?日历[天日]|天|日|days?|d|ed|周|个?星期|weeks?|w|小时|hours?|hrs?|h|分钟|mins?|m)?"
_KINDS = {
    "FS": "FS", "SS": "SS", "FF": "FF", "SF": "SF", "完成-开始": "FS", "开始-开始": "SS", "完成-完成": "FF", "开始-完成": "SF",
    "完成开始": "FS", "开始开始": "SS", "完成完成": "FF",
}  # fmt: skip
_KIND = "|".join(_KINDS)
_CODED = re.compile(
    rf"(?P<ref>.+?)\s*\(?(?P<kind>{_KIND})?\)?\s*(?:(?P<sign>[+-])\s*(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>{_UNIT})\s*(?P<within>(?:之|以)?内)?)?",
    re.IGNORECASE,
)
_WORDED = re.compile(
    rf"(?P<demand>[需须应要](?:在|于)?)?(?P<ref>.+?)(?P<kind>完成|结束|开始|启动)?(?:之|以)?后"
    rf"(?:的?第?(?P<n>\d+(?:\.\d+)?)(?P<unit>{_UNIT})(?P<within>(?:之|以)?内)?)?(?P<end>完成|开始|启动)?",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[;,、\n\r]+")
_CODES_ONLY = re.compile(rf"(?:[\d.\-]+(?:{_KIND})?(?:[+-]\d+(?:{_UNIT}))?(?:\s+|$))+", re.IGNORECASE)
_ELAPSED = {"ed", "自然日", "个自然日", "日历天", "日历日", "个日历天", "个日历日"}
CLOCK_DAY = 1440
LONGEST = 100 * 366 * CLOCK_DAY  # minutes of a lag


@dataclass(frozen=True)
class Reference:
    """One predecessor as typed. `lag` in minutes (working, or of the clock when elapsed); `within` in working minutes."""

    ref: str
    kind: str = "FS"
    lag: int = 0
    elapsed: bool = False
    within: int | None = None
    text: str = ""


def split(text: str) -> list[str]:
    """The single predecessors of a cell; spaces part only codes."""
    if is_blank(text):
        return []
    parts = [plain(part) for part in _SEPARATORS.split(plain_lines(text))]
    if len(parts) == 1 and _CODES_ONLY.fullmatch(parts[0]):
        parts = parts[0].split()
    return [part for part in parts if part and not is_blank(part)]


def plain_lines(text: str) -> str:
    """`plain`, but line breaks part."""
    return ";".join(plain(line) for line in text.splitlines())


def parse(text: str) -> Reference:
    """Take one predecessor apart. What is not understood stays in `ref`, where nothing will match it.

    「需在样机定型后3天完成」 is a relative deadline, as 「3天内」 is.
    """
    text = plain(text)
    found = _WORDED.fullmatch(text)
    if found:
        kind = "SS" if found["kind"] in {"开始", "启动"} else "FS"
        if found["n"] is None:
            return Reference(found["ref"].strip(), kind, text=text)
        demanded = bool(found["demand"]) and found["end"] == "完成"
        return _reference(text, found, kind, within=demanded or bool(found["within"]))
    found = _CODED.fullmatch(text)
    if found is None:
        return Reference(text, text=text)
    kind = _KINDS[found["kind"].upper()] if found["kind"] else "FS"
    if found["n"] is None:
        return Reference(found["ref"].strip(), kind, text=text)
    return _reference(text, found, kind, within=bool(found["within"]))


def _reference(text: str, found: re.Match[str], kind: str, *, within: bool) -> Reference:
    """Return a link with its lag; deadlines count in working time, one in days of the calendar is not understood."""
    unit = (found["unit"] or "").lower()
    elapsed = unit in _ELAPSED
    minutes = round(Decimal(found["n"][:30]) * (CLOCK_DAY if elapsed else UNIT_MINUTES[unit]))
    if minutes > LONGEST:
        return Reference(text, text=text)
    if within:
        return Reference(text, text=text) if elapsed else Reference(found["ref"].strip(), kind, within=minutes, text=text)
    backwards = found.groupdict().get("sign") == "-"
    return Reference(found["ref"].strip(), kind, -minutes if backwards else minutes, elapsed, text=text)
