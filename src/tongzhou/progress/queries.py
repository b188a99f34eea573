"""Reads: what I owe, the history of a task, the tracking table of a project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from tongzhou.lib import clock
from tongzhou.people.models import Department, User
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import Outlook, outlook
from tongzhou.plan.queries.grid import percent_number, planned_number
from tongzhou.progress.access import tasks_of
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.models import Project


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
    """Return my open tasks, the most pressing first. One query."""
    today = clock.today()
    columns = (
        "id",
        "name",
        "project__number",
        "project__name",
        "state",
        "percent",
        "start",
        "finish",
        "reported_on",
        "project__status_date",
    )
    found = []
    for key, name, number, project, state, percent, start, finish, reported, status in tasks_of(user).values_list(*columns):
        day = status or today
        overdue = max((day - finish).days, 0) if finish else 0
        group = _group(day, start, finish)
        found.append(
            Owed(
                key,
                name,
                number,
                project,
                state,
                percent_number(Fraction(percent, 10000)),
                start,
                finish,
                reported,
                group,
                overdue,
            )
        )
    order = {"overdue": 0, "today": 1, "week": 2, "later": 3}
    return sorted(found, key=lambda owed: (order[owed.group], owed.finish or date.max, owed.id))


def history_of(item: WorkItem) -> QuerySet[ProgressUpdate]:
    return ProgressUpdate.objects.filter(work_item=item).select_related("help_department")


def latest_panel(request: HttpRequest, item: WorkItem) -> dict[str, Any]:
    """Return the panel that shows the latest reports in a task's drawer. One query."""
    updates = list(history_of(item)[:4])
    return {
        "template": "progress/panel.html",
        "updates": updates[:3],
        "more": len(updates) > 3,
        "item": item.pk,
        "number": item.project.number,
    }


@dataclass(frozen=True)
class Tracked:
    """A row of the tracking table (任务进度跟踪表). Percents 0..100; `points` behind as text, empty when on time."""

    id: int
    code: str
    name: str
    level: int
    leaf: bool
    owner: str
    department: str
    state: str
    late: bool
    percent: float | int
    planned: float | int
    points: str
    marked: bool
    finish: date
    baseline_finish: date | None
    actual_finish: date | None
    reported_on: date | None
    said: str


def tracking(project: Project, as_of: date) -> list[Tracked]:
    """Return the tracking table as of a day. A constant number of queries."""
    found = outlook(project, as_of)
    people = dict(User.objects.filter(pk__in={item.owner for item in found.items}).values_list("pk", "name"))
    departments = dict(Department.objects.filter(pk__in={item.department for item in found.items}).values_list("pk", "name"))
    said = _latest_words(project, as_of)
    return [_tracked(found, item, people, departments, said) for item in found.items]


def _tracked(found: Outlook, item: Any, people: dict[int, str], departments: dict[int, str], said: dict[int, str]) -> Tracked:
    judged, line = found.deviations.get(item.id), found.baseline.get(item.id)
    return Tracked(
        id=item.id,
        code=item.code,
        name=item.name,
        level=item.level,
        leaf=item.leaf,
        owner=people.get(item.owner or 0, ""),
        department=departments.get(item.department or 0, ""),
        state=item.state,
        late=found.is_late(item),
        percent=percent_number(found.actual.get(item.id, Fraction(0))),
        planned=planned_number(found.planned.get(item.id, Fraction(0))),
        points=f"{float(round(judged.points, 2)):.2f}" if judged and item.leaf and judged.points > 0 else "",
        marked=judged.marked if judged else False,
        finish=found.dates[item.id].finish,
        baseline_finish=line.finish if line else None,
        actual_finish=item.actual_finish,
        reported_on=item.reported_on,
        said=said.get(item.id, ""),
    )


def _latest_words(project: Project, as_of: date) -> dict[int, str]:
    rows = ProgressUpdate.objects.filter(work_item__project=project, status_date__lte=as_of).order_by("status_date", "pk")
    return {item: problem or done for item, problem, done in rows.values_list("work_item_id", "problem", "done")}


def _group(today: date, start: date | None, finish: date | None) -> str:
    if finish is not None and finish < today:
        return "overdue"
    if finish == today or (start is not None and start <= today):
        return "today"
    return "week" if start is not None and start <= today + timedelta(days=6 - today.weekday()) else "later"
