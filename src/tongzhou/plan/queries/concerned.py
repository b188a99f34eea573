"""Which plans a calendar concerns, and what would move in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min, Q

from tongzhou.people.models import Department, WorkCalendar
from tongzhou.people.queries import unknown_years
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries.network import Dates
from tongzhou.plan.queries.tree import Item
from tongzhou.projects.models import Project


@dataclass(frozen=True)
class ItemMove:
    """An item whose stored dates are no longer those of its calendar."""

    item: Item
    before: tuple[date | None, date | None]
    after: tuple[date, date]


@dataclass(frozen=True)
class ProjectMoves:
    """What would move in a project: its finish before and after, how many leaves, and the span that they lie in."""

    project: Project
    count: int
    first: date
    last: date
    finish_before: date
    finish_after: date


def concerned_projects(calendars: Collection[int] | None) -> list[Project]:
    """Return the planned projects on which one of the calendars (None: every calendar) may have work. 1–3 queries."""
    planned = Project.objects.filter(work_items__isnull=False).distinct()
    if calendars is None or WorkCalendar.objects.filter(pk__in=calendars, is_organisation=True).exists():
        return list(planned)
    rows = Department.objects.values_list("pk", "parent_id", "calendar_id")
    under = _under({pk for pk, _parent, own in rows if own in calendars}, [(pk, parent) for pk, parent, _own in rows])
    tasks = WorkItem.objects.filter(Q(calendar__in=calendars) | Q(owner__department__in=under))
    return list(planned.filter(Q(calendar__in=calendars) | Q(pk__in=tasks.values("project"))))


def projects_of_people(people: Collection[int], following: bool = False) -> list[Project]:
    """Return the projects in which somebody of `people` owns work (`following`: work that follows his leave). One query."""
    tasks = WorkItem.objects.filter(owner__in=people, **({"follows_owner": True} if following else {}))
    return list(Project.objects.filter(pk__in=tasks.values("project")))


def unknown_years_of(project: Project) -> list[int]:
    """Return the years that a plan touches and whose days off are not announced. Two queries."""
    span = WorkItem.objects.filter(project=project).aggregate(first=Min("start"), last=Max("finish"))
    return unknown_years(span["first"], span["last"]) if span["first"] and span["last"] else []


def item_moves(items: list[Item], dates: dict[int, Dates]) -> list[ItemMove]:
    """Return the items whose stored dates differ from `dates`, in the order of the tree."""
    found = []
    for item in items:
        before, after = (item.start, item.finish), (dates[item.id].start, dates[item.id].finish)
        if before != after:
            found.append(ItemMove(item, before, after))
    return found


def _under(tops: set[int], parents: list[tuple[int, int | None]]) -> set[int]:
    """Return the departments of `tops` with all below them."""
    found = set(tops)
    while True:
        more = {pk for pk, parent in parents if parent in found and pk not in found}
        if not more:
            return found
        found |= more
