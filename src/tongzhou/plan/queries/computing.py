"""An outlook computed: rows read, scheduled and judged, from nothing or from the version before (ADR 0016)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tongzhou.engine.network import Network
from tongzhou.engine.schedule import Schedule, schedule
from tongzhou.plan.queries.baselines import current_baseline
from tongzhou.plan.queries.calendars import PlanCalendars, PlanDays, plan_calendars
from tongzhou.plan.queries.judged import Grounds, Outlook
from tongzhou.plan.queries.judging import judge, judge_again
from tongzhou.plan.queries.network import Dates, dates_of, network_after, network_of, project_start
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
    calendars, cut = plan_calendars(days, rows.items), current_baseline(project)
    last = Last(before, changed) if before is not None and changed is not None else None
    if last and (cut.lines is not last.outlook.baseline or calendars != last.outlook.calendars):
        last = None
    network, result = _scheduled(rows, calendars, as_of, project_start(rows.items, project.starts_on, as_of), last)
    made = Outlook(
        version=version,
        as_of=as_of,
        items=rows.items,
        edges=rows.edges,
        days=days,
        calendars=calendars,
        dates=dates_of(rows.items, result, calendars, _steady(rows.items, result, last) if last else {}),
        baseline=cut.lines,
        planned={},
        actual={},
        deviations={},
        total=None,
        finish=None,
        baseline_finish=None,
        conflicts=[],
        driving=list(result.driving_chain),
        grounds=Grounds(rows, network, result, rules_of(project)),
        by_id={item.id: item for item in rows.items},
        closed=_closed(rows.items),
        conflicting=frozenset(conflict.task for conflict in result.conflicts),
        kept=cut.calendars,
    )
    made.conflicts = conflicts_of(made, result)
    made.finish = max((at.finish for at in made.dates.values()), default=None)
    made.baseline_finish = max((line.finish for line in made.baseline.values()), default=None) if rows.items else None
    if last:
        _follow(made, project, last)
    else:
        judge(made, project)
    return made


def _scheduled(rows: Rows, calendars: PlanCalendars, as_of: date, start: date, last: Last | None) -> tuple[Network, Schedule]:
    """Return the network and its schedule: the one before, where nothing changed that dates follow from."""
    if last is None:
        network = network_of(rows.items, rows.edges, calendars, start=start, forecast_from=as_of)
        return network, schedule(network)
    before = last.outlook.grounds
    relinks = rows.edges if rows.edges is not before.rows.edges else None
    network = network_after(before.network, rows.items, last.changed, relinks, calendars, start)
    return network, before.result if network is before.network else schedule(network)


def _steady(items: list[Item], result: Schedule, last: Last) -> dict[int, Dates]:
    """Return the dates of the leaves that are as they were."""
    dates, pairs = (
        last.outlook.dates,
        zip(items, result.tasks.values(), last.outlook.grounds.result.tasks.values(), strict=True),
    )
    return {item.id: dates[item.id] for item, at, was in pairs if item.leaf and at == was and item.id not in last.changed}


def _follow(made: Outlook, project: Project, last: Last) -> None:
    """Judge what may have changed, and tell which rows are different now."""
    before, changed = last
    moved = {key for key, at in made.dates.items() if at is not before.dates[key] and _placed(at) != _placed(before.dates[key])}
    judged = judge_again(made, project, before, changed | moved)
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
