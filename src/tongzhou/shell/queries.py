"""What the frame of every page shows, and the project overview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import HttpRequest

from tongzhou.engine.progress import Deviation
from tongzhou.lib.params import day_asked
from tongzhou.people.models import Department, User
from tongzhou.plan.models import KeyMilestone
from tongzhou.plan.queries import Outlook, outlook, status_date
from tongzhou.plan.queries.grid import percent_number
from tongzhou.projects.access import visible_to
from tongzhou.projects.models import Project
from tongzhou.projects.queries import Team, team_of

OK, WATCH, ALARM = "ok", "watch", "alarm"


@dataclass(frozen=True)
class Header:
    """The head of a project's pages."""

    team: Team
    light: str
    as_of: date
    pinned: bool
    start: date | None
    finish: date | None


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the sidebar's projects and the head of the project in the address. Evaluated when a template asks."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {
        "sidebar_projects": _once(lambda: list(visible_to(user).values("number", "name")[:8])),
        "project_header": _once(lambda: _header(request, user)),
    }


def _once(make: Callable[[], Any]) -> Callable[[], Any]:
    kept: list[Any] = []

    def answer() -> Any:
        if not kept:
            kept.append(make())
        return kept[0]

    return answer


def _header(request: HttpRequest, user: User) -> Header | None:
    match = request.resolver_match
    number = match.kwargs.get("number") if match else None
    project = visible_to(user).filter(number=number).first() if number else None
    return header_of(project, status_date(project, day_asked(request))) if project else None


def header_of(project: Project, as_of: date) -> Header:
    found = outlook(project, as_of)
    starts = [found.dates[item.id].start for item in found.items]
    return Header(
        team=team_of(project),
        light=light_of(found),
        as_of=as_of,
        pinned=project.status_date is not None,
        start=project.starts_on or min(starts, default=None),
        finish=project.ends_on or found.finish,
    )


def light_of(found: Outlook) -> str:
    """告警 when the project's own deviation is marked; 关注 when a task is marked or late; else 正常."""
    if found.total is not None and found.total.marked:
        return ALARM
    marked = any(judged.marked for judged in found.deviations.values())
    return WATCH if marked or any(item.leaf and found.is_late(item) for item in found.items) else OK


@dataclass(frozen=True)
class MilestoneMark:
    """A milestone on the strip: `at` and `baseline_at` in percent of the strip's width."""

    name: str
    due: date
    baseline: date | None
    done: bool
    late_days: int
    at: float
    baseline_at: float | None


@dataclass(frozen=True)
class DepartmentRow:
    name: str
    kind: str
    head: str
    liaison: str
    planned: float | int
    actual: float | int
    points: Fraction | None
    tasks: int


@dataclass(frozen=True)
class DeviationRow:
    id: int
    code: str
    name: str
    owner: str
    planned: float | int
    actual: float | int
    points: float
    finish: date
    late_days: int
    state: str


@dataclass(frozen=True)
class Waiting:
    """A task that waits for another department's unfinished one."""

    waiter: str
    giver: str
    item: str
    predecessor: str
    due: date
    days: int
    id: int


@dataclass(frozen=True)
class Overview:
    """What the overview says. Percents are numbers 0..100."""

    found: Outlook
    planned: float | int
    actual: float | int
    total: Deviation | None
    late_days: int
    milestones: list[MilestoneMark]
    departments: list[DepartmentRow]
    deviations: list[DeviationRow]
    waiting: list[Waiting]
    curve: list[tuple[float, float]]
    today_at: float
    driving: str


def overview_of(project: Project, as_of: date) -> Overview:
    """Return the overview. A constant number of queries."""
    found = outlook(project, as_of)
    people = dict(User.objects.filter(pk__in={item.owner for item in found.items}).values_list("pk", "name"))
    names = dict(Department.objects.values_list("pk", "name"))
    total = found.total
    late = (found.finish - found.baseline_finish).days if found.finish and found.baseline_finish else 0
    driving = next((found.by_id[key] for key in reversed(found.driving) if found.by_id[key].state not in ("done", "cancelled")), None)
    return Overview(
        found=found,
        planned=percent_number(total.planned) if total else 0,
        actual=percent_number(total.actual) if total else 0,
        total=total,
        late_days=late,
        milestones=_milestones(project, found),
        departments=_departments(project, found),
        deviations=_deviations(found, people),
        waiting=_waiting(found, names),
        curve=_curve(found),
        today_at=_place(found, as_of),
        driving=f"{driving.code} {driving.name}" if driving else "",
    )


