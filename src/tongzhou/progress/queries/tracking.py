"""The tracking table of a project (任务进度跟踪表)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tongzhou.people.models import Department, User
from tongzhou.plan.queries import Outlook, outlook
from tongzhou.plan.queries.grid import percent_number, planned_number
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.models import Project


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
