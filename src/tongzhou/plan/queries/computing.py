"""An outlook computed: rows read, scheduled and judged, from nothing or from the version before (ADR 0016)."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import NamedTuple

from tongzhou.engine.schedule import Schedule, schedule
from tongzhou.plan.queries.baselines import current_baseline
from tongzhou.plan.queries.calendars import PlanCalendars, PlanDays, plan_calendars
from tongzhou.plan.queries.judged import Grounds, Outlook
from tongzhou.plan.queries.judging import judge, judge_again
from tongzhou.plan.queries.network import Dates, dates_after, dates_of, network_after, network_of, project_start
from tongzhou.plan.queries.tree import Item, Rows, read_rows, relinked
from tongzhou.projects.models import Project


class Last(NamedTuple):
    """An outlook of an earlier version on the same tree, day, calendars and baseline, and the ids of the rows that changed."""

    outlook: Outlook
    changed: frozenset[int]


def rules_of(project: Project) -> object:
    """Return what else an outlook depends on: what the project says of its start and of deviations."""
    return (project.deviation_threshold, project.deviation_guard, project.starts_on)


def compute(project: Project, version: int, as_of: date, days: PlanDays, before: Outlook | None = None) -> Outlook:
    """Schedule and judge a plan. 3 queries, one more where a baseline was not read yet, or reports came after `as_of`.

    :param before: an outlook on the same day, with the same days and rules. What rests on rows that are as they were is
        taken from it; the answer is the same without it.
    """
    rows, changed = read_rows(project, as_of, before.grounds.rows if before else None)
    cut, last = current_baseline(project), Last(before, changed) if before is not None and changed is not None else None
    calendars = _calendars(rows.items, days, last)
    if last and (cut.lines is not last.outlook.baseline or calendars != last.outlook.calendars):
        last = None
    grounds = _scheduled(project, rows, calendars, as_of, last)
    dates, redated = _dates(grounds, calendars, last)
    made = Outlook(
        version=version,
        as_of=as_of,
        items=rows.items,
        edges=rows.edges,
        days=days,
        calendars=calendars,
        dates=dates,
        baseline=cut.lines,
        planned={},
        actual={},
        deviations={},
        total=None,
        finish=max((dates[item.id].finish for item in rows.items if item.parent is None), default=None),
        baseline_finish=None,
        conflicts=[],
        driving=list(grounds.result.driving_chain),
        grounds=grounds,
        by_id={item.id: item for item in rows.items},
        closed=last.outlook.closed if last and _same(last, rows.items, "state") else _closed(rows.items),
        conflicting=frozenset(conflict.task for conflict in grounds.result.conflicts),
        kept=cut.calendars,
    )
    made.conflicts = conflicts_of(made, grounds.result)
    if last:
        made.baseline_finish = last.outlook.baseline_finish
        _follow(made, project, last, redated)
    else:
        made.baseline_finish = max((line.finish for line in cut.lines.values()), default=None) if rows.items else None
        judge(made, project)
    return made


def _same(last: Last, items: list[Item], *names: str) -> bool:
    """Whether the rows that changed have the same values in some fields as before."""
    before, values = last.outlook.by_id, attrgetter(*names)
    return all(values(item) == values(before[item.id]) for item in items if item.id in last.changed)


def _calendars(items: list[Item], days: PlanDays, last: Last | None) -> PlanCalendars:
    if last and _same(last, items, "calendar", "owner", "follows_owner"):
        return last.outlook.calendars
    return plan_calendars(days, items)


def _scheduled(project: Project, rows: Rows, calendars: PlanCalendars, as_of: date, last: Last | None) -> Grounds:
    """Schedule the rows, unless nothing changed that dates follow from."""
    rules = rules_of(project)
    if last is None:
        start = project_start(rows.items, project.starts_on, as_of)
        network = network_of(rows.items, rows.edges, calendars, start=start, forecast_from=as_of)
        return Grounds(rows, start, network, schedule(network), rules)
    before = last.outlook.grounds
    as_before = _same(last, rows.items, "typed_start", "actual_start")
    start = before.start if as_before else project_start(rows.items, project.starts_on, as_of)
    edges = rows.edges if rows.edges is not before.rows.edges else None
    network = network_after(before.network, rows.items, last.changed, edges, calendars, start)
    return Grounds(rows, start, network, before.result if network is before.network else schedule(network), rules)


def _dates(grounds: Grounds, calendars: PlanCalendars, last: Last | None) -> tuple[dict[int, Dates], frozenset[int]]:
    """Return the dates of the items, and which of them were made anew after the last outlook."""
    items, result = grounds.rows.items, grounds.result
    if last is None:
        return dates_of(items, result, calendars), frozenset()
    was = last.outlook.grounds.result
    other = {key for key, at in result.tasks.items() if at != was.tasks[key]} if result is not was else set()
    return dates_after(items, result, calendars, last.outlook.dates, last.changed | other)


def _follow(made: Outlook, project: Project, last: Last, redated: frozenset[int]) -> None:
    """Judge what may have changed, and tell which rows are different now."""
    before, dates, were = last.outlook, made.dates, last.outlook.dates
    moved = {key for key in redated if _placed(dates[key]) != _placed(were[key])}
    judged = judge_again(made, project, before, last.changed | moved)
    told = (made.closed ^ before.closed) | (made.conflicting ^ before.conflicting)
    made.follow(before, judged | told | relinked(before.grounds.rows, made.grounds.rows))


def _placed(at: Dates) -> tuple[object, ...]:
    """What is shown and judged of dates: all but how much later they could be."""
    return at.start, at.finish, at.critical, at.start_at, at.finish_at


def conflicts_of(made: Outlook, result: Schedule) -> list[dict[str, object]]:
    """Return the conflicts with what people need to read them."""
    found = []
    for conflict in result.conflicts:
        item = made.by_id[conflict.task]
        link = conflict.link
        driver = made.by_id.get(link.predecessor) if link else None
        found.append(
            {
                "item": item.id,
                "code": item.code,
                "name": item.name,
                "date": item.constraint_date,
                "driver": f"{driver.code} {driver.name}" if driver else "",
                "minutes": conflict.minutes,
            }
        )
    return found


def _closed(items: list[Item]) -> frozenset[int]:
    going_on: set[int | None] = set()
    for item in reversed(items):
        if item.id in going_on or (item.leaf and item.state not in ("done", "cancelled")):
            going_on |= {item.id, item.parent}
    return frozenset(item.id for item in items if item.id not in going_on)
