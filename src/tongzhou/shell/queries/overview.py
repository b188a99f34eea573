"""The project overview: are we on time, who waits for whom, what deviates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import IntegerField, QuerySet, Value
from django.utils.translation import get_language

from tongzhou.engine.calendar import DAY, WorkingCalendar, midnight
from tongzhou.engine.progress import Deviation, shown_points
from tongzhou.lib import clock
from tongzhou.lib.prepared import Given, Question, prepared
from tongzhou.people.models import Department, User
from tongzhou.people.queries import unknown_years
from tongzhou.people.queries.calendars import years_question
from tongzhou.plan.models import KeyMilestone, WorkItem
from tongzhou.plan.queries import Outlook, outlook
from tongzhou.plan.queries.grid import percent_number, planned_number
from tongzhou.plan.queries.outlook import page_questions
from tongzhou.plan.queries.tree import Item
from tongzhou.progress.queries.blocks import Waits, open_blocks, waits_of
from tongzhou.projects.models import Project
from tongzhou.projects.queries import TakingPart, team_of
from tongzhou.projects.queries.comments import talk_question
from tongzhou.timeline.queries import latest_question


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
    """Rounded as it is shown."""
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


@dataclass(frozen=True, eq=False)
class Overview:
    """What the overview says. Percents are numbers 0..100. Two are the same when they are one object."""

    planned: float | int
    actual: float | int
    total: Deviation | None
    finish: date | None
    baseline_finish: date | None
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
    has_plan: bool

    @property
    def early_days(self) -> int:
        return -self.late_days

    @property
    def points(self) -> str:
        """The project's deviation, two decimals; + is behind."""
        return f"{float(self.total.shown):.2f}" if self.total else "0.00"

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


@dataclass(frozen=True)
class Beside:
    """What the overview says beyond the outlook; while it is equal, an outlook has one overview."""

    people: tuple[tuple[int, str], ...]
    departments: tuple[tuple[int, str], ...]
    milestones: tuple[tuple[str, date, int | None], ...]
    team: tuple[TakingPart, ...]
    unknown_years: tuple[int, ...]
    language: str | None


def overview_of(project: Project, as_of: date) -> Overview:
    """Return the overview, made once for what it is made of. Five queries beyond the outlook."""
    found = outlook(project, as_of)
    marked, crossing = found.derive("marked", lambda: _marked(found)), found.derive("crossing", lambda: _crossing(found))
    units = {found.by_id[key].department or 0 for edge in crossing for key in edge}
    named = sorted(_names({item.owner or 0 for item in marked}, units))
    beside = Beside(
        people=tuple((key, name) for of, key, name in named if of == PERSON),
        departments=tuple((key, name) for of, key, name in named if of == DEPARTMENT),
        milestones=tuple(_key_milestones(project.pk)),
        team=team_of(project).participations,
        unknown_years=tuple(unknown_years(*_span(found))) if found.items else (),
        language=get_language(),
    )
    return found.latest("overview", beside, lambda: _overview(found, beside))


def overview_questions(user: User, project: Project) -> tuple[Question, ...]:
    """What the page of the overview asks, to be asked ahead."""
    of_page, about = page_questions(user, project), ("project", project.pk)
    shown = (_key_milestones.of(project.pk), years_question(), latest_question(project.pk))
    return *of_page, *shown, talk_question(project.pk, *about)


PERSON, DEPARTMENT = 0, 1


@prepared
def _names(people: Given, departments: Given) -> QuerySet[Any, tuple[int, int, str]]:
    """The names of people and of departments, by PERSON or DEPARTMENT and id."""
    persons = User.objects.filter(pk__among=people).order_by().values_list(Value(PERSON, IntegerField()), "pk", "name")
    units = Department.objects.filter(pk__among=departments).order_by()
    return persons.union(units.values_list(Value(DEPARTMENT, IntegerField()), "pk", "name"), all=True)


@prepared
def _key_milestones(project: Given) -> QuerySet[KeyMilestone, tuple[str, date, int | None]]:
    return KeyMilestone.objects.filter(project=project).order_by("due", "pk").values_list("name", "due", "work_item_id")


