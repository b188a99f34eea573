"""Single values of the JSON: instants, minutes, days, texts; what is malformed is told with its place."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tongzhou.engine.calendar import DAY
from tongzhou.engine.network import NetworkInvalid


def basis_points(data: object, place: str) -> int:
    if isinstance(data, bool) or not isinstance(data, (int, float, Decimal)):
        raise fault(place, "0..100")
    exact = Decimal(str(data)) * 100
    if exact != int(exact):
        raise fault(place, "0..100, two decimals")
    return int(exact)


def minutes_of(data: object, place: str) -> int:
    if isinstance(data, bool) or not isinstance(data, (int, float, Decimal)) or data != int(data):
        raise fault(place, "minutes (integer)")
    return int(data)


def optional(data: object, place: str, read: Callable[[object, str], int]) -> int | None:
    return None if data is None else read(data, place)


def instant_of(data: object, place: str, bare: int = 0) -> int:
    """An instant from "2026-01-05T09:00"; a date alone is the start of the day plus `bare` minutes."""
    text = text_of(data, place)
    try:
        day = date.fromisoformat(text[:10]).toordinal() * DAY
    except ValueError:
        raise fault(place, f"2026-01-05T09:00, not {text!r}") from None
    if len(text) == 10:
        return day + bare
    if text[10:11] not in ("T", " ") or text[16:] not in ("", ":00"):
        raise fault(place, f"2026-01-05T09:00, not {text!r}")
    return day + clock_minute(text[11:16], place)


def end_instant(data: object, place: str) -> int:
    return instant_of(data, place, DAY)


def clock_minute(text: object, place: str) -> int:
    if isinstance(text, str) and len(text) == 5 and text[2] == ":" and (text[:2] + text[3:]).isdecimal():
        hours, minutes = int(text[:2]), int(text[3:])
        if minutes < 60 and hours * 60 + minutes <= DAY:
            return hours * 60 + minutes
    raise fault(place, f"00:00 … 24:00, not {text!r}")


def intervals(data: object, place: str) -> tuple[tuple[int, int], ...]:
    found = []
    for row in list_of(data, place):
        cells = list_of(row, place)
        if len(cells) != 2:
            raise fault(place, '[["09:00", "12:00"], …]')
        begin, end = clock_minute(cells[0], place), clock_minute(cells[1], place)
        found.append((begin, end or DAY))
    return tuple(found)


def hours_of(intervals: tuple[tuple[int, int], ...]) -> list[list[str]]:
    return [[f"{minute // 60:02}:{minute % 60:02}" for minute in interval] for interval in intervals]


def day_of(data: object, place: str) -> date:
    text = text_of(data, place)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fault(place, f"2026-01-05, not {text!r}") from None


def object_of(data: object, place: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise fault(place, "{…}")
    return data


def list_of(data: object, place: str) -> list[Any]:
    if not isinstance(data, list):
        raise fault(place, "[…]")
    return data


def text_of(data: object, place: str) -> str:
    if not isinstance(data, str):
        raise fault(place, "text")
    return data


def fault(place: str, wanted: str) -> NetworkInvalid:
    return NetworkInvalid("malformed", f"{place}: 应为 {wanted}")
