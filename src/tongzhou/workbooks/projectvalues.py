"""Single values of MS Project's XML: moments, durations, lags, numbers; and how they read in a table."""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from tongzhou.workbooks.values import MINUTES_PER_DAY

TENTHS = 10  # of a minute, in which lags are counted
CLOCK_DAY = 1440
LONGEST_NUMBER = 15
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:\d{2})?")
_SPAN = re.compile(r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,8})(?:\.\d+)?S)?)?")


def whole(text: str | None, fallback: int = 0) -> int:
    """A whole number, the fallback for anything else; a point and what follows it do not count."""
    bare = (text or "").strip().partition(".")[0]
    digits = bare.removeprefix("-")
    return int(bare) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER else fallback


def is_set(text: str | None) -> bool:
    """Whether a flag says yes."""
    return (text or "").strip().lower() in {"1", "true"}


def day_cell(text: str | None) -> Any:
    """The day of a moment as a cell, as text where there is no such day; None where there is nothing (NA)."""
    text = (text or "").strip()
    found = _MOMENT.fullmatch(text)
    if found is None:
        return text[:40] if text and text.upper() != "NA" else None
    return _dated(found[1])


def finish_cell(text: str | None, start: Any) -> Any:
    """The day on which something ends; what ends at midnight ends on the day before, if it did not begin later."""
    found = _MOMENT.fullmatch((text or "").strip())
    cell = day_cell(text)
    if found is None or found[2] != "00" or found[3] != "00" or not isinstance(cell, dict):
        return cell
    earlier = {"d": _day_before(cell["d"])}
    return cell if isinstance(start, dict) and earlier["d"] < start["d"] else earlier


def _dated(text: str) -> Any:
    try:
        return {"d": date.fromisoformat(text).isoformat()}
    except ValueError:
        return text


def _day_before(text: str) -> str:
    day = date.fromisoformat(text)
    return (day - timedelta(days=1) if day > date.min else day).isoformat()


def minutes_of(text: str | None) -> int | None:
    """The minutes of PT8H30M0S; None if it is no such span."""
    found = _SPAN.fullmatch((text or "").strip())
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return days * CLOCK_DAY + hours * 60 + minutes + (seconds + 30) // 60


def span_text(minutes: int) -> str:
    """Working minutes as people type them: in days where a tenth of a day suffices, else in hours or minutes."""
    if minutes % (MINUTES_PER_DAY // 10) == 0:
        return f"{_plain(Decimal(minutes) / MINUTES_PER_DAY)}天"
    return f"{_plain(Decimal(minutes) / 60)}小时" if minutes % 6 == 0 else f"{minutes}分钟"


def lag_text(minutes: int, *, elapsed: bool) -> str:
    """A lag as it stands behind the kind of a link: +2天, -0.5天, +3自然日; "" for none."""
    if not minutes:
        return ""
    sign = "+" if minutes > 0 else "-"
    if elapsed:
        return f"{sign}{_plain(round(Decimal(abs(minutes)) / CLOCK_DAY, 6))}自然日"
    return f"{sign}{span_text(abs(minutes))}"


def scaled(minutes: int, minutes_per_day: int) -> int:
    """Working minutes of a day of `minutes_per_day` as those of a day of 480, half up."""
    if minutes_per_day in (0, MINUTES_PER_DAY):
        return minutes
    sign = -1 if minutes < 0 else 1
    return sign * ((abs(minutes) * MINUTES_PER_DAY * 2 + minutes_per_day) // (2 * minutes_per_day))


def share_of(minutes: int, percent: int) -> int:
    """A percentage of a duration in minutes, half up."""
    sign = -1 if percent < 0 else 1
    return sign * ((minutes * abs(percent) * 2 + 100) // 200)


def amount(text: str | None) -> str:
    """A number of units without needless zeros; "" where there is none or one."""
    try:
        number = Decimal((text or "1").strip())
    except InvalidOperation:
        return ""
    return "" if not number.is_finite() or number == 1 or abs(number) > 10**9 else _plain(number)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
