"""Calendars as JSON."""

from typing import Any

from tongzhou.engine.calendar import CalendarException, WorkingCalendar
from tongzhou.engine.wire.fields import day_of, fault, hours_of, intervals, list_of, object_of

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def calendar_from_json(data: object, place: str = "calendar") -> WorkingCalendar:
    """A calendar from {"days": {"MON": [["09:00", "12:00"], …]}, "exceptions": [[first, last, intervals], …]}."""
    found = object_of(data, place)
    days = object_of(found.get("days"), f"{place}.days")
    week = {}
    for name, hours in days.items():
        if name not in WEEKDAYS:
            raise fault(f"{place}.days", f"MON … SUN, not {name!r}")
        week[WEEKDAYS.index(name)] = intervals(hours, f"{place}.days.{name}")
    exceptions = []
    for at, row in enumerate(list_of(found.get("exceptions") or [], f"{place}.exceptions")):
        where = f"{place}.exceptions[{at}]"
        cells = list_of(row, where)
        if len(cells) != 3:
            raise fault(where, "[first, last, intervals]")
        first, last = day_of(cells[0], where), day_of(cells[1], where)
        exceptions.append(CalendarException(first, last, intervals(cells[2], where)))
    try:
        return WorkingCalendar(week, exceptions)
    except ValueError as wrong:
        raise fault(place, str(wrong)) from None


def calendar_to_json(calendar: WorkingCalendar) -> dict[str, Any]:
    """The same calendar as JSON data: `calendar_from_json` reads it back unchanged."""
    return {
        "days": {name: hours_of(calendar.week[at]) for at, name in enumerate(WEEKDAYS)},
        "exceptions": [
            [exception.first.isoformat(), exception.last.isoformat(), hours_of(exception.intervals)]
            for exception in calendar.exceptions
        ],
    }
