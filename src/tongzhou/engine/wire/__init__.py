"""The JSON of `tongzhou schedule`: networks in, answers out.

    documents(text) -> list of data             answer_network(data) -> Answer
    network_from_json(data) -> Network
    calendar_from_json(data) -> WorkingCalendar  calendar_to_json(calendar) -> dict (also how a baseline keeps one)

Malformed input raises `NetworkInvalid` with code "malformed" and the place of the fault.
"""

import json
from decimal import Decimal
from typing import Any, NamedTuple

from tongzhou.engine.calendar import CalendarEmpty
from tongzhou.engine.cycles import CycleFound
from tongzhou.engine.network import Network, NetworkInvalid
from tongzhou.engine.schedule import solve
from tongzhou.engine.wire.calendars import calendar_from_json, calendar_to_json
from tongzhou.engine.wire.documents import documents
from tongzhou.engine.wire.fields import end_instant, fault, instant_of, list_of, minutes_of, object_of, optional, text_of
from tongzhou.engine.wire.items import links_from_json, tasks_from_json
from tongzhou.engine.wire.writing import cycles_to_json, solution_to_text

__all__ = ["Answer", "answer_network", "calendar_from_json", "calendar_to_json", "documents", "network_from_json"]


class Answer(NamedTuple):
    """The answer to one network as JSON text; `error` is the answer itself where nothing was scheduled."""

    text: str
    error: dict[str, Any] | None = None


def answer_network(data: object) -> Answer:
    """Schedule one network as JSON data; cycles, empty calendars and contradictions are answers with an `error`."""
    name = data.get("id") if isinstance(data, dict) else None
    try:
        network = network_from_json(data)
        return Answer(solution_to_text(_text(network.id), solve(network)))
    except CycleFound as found:
        return _error({"id": name, "error": "cycle", "cycles": cycles_to_json(found)})
    except CalendarEmpty as empty:
        return _error({"id": name, "error": "calendar_empty", "calendar": empty.calendar})
    except NetworkInvalid as invalid:
        return _error({"id": name, "error": "invalid", "code": invalid.code, "message": str(invalid)})


def _error(answer: dict[str, Any]) -> Answer:
    return Answer(_text(answer), answer)


def _text(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, check_circular=False, default=_number)


def _number(data: Decimal) -> float:
    """An id may be a number with decimals."""
    return float(data)


def network_from_json(data: object) -> Network:
    """The network that JSON data describes.

    :raises NetworkInvalid: if something is missing or of another kind than the format says.
    """
    found = object_of(data, "network")
    calendars = {
        name: calendar_from_json(calendar, f"calendars.{name}")
        for name, calendar in object_of(found.get("calendars"), "calendars").items()
    }
    mode = found.get("mode") or "strict"
    if mode not in ("strict", "forecast"):
        raise fault("mode", "strict | forecast")
    return Network(
        id=found.get("id", ""),
        start=instant_of(found.get("start"), "start"),
        tasks=tasks_from_json(list_of(found.get("tasks", []), "tasks")),
        links=links_from_json(list_of(found.get("links") or [], "links")),
        calendars=calendars,
        calendar=text_of(found.get("calendar"), "calendar"),
        minutes_per_day=minutes_of(found.get("minutes_per_day") or 480, "minutes_per_day"),
        status=optional(found.get("status"), "status", end_instant),
        mode=mode,
        honor_constraints=found.get("honor_constraints") is not False,
        imposed_finish=optional(found.get("imposed_finish"), "imposed_finish", end_instant),
        critical_slack=minutes_of(found.get("critical_slack") or 0, "critical_slack"),
    )