def _overview(found: Outlook, beside: Beside) -> Overview:
    total = found.total
    late = (found.finish - found.baseline_finish).days if found.finish and found.baseline_finish else 0
    driving = next(
        (found.by_id[key] for key in reversed(found.driving) if found.by_id[key].state not in ("done", "cancelled")), None
    )
    return Overview(
        planned=planned_number(total.planned) if total else 0,
        actual=percent_number(total.actual) if total else 0,
        total=total,
        finish=found.finish,
        baseline_finish=found.baseline_finish,
        late_days=late,
        milestones=_milestones(beside.milestones, found),
        departments=_departments(beside.team, found),
        deviations=_deviations(found, dict(beside.people)),
        waiting=_waiting(found, dict(beside.departments)),
        curve=found.derive("curve", lambda: _curve(found)),
        today_at=_place(found, found.as_of),
        driving=f"{driving.code} {driving.name}" if driving else "",
        first=_span(found)[0],
        last=_span(found)[1],
        unknown_years=list(beside.unknown_years),
        has_plan=bool(found.items),
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


def _milestones(rows: Iterable[tuple[str, date, int | None]], found: Outlook) -> list[MilestoneMark]:
    marks, carried = [], set()
    for name, day, key in rows:
        item = found.by_id.get(key or 0)
        due = found.dates[item.id].finish if item else day
        carried.add(key)
        done = item is not None and item.state == "done"
        marks.append(MilestoneMark(name, due, day, done, (due - day).days, _place(found, due), _place(found, day)))
    for item in found.items:
        if item.is_milestone and item.id not in carried:
            line, due = found.baseline.get(item.id), found.dates[item.id].finish
            at = _place(found, line.finish) if line else None
            before = line.finish if line else None
            marks.append(
                MilestoneMark(item.name, due, before, item.state == "done", found.late_days(item), _place(found, due), at)
            )
    return sorted(marks, key=lambda mark: (mark.due, mark.baseline or mark.due, mark.name))


def _departments(team: Iterable[TakingPart], found: Outlook) -> list[DepartmentRow]:
    rows, shares = [], found.derive("department shares", lambda: _department_shares(found))
    for part in team:
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
                shown_points((planned - actual) * 100) if whole else None,
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
            float(judged.shown),
            found.dates[item.id].finish,
            found.late_days(item),
            item.state,
        )
        for item in found.derive("marked", lambda: _marked(found))
        for judged in (found.deviations[item.id],)
    ]
    return sorted(rows, key=lambda row: -row.points)


def _marked(found: Outlook) -> list[Item]:
    """Return the tasks that are marked as deviating."""
    return [item for item in found.items if item.leaf and item.id in found.deviations and found.deviations[item.id].marked]


def _waiting(found: Outlook, names: dict[int, str]) -> list[Waiting]:
    """Return the hand-overs between departments whose baseline day has passed, the longest wait first."""
    rows = []
    for given, waits in found.derive("crossing", lambda: _crossing(found)):
        giver, waiter = found.by_id[given], found.by_id[waits]
        rows.append(
            Waiting(
                names[waiter.department or 0],
                names[giver.department or 0],
                waiter.name,
                giver.name,
                found.dates[giver.id].finish,
                max((found.as_of - found.baseline[giver.id].finish).days, 0),
                giver.id,
            )
        )
    return sorted(rows, key=lambda row: (-row.days, row.due))


def _crossing(found: Outlook) -> list[tuple[int, int]]:
    """Return the open hand-overs from one department to another as (task that gives, task that waits)."""
    rows = []
    for edge in found.edges:
        giver, waiter = found.by_id[edge.predecessor], found.by_id[edge.successor]
        open_ = giver.id not in found.closed and waiter.id not in found.closed
        crosses = giver.department and waiter.department and giver.department != waiter.department
        if open_ and crosses and giver.id in found.baseline:
            rows.append((giver.id, waiter.id))
    return rows


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


def blocked_in(project: Project, as_of: date) -> list[Waits]:
    """Return the open blocks, the oldest first. Five queries where a task is blocked, none where none is."""
    found = outlook(project, as_of)
    if not any(item.state == WorkItem.State.BLOCKED for item in found.items):
        return []
    return waits_of(open_blocks(project), clock.now())
