"""Dates, shares, durations, states and yes/no as people type them."""

import calendar
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Generic, TypeVar

from tongzhou.workbooks.cells import Cell
from tongzhou.workbooks.text import is_blank, key, plain, without_brackets

MINUTES_PER_DAY = 480
SERIAL_EPOCH = date(1899, 12, 30)
SERIALS = range(20_000, 80_000)  # 1954 to 2119: numbers in a date column that can only be days counted by Excel
YEARS = range(1970, 2200)
WHOLE = 10_000  # basis points
LARGEST_AMOUNT = 10**12

_FULL = re.compile(r"(?P<y>\d{4})\s*[-./年]\s*(?P<m>\d{1,2})\s*[-./月]\s*(?P<d>\d{1,2})(?!\d)\s*[日号]?")
_SHORT_YEAR = re.compile(r"(?P<y>[2-9]\d)[-./年](?P<m>\d{1,2})[-./月](?P<d>\d{1,2})[日号]?")
_COMPACT = re.compile(r"(?P<y>(?:19|20|21)\d{2})(?P<m>\d{2})(?P<d>\d{2})")
_ENGLISH = re.compile(r"(?P<d>\d{1,2})[- ](?P<month>[A-Za-z]{3})[a-z]*[- ,]+(?P<y>\d{4}|\d{2})")
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_NO_YEAR = re.compile(r"(?P<m>\d{1,2})\s*[-./月]\s*(?P<d>\d{1,2})\s*[日号]?")
_MONTH = re.compile(r"(?P<y>\d{4})\s*[-./年]\s*(?P<m>\d{1,2})\s*月?(?![\d])")
_TAIL = re.compile(
    r"[\sT,]*(?:(?:周|星期)[一二三四五六日天])?[\sT,]*(?:(?:上午|下午)?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:前|之前|起)?"
)
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_AMOUNT = re.compile(r"(?:约)?(?P<n>\d+(?:\.\d+)?)\s*(?P<u>[^\d\s]*)")
_QUANTITY = re.compile(r"(?:约|共)?\s*(?P<n>\d+(?:,\d{3})*(?:\.\d+)?)\s*(?P<u>[^\d\s.,+-][^\d]*)?")
_UNITS = {
    MINUTES_PER_DAY: {"", "d", "day", "days", "天", "日", "工作日", "个工作日", "个工作天", "工日", "人天", "wd"},
    5 * MINUTES_PER_DAY: {"w", "wk", "week", "weeks", "周", "个周", "星期", "个星期"},
    60: {"h", "hr", "hrs", "hour", "hours", "小时", "个小时", "时", "工时"},
    1: {"m", "min", "mins", "minute", "minutes", "分", "分钟"},
}
UNIT_MINUTES = {unit: minutes for minutes, units in _UNITS.items() for unit in units}

STATES = {
    "not_started": {"未开始", "未启动", "待开始", "待办", "未开工", "计划中", "notstarted", "todo", "未进行"},
    "in_progress": {
        "进行中",
        "执行中",
        "推进中",
        "进行",
        "处理中",
        "已开始",
        "已启动",
        "开展中",
        "正在进行",
        "部分完成",
        "inprogress",
        "doing",
    },
    "late": {"延期", "已延期", "延误", "滞后", "逾期", "延迟", "进度滞后", "延期中", "delayed", "overdue"},
    "done": {
        "已完成",
        "完成",
        "已结束",
        "已交付",
        "完毕",
        "已关闭",
        "按时完成",
        "done",
        "complete",
        "completed",
        "延期完成",
        "已验收",
    },
    "blocked": {"阻塞", "受阻", "卡住", "已阻塞", "阻塞中", "blocked"},
    "paused": {"暂停", "已暂停", "挂起", "搁置", "onhold", "paused"},
    "cancelled": {"已取消", "取消", "作废", "终止", "已终止", "cancelled", "canceled"},
}
_STATE = {word: state for state, words in STATES.items() for word in words}
_YES = {"是", "yes", "y", "true", "1", "√", "✓", "✔", "☑", "◆", "★", "里程碑", "对", "有", "m"}


T = TypeVar("T")


@dataclass(frozen=True)
class Parsed(Generic[T]):
    """A value, or an error code with texts that would be right; `note` tells what was done to understand it."""

    value: T | None = None
    note: str = ""
    error: str = ""
    proposals: tuple[str, ...] = ()


