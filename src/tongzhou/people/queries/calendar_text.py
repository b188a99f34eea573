"""A calendar as people type it: hours and days of its own as text, and back."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused
from tongzhou.people.queries.calendars import Hours, Layer, OwnDay

_DAY = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_LINE = re.compile(rf"^{_DAY}(?:(?:~|至|到|—|–|-)+{_DAY})?(上班|工作|休息|放假|休|班)(.*)$")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})(?:-|~|至|到|–|—)(\d{1,2}):(\d{2})")
WORKED = ("上班", "工作", "班")


def initial_of(layer: Layer) -> dict[str, Any]:
    """Return a stored calendar as the form shows it."""
    return {
        "name": layer.name,
        "pattern": layer.pattern,
        "anchor": layer.anchor,
        "hours": " ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in layer.hours),
        "days": "\n".join(_line(own) for own in layer.days),
    }


def read_hours(text: str) -> Hours:
    """Return the intervals of “09:00-12:00 13:00-18:00” in minutes.

    :raises Refused: if something else stands there.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    rest = re.sub(r"[,，、;和]", "", _HOURS.sub("", plain))
    if rest:
        raise Refused("hours-invalid", _("Write working hours like 09:00-12:00 13:00-18:00."), "hours")
    found = [tuple(map(int, part)) for part in _HOURS.findall(plain)]
    if any(minute > 59 for part in found for minute in (part[1], part[3])):
        raise Refused("hours-invalid", _("Write working hours like 09:00-12:00 13:00-18:00."), "hours")
    return tuple((part[0] * 60 + part[1], part[2] * 60 + part[3]) for part in found)


def read_days(text: str) -> tuple[OwnDay, ...]:
    """Return the days of a text, a line each.

    :raises Refused: naming the first line that is none.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", line))
        if plain:
            found.append(_read_line(number, line, plain))
    return tuple(found)


def _read_line(number: int, line: str, plain: str) -> OwnDay:
    parts = _LINE.match(plain)
    try:
        if parts is None:
            raise ValueError(line)
        year, month, day, *until, sign, name = parts.groups()
        first = date(int(year), int(month), int(day))
        last = date(*map(int, until)) if until[0] else first
    except ValueError as error:
        message = _("Line %(number)s: write it like 2026-03-07 上班, or 2026-03-10~2026-03-11 休息.")
        raise Refused("days-invalid", message % {"number": number}, "days") from error
    return OwnDay(first, last, sign in WORKED, name[:80])


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _line(own: OwnDay) -> str:
    days = own.first.isoformat() if own.first == own.last else f"{own.first}~{own.last}"
    return f"{days} {'上班' if own.working else '休息'} {own.name}".strip()
