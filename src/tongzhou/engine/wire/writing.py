"""Answers as JSON text. Thousands of rows of one shape are written by a format, not by the encoder of `json`."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from tongzhou.engine.answer import Conflict, Solution, Warning_
from tongzhou.engine.calendar import DAY, LAST_INSTANT
from tongzhou.engine.cycles import CycleFound
from tongzhou.engine.network import Lag, Link, NetworkInvalid

_MINUTES = [f"T{minute // 60:02}:{minute % 60:02}" for minute in range(DAY)]


class Clock(dict[int, str]):
    """Instants as text; every day, and every instant, is formatted once."""

    def __init__(self) -> None:
        super().__init__({LAST_INSTANT: "9999-12-31T24:00"})
        self._days: dict[int, str] = {}

    def __missing__(self, instant: int) -> str:
        """The text of an instant that was not asked for yet.

        :raises NetworkInvalid: if it lies outside the years 1 to 9999.
        """
        day, minute = divmod(instant, DAY)
        known = self._days.get(day)
        if known is None:
            if not 1 <= day <= date.max.toordinal():
                raise NetworkInvalid("out_of_range", "a computed date lies outside the years 1 to 9999")
            known = self._days[day] = date.fromordinal(day).isoformat()
        text = self[instant] = known + _MINUTES[minute]
        return text


def solution_to_text(name: str, found: Solution) -> str:
    """The answer as JSON text; dates as text, slack in minutes. `name` is the id, as JSON text.

    :raises NetworkInvalid: if a date lies outside the years 1 to 9999.
    """
    clock = Clock()
    text = clock.__getitem__
    head = {
        "start": text(found.start),
        "finish": text(found.finish),
        "conflicts": [_conflict_to_json(conflict, clock) for conflict in found.conflicts],
        "warnings": [_warning_to_json(warning) for warning in found.warnings],
        "driving_chain": found.driving_chain,
    }
    begin = json.dumps(head, ensure_ascii=False, check_circular=False)
    return f'{{"id": {name}, {begin[1:-1]}, "tasks": {{{", ".join(_rows(found, clock))}}}}}'


def cycles_to_json(found: CycleFound) -> list[list[dict[str, Any]]]:
    """Cycles as lists of steps; the kind of the link that leads on, null where the hierarchy does."""
    return [
        [
            {"task": step.task, "link": str(step.link.kind) if step.link else None, "lag": _lag_to_json(step.lag)}
            for step in cycle
        ]
        for cycle in found.cycles
    ]


def _rows(found: Solution, clock: Clock) -> list[str]:
    columns, text = found.columns, clock.__getitem__
    rows: Iterable[tuple[int, str, str, str, str, int, int, bool]] = zip(
        found.ids,
        map(text, columns.early_starts),
        map(text, columns.early_finishes),
        map(text, columns.late_starts),
        map(text, columns.late_finishes),
        columns.slack,
        columns.room,
        columns.critical,
        strict=True,
    )
    return [
        f'"{task}": {{"early_start": "{starts}", "early_finish": "{finishes}", "late_start": "{late_starts}", '
        f'"late_finish": "{late_finishes}", "total_slack": {slack}, "free_slack": {room}, '
        f'"critical": {"true" if critical else "false"}}}'
        for task, starts, finishes, late_starts, late_finishes, slack, room, critical in rows
    ]


def _conflict_to_json(conflict: Conflict, clock: Clock) -> dict[str, Any]:
    return {
        "task": conflict.task,
        "constraint": str(conflict.constraint),
        "date": clock[conflict.date],
        "link": _link_to_json(conflict.link),
        "minutes": conflict.minutes,
    }


def _warning_to_json(warning: Warning_) -> dict[str, Any]:
    return {"kind": warning.kind, "task": warning.task, "link": _link_to_json(warning.link), "minutes": warning.minutes}


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
