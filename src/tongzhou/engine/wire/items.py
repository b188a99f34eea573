"""Tasks and links, from rows of known types or from plain data; what is malformed is told with its place."""

from typing import Any

from tongzhou.engine.network import NO_LAG, Lag, Link, Task
from tongzhou.engine.wire.documents import LinkRow, TaskRow
from tongzhou.engine.wire.fields import basis_points, end_instant, fault, instant_of, minutes_of, object_of, optional, text_of

START_KINDS = frozenset(("SNET", "SNLT", "MSO"))


def tasks_from_json(rows: list[Any]) -> list[Task]:
    """The tasks of a network.

    :raises NetworkInvalid: if something is of another kind than the format says.
    """
    if rows and type(rows[0]) is TaskRow:
        return [_task_of_row(row, at) for at, row in enumerate(rows)]
    return [_task_of(row, at) for at, row in enumerate(rows)]


def links_from_json(rows: list[Any]) -> list[Link]:
    """The links of a network; raises as `tasks_from_json`."""
    if rows and type(rows[0]) is LinkRow:
        return [
            Link(row.source, row.target, row.kind or "FS", _lag_of(row.lag, f"links[{at}].lag"), row.within)
            if row.lag or row.within
            else Link(row.source, row.target, row.kind or "FS")
            for at, row in enumerate(rows)
        ]
    return [_link_of(row, at) for at, row in enumerate(rows)]


def _task_of_row(row: TaskRow, at: int) -> Task:
    task = Task(row.id, row.duration, row.parent, row.calendar)
    if row.constraint is not None:
        task.constraint = row.constraint
    if row.date is not None:
        task.date = (instant_of if task.constraint in START_KINDS else end_instant)(row.date, f"tasks[{at}].date")
    if row.deadline is not None:
        task.deadline = end_instant(row.deadline, f"tasks[{at}].deadline")
    if row.actual_start is not None or row.actual_finish is not None or row.percent:
        _report_of_row(task, row, f"tasks[{at}]")
    task.remaining = row.remaining
    if row.cancelled is True:
        task.cancelled = True
    return task


def _report_of_row(task: Task, row: TaskRow, place: str) -> None:
    task.actual_start = optional(row.actual_start, f"{place}.actual_start", instant_of)
    task.actual_finish = optional(row.actual_finish, f"{place}.actual_finish", end_instant)
    if row.percent:
        task.percent = basis_points(row.percent, f"{place}.percent")


def _task_of(data: object, at: int) -> Task:
    """The task at a place of the list.

    :raises NetworkInvalid: if something is of another kind than the format says.
    """
    place = f"tasks[{at}]"
    found = data if type(data) is dict else object_of(data, place)
    get = found.get
    number = get("id")
    if type(number) is not int:
        raise fault(f"{place}.id", "integer")
    duration = get("duration")
    task = Task(number, duration, get("parent"), get("calendar"))
    if get("constraint") is not None:
        task.constraint = text_of(found["constraint"], f"{place}.constraint")
    if duration is not None and type(duration) is not int:
        task.duration = minutes_of(duration, f"{place}.duration")
    if task.parent is not None and type(task.parent) is not int:
        raise fault(f"{place}.parent", "integer")
    if task.calendar is not None:
        text_of(task.calendar, f"{place}.calendar")
    if get("date") is not None:
        parse = instant_of if task.constraint in START_KINDS else end_instant
        task.date = parse(found["date"], f"{place}.date")
    if found.keys() & _REPORTED:
        _read_report(task, found, place)
    return task


_REPORTED = frozenset(("deadline", "actual_start", "actual_finish", "percent", "remaining", "cancelled"))


def _read_report(task: Task, found: dict[str, Any], place: str) -> None:
    task.deadline = optional(found.get("deadline"), f"{place}.deadline", end_instant)
    task.cancelled = found.get("cancelled") is True
    task.actual_start = optional(found.get("actual_start"), f"{place}.actual_start", instant_of)
    task.actual_finish = optional(found.get("actual_finish"), f"{place}.actual_finish", end_instant)
    if found.get("percent"):
        task.percent = basis_points(found["percent"], f"{place}.percent")
    task.remaining = optional(found.get("remaining"), f"{place}.remaining", minutes_of)


def _link_of(data: object, at: int) -> Link:
    """The link at a place of the list; raises as `task_of`."""
    found = data if type(data) is dict else object_of(data, f"links[{at}]")
    get = found.get
    source, target, lag = get("from"), get("to"), get("lag")
    if type(source) is not int or type(target) is not int:
        raise fault(f"links[{at}]", "from, to: integer")
    link = Link(source, target, get("type") or "FS", _lag_of(lag, f"links[{at}].lag"))
    if get("within") is not None:
        link.within = minutes_of(found["within"], f"links[{at}].within")
    return link


def _lag_of(data: object, place: str) -> Lag:
    """A lag: minutes, minutes of the clock, or percent; raises as `task_of`."""
    if not data:
        return NO_LAG
    if not isinstance(data, dict):
        return Lag(minutes_of(data, place))
    if data.keys() == {"elapsed"}:
        return Lag(minutes_of(data["elapsed"], place), elapsed=True)
    if data.keys() == {"percent"}:
        return Lag(percent=minutes_of(data["percent"], place))
    raise fault(place, '480 | {"elapsed": 1440} | {"percent": 50}')
