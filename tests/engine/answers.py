"""Compare a schedule with dates that another program stored: instants on the task's calendar, slack in minutes."""

from datetime import datetime
from typing import Any

from tongzhou.engine.calendar import instant
from tongzhou.engine.network import Network
from tongzhou.engine.schedule import Schedule, schedule
from tongzhou.engine.wire import network_from_json

DATES = ("early_start", "early_finish", "late_start", "late_finish")


def differences(case: dict[str, Any]) -> list[tuple[int, str]]:
    """Pairs (task, field) in which our answer differs from the expected one; summaries by their dates only."""
    network = network_from_json(case["network"])
    answer = schedule(network)
    return [found for task, expected in case["expected"].items() for found in _of_task(network, answer, int(task), expected)]


def _of_task(network: Network, answer: Schedule, number: int, expected: dict[str, Any]) -> list[tuple[int, str]]:
    task = next(task for task in network.tasks if task.id == number)
    dates = answer.tasks[number]
    calendar = network.calendars[task.calendar or network.calendar]
    wrong = []
    for name in DATES:
        if expected.get(name) is not None:
            wanted = instant(datetime.fromisoformat(expected[name]))
            if calendar.worked(wanted) != calendar.worked(getattr(dates, name)):
                wrong.append((number, name))
    if task.duration is None:
        return wrong
    slack, critical = expected.get("total_slack"), expected.get("critical")
    if isinstance(slack, (int, float)) and slack != dates.total_slack:
        wrong.append((number, "total_slack"))
    if critical is not None and critical != dates.critical:
        wrong.append((number, "critical"))
    return wrong
