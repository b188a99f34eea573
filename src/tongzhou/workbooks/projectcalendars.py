"""The calendar of a project of MS Project, in days: which days of the week are worked, and which days depart from that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongzhou.workbooks.projectvalues import day_cell, is_set, whole
from tongzhou.workbooks.xmlrecords import Record

MONDAY_TO_FRIDAY = (True, True, True, True, True, False, False)
DAILY = "1"
MOST_DAYS = 2_000
CALENDAR, DAY = "calendar", "day"  # rows of the hidden sheet


@dataclass(frozen=True)
class FileCalendar:
    """The working days of a week from Monday on, and runs of days (first, last, worked, name) that depart from it."""

    name: str
    week: tuple[bool, ...]
    days: tuple[tuple[date, date, bool, str], ...] = ()


def calendar_rows(found: Record) -> tuple[list[list[Any]], int]:
    """The project's calendar as rows, and how many of its exceptions recur by a rule and are left out."""
    own = str(found.get("CalendarUID", "")).strip()
    calendars: list[Record] = found.get("Calendar", [])
    chosen = next((one for one in calendars if str(one.get("UID")).strip() == own), None)
    if chosen is None:
        return [], 0
    rows: list[list[Any]] = [[CALENDAR, str(chosen.get("Name") or ""), "".join("01"[worked] for worked in _week(chosen))]]
    recurring = 0
    for first, last, worked, name in _days(chosen):
        if first is None:
            recurring += 1
        elif len(rows) <= MOST_DAYS:
            rows.append([DAY, first, last, worked, name])
    return rows, recurring


def _week(calendar: Record) -> tuple[bool, ...]:
    worked = list(MONDAY_TO_FRIDAY)
    for one in calendar.get("WeekDay", ()):
        kind = whole(one.get("DayType"), -1)
        if 1 <= kind <= 7:
            worked[(kind + 5) % 7] = is_set(one.get("DayWorking"))
    return tuple(worked)


def _days(calendar: Record) -> Iterator[tuple[str | None, str, bool, str]]:
    """The exceptions of Project 2007 and later, and those of 2003, which stand among the days of the week."""
    old = [one for one in calendar.get("WeekDay", ()) if whole(one.get("DayType"), -1) == 0]
    for one in (*calendar.get("Exception", ()), *old):
        span: Record = next(iter(one.get("TimePeriod", ())), {})
        first, last = day_cell(span.get("FromDate")), day_cell(span.get("ToDate"))
        if not isinstance(first, dict) or not isinstance(last, dict) or last["d"] < first["d"]:
            continue
        recurs = str(one.get("Type", DAILY)).strip() not in {DAILY, ""} or whole(one.get("Period"), 1) > 1
        if recurs and first["d"] != last["d"]:
            yield None, "", False, ""
        else:
            yield first["d"], last["d"], is_set(one.get("DayWorking")), str(one.get("Name") or "")[:80]


def read_calendar(rows: Sequence[Sequence[Any]]) -> FileCalendar | None:
    """The calendar that rows of the hidden sheet tell; None where they tell none, or what no calendar says."""
    head = next((row for row in rows if row[0] == CALENDAR), None)
    if head is None or len(head) < 3 or len(str(head[2])) != 7 or set(str(head[2])) - {"0", "1"}:
        return None
    days = [day for row in rows if row[0] == DAY and (day := _read_day(row)) is not None]
    return FileCalendar(str(head[1] or "")[:60], tuple(sign == "1" for sign in str(head[2])), tuple(days[:MOST_DAYS]))


def _read_day(row: Sequence[Any]) -> tuple[date, date, bool, str] | None:
    try:
        first, last = date.fromisoformat(str(row[1])), date.fromisoformat(str(row[2]))
    except (ValueError, IndexError):
        return None
    return (first, last, bool(row[3]), str(row[4] or "")) if len(row) > 4 and first <= last else None
