"""Writes: baselines: the plan as it stands, as another program had it, or as it was when people were asked to sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from tongzhou.engine.daymode import duration_of_days, finish_of_day, start_of_day
from tongzhou.people.models import System, User
from tongzhou.plan.actions.scheduling import strict_schedule
from tongzhou.plan.actions.summarising import keep_summary
from tongzhou.plan.events import BaselineCut
from tongzhou.plan.models import Baseline, BaselineLine
from tongzhou.plan.queries.calendars import PlanCalendars, calendars_of
from tongzhou.plan.queries.keeping import kept
from tongzhou.plan.queries.network import Dates, dates_of
from tongzhou.plan.queries.tree import Item, edges_of, items_of
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import Subject, record

COLUMNS = (
    "item_id",
    "parent_item_id",
    "start_at",
    "finish_at",
    "start",
    "finish",
    "weight",
    "is_milestone",
    "is_summary",
)


@dataclass(frozen=True)
class Planned:
    """A plan as a baseline keeps it: its first and last day, its calendars, and a line (COLUMNS) for each work item."""

    start: date
    finish: date
    calendar: Mapping[str, Any]
    lines: tuple[tuple[Any, ...], ...]

    def data(self) -> dict[str, Any]:
        """Return it as JSON keeps it; `read_planned` reads it again."""
        lines = [[value.isoformat() if isinstance(value, date) else value for value in line] for line in self.lines]
        return {
            "start": self.start.isoformat(),
            "finish": self.finish.isoformat(),
            "calendar": dict(self.calendar),
            "lines": lines,
        }


def read_planned(data: Mapping[str, Any]) -> Planned:
    """Return what `Planned.data` wrote."""
    days = [COLUMNS.index("start"), COLUMNS.index("finish")]
    lines = tuple(
        tuple(date.fromisoformat(value) if place in days else value for place, value in enumerate(line))
        for line in data["lines"]
    )
    return Planned(date.fromisoformat(data["start"]), date.fromisoformat(data["finish"]), data["calendar"], lines)


def planned_now(project: Project, today: date, given: Mapping[int, tuple[date, date]] | None = None) -> Planned:
    """Return the plan as planned, without progress.

    :param given: the first and last day of items as another program's baseline has them; then only these are copied, and the
        summaries above them.
    """
    items, edges = items_of(project), edges_of(project)
    calendars = calendars_of(project, items)
    dates = dates_of(items, strict_schedule(project, items, edges, with_progress=False, calendars=calendars), calendars)
    if given:
        items, dates = given_dates(items, calendars, given)
    return Planned(
        start=min((dates[item.id].start for item in items), default=today),
        finish=max((dates[item.id].finish for item in items), default=today),
        calendar=kept(calendars),
        lines=tuple(_line(item, dates[item.id]) for item in items),
    )


def cut_baseline(
    *,
    by: User | System,
    project: Project,
    now: datetime,
    given: Mapping[int, tuple[date, date]] | None = None,
    planned: Planned | None = None,
) -> Baseline:
    """Copy the plan into the next baseline, in the caller's transaction.

    :param given: as in `planned_now`.
    :param planned: the plan as it was at an earlier moment, where that one counts.
    """
    planned = planned or planned_now(project, now.date(), given)
    number = Baseline.objects.filter(project=project).count()
    baseline = Baseline.objects.create(
        project=project,
        number=number,
        cut_at=now,
        cut_by_name=by.actor_name,
        start=planned.start,
        finish=planned.finish,
        calendar=dict(planned.calendar),
    )
    BaselineLine.objects.bulk_create(
        (BaselineLine(baseline=baseline, **dict(zip(COLUMNS, line, strict=True))) for line in planned.lines),
        batch_size=500,
    )
    keep_summary(project=project)
    record(
        BaselineCut(project.pk, number),
        by=by,
        now=now,
        subject=Subject("project", project.pk, project.name),
        project=project.pk,
    )
    return baseline


def _line(item: Item, at: Dates) -> tuple[Any, ...]:
    weight = item.duration if item.leaf and not item.is_milestone else 0
    return (
        item.id,
        item.parent,
        at.start_at,
        at.finish_at,
        at.start,
        at.finish,
        weight,
        item.is_milestone,
        not item.leaf,
    )


def given_dates(
    items: list[Item], calendars: PlanCalendars, given: Mapping[int, tuple[date, date]]
) -> tuple[list[Item], dict[int, Dates]]:
    """Return the items that `given` has days for, with the summaries above them, and their dates."""
    found: dict[int, Dates] = {}
    for item in reversed(items):
        calendar = calendars.of(item.id)
        if item.leaf and item.id in given:
            first, last = given[item.id]
            finish = finish_of_day(calendar, last).instant
            start = finish if item.is_milestone else start_of_day(calendar, first).instant
            found[item.id] = Dates(first, last, last, 0, False, min(start, finish), finish)
            item.duration = 0 if item.is_milestone else duration_of_days(calendar, first, last)
        if item.id in found and item.parent is not None:
            own = found[item.id]
            above = found.setdefault(item.parent, replace(own))
            above.start, above.finish = min(above.start, own.start), max(above.finish, own.finish)
            above.start_at, above.finish_at = min(above.start_at, own.start_at), max(above.finish_at, own.finish_at)
    return [item for item in items if item.id in found], found
