"""What was reported about a task, made complete and checked (actual start, actual finish, percent)."""

from dataclasses import replace

from tongzhou.engine.calendar import DAY
from tongzhou.engine.network import NetworkInvalid, Task

FULL = 10000


def check_actuals(task: Task, status: int | None) -> None:
    """Refuse reports that cannot be.

    :raises NetworkInvalid: percent outside 0..10000, an actual date after the day of the status date, or a finish
        before the start.
    """
    if not 0 <= task.percent <= FULL:
        raise NetworkInvalid("percent_out_of_range", f"task {task.id}: percent {task.percent / 100} is outside 0..100", task.id)
    if task.remaining is not None and task.remaining < 0:
        raise NetworkInvalid("negative_remaining", f"task {task.id}: remaining duration is negative", task.id)
    for actual in (task.actual_start, task.actual_finish):
        if status is not None and actual is not None and actual > -(-status // DAY) * DAY:
            raise NetworkInvalid("actual_after_status", f"task {task.id}: an actual date lies after the status date", task.id)
    if task.actual_start is not None and task.actual_finish is not None and task.actual_finish < task.actual_start:
        raise NetworkInvalid("finish_before_start", f"task {task.id}: finished before it started", task.id)


def is_incomplete(task: Task) -> bool:
    """Whether a report leaves out a date that the planned dates must supply."""
    if task.actual_start is None:
        return task.percent > 0 or task.actual_finish is not None
    return task.percent >= FULL and task.actual_finish is None


def normalise_actuals(task: Task, planned_start: int, planned_finish: int, status: int | None) -> Task:
    """The task with the actual dates that its report implies; instants.

    Percent above 0 without actual start takes the planned start, at most the status date; 100 percent without actual
    finish takes the status date or the planned finish, the earlier. An actual finish means 100 percent.

    :raises NetworkInvalid: see `check_actuals`.
    """
    check_actuals(task, status)
    start, finish, percent = task.actual_start, task.actual_finish, task.percent
    if start is None and (percent > 0 or finish is not None):
        start = min(limit for limit in (planned_start, status, finish) if limit is not None)
    if percent >= FULL and finish is None:
        finish = planned_finish if status is None else min(planned_finish, status)
        finish = finish if start is None else max(finish, start)
    if finish is not None:
        percent = FULL
    remaining = 0 if percent >= FULL and task.remaining is not None else task.remaining
    return replace(task, actual_start=start, actual_finish=finish, percent=percent, remaining=remaining)
