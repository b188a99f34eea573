"""How papers write days and numbers, and how much room text takes."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

WEEKDAYS = "一二三四五六日"
# What neither XML nor a printed page can hold: control characters, lone surrogates, non-characters.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return `text` with line ends as newlines and each character that cannot be printed replaced by U+FFFD."""
    return UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def day_words(day: date, beside: date | None = None) -> str:
    """Return a day as papers write it: 2026年3月2日（星期一）; without the year after a day `beside` of the same year."""
    text = short_day(day, beside) if beside else f"{day.year}年{day.month}月{day.day}日"
    return f"{text}（星期{WEEKDAYS[day.weekday()]}）"


def short_day(day: date, beside: date) -> str:
    """Return a day within a sentence: 3月2日, with the year where it differs from that of `beside`."""
    text = f"{day.month}月{day.day}日"
    return text if day.year == beside.year else f"{day.year}年{text}"


def rounded(value: Fraction | Decimal | int, decimals: int) -> int:
    """Return `value` in units of the last shown decimal, halves away from zero, computed exactly."""
    scaled: Fraction = Fraction(value) * 10**decimals
    return floor(scaled + Fraction(1, 2)) if scaled >= 0 else -floor(-scaled + Fraction(1, 2))


def number_text(value: Fraction | Decimal | int, decimals: int = 0) -> str:
    """Return a number with exactly `decimals` decimals: 10.00."""
    units = rounded(value, decimals)
    sign, digits = "-" if units < 0 else "", str(abs(units)).zfill(decimals + 1)
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


def percent_units(share: Fraction | Decimal | int) -> int:
    """Return a share 0..1 in hundredths of a percent; what is not the whole never becomes 100 % by rounding."""
    units = rounded(Fraction(share), 4)
    return 9999 if units >= 10000 and share < 1 else units


def percent_text(share: Fraction | Decimal | int) -> str:
    """Return a share as percent without needless decimals: 24%, 16.67%, 12.5%."""
    text = number_text(Fraction(percent_units(share), 100), 2)
    return text.rstrip("0").rstrip(".") + "%"


def text_width(text: str) -> int:
    """Return the width of the longest line in half-width characters; Chinese characters and emoji count two."""
    return max((sum(_cell_width(char) for char in line) for line in text.split("\n")), default=0)


def line_count(text: str, width: float) -> int:
    """Return how many lines `text` takes in a column of `width` half-width characters."""
    room = max(int(width), 2)
    return sum(max(1, -(-text_width(line) // room)) for line in text.split("\n"))


def _cell_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1
