"""What people type into a cell, as the value of a column. Nothing here reads the database."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.plan.models import WorkItem
from tongzhou.workbooks.cells import Cell
from tongzhou.workbooks.text import is_blank, is_seen, plain
from tongzhou.workbooks.values import is_yes, parse_date, parse_duration, split_quantity

LONGEST_DAYS = 3650
LONGEST_TEXT = 20_000
LARGEST_QUANTITY = Decimal("999999999999.99")
DAY = 480
URGENT = {"紧急", "急", "urgent", "加急", "高"}
REGULAR = {"", "常规", "一般", "普通", "regular", "正常", "低", "中"}
NO = {"", "否", "no", "n", "false", "0", "×", "✗", "不是"}


class CellRefused(Exception):
    """A cell cannot be understood; the message is for the person who typed it."""


def text_of(value: object, longest: int = LONGEST_TEXT) -> str:
    """Return a cell's text, trimmed.

    :raises CellRefused: if it is no text or number, or too long.
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or (isinstance(value, str) and "\0" in value):
        raise CellRefused(_("This is no text."))
    if isinstance(value, float) and not math.isfinite(value):
        raise CellRefused(_("This is no number."))
    if isinstance(value, int) and value.bit_length() > 200:
        raise CellRefused(_("This number is too large."))
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if len(text) > longest:
        raise CellRefused(_("At most %(count)d characters fit here.") % {"count": longest})
    return text.strip()


def day(value: object, near: date) -> date | None:
    """Return the day that is typed; one without a year is the nearest to `near`."""
    text = text_of(value, 80)
    found = parse_date(Cell("text", text), near)
    if found.error == "date_impossible":
        raise CellRefused(_("There is no day “%(value)s”.") % {"value": text[:40]})
    if found.error:
        raise CellRefused(_("“%(value)s” is no date. Write it like 2024-03-01.") % {"value": text[:40]})
    return found.value


def minutes(value: object) -> int:
    """Return a duration in working minutes: 3, 3d, 3天, 2w, 4h."""
    text = text_of(value, 80)
    if is_blank(text):
        raise CellRefused(_("A task has a duration."))
    found = parse_duration(Cell("text", text))
    if found.value is None and not found.error.endswith("too_long"):
        raise CellRefused(_("“%(value)s” is no duration. Write 3, 3天, 2周 or 4h.") % {"value": text[:40]})
    if found.value is None or not 0 < found.value <= LONGEST_DAYS * DAY:
        raise CellRefused(_("A duration lies between 0 and 3650 working days."))
    return found.value


def percent(value: object) -> int:
    """Return a share in basis points: 60, 60%, ６０％. What may be 60% as well as 0.6% is asked back."""
    text = plain(text_of(value, 40))
    signed = text.endswith("%")
    try:
        number = Decimal(text.rstrip("% "))
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number <= 100:
        raise CellRefused(_("Percent lies between 0 and 100."))
    if 0 < number < 1 and not signed:
        shares = {"value": text, "share": f"{number * 100:f}".rstrip("0").rstrip("."), "small": f"{text}%"}
        raise CellRefused(_("“%(value)s”: is it %(share)s%% or %(small)s? Write it with the percent sign.") % shares)
    return round(number * 100)


def quantity(value: object) -> tuple[Decimal | None, str | None]:
    """Return an amount and its unit (None: not said) from 30, 30家, 1,200 件."""
    text = plain(text_of(value, 60))
    if is_blank(text):
        return None, None
    number, unit = split_quantity(text)
    if number is None:
        raise CellRefused(_("“%(value)s” is no quantity. Write 30 or 30家.") % {"value": text[:40]})
    if not 0 < number <= LARGEST_QUANTITY or number != round(number, 2):
        raise CellRefused(_("A quantity is more than 0 and has at most two decimals."))
    if len(unit) > 20:
        raise CellRefused(_("At most %(count)d characters fit here.") % {"count": 20})
    return number.quantize(Decimal("0.01")), unit or None


def yes_or_no(value: object) -> bool:
    """Return whether a cell says yes."""
    if isinstance(value, bool):
        return value
    text = plain(text_of(value, 20))
    if is_yes(Cell("text", text)):
        return True
    if text.lower() in NO or is_blank(text):
        return False
    raise CellRefused(_("Write yes or no."))


def urgency(value: object) -> str:
    """Return the urgency that is typed: 紧急 or 常规."""
    text = plain(text_of(value, 20)).lower()
    if text in URGENT:
        return WorkItem.Urgency.URGENT
    if text in REGULAR or is_blank(text):
        return WorkItem.Urgency.REGULAR
    raise CellRefused(_("Choose urgent or regular."))


def name(value: object) -> str:
    """Return a task's name on one line."""
    text = " ".join(text_of(value, 300).split())
    if not is_seen(text):
        raise CellRefused(_("A task needs a name."))
    return text


def _words(longest: int) -> Callable[[object], str]:
    return lambda value: text_of(value, longest)


# Fields whose value needs nothing but what is typed, with the column that it goes into.
PLAIN: dict[str, tuple[str, Callable[[object], Any]]] = {
    "name": ("name", name),
    "urgency": ("urgency", urgency),
    "key_output": ("key_output", _words(500)),
    "delivery_standard": ("delivery_standard", _words(LONGEST_TEXT)),
    "risk_point": ("risk_point", _words(LONGEST_TEXT)),
    "resource_need": ("resource_need", _words(300)),
    "remark": ("remark", _words(LONGEST_TEXT)),
    "unit": ("unit", _words(20)),
}
