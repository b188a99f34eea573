"""How papers write days and numbers, and how much room text takes."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from math import floor

WEEKDAYS = "一二三四五六日"
# What neither XML nor a printed page can hold: control characters, lone surrogates, non-characters.
ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})( [0-9]{2}:[0-9]{2})?")
DIGITS = "零壹贰叁肆伍陆柒捌玖"
MOST_REMEMBERED = 30_000
LARGEST_AMOUNT = 10**16  # yuan: 万亿 is the largest group that has a name
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return `text` with line ends as newlines and each character that cannot be printed replaced by U+FFFD."""
    return UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def printed(text: str) -> str:
    """Return `text` as a paper shows it: clean, and in the order in which it is written.

    What overrides the direction of letters is left out: with it a signed paper would show another text than it holds.
    """
    return TURNING.sub("", clean(text)) if ODD.search(text) else text


def chinese_date(day: date) -> str:
    """Return a day as papers write it: 2026年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日"


def written_day(text: str) -> str:
    """Return a day in ISO form as papers write it, with the time behind it if there is one; another text as it is."""
    found = ISO_DAY.fullmatch(text)
    if not found:
        return text
    year, month, day = (int(part) for part in found.groups()[:3])
    return f"{year}年{month}月{day}日{found[4] or ''}"


def titled(text: str) -> str:
    """Return the name of a paper within 《》; a name within it stands within 〈〉, as GB/T 15834 asks."""
    inner = text.strip()
    if inner.startswith("《") and inner.endswith("》") and inner.count("《") == 1:
        return inner
    return f"《{inner.replace('《', '〈').replace('》', '〉')}》" if inner else ""


def chinese_amount(amount: Decimal | int) -> str:
    """Return an amount of yuan in capital numerals, without the word 人民币 before it: 壹万零伍拾元整, 负叁元零伍分.

    Rounded to the fen, halves away from zero. Source: 《支付结算办法》附一“正确填写票据和结算凭证的基本规定”; where it leaves
    the choice, there is no 零 before the jiao or the thousands, and 整 follows the jiao.

    :raises ValueError: if the amount is no number or reaches 10^16 yuan.
    """
    exact = Decimal(amount)
    if not exact.is_finite() or abs(exact) >= LARGEST_AMOUNT:
        raise ValueError(f"no amount that has a name: {amount}")
    with localcontext() as context:
        context.prec = 40
        fen = int((abs(exact) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if not fen:
        return "零元整"
    if fen >= LARGEST_AMOUNT * 100:
        raise ValueError(f"no amount that has a name: {amount}")
    yuan, jiao, fen = fen // 100, fen // 10 % 10, fen % 10
    words = f"{_capitals(yuan)}元" if yuan else ""
    if jiao:
        words += f"{DIGITS[jiao]}角"
    if fen:
        words += f"{'零' if yuan and not jiao else ''}{DIGITS[fen]}分"
    return f"{'负' if exact < 0 else ''}{words}{'' if fen else '整'}"


def _capitals(number: int) -> str:
    """Return a whole number below 10^16 in capital numerals."""
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return f"{_capitals(high)}{name}{gap}{_capitals(low) if low else ''}"
    return _thousands(number)


def _thousands(number: int) -> str:
    """Return a whole number 1..9999 in capital numerals; one 零 for each run of zeros between digits."""
    words, gap = "", False
    for unit, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            words += f"{'零' if gap and words else ''}{DIGITS[digit]}{name}"
        gap = not digit
    return words


def day_words(day: date, beside: date | None = None) -> str:
    """Return a day as papers write it: 2026年3月2日（星期一）; without the year after a day `beside` of the same year."""
    text = short_day(day, beside) if beside else chinese_date(day)
    return f"{text}（星期{WEEKDAYS[day.weekday()]}）"


def short_day(day: date, beside: date) -> str:
    """Return a day within a sentence: 3月2日, with the year where it differs from that of `beside`."""
    text = f"{day.month}月{day.day}日"
    return text if day.year == beside.year else f"{day.year}年{text}"


def rounded(value: Fraction | Decimal | int, decimals: int) -> int:
    """Return `value` in units of the last shown decimal, halves away from zero, computed exactly."""
    if isinstance(value, int):
        return value * int(10**decimals)
    if isinstance(value, Decimal) and not decimals:
        return int(value.to_integral_value(ROUND_HALF_UP))
    scaled: Fraction = Fraction(value) * 10**decimals
    return floor(scaled + Fraction(1, 2)) if scaled >= 0 else -floor(-scaled + Fraction(1, 2))


def number_text(value: Fraction | Decimal | int, decimals: int = 0) -> str:
    """Return a number with exactly `decimals` decimals: 10.00."""
    units = rounded(value, decimals)
    sign, digits = "-" if units < 0 else "", str(abs(units)).zfill(decimals + 1)
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


@lru_cache(maxsize=4096)
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
    return max((sum(map(_WIDTHS.__getitem__, line)) for line in text.split("\n")), default=0)


def line_count(text: str, width: float) -> int:
    """Return how many lines `text` takes in a column of `width` half-width characters."""
    if len(text) * 2 <= width and "\n" not in text:
        return 1
    room = max(int(width), 2)
    return sum(max(1, -(-text_width(line) // room)) for line in text.split("\n"))


def shortened(text: str, width: int) -> str:
    """Return `text` in one line of at most `width` half-width characters, with … where there was more."""
    line = " ".join(printed(text).split())
    if text_width(line) <= width:
        return line
    while text_width(line) > width - 2:
        line = line[: max(len(line) * width // text_width(line), 1) - 1] if text_width(line) > 2 * width else line[:-1]
    return f"{line}…"


def pieces(text: str, width: float, lines: int) -> list[str]:
    """Return `text` in pieces of at most `lines` lines in a column of `width` half-width characters."""
    if line_count(text, width) <= lines:
        return [text]
    room = max(int(width), 2)
    found, begun, line, taken = [], 0, 0, 0
    for place, char in enumerate(text):
        taken += _WIDTHS[char]
        if taken > room or char == "\n":
            line, taken = line + 1, 0 if char == "\n" else _WIDTHS[char]
            if line >= lines:
                end = place + (char == "\n")
                found.append(text[begun:end])
                begun, line = end, 0
    return [piece for piece in [*found, text[begun:]] if piece]


class _Widths(dict[str, int]):
    """The width of each character that was asked for: a list of ten thousand rows asks a million times."""

    def __missing__(self, char: str) -> int:
        width = 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WFA" else 1
        if len(self) < MOST_REMEMBERED:
            self[char] = width
        return width


_WIDTHS = _Widths()