def parse_date(cell: Cell | None, near: date | None = None) -> "Parsed[date]":
    """A day from a date cell or from text. `near`: a day of the project, from which a missing year is taken.

    Errors: date_impossible (2026-02-30), date_unreadable, date_without_year.
    """
    if cell is None or is_blank(cell.text):
        return Parsed()
    if isinstance(cell.value, date):
        day = cell.value.date() if isinstance(cell.value, datetime) else cell.value
        note = "time_dropped" if isinstance(cell.value, datetime) else ""
        return Parsed(day, note=note) if day.year in YEARS else Parsed(error="date_impossible")
    if cell.kind == "number":
        return _date_of_number(float(str(cell.value)))
    return _date_of_text(plain(cell.text), near)


def _date_of_number(number: float) -> "Parsed[date]":
    if not math.isfinite(number):
        return Parsed(error="date_unreadable")
    whole = int(number)
    if whole in SERIALS:
        return Parsed(SERIAL_EPOCH + timedelta(days=whole), note="serial")
    return _date_of_text(str(whole), None) if number == whole else Parsed(error="date_unreadable")


def _date_of_text(text: str, near: date | None) -> "Parsed[date]":
    text = without_brackets(text).strip()
    for pattern in (_FULL, _COMPACT, _SHORT_YEAR):
        found = pattern.match(text)
        if found and _TAIL.fullmatch(text[found.end() :]):
            year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
            return _day(year, int(found["m"]), int(found["d"]), "")
    found = _ENGLISH.fullmatch(text)
    if found and found["month"].lower() in _MONTHS:
        return _day(int(found["y"]) % 100 + 2000, _MONTHS[found["month"].lower()], int(found["d"]), "")
    if text.isdigit() and int(text) in SERIALS:
        return Parsed(SERIAL_EPOCH + timedelta(days=int(text)), note="serial")
    found = _NO_YEAR.match(text)
    if found and _TAIL.fullmatch(text[found.end() :]):
        if near is None:
            return Parsed(error="date_without_year")
        month, day = int(found["m"]), int(found["d"])
        years = sorted(
            (near.year, near.year + 1, near.year - 1), key=lambda year: abs((year - near.year) * 12 + month - near.month)
        )
        return _day(years[0], month, day, "year_added")
    return Parsed(error="date_unreadable")


def _day(year: int, month: int, day: int, note: str) -> "Parsed[date]":
    if year not in YEARS or not 1 <= month <= 12 or not 1 <= day <= 31:
        return Parsed(error="date_impossible")
    last = calendar.monthrange(year, month)[1]
    if day > last:
        return Parsed(error="date_impossible", proposals=(date(year, month, last).isoformat(),))
    return Parsed(date(year, month, day), note=note)


def parse_period(text: str, near: date | None = None) -> tuple[date | None, date | None]:
    """First and last day of '2024.03-2024.06', '2024.03.04~2024.03.22', '3月4日-3月22日'; months reach to their last day."""
    text = without_brackets(plain(text))
    if not _FULL.search(text):
        months = [(int(found["y"]), int(found["m"])) for found in _MONTH.finditer(text) if 1 <= int(found["m"]) <= 12]
        if months:
            (first_year, first_month), (last_year, last_month) = months[0], months[-1]
            last = calendar.monthrange(last_year, last_month)[1]
            return date(first_year, first_month, 1), date(last_year, last_month, last)
    days = [parsed.value for parsed in _days_within(text, near) if parsed.value is not None]
    return (days[0], days[-1]) if days else (None, None)


def period_fault(text: str, near: date | None = None) -> str:
    """Why a period cannot be taken as it stands: date_impossible if it names a day that never was, date_unreadable, or ""."""
    bare = without_brackets(plain(text))
    months = not _FULL.search(bare) and _MONTH.search(bare)
    faults = [] if months else [parsed.error for parsed in _days_within(bare, near) if parsed.error]
    return faults[0] if faults else "" if parse_period(text, near)[0] is not None else "date_unreadable"


def _days_within(text: str, near: date | None) -> "list[Parsed[date]]":
    """The days of a longer text in order; one without a year stands near the first full one, or near the given day."""
    full = list(_FULL.finditer(text))
    days = [_day(int(found["y"]), int(found["m"]), int(found["d"]), "") for found in full]
    base = days[0].value if days else near
    if base is not None and len(days) < 2:
        rest = text[full[0].end() :] if full else text
        days += [_date_of_text(found.group(), base) for found in _NO_YEAR.finditer(rest)]
    return days


