"""Fractional ranks: strings that sort in byte order, with room between any two."""

from __future__ import annotations

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def rank_between(low: str, high: str) -> str:
    """Return a rank strictly between `low` ("" = the beginning) and `high` ("" = the end)."""
    made = ""
    position = 0
    while True:
        floor = DIGITS.index(low[position]) if position < len(low) else 0
        ceiling = DIGITS.index(high[position]) if position < len(high) else len(DIGITS)
        if high and position >= len(high):
            ceiling = len(DIGITS)
        if ceiling - floor > 1:
            return made + DIGITS[(floor + ceiling) // 2]
        made += DIGITS[floor]
        if floor < ceiling:
            high = ""
        position += 1


def ranks_between(low: str, high: str, count: int) -> list[str]:
    """Return `count` ascending ranks strictly between `low` and `high` (as rank_between); none if there is no room."""
    if high and low >= high:
        return []
    base = rank_between(low, high)
    found = [base] if count == 1 else [base + rank for rank in ranks(count)]
    return found if low < found[0] and (not high or found[-1] < high) else []


def ranks(count: int) -> list[str]:
    """Return `count` ranks of equal width in ascending order, with gaps between."""
    width = 1
    while len(DIGITS) ** width < (count + 1) * 4:
        width += 1
    step = len(DIGITS) ** width // (count + 1)
    return [_number((place + 1) * step, width) for place in range(count)]


def _number(value: int, width: int) -> str:
    digits = []
    for _ in range(width):
        value, rest = divmod(value, len(DIGITS))
        digits.append(DIGITS[rest])
    return "".join(reversed(digits))
