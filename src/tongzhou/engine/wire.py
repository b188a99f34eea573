"""The JSON of `tongzhou schedule`: networks in, answers out.

    network_from_json(data) -> Network          answer_to_json(id, schedule) -> dict
    calendar_from_json(data) -> WorkingCalendar  calendar_to_json(calendar) -> dict (also how a baseline keeps one)

Malformed input raises `NetworkInvalid` with code "malformed" and the place of the fault.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tongzhou.engine.calendar import DAY, LAST_INSTANT, CalendarEmpty, CalendarException, WorkingCalendar
from tongzhou.engine.cycles import CycleFound
from tongzhou.engine.network import NO_LAG, Lag, Link, Network, NetworkInvalid, Task
from tongzhou.engine.schedule import Schedule, TaskDates, schedule

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_START_KINDS = frozenset(("SNET", "SNLT", "MSO"))


def answer_network(data: object) -> dict[str, Any]:
    """Schedule one network as JSON data; cycles, empty calendars and contradictions are answers with an `error`."""
    name = data.get("id") if isinstance(data, dict) else None
    try:
        network = network_from_json(data)
        return answer_to_json(network.id, schedule(network))
    except CycleFound as found:
        return {"id": name, "error": "cycle", "cycles": cycles_to_json(found)}
    except CalendarEmpty as empty:
        return {"id": name, "error": "calendar_empty", "calendar": empty.calendar}
    except NetworkInvalid as invalid:
        return {"id": name, "error": "invalid", "code": invalid.code, "message": str(invalid)}


def network_from_json(data: object) -> Network:
    """The network that JSON data describes.

    :raises NetworkInvalid: if something is missing or of another kind than the format says.
    """
    found = _object(data, "network")
    calendars = {
        name: calendar_from_json(calendar, f"calendars.{name}")
        for name, calendar in _object(found.get("calendars"), "calendars").items()
    }
    mode = found.get("mode") or "strict"
    if mode not in ("strict", "forecast"):
        raise _fault("mode", "strict | forecast")
    return Network(
        id=found.get("id", ""),
        start=_instant(found.get("start"), "start"),
        tasks=[_task(task, at) for at, task in enumerate(_list(found.get("tasks", []), "tasks"))],
        links=[_link(link, at) for at, link in enumerate(_list(found.get("links") or [], "links"))],
        calendars=calendars,
        calendar=_text(found.get("calendar"), "calendar"),
        minutes_per_day=_minutes(found.get("minutes_per_day") or 480, "minutes_per_day"),
        status=_optional(found.get("status"), "status", _end_instant),
        mode=mode,
        honor_constraints=found.get("honor_constraints") is not False,
        imposed_finish=_optional(found.get("imposed_finish"), "imposed_finish", _end_instant),
        critical_slack=_minutes(found.get("critical_slack") or 0, "critical_slack"),
    )


def calendar_from_json(data: object, place: str = "calendar") -> WorkingCalendar:
    """A calendar from {"days": {"MON": [["09:00", "12:00"], …]}, "exceptions": [[first, last, intervals], …]}."""
    found = _object(data, place)
    days = _object(found.get("days"), f"{place}.days")
    week = {}
    for name, hours in days.items():
        if name not in WEEKDAYS:
            raise _fault(f"{place}.days", f"MON … SUN, not {name!r}")
        week[WEEKDAYS.index(name)] = _intervals(hours, f"{place}.days.{name}")
    exceptions = []
    for at, row in enumerate(_list(found.get("exceptions") or [], f"{place}.exceptions")):
        where = f"{place}.exceptions[{at}]"
        cells = _list(row, where)
        if len(cells) != 3:
            raise _fault(where, "[first, last, intervals]")
        first, last = _date(cells[0], where), _date(cells[1], where)
        exceptions.append(CalendarException(first, last, _intervals(cells[2], where)))
    try:
        return WorkingCalendar(week, exceptions)
    except ValueError as fault:
        raise _fault(place, str(fault)) from None


def calendar_to_json(calendar: WorkingCalendar) -> dict[str, Any]:
    """The same calendar as JSON data: `calendar_from_json` reads it back unchanged."""
    return {
        "days": {name: _hours(calendar.week[at]) for at, name in enumerate(WEEKDAYS)},
        "exceptions": [
            [exception.first.isoformat(), exception.last.isoformat(), _hours(exception.intervals)]
            for exception in calendar.exceptions
        ],
    }


def answer_to_json(name: str, answer: Schedule) -> dict[str, Any]:
    """The answer as JSON data; dates as text, slack in minutes.

    :raises NetworkInvalid: if a date lies outside the years 1 to 9999.
    """
    text = _Clock().text
    return {
        "id": name,
        "start": text(answer.start),
        "finish": text(answer.finish),
        "conflicts": [
            {
                "task": conflict.task,
                "constraint": str(conflict.constraint),
                "date": text(conflict.date),
                "link": _link_to_json(conflict.link),
                "minutes": conflict.minutes,
            }
            for conflict in answer.conflicts
        ],
        "warnings": [
            {"kind": warning.kind, "task": warning.task, "link": _link_to_json(warning.link), "minutes": warning.minutes}
            for warning in answer.warnings
        ],
        "driving_chain": answer.driving_chain,
        "tasks": {str(task): _dates_to_json(dates, text) for task, dates in answer.tasks.items()},
    }


def cycles_to_json(found: CycleFound) -> list[list[dict[str, Any]]]:
    """Cycles as lists of steps; the kind of the link that leads on, null where the hierarchy does."""
    return [
        [
            {"task": step.task, "link": str(step.link.kind) if step.link else None, "lag": _lag_to_json(step.lag)}
            for step in cycle
        ]
        for cycle in found.cycles
    ]


def _dates_to_json(dates: TaskDates, text: Callable[[int], str]) -> dict[str, Any]:
    return {
        "early_start": text(dates.early_start),
        "early_finish": text(dates.early_finish),
        "late_start": text(dates.late_start),
        "late_finish": text(dates.late_finish),
        "total_slack": dates.total_slack,
        "free_slack": dates.free_slack,
        "critical": dates.critical,
    }


def _link_to_json(link: Link | None) -> dict[str, Any] | None:
    if link is None:
        return None
    return {"from": link.predecessor, "to": link.successor, "type": str(link.kind), "lag": _lag_to_json(link.lag)}


def _lag_to_json(lag: Lag | None) -> object:
    if lag is None:
        return None
    if lag.percent is not None:
        return {"percent": lag.percent}
    return {"elapsed": lag.minutes} if lag.elapsed else lag.minutes


_MINUTES = [f"T{minute // 60:02}:{minute % 60:02}" for minute in range(DAY)]


class _Clock:
    """Instants as text; every day is formatted once."""

    def __init__(self) -> None:
        self.days: dict[int, str] = {}

    def text(self, instant: int) -> str:
        day, minute = divmod(instant, DAY)
        found = self.days.get(day)
        if found is None:
            if instant == LAST_INSTANT:
                return "9999-12-31T24:00"
            if not 1 <= day <= date.max.toordinal():
                raise NetworkInvalid("out_of_range", "a computed date lies outside the years 1 to 9999")
            found = self.days[day] = date.fromordinal(day).isoformat()
        return found + _MINUTES[minute]


def _task(data: object, at: int) -> Task:
    place = f"tasks[{at}]"
    found = data if type(data) is dict else _object(data, place)
    get = found.get
    number = get("id")
    if type(number) is not int:
        raise _fault(f"{place}.id", "integer")
    duration = get("duration")
    task = Task(number, duration, get("parent"), get("calendar"))
    if get("constraint") is not None:
        task.constraint = _text(found["constraint"], f"{place}.constraint")
    if duration is not None and type(duration) is not int:
        task.duration = _minutes(duration, f"{place}.duration")
    if task.parent is not None and type(task.parent) is not int:
        raise _fault(f"{place}.parent", "integer")
    if task.calendar is not None:
        _text(task.calendar, f"{place}.calendar")
    if get("date") is not None:
        parse = _instant if task.constraint in _START_KINDS else _end_instant
        task.date = parse(found["date"], f"{place}.date")
    if found.keys() & _REPORTED:
        _read_report(task, found, place)
    return task


_REPORTED = frozenset(("deadline", "actual_start", "actual_finish", "percent", "remaining", "cancelled"))


def _read_report(task: Task, found: dict[str, Any], place: str) -> None:
    task.deadline = _optional(found.get("deadline"), f"{place}.deadline", _end_instant)
    task.cancelled = found.get("cancelled") is True
    task.actual_start = _optional(found.get("actual_start"), f"{place}.actual_start", _instant)
    task.actual_finish = _optional(found.get("actual_finish"), f"{place}.actual_finish", _end_instant)
    if found.get("percent"):
        task.percent = _basis_points(found["percent"], f"{place}.percent")
    task.remaining = _optional(found.get("remaining"), f"{place}.remaining", _minutes)


def _link(data: object, at: int) -> Link:
    found = data if type(data) is dict else _object(data, f"links[{at}]")
    get = found.get
    source, target, lag = get("from"), get("to"), get("lag")
    if type(source) is not int or type(target) is not int:
        raise _fault(f"links[{at}]", "from, to: integer")
    link = Link(source, target, get("type") or "FS", NO_LAG if not lag else _lag(lag, f"links[{at}].lag"))
    if get("within") is not None:
        link.within = _minutes(found["within"], f"links[{at}].within")
    return link


def _lag(data: object, place: str) -> Lag:
    if not isinstance(data, dict):
        return Lag(_minutes(data, place))
    if data.keys() == {"elapsed"}:
        return Lag(_minutes(data["elapsed"], place), elapsed=True)
    if data.keys() == {"percent"}:
        return Lag(percent=_minutes(data["percent"], place))
    raise _fault(place, '480 | {"elapsed": 1440} | {"percent": 50}')


def _basis_points(data: object, place: str) -> int:
    if isinstance(data, bool) or not isinstance(data, (int, float, Decimal)):
        raise _fault(place, "0..100")
    exact = Decimal(str(data)) * 100
    if exact != int(exact):
        raise _fault(place, "0..100, two decimals")
    return int(exact)


def _minutes(data: object, place: str) -> int:
    if isinstance(data, bool) or not isinstance(data, (int, float, Decimal)) or data != int(data):
        raise _fault(place, "minutes (integer)")
    return int(data)


def _optional(data: object, place: str, read: Callable[[object, str], int]) -> int | None:
    return None if data is None else read(data, place)


def _instant(data: object, place: str, bare: int = 0) -> int:
    """An instant from "2026-01-05T09:00"; a date alone is the start of the day plus `bare` minutes."""
    text = _text(data, place)
    try:
        day = date.fromisoformat(text[:10]).toordinal() * DAY
    except ValueError:
        raise _fault(place, f"2026-01-05T09:00, not {text!r}") from None
    if len(text) == 10:
        return day + bare
    if text[10] not in "T " or text[16:] not in ("", ":00"):
        raise _fault(place, f"2026-01-05T09:00, not {text!r}")
    return day + _clock_minute(text[11:16], place)


def _end_instant(data: object, place: str) -> int:
    return _instant(data, place, DAY)


def _clock_minute(text: object, place: str) -> int:
    if isinstance(text, str) and len(text) == 5 and text[2] == ":" and (text[:2] + text[3:]).isdecimal():
        hours, minutes = int(text[:2]), int(text[3:])
        if minutes < 60 and hours * 60 + minutes <= DAY:
            return hours * 60 + minutes
    raise _fault(place, f"00:00 … 24:00, not {text!r}")


def _intervals(data: object, place: str) -> tuple[tuple[int, int], ...]:
    found = []
    for row in _list(data, place):
        cells = _list(row, place)
        if len(cells) != 2:
            raise _fault(place, '[["09:00", "12:00"], …]')
        begin, end = _clock_minute(cells[0], place), _clock_minute(cells[1], place)
        found.append((begin, end or DAY))
    return tuple(found)


def _hours(intervals: tuple[tuple[int, int], ...]) -> list[list[str]]:
    return [[f"{minute // 60:02}:{minute % 60:02}" for minute in interval] for interval in intervals]


def _date(data: object, place: str) -> date:
    text = _text(data, place)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _fault(place, f"2026-01-05, not {text!r}") from None


def _object(data: object, place: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise _fault(place, "{…}")
    return data


def _list(data: object, place: str) -> list[Any]:
    if not isinstance(data, list):
        raise _fault(place, "[…]")
    return data


def _text(data: object, place: str) -> str:
    if not isinstance(data, str):
        raise _fault(place, "text")
    return data


def _fault(place: str, wanted: str) -> NetworkInvalid:
    return NetworkInvalid("malformed", f"{place}: 应为 {wanted}")