def find_date(text: str) -> date | None:
    """The first full date inside a longer text."""
    return next(
        (
            day
            for found in _FULL.finditer(plain(text))
            if (day := _day(int(found["y"]), int(found["m"]), int(found["d"]), "").value)
        ),
        None,
    )


def parse_percent(cell: Cell | None, *, counts_to_hundred: bool = False, done: bool = False) -> "Parsed[int]":
    """A share in basis points (0 to 10,000) from 70 %, '70%', '７０％', 0.7 or 70.

    A bare number between 0 and 1 is a fraction. A bare 1 is everything, unless the column counts to a hundred
    and the task is not done.
    Errors: percent_over_100, percent_negative, percent_unreadable.
    """
    if cell is None or is_blank(cell.text):
        return Parsed()
    text = plain(cell.text).replace("完成", "").replace("已", "").replace("约", "").strip()
    signed = text.endswith("%")
    try:
        number = Decimal(text.rstrip("% "))
    except InvalidOperation:
        state = _STATE.get(key(cell.text))
        return (
            Parsed(WHOLE if state == "done" else 0) if state in {"done", "not_started"} else Parsed(error="percent_unreadable")
        )
    if not number.is_finite():
        return Parsed(error="percent_unreadable")
    if cell.percent:
        share = number * WHOLE
    elif signed or number > 1 or (number == 1 and counts_to_hundred and not done):
        share = number * 100
    else:
        share = number * WHOLE
    return _share(share)


def _share(share: Decimal) -> "Parsed[int]":
    if share < 0:
        return Parsed(error="percent_negative", proposals=("0%",))
    if share > WHOLE:
        return Parsed(error="percent_over_100", proposals=("100%",))
    return Parsed(int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP)))


def counts_to_hundred(cells: Iterable[Cell | None]) -> bool:
    """True if a column of shares has bare numbers above 1, so that a bare 1 is one percent."""
    for cell in {id(cell): cell for cell in cells}.values():
        if cell is not None and not cell.percent and _NUMBER.fullmatch(plain(cell.text)) and float(plain(cell.text)) > 1:
            return True
    return False


def parse_duration(cell: Cell | None, unit: str = "") -> "Parsed[int]":
    """Working minutes of '5', '5天', '1周', '4h' (1 d = 480, 1 w = 5 d); `unit` is what the heading says for bare numbers."""
    if cell is None or is_blank(cell.text):
        return Parsed()
    text = key(without_brackets(plain(cell.text)))
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return Parsed(error="duration_unreadable")
    minutes = UNIT_MINUTES.get(found["u"] or unit_of(unit))
    if minutes is None:
        return Parsed(error="duration_unreadable")
    amount = Decimal(found["n"]) * minutes
    if amount > 100 * 366 * MINUTES_PER_DAY:
        return Parsed(error="duration_too_long")
    return Parsed(int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP)))


def unit_of(hint: str) -> str:
    """The unit that a heading names in brackets; days when it names none."""
    word = key(hint)
    return word if word in UNIT_MINUTES else ""


def split_quantity(text: str) -> tuple[Decimal | None, str]:
    """The number and the unit of '30家', '1,200 件', '30'; no number where there is none."""
    found = _QUANTITY.fullmatch(plain(text))
    return (Decimal(found["n"].replace(",", "")), (found["u"] or "").strip()) if found else (None, "")


def parse_amount(cell: Cell) -> Decimal | None:
    """A quantity of at least 0.01 with at most two decimals, or 0; None for anything else."""
    try:
        number = Decimal(plain(cell.text).replace(",", ""))
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number < LARGEST_AMOUNT:
        return None
    return number if number == number.quantize(Decimal("0.01")) else None


def parse_state(cell: Cell | None) -> "Parsed[str]":
    """One of the keys of STATES. Error: state_unknown."""
    if cell is None or is_blank(cell.text):
        return Parsed()
    state = _STATE.get(key(without_brackets(plain(cell.text)))) or _STATE.get(key(cell.text))
    return Parsed(state) if state else Parsed(error="state_unknown")


def is_yes(cell: Cell | None) -> bool:
    """True if the cell says yes, by word, tick or truth value."""
    if cell is None:
        return False
    return cell.value if isinstance(cell.value, bool) else key(cell.text) in _YES
