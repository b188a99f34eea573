"""What I owe: my open tasks over all projects, and those of whom I stand in for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, ClassVar

from django.utils import timezone

from tongzhou.engine.calendar import DAY, midnight
from tongzhou.engine.progress import planned_share, shown_points
from tongzhou.lib import clock
from tongzhou.lib.bulk import matching_rows
from tongzhou.lib.web import item_address, project_address
from tongzhou.people.models import User
from tongzhou.plan.models import BaselineLine, WorkItem
from tongzhou.plan.queries.grid import percent_number, planned_number
from tongzhou.plan.queries.keeping import current_baselines
from tongzhou.progress.queries.owed import TaskRow, owed_rows, row_of
from tongzhou.progress.queries.slots_owed import SlotOwed, slots_owed

GROUPS = ("report", "late", "doing", "soon", "later")
SOON = timedelta(days=7)
PAGE = 200
Line = tuple[date, date, int, int]
NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class MyTask:
    """A row of my tasks; everything that is shown is text already. `gap` is "behind", "ahead" or ""."""

    id: int
    version: int
    name: str
    number: str
    project: str
    group: str
    state: str
    late: bool
    percent: str
    planned: str
    gap: str
    points: str
    far: bool
    dates: str
    overdue: int
    reported: str
    quantity: str
    done_quantity: str
    unit: str
    instead_of: str
    task_url: str
    report_url: str
    form_url: str

    FACTS: ClassVar[tuple[str, ...]] = ("state", "late", "gap", "far")
    TEXTS: ClassVar[tuple[str, ...]] = (
        "id", "version", "name", "project", "percent", "planned", "points", "dates", "overdue", "reported", "quantity",
        "done_quantity", "unit", "instead_of", "task_url", "report_url", "form_url",
    )  # fmt: skip


def my_tasks(user: User) -> list[MyTask]:
    """Return the open tasks that `user` owns or is asked about, the most pressing first. At most 13 queries."""
    found = _told(user, owed_rows(user, clock.today()))
    order = {name: place for place, name in enumerate(GROUPS)}
    return sorted(found, key=lambda task: order[task.group])


def my_task(user: User, item: WorkItem) -> MyTask:
    """Return the row of one task, whatever its state."""
    return _told(user, [row_of(item.pk)])[0]


def _told(user: User, rows: list[TaskRow]) -> list[MyTask]:
    kept, now = current_baselines({row.project for row in rows}), clock.now()
    slots = slots_owed(rows, now)
    lines = _lines([(kept[row.project].id, row.id) for row in rows if row.project in kept])
    found = []
    for row in rows:
        line, share = lines.get(row.id), None
        if line is not None:
            calendar = kept[row.project].calendars.of(row.id)
            begun = row.first is None or row.first < _day_of(row)
            share = NOTHING if not begun else planned_share(calendar, line[2], line[3], midnight(_day_of(row)) + DAY)
        found.append(_my_task(user, row, line, share, slots.get(row.id)))
    return found


def _day_of(row: TaskRow) -> date:
    return row.day or clock.today()


def _lines(wanted: list[tuple[int, int]]) -> dict[int, Line]:
    """Return start and finish, as days and as instants, of items (baseline, item). One query."""
    rows = matching_rows(BaselineLine, ("baseline", "item_id"), wanted, ("item_id", "start", "finish", "start_at", "finish_at"))
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


def _my_task(user: User, row: TaskRow, line: Line | None, share: Fraction | None, slot: SlotOwed | None) -> MyTask:
    day = _day_of(row)
    start, finish = line[:2] if line else (row.typed_start or row.start, row.typed_finish or row.finish)
    over = row.state in ("done", "cancelled")
    late = not over and finish is not None and finish < day
    actual = Fraction(row.percent, 10000)
    threshold = Fraction(row.threshold)
    behind = 0.0 if share is None or over else float(shown_points((share - actual) * 100, threshold))
    key, number = row.id, row.number
    counted = row.quantity is not None
    return MyTask(
        id=key,
        version=row.version,
        name=row.name,
        number=number,
        project=row.project_name,
        group=group_of(row, day, start, slot, late=late),
        state=row.state,
        late=late,
        percent=f"{percent_number(actual):g}",
        planned="" if share is None else f"{planned_number(share):g}",
        gap="behind" if behind > 0 else "ahead" if behind < 0 else "",
        points=f"{abs(behind):g}",
        far=behind > threshold,
        dates=_dates(row.start or start, row.finish or finish, day),
        overdue=(day - finish).days if late and finish else 0,
        reported=_day(row.reported_on, day),
        quantity=amount(row.quantity) if counted else "",
        done_quantity=amount(row.done_quantity) if counted else "",
        unit=row.unit,
        instead_of="" if row.owner == user.pk else row.owner_name or "",
        task_url=f"{project_address('plan', number)}?task={key}",
        report_url=item_address("task_report", number, key),
        form_url=item_address("progress", number, key),
    )


def group_of(row: TaskRow, day: date, start: date | None, slot: SlotOwed | None, *, late: bool) -> str:
    """Return the group of a task: report (asked for today), late, doing, soon (starts within a week), later."""
    if row.state in ("done", "cancelled"):
        return "later"
    runs = row.state in ("doing", "blocked") or late or (start is not None and start <= day)
    if (runs and _asked(row, day, slot)) or (slot is not None and slot.missed):
        return "report"
    if late:
        return "late"
    if runs:
        return "doing"
    return "soon" if start is not None and start <= day + SOON else "later"


def _asked(row: TaskRow, day: date, slot: SlotOwed | None) -> bool:
    """Whether something is to be said today: a slot was missed or comes today; what was never reported, at once."""
    if row.reported_on is None:
        return True
    return slot is not None and (slot.missed or timezone.localtime(slot.at).date() <= day)


def _dates(start: date | None, finish: date | None, day: date) -> str:
    if finish is None:
        return ""
    if start is None or start == finish:
        return _day(finish, day)
    return f"{_day(start, day)} – {_day(finish, day)}"


def _day(found: date | None, day: date) -> str:
    """Return a day as MM-DD, with its year where that is another one."""
    if found is None:
        return ""
    return f"{found:%m-%d}" if found.year == day.year else f"{found:%Y-%m-%d}"


def amount(number: Any) -> str:
    """Return a quantity without needless zeros."""
    return "" if number is None else f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


@dataclass(frozen=True)
class Asked:
    """What the address asks of the list: a group, a state, a project, words."""

    group: str = ""
    state: str = ""
    project: str = ""
    words: str = ""


def chosen(tasks: Iterable[MyTask], asked: Asked) -> list[MyTask]:
    """Return the tasks that the address asks for."""
    words = asked.words.lower().split()
    return [
        task
        for task in tasks
        if asked.group in ("", task.group)
        and (asked.state in ("", task.state) or (asked.state == "late" and task.late))
        and asked.project in ("", task.number)
        and all(word in f"{task.name} {task.project} {task.number}".lower() for word in words)
    ]


@dataclass(frozen=True)
class Owed:
    """A task on my list. `group` is overdue, today, week or later; `overdue_days` counts calendar days."""

    id: int
    name: str
    number: str
    project: str
    state: str
    percent: float | int
    start: date | None
    finish: date | None
    reported_on: date | None
    group: str
    overdue_days: int


def owed_by(user: User) -> list[Owed]:
    """Return my open tasks, the most pressing first. As many queries as owed_rows."""
    today = clock.today()
    found = []
    for row in owed_rows(user, today):
        day = row.day or today
        found.append(
            Owed(
                row.id,
                row.name,
                row.number,
                row.project_name,
                row.state,
                percent_number(Fraction(row.percent, 10000)),
                row.start,
                row.finish,
                row.reported_on,
                _group(day, row.start, row.finish),
                max((day - row.finish).days, 0) if row.finish else 0,
            )
        )
    order = {"overdue": 0, "today": 1, "week": 2, "later": 3}
    return sorted(found, key=lambda owed: (order[owed.group], owed.finish or date.max, owed.id))


def _group(today: date, start: date | None, finish: date | None) -> str:
    if finish is not None and finish < today:
        return "overdue"
    if finish == today or (start is not None and start <= today):
        return "today"
    return "week" if start is not None and start <= today + timedelta(days=6 - today.weekday()) else "later"