def _span(found: Outlook) -> tuple[date, date]:
    days = [at.start for at in found.dates.values()] + [line.start for line in found.baseline.values()]
    ends = [at.finish for at in found.dates.values()] + [line.finish for line in found.baseline.values()]
    return min(days, default=found.as_of), max(ends, default=found.as_of)


def _place(found: Outlook, day: date) -> float:
    """Return where a day lies between the plan's first and last, in percent 0..100."""
    first, last = _span(found)
    length = max((last - first).days, 1)
    return round(min(max((day - first).days / length, 0), 1) * 100, 2)


def _milestones(project: Project, found: Outlook) -> list[MilestoneMark]:
    marks, carried = [], set()
    for row in KeyMilestone.objects.filter(project=project):
        item = found.by_id.get(row.work_item_id or 0)
        due = found.dates[item.id].finish if item else row.due
        carried.add(row.work_item_id)
        done = item is not None and item.state == "done"
        marks.append(MilestoneMark(row.name, due, row.due, done, (due - row.due).days, _place(found, due), _place(found, row.due)))
    for item in found.items:
        if item.is_milestone and item.id not in carried:
            line, due = found.baseline.get(item.id), found.dates[item.id].finish
            at = _place(found, line.finish) if line else None
            day = line.finish if line else None
            marks.append(MilestoneMark(item.name, due, day, item.state == "done", found.late_days(item), _place(found, due), at))
    return sorted(marks, key=lambda mark: (mark.due, mark.name))


def _departments(project: Project, found: Outlook) -> list[DepartmentRow]:
    rows = []
    for part in team_of(project).participations:
        key = part["row"].department_id
        mine = [item for item in found.items if item.leaf and item.department == key and item.id in found.baseline]
        weights = [(found.baseline[item.id].weight, item.id) for item in mine]
        whole = sum(weight for weight, _item in weights)
        planned = sum((found.planned.get(item, Fraction(0)) * weight for weight, item in weights), Fraction(0)) / (whole or 1)
        actual = sum((found.actual.get(item, Fraction(0)) * weight for weight, item in weights), Fraction(0)) / (whole or 1)
        head, liaison = part["head"], part["liaison"]
        rows.append(
            DepartmentRow(
                part["row"].department.name, part["row"].kind, head.name if head else "", liaison.name if liaison else "",
                percent_number(planned), percent_number(actual), (planned - actual) * 100 if whole else None, len(mine),
            )
        )  # fmt: skip
    return rows


def _deviations(found: Outlook, people: dict[int, str]) -> list[DeviationRow]:
    rows = [
        DeviationRow(
            item.id, item.code, item.name, people.get(item.owner or 0, ""), percent_number(judged.planned),
            percent_number(judged.actual), float(round(judged.points, 2)), found.dates[item.id].finish, found.late_days(item), item.state,
        )
        for item in found.items
        if item.leaf and (judged := found.deviations.get(item.id)) is not None and judged.marked
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -row.points)


def _waiting(found: Outlook, names: dict[int, str]) -> list[Waiting]:
    """Return the hand-overs between departments whose baseline day has passed, the longest wait first."""
    rows = []
    for edge in found.edges:
        giver, waiter = found.by_id[edge.predecessor], found.by_id[edge.successor]
        line = found.baseline.get(giver.id)
        open_ = giver.state not in ("done", "cancelled") and waiter.state not in ("done", "cancelled")
        crosses = giver.department and waiter.department and giver.department != waiter.department
        if open_ and crosses and line is not None:
            days = max((found.as_of - line.finish).days, 0)
            rows.append(
                Waiting(
                    names[waiter.department or 0], names[giver.department or 0], waiter.name, giver.name,
                    found.dates[giver.id].finish, days, giver.id,
                )
            )  # fmt: skip
    return sorted(rows, key=lambda row: (-row.days, row.due))


def _curve(found: Outlook) -> list[tuple[float, float]]:
    """Return the planned course as points (x, y) in percent of the plan's span and of the work."""
    from tongzhou.engine.calendar import DAY, midnight
    from tongzhou.engine.progress import planned_share

    lines = [(line, found.by_id.get(key)) for key, line in found.baseline.items()]
    leaves = [line for line, item in lines if item is not None and item.leaf and line.weight]
    whole = sum(line.weight for line in leaves)
    if not whole:
        return []
    first, last = _span(found)
    steps = sorted({first + (last - first) * step / 24 for step in range(25)})
    points = []
    for day in steps:
        done = sum(planned_share(found.calendar, line.start_at, line.finish_at, midnight(day) + DAY) * line.weight for line in leaves)
        points.append((_place(found, day), round(float(done / whole) * 100, 2)))
    return points
