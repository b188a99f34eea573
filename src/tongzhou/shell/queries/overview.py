"""The project overview: are we on time, who waits for whom, what deviates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tongzhou.engine.calendar import DAY, WorkingCalendar, midnight
from tongzhou.engine.progress import Deviation
from tongzhou.people.models import Department, User
from tongzhou.people.queries import unknown_years
from tongzhou.plan.models import KeyMilestone
from tongzhou.plan.queries import Outlook, outlook
from tongzhou.plan.queries.grid import percent_number, planned_number
from tongzhou.projects.models import Project
from tongzhou.projects.queries import team_of


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
    role: str
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
    first: date
    last: date
    unknown_years: list[int]

    @property
    def early_days(self) -> int:
        return -self.late_days

    @property
    def points(self) -> str:
        """The project's deviation, two decimals; + is behind."""
        return f"{float(round(self.total.points, 2)):.2f}" if self.total else "0.00"

    @property
    def worst(self) -> Waiting | None:
        return self.waiting[0] if self.waiting and self.waiting[0].days else None

    @property
    def curve_points(self) -> str:
        """The planned course for an SVG polyline 100 wide and 50 high."""
        return " ".join(f"{x},{50 - y / 2:.2f}" for x, y in self.curve)

    @property
    def planned_y(self) -> float:
        return 50 - float(self.planned) / 2

    @property
    def actual_y(self) -> float:
        return 50 - float(self.actual) / 2


def overview_of(project: Project, as_of: date) -> Overview:
    """Return the overview. A constant number of queries."""
    found = outlook(project, as_of)
    people = dict(User.objects.filter(pk__in={item.owner for item in found.items}).values_list("pk", "name"))
    names = dict(Department.objects.values_list("pk", "name"))
    total = found.total
    late = (found.finish - found.baseline_finish).days if found.finish and found.baseline_finish else 0
    driving = next(
        (found.by_id[key] for key in reversed(found.driving) if found.by_id[key].state not in ("done", "cancelled")), None
    )
    return Overview(
        found=found,
        planned=planned_number(total.planned) if total else 0,
        actual=percent_number(total.actual) if total else 0,
        total=total,
        late_days=late,
        milestones=_milestones(project, found),
        departments=_departments(project, found),
        deviations=_deviations(found, people),
        waiting=_waiting(found, names),
        curve=found.derive("curve", lambda: _curve(found)),
        today_at=_place(found, as_of),
        driving=f"{driving.code} {driving.name}" if driving else "",
        first=_span(found)[0],
        last=_span(found)[1],
        unknown_years=unknown_years(*_span(found)) if found.items else [],
    )


def _span(found: Outlook) -> tuple[date, date]:
    return found.derive("span", lambda: _whole_span(found))


def _whole_span(found: Outlook) -> tuple[date, date]:
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
        marks.append(
            MilestoneMark(row.name, due, row.due, done, (due - row.due).days, _place(found, due), _place(found, row.due))
        )
    for item in found.items:
        if item.is_milestone and item.id not in carried:
            line, due = found.baseline.get(item.id), found.dates[item.id].finish
            at = _place(found, line.finish) if line else None
            day = line.finish if line else None
            marks.append(
                MilestoneMark(item.name, due, day, item.state == "done", found.late_days(item), _place(found, due), at)
            )
    return sorted(marks, key=lambda mark: (mark.due, mark.baseline or mark.due, mark.name))


def _departments(project: Project, found: Outlook) -> list[DepartmentRow]:
    rows, shares = [], found.derive("department shares", lambda: _department_shares(found))
    for part in team_of(project).participations:
        key = part.department_id
        whole, planned, actual, count = shares.get(key, (0, Fraction(0), Fraction(0), 0))
        head, liaison = part.head, part.liaison
        rows.append(
            DepartmentRow(
                part.department,
                part.word,
                head.name if head else "",
                liaison.name if liaison else "",
                planned_number(planned),
                percent_number(actual),
                (planned - actual) * 100 if whole else None,
                count,
            )
        )
    return rows


def _department_shares(found: Outlook) -> dict[int | None, tuple[int, Fraction, Fraction, int]]:
    """Return by department the weight of its planned tasks, their planned and actual share, and how many they are."""
    sums: dict[int | None, list[Any]] = {}
    for item in found.items:
        if item.leaf and item.id in found.baseline:
            weight, tally = found.baseline[item.id].weight, sums.setdefault(item.department, [0, Fraction(0), Fraction(0), 0])
            tally[0] += weight
            tally[1] += found.planned.get(item.id, 0) * weight
            tally[2] += found.actual.get(item.id, 0) * weight
            tally[3] += 1
    return {key: (whole, planned / (whole or 1), actual / (whole or 1), n) for key, (whole, planned, actual, n) in sums.items()}


def _deviations(found: Outlook, people: dict[int, str]) -> list[DeviationRow]:
    rows = [
        DeviationRow(
            item.id,
            item.code,
            item.name,
            people.get(item.owner or 0, ""),
            planned_number(judged.planned),
            percent_number(judged.actual),
            float(round(judged.points, 2)),
            found.dates[item.id].finish,
            found.late_days(item),
            item.state,
        )
        for item in found.items
        if item.leaf and (judged := found.deviations.get(item.id)) is not None and judged.marked
    ]
    return sorted(rows, key=lambda row: -row.points)


def _waiting(found: Outlook, names: dict[int, str]) -> list[Waiting]:
    """Return the hand-overs between departments whose baseline day has passed, the longest wait first."""
    rows = []
    for edge in found.edges:
        giver, waiter = found.by_id[edge.predecessor], found.by_id[edge.successor]
        line = found.baseline.get(giver.id)
        open_ = giver.id not in found.closed and waiter.id not in found.closed
        crosses = giver.department and waiter.department and giver.department != waiter.department
        if open_ and crosses and line is not None:
            days = max((found.as_of - line.finish).days, 0)
            rows.append(
                Waiting(
                    names[waiter.department or 0],
                    names[giver.department or 0],
                    waiter.name,
                    giver.name,
                    found.dates[giver.id].finish,
                    days,
                    giver.id,
                )
            )
    return sorted(rows, key=lambda row: (-row.days, row.due))


def _curve(found: Outlook) -> list[tuple[float, float]]:
    """Return the planned course as points (x, y) in percent of the plan's span and of the work."""
    lines = [(line, found.by_id.get(key)) for key, line in found.baseline.items()]
    leaves = [(item.id, line.weight) for line, item in lines if item is not None and item.leaf and line.weight]
    whole = sum(weight for _item, weight in leaves)
    if not whole:
        return []
    first, last = _span(found)
    steps = sorted({first + (last - first) * step / 24 for step in range(25)})
    done, marks, calendars = [0.0] * len(steps), dict[WorkingCalendar, list[int]](), found.kept or found.calendars
    for item, weight in leaves:
        line, calendar = found.baseline[item], calendars.of(item)
        begin, end = calendar.worked(line.start_at), calendar.worked(line.finish_at)
        ends = marks.get(calendar) or marks.setdefault(calendar, [calendar.worked(midnight(day) + DAY) for day in steps])
        for at, mark in enumerate(ends):
            if mark > begin:
                done[at] += weight * (mark - begin) / (end - begin) if mark < end else weight
    return [(_place(found, day), round(share / whole * 100, 2)) for day, share in zip(steps, done, strict=True)]
