"""What one report changes in a stored summary: sums by their difference, days by comparison; the other tasks are not read."""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.lib.prepared import Given, prepared
from tongzhou.plan.models import Baseline, WorkItem
from tongzhou.plan.queries.baselines import Line
from tongzhou.plan.queries.keeping import kept_calendars
from tongzhou.plan.queries.summary import (
    FULL,
    KEPT_WATCHES,
    OVER,
    after_first,
    earliest,
    judged_of,
    late_from,
    marked_from,
    watched_from,
)
from tongzhou.projects.models import Project, ProjectSummary

State = ProjectSummary.State


@dataclass(frozen=True)
class Leaf:
    """A task as the baseline knows it (`line` is None where it does not), and the day by which it is due otherwise."""

    id: int
    line: Line | None
    calendar: WorkingCalendar | None
    is_milestone: bool
    due: date | None


LINE = ("start", "finish", "start_at", "finish_at", "weight", "is_milestone")


def leaf_of(row: WorkItem) -> Leaf:
    """Return a task with what the current baseline says of it. One query, two where that baseline was not read before."""
    found, due = _line.first(row.project_id, row.pk), row.typed_finish or row.finish
    if found is None or found[1] is None:
        return Leaf(row.pk, None, None, row.is_milestone, due)
    return Leaf(row.pk, Line(*found[1:]), kept_calendars(found[0]).of(row.pk), row.is_milestone, due)


@prepared
def _line(project: Given, item: Given) -> QuerySet[Baseline, Any]:
    line = FilteredRelation("lines", condition=Q(lines__item_id=item))
    cut = Baseline.objects.filter(project_id=project).order_by("-number")
    columns = (f"line__{name}" for name in LINE)
    return cut.annotate(line=line).values_list("pk", *columns)[:1]


class Unknown(Exception):
    """The figures depend on other tasks."""


def stepped(
    project: Project, summary: ProjectSummary, leaf: Leaf, was: tuple[str, int], now: tuple[str, int]
) -> dict[str, Any] | None:
    """Return the fields of the summary that belong to the plan after a report; None where all of it has to be read.

    :param was: state and percent (basis points) of the task before the report; :param now: after it.
    """
    if summary.work <= 0 or not summary.watch_next or summary.curve_from is None or "cancelled" in (was[0], now[0]):
        return None
    try:
        return _figures(project, summary, leaf, was, now)
    except Unknown:
        return None


def _figures(
    project: Project, summary: ProjectSummary, leaf: Leaf, was: tuple[str, int], now: tuple[str, int]
) -> dict[str, Any]:
    weight = leaf.line.weight if leaf.line is not None and not leaf.is_milestone else 0
    worked = summary.worked + weight * (now[1] - was[1])
    open_tasks = summary.open_tasks + (now[0] not in OVER) - (was[0] not in OVER)
    todo_tasks = summary.todo_tasks + (now[0] == "todo") - (was[0] == "todo")
    threshold = Fraction(project.deviation_threshold) / 100
    watch = _next_watched(summary.watch_next, leaf.id, _watched(leaf, now, threshold, summary.curve_from))
    return {
        "state": State.TODO if todo_tasks == summary.tasks else State.DOING if open_tasks else State.DONE,
        "open_tasks": open_tasks,
        "todo_tasks": todo_tasks,
        "worked": worked,
        "actual": worked // summary.work,
        "watch_from": watched_from(watch),
        "watch_next": watch,
        "alarm_from": summary.alarm_from
        if worked == summary.worked
        else _alarm_from(summary, Fraction(worked, summary.work * FULL) + threshold),
    }


def _watched(leaf: Leaf, said: tuple[str, int], threshold: Fraction, first: date | None) -> date | None:
    """Return the day from which on the task shows 关注; None if that never comes. `first`: the plan's first day."""
    state, percent = said
    marked = None
    if leaf.line is not None and leaf.calendar is not None and first is not None:
        judged = judged_of(leaf.is_milestone, percent, leaf.line, leaf.calendar)
        marked = after_first(first, marked_from(judged, Fraction(percent, FULL) + threshold))
    return earliest(marked, late_from(leaf.line, leaf.due) if state not in OVER else None)


def _next_watched(watch: list[Any], item: int, day: date | None) -> list[Any]:
    """Return what is kept of the tasks to be watched first, now that one of them is to be from another day on.

    :raises Unknown: if none of those kept is left, and there are others.
    """
    rest, *kept = watch
    kept = [one for one in kept if one[1] != item]
    if day is not None and (rest is None or day.isoformat() <= rest):
        insort(kept, [day.isoformat(), item])
    if len(kept) > 2 * KEPT_WATCHES:
        rest, kept = kept[KEPT_WATCHES][0], kept[:KEPT_WATCHES]
    if not kept and rest is not None:
        raise Unknown
    return [rest, *kept]


def _alarm_from(summary: ProjectSummary, limit: Fraction) -> date | None:
    """Return the first day at whose end more than `limit` of the whole is planned; None if that never comes.

    :raises Unknown: where the stored shares, which are rounded, cannot tell.
    """
    if limit >= 1:
        return None
    step, *shares = summary.curve
    place = bisect_right(shares, limit * summary.FINE + 1)
    unsure = place and shares[place - 1] > limit * summary.FINE - 1
    if step != 1 or unsure or place == len(shares) or summary.curve_from is None:
        raise Unknown
    return summary.curve_from + timedelta(days=place)
