"""Which calendar each item of a plan runs on: its own, else its owner's department's, over the project's and the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.lib.access import Refused
from tongzhou.people.models import User, WorkCalendar
from tongzhou.people.queries import Book, calendar_book, department_levels, owners_of
from tongzhou.people.queries.calendars import Levels, Span
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries.tree import Item
from tongzhou.projects.models import Project

STANDARD = "std"
LONGEST_LEAVE = 3650


@dataclass(frozen=True)
class PlanDays:
    """Everything outside the plan that its calendars depend on; equal when the calendars are the same."""

    book: Book
    levels: Levels = ()
    """The project's own calendar, over the organisation's."""
    owners: tuple[tuple[int, Levels], ...] = ()
    """Owners whose departments have calendars."""
    leaves: tuple[tuple[int, Span], ...] = ()


@dataclass(frozen=True)
class PlanCalendars:
    """The compiled calendars of a plan by name, and the names for the items that do not run on the plan's own."""

    standard: WorkingCalendar
    by_name: dict[str, WorkingCalendar]
    names: Mapping[int, str] = field(default_factory=dict)

    def of(self, item: int) -> WorkingCalendar:
        """Return the calendar of an item; a summary's is the plan's."""
        name = self.names.get(item)
        return self.standard if name is None else self.by_name[name]


def as_plan(calendar: WorkingCalendar | PlanCalendars) -> PlanCalendars:
    """Return the calendars of a plan; a single one stands for a plan without others."""
    return calendar if isinstance(calendar, PlanCalendars) else PlanCalendars(calendar, {STANDARD: calendar})


def plan_days(project: Project, follows: bool, owners: Collection[int] | None = None) -> PlanDays:
    """Return what the plan's calendars depend on. One query; at most 3 where departments have calendars or leave counts.

    :param follows: whether an item of the plan follows its owner's leave.
    :param owners: who owns work in it; without them those that are stored.
    """
    book = calendar_book()
    own = project.calendar_id
    levels = () if own is None or own == book.organisation else (own,)
    by_department = department_levels(book)
    if not by_department and not follows:
        return PlanDays(book, levels)
    worked: dict[int, Levels] = {}
    leaves: list[tuple[int, Span]] = []
    asked = WorkItem.objects.filter(project=project).values("owner") if owners is None else owners
    for person, department, first, last in owners_of(asked):
        if department in by_department:
            worked[person] = by_department[department]
        if follows and first is not None and last is not None and (last - first).days < LONGEST_LEAVE:
            leaves.append((person, (first, last)))
    return PlanDays(book, levels, tuple(worked.items()), tuple(leaves))


def plan_calendars(days: PlanDays, items: Iterable[Item]) -> PlanCalendars:
    """Compile the calendars that the items run on. No query."""
    standard = days.book.calendar(days.levels)
    by_name, names = {STANDARD: standard}, {}
    owners, away = dict(days.owners), _by_person(days.leaves)
    for item in items:
        if not item.leaf:
            continue
        nearest = (item.calendar,) if item.calendar is not None else owners.get(item.owner or 0, ())
        off = away.get(item.owner or 0, ()) if item.follows_owner else ()
        if nearest or off:
            levels = (*nearest, *days.levels)
            name = f"{'/'.join(map(str, levels))}{f'-{item.owner}' if off else ''}"
            by_name[name] = days.book.calendar(levels, off)
            names[item.id] = name
    return PlanCalendars(standard, by_name, names)


def calendar_without_leave(days: PlanDays, item: Item) -> WorkingCalendar:
    """Return the calendar of an item as if its owner never were away. No query."""
    nearest = (item.calendar,) if item.calendar is not None else dict(days.owners).get(item.owner or 0, ())
    return days.book.calendar((*nearest, *days.levels))


def calendars_of(project: Project, items: list[Item]) -> PlanCalendars:
    """Return the calendars of a plan's items as they are now. 1–3 queries."""
    owners = {item.owner for item in items if item.owner is not None}
    return plan_calendars(plan_days(project, any(item.follows_owner for item in items), owners), items)


@dataclass(frozen=True)
class TaskCalendars:
    """Which calendar a task comes to run on that is not written yet, by who is to own it."""

    book: Book
    levels: Levels
    """The project's own calendar, over the organisation's."""
    by_department: Mapping[int, Levels]
    away: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)

    def of(self, department: int | None, *, own: int | None = None, follows: int | None = None) -> WorkingCalendar:
        """Return the calendar of a task.

        :param department: of its owner; :param own: the task's own calendar; :param follows: the owner whose leave moves it.
        """
        nearest = (own,) if own is not None else self.by_department.get(department or 0, ())
        return self.book.calendar((*nearest, *self.levels), self.away.get(follows or 0, ()))


def task_calendars(project: Project, following: Collection[int] = ()) -> TaskCalendars:
    """Return the calendars for tasks that are to be written. 1–2 queries, one more where leave of `following` counts."""
    book = calendar_book()
    levels = () if project.calendar_id in (None, book.organisation) else (project.calendar_id,)
    rows = owners_of(following) if following else []
    leaves = [(person, (first, last)) for person, _home, first, last in rows if first is not None and last is not None]
    counted = [(person, span) for person, span in leaves if (span[1] - span[0]).days < LONGEST_LEAVE]
    return TaskCalendars(book, levels, department_levels(book), _by_person(counted))


def calendar_for_new(project: Project, owner: User | None) -> WorkingCalendar:
    """Return the calendar of a task that `owner` is to have: his department's, else the project's. 1–2 queries."""
    return task_calendars(project).of(owner.department_id if owner is not None else None)


def calendar_choice(project: Project) -> dict[str, Any]:
    """Return which calendar a project works by: {id, name, own}; without a choice the organisation's, id null. 1–2 queries."""
    if project.calendar_id is not None:
        row = WorkCalendar.objects.get(pk=project.calendar_id)
        return {"id": None if row.is_private else row.pk, "name": row.name, "own": row.is_private}
    name = WorkCalendar.objects.filter(is_organisation=True).values_list("name", flat=True).first()
    return {"id": None, "name": name or "", "own": False}


def own_calendar_name(project: Project) -> str:
    """Return what a calendar is called that the project alone works by."""
    return _("Calendar of %(number)s") % {"number": project.number}


def offered_calendar(key: int | None) -> WorkCalendar | None:
    """Return a calendar that projects may choose; None for the organisation's.

    :raises Refused: if there is none of this id.
    """
    if key is None:
        return None
    row = WorkCalendar.objects.filter(pk=key, is_private=False).first()
    if row is None:
        raise Refused("calendar-unknown", _("There is no such calendar."), "calendar")
    return None if row.is_organisation else row


def _by_person(leaves: Iterable[tuple[int, Span]]) -> dict[int, tuple[Span, ...]]:
    found: dict[int, tuple[Span, ...]] = {}
    for person, span in leaves:
        found[person] = (*found.get(person, ()), span)
    return found
