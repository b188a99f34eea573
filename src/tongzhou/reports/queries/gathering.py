"""From the outlook and what people reported to the data cut of a week. A constant number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from tongzhou.engine.calendar import midnight
from tongzhou.engine.progress import roll_up
from tongzhou.lib.access import Refused
from tongzhou.plan.models import KeyMilestone, ProgressMark, WorkItem
from tongzhou.plan.queries import Outlook, outlook, status_date
from tongzhou.plan.queries.tree import Item
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.reports.queries.cut import (
    Advance,
    AskRow,
    Cut,
    DepartmentRow,
    Filing,
    Judged,
    MilestoneRow,
    RiskRow,
    TaskRow,
)
from tongzhou.reports.queries.weeks import Week, week_of

CLOSED = ("done", "cancelled")
RUNNING = ("doing", "blocked")


@dataclass(frozen=True)
class _Facts:
    """The outlook with what stands beside it: (owner, department, risk point) by item, and what was said, latest first."""

    found: Outlook
    week: Week
    beside: dict[int, tuple[str, str, str]]
    said: list[AskRow]
    causes: dict[int, str]

    @property
    def leaves(self) -> list[Item]:
        return [item for item in self.found.items if item.leaf]

    @property
    def counted(self) -> list[Item]:
        """The leaves that progress is counted over: in the baseline and not cancelled."""
        return [item for item in self.leaves if item.id in self.found.planned]

    def is_running(self, item: Item) -> bool:
        return item.state in RUNNING or self.found.should_have_started(item)


def weekly_cut(project: Project, week: Week | None = None, asked: date | None = None) -> Cut:
    """Return the cut of `week` (default: that of the status date) as of its Sunday or the status date, whichever is first.

    At most 11 queries.
    :raises Refused: if the plan had not begun in that week, or the week lies after the status date.
    """
    status = status_date(project, asked)
    chosen = week or week_of(status)
    found = outlook(project, min(status, chosen.last))
    first = week_of(_first_day(found, project, status))
    last = max(week_of(status), first)
    if week is not None and not first <= week <= last:
        refusal = _("The plan has reports for the weeks %(first)s to %(last)s.")
        raise Refused("week-outside", refusal % {"first": first.name, "last": last.name}, "week")
    chosen = max(chosen, first)
    columns = ("id", "owner__name", "department__name", "risk_point")
    rows = WorkItem.objects.filter(project=project).order_by().values_list(*columns)
    beside = {key: (owner or "", department or "", risk) for key, owner, department, risk in rows}
    said = _said(project, found.as_of)
    causes = {ask.item: ask.problem for ask in reversed(said) if ask.problem}
    facts = _Facts(found, chosen, beside, said, causes)
    return _cut(project, facts, tuple(last.shifted(-back) for back in range(last.since(first) + 1)))


def _cut(project: Project, facts: _Facts, weeks: tuple[Week, ...]) -> Cut:
    found, week, leaves = facts.found, facts.week, facts.leaves
    manager = ProjectRole.objects.filter(project=project, kind=ProjectRole.Kind.MANAGER).values_list("user__name", flat=True)
    span = (week.first, found.as_of)
    tasks = [item for item in leaves if not item.is_milestone and item.state != "cancelled"]
    return Cut(
        number=project.number,
        project=project.name,
        week=week,
        weeks=weeks,
        as_of=found.as_of,
        compiled_by=manager.first() or "",
        reported_until=max((item.reported_on for item in leaves if item.reported_on), default=None),
        has_tasks=bool(leaves),
        complete=bool(leaves) and all(item.state in CLOSED for item in leaves),
        total=_total(found),
        advance=_advance(project, facts),
        finish=found.finish,
        baseline_finish=found.baseline_finish,
        done_count=sum(_done_within(item, *span) for item in tasks),
        due_count=sum(_due_within(found, item, *span) for item in tasks),
        blocked=sum(item.state == "blocked" for item in leaves),
        departments=_departments(facts),
        milestones=_milestones(project, facts),
        done=_rows(facts, lambda item: _done_within(item, *span), by=lambda row: row.actual_finish or row.finish),
        coming=_rows(facts, lambda item: _comes(found, item, week.following), by=lambda row: row.finish),
        deviating=_rows(facts, lambda item: item.id in found.deviations and found.deviations[item.id].marked),
        late=_rows(facts, found.is_late),
        added=_rows(facts, lambda item: bool(found.baseline) and item.id not in found.baseline and item.state != "cancelled"),
        asks=_asks(facts),
        risks=_risks(facts),
        filings=_filings(facts),
    )


def _first_day(found: Outlook, project: Project, status: date) -> date:
    """Return the plan's first day; the baseline's where there is one, so that weeks keep their numbers."""
    lines = [line.start for line in found.baseline.values()] or [at.start for at in found.dates.values()]
    return min(lines, default=min(project.starts_on or status, status))


def _said(project: Project, as_of: date) -> list[AskRow]:
    """Return the problems and calls for help reported until `as_of`, the latest first. One query."""
    rows = ProgressUpdate.objects.filter(work_item__project=project, status_date__lte=as_of)
    rows = rows.exclude(problem="", help_needed="", help_department=None).order_by("-status_date", "-pk")
    columns = (
        "work_item_id",
        "work_item__name",
        "status_date",
        "reporter_name",
        "problem",
        "help_needed",
        "help_department__name",
    )
    return [
        AskRow(item, task, day, reporter, problem, help_needed, department or "")
        for item, task, day, reporter, problem, help_needed, department in rows.values_list(*columns)
    ]


def _asks(facts: _Facts) -> tuple[AskRow, ...]:
    """Return what was asked this week; what was said of a task several times counts once, when it was said last."""
    seen: dict[tuple[int, str, str, str], AskRow] = {}
    for ask in facts.said:
        if ask.day >= facts.week.first:
            seen.setdefault((ask.item, ask.problem, ask.help_needed, ask.help_department), ask)
    return tuple(seen.values())


def _total(found: Outlook) -> Judged | None:
    if found.total is None:
        return None
    return Judged(found.total.planned, found.total.actual, found.total.shown, found.total.marked, found.total.asked)


def _advance(project: Project, facts: _Facts) -> Advance | None:
    """Return what the week brought, over the tasks that count now. One query."""
    found, monday = facts.found, midnight(facts.week.first)
    if found.total is None:
        return None
    # Whoever was not reported on since Monday stood on Monday where she stands now.
    before = {
        item.id: item.percent for item in facts.counted if item.reported_on is None or item.reported_on < facts.week.first
    }
    marks = ProgressMark.objects.filter(
        work_item__project=project, work_item__reported_on__gte=facts.week.first, status_date__lt=facts.week.first
    )
    earlier = dict(marks.order_by("status_date").values_list("work_item_id", "percent"))
    actual = _over(found, facts.counted, lambda item: Fraction(before.get(item.id, earlier.get(item.id, 0)), 10000))
    planned = _over(found, facts.counted, lambda item: found.planned_by(item.id, monday))
    return Advance((found.total.actual - actual) * 100, (found.total.planned - planned) * 100)


def _over(found: Outlook, items: Iterable[Item], share: Callable[[Item], Fraction]) -> Fraction:
    """Roll shares of leaves up by the weights of the baseline."""
    return roll_up((0 if item.is_milestone else found.baseline[item.id].weight, share(item)) for item in items)


def _departments(facts: _Facts) -> tuple[DepartmentRow, ...]:
    groups: dict[str, list[Item]] = {}
    for item in facts.counted:
        groups.setdefault(facts.beside[item.id][1], []).append(item)
    found = facts.found
    return tuple(
        DepartmentRow(
            name,
            _over(found, items, lambda item: found.planned[item.id]),
            _over(found, items, lambda item: found.actual[item.id]),
            all(item.state in CLOSED for item in items),
        )
        for name, items in groups.items()
    )


def _milestones(project: Project, facts: _Facts) -> tuple[MilestoneRow, ...]:
    """Return the key milestones and the milestones of the plan, by date. One query."""
    found, rows, named = facts.found, [], set()
    for name, due, item_id in KeyMilestone.objects.filter(project=project).values_list("name", "due", "work_item_id"):
        item = found.by_id.get(item_id) if item_id else None
        rows.append(_milestone(found, item, name, due) if item else MilestoneRow(name, due))
        named.add(item_id)
    for item in facts.leaves:
        if item.is_milestone and item.id not in named and item.state != "cancelled":
            line = found.baseline.get(item.id)
            rows.append(_milestone(found, item, item.name, line.finish if line else found.dates[item.id].finish))
    return tuple(sorted(rows, key=lambda row: row.due))


def _milestone(found: Outlook, item: Item, name: str, due: date) -> MilestoneRow:
    share = found.actual.get(item.id, Fraction(0))
    state = item.state if item.leaf else "done" if share == 1 else "doing" if share else "todo"
    return MilestoneRow(name, due, found.dates[item.id].finish, state, item.id)


def _rows(facts: _Facts, wanted: Callable[[Item], bool], by: Callable[[TaskRow], date] | None = None) -> tuple[TaskRow, ...]:
    rows = [_row(facts, item) for item in facts.leaves if wanted(item)]
    return tuple(sorted(rows, key=by) if by else rows)


def _row(facts: _Facts, item: Item) -> TaskRow:
    found, (owner, department, _risk) = facts.found, facts.beside[item.id]
    at, line, judged = found.dates[item.id], found.baseline.get(item.id), found.deviations.get(item.id)
    return TaskRow(
        id=item.id,
        name=item.name,
        owner=owner,
        department=department,
        state=item.state,
        start=at.start,
        finish=at.finish,
        baseline_finish=line.finish if line else None,
        actual_finish=item.actual_finish,
        late_days=found.late_days(item),
        judged=Judged(judged.planned, judged.actual, judged.shown, judged.marked, judged.asked) if judged else None,
        said=facts.causes.get(item.id, ""),
    )


def _risks(facts: _Facts) -> tuple[RiskRow, ...]:
    running = [(item, facts.beside[item.id]) for item in facts.leaves if facts.is_running(item)]
    return tuple(RiskRow(item.id, item.name, owner, risk) for item, (owner, _department, risk) in running if risk)


def _filings(facts: _Facts) -> tuple[Filing, ...]:
    """Return department by department who had work to report on this week, and who did not."""
    found, week = facts.found, facts.week
    people: dict[str, dict[int, tuple[str, bool]]] = {}
    unowned: dict[str, int] = {}
    for item in facts.leaves:
        if not (facts.is_running(item) or _done_within(item, week.first, found.as_of)):
            continue
        name, department, _risk = facts.beside[item.id]
        seen = people.setdefault(department, {})
        if item.owner is None:
            unowned[department] = unowned.get(department, 0) + 1
            continue
        reported = item.reported_on is not None and item.reported_on >= week.first
        seen[item.owner] = (name, reported and seen.get(item.owner, (name, True))[1])
    return tuple(
        Filing(
            department,
            tuple(name for name, _reported in seen.values()),
            tuple(name for name, reported in seen.values() if not reported),
            unowned.get(department, 0),
        )
        for department, seen in people.items()
    )


def _done_within(item: Item, first: date, last: date) -> bool:
    day = item.actual_finish or item.reported_on
    return item.state == "done" and day is not None and first <= day <= last


def _due_within(found: Outlook, item: Item, first: date, last: date) -> bool:
    line = found.baseline.get(item.id)
    return line is not None and first <= line.finish <= last


def _comes(found: Outlook, item: Item, week: Week) -> bool:
    at = found.dates[item.id]
    return item.state not in CLOSED and at.start <= week.last and at.finish >= week.first
