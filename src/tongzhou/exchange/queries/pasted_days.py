"""Days as people write them in a list: 3/5-3/8, 3月10日, 周五前, 下周三, 月底."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from tongzhou.workbooks.cells import Cell
from tongzhou.workbooks.values import parse_date

_DAY = r"(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}[日号]?"
_WEEKDAY = r"(?:下下?|本|这)?(?:个)?(?:周|星期|礼拜)[一二三四五六日天]"
_SPOKEN = rf"今天|明天|后天|大后天|{_WEEKDAY}|下?月底|月末"
_BETWEEN = r"\s*(?:-|~|～|—+|–|至|到)\s*"
BY = re.compile(r"(?:之前|以前|前|截止|内)$")
PERIOD = re.compile(rf"(?P<first>{_DAY}|{_SPOKEN}){_BETWEEN}(?P<last>{_DAY}|{_SPOKEN}|\d{{1,2}}[日号]?)")
DAYS = re.compile(rf"(?:截止|截至|到)?(?:{PERIOD.pattern}|{_DAY}|{_SPOKEN})(?:之前|以前|前|截止|内|起|开始)?")
_WEEK = "一二三四五六日"


def period_of(text: str, today: date) -> tuple[date | None, date | None]:
    """Return the first and last day that a text says; the first is None for “by Friday”, both for a day that never was."""
    bare = re.sub(r"^(?:截止|截至|到)", "", text)
    by = bool(BY.search(bare)) or bare != text
    bare = re.sub(r"(?:之前|以前|前|截止|内|起|开始)$", "", bare)
    found = PERIOD.fullmatch(bare)
    if found is None:
        day = _day(bare, today)
        return (None if by else day), day
    first = _day(found["first"], today)
    if first is None:
        return None, None
    if found["last"].rstrip("日号").isdecimal():
        return first, _in_month(first, int(found["last"].rstrip("日号")))
    last = _day(found["last"], first)
    return (first, last) if last is not None else (None, None)


def _in_month(first: date, day: int) -> date | None:
    return first.replace(day=day) if 1 <= day <= calendar.monthrange(first.year, first.month)[1] else None


def _day(text: str, near: date) -> date | None:
    spoken = {"今天": 0, "明天": 1, "后天": 2, "大后天": 3}
    if text in spoken:
        return near + timedelta(days=spoken[text])
    if text.endswith(("月底", "月末")):
        first = (near.replace(day=28) + timedelta(days=4)).replace(day=1) if text.startswith("下") else near
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    if re.fullmatch(_WEEKDAY, text):
        return _weekday(text, near)
    return parse_date(Cell("text", text), near).value


def _weekday(text: str, near: date) -> date:
    """Return the weekday of this week, of the next (下) or the one after (下下); one that is over comes again."""
    wanted = _WEEK.index("日" if text[-1] == "天" else text[-1])
    monday = near - timedelta(days=near.weekday())
    day = monday + timedelta(days=wanted + 7 * text.count("下"))
    return day + timedelta(days=7) if day < near and text[0] not in "本这" else day
