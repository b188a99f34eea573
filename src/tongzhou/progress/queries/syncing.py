"""Who is asked for what at a slot, and who has said it: read at once for all projects whose slot it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from tongzhou.people.models import Leave
from tongzhou.plan.access import OVER
from tongzhou.plan.models import WorkItem
from tongzhou.progress.models import ProgressUpdate, SyncRound
from tongzhou.projects.models import ProjectRole, Seat
from tongzhou.projects.queries.asked import Answering

COLUMNS = ("pk", "name", "project_id", "urgency", "department_id", "owner__department_id", "owner_id", "stand_in_id")
RUNNING = (WorkItem.State.DOING, WorkItem.State.BLOCKED)


@dataclass(frozen=True)
class Slice:
    """What is asked at a slot: the tasks of one urgency in some projects that begin by `until`, the day of the slot after.

    A project that has not begun is not asked, whatever of it runs already.
    """

    urgency: str
    projects: list[int]
    until: date
    window: timedelta


@dataclass(frozen=True, slots=True)
class AskedTask:
    """A task that is asked for. `asked` answers for it; None where the owner is away and nobody stands in."""

    id: int
    name: str
    project: int
    urgency: str
    department: int | None
    owner: int
    asked: int | None
    synced: bool


def asked_tasks(slices: Iterable[Slice], slot: datetime, now: datetime) -> list[AskedTask]:
    """Return what is asked for at a slot: leaves with an owner that run, are late to start, or start before the next slot.

    Synced is what was reported on in the window before the slot (until `now`); what was finished in it counts, too. Milestones,
    and what was done or cancelled before, are not asked for. One query a slice, and four.
    """
    rows: list[tuple[Any, ...]] = []
    for one in slices:
        if one.projects:
            rows += _rows(one, slot, now)
    answers = _Answers(rows, timezone.localtime(slot).date())
    return [
        AskedTask(key, name, project, urgency, unit or own, owner, answers.of(project, owner, stand_in), bool(synced))
        for key, name, project, urgency, unit, own, owner, stand_in, synced in rows
    ]


def _rows(one: Slice, slot: datetime, now: datetime) -> Iterable[tuple[Any, ...]]:
    within = {"reported_at__gte": slot - one.window, "reported_at__lte": min(slot, now)}
    said = ProgressUpdate.objects.filter(work_item=OuterRef("pk"), **within)
    begun = Q(project__starts_on=None) | Q(project__starts_on__lte=timezone.localtime(slot).date())
    asked = ~Q(state__in=OVER) & (Q(state__in=RUNNING) | Q(begins__lte=one.until))
    rows = (
        tasks_asked_for()
        .filter(begun, project__in=one.projects, urgency=one.urgency)
        .annotate(begins=Coalesce("start", "typed_start"), synced=Exists(said))
        .filter(asked | Q(state=WorkItem.State.DONE, synced=True))
    )
    return rows.order_by("project_id", "rank").values_list(*COLUMNS, "synced")


def tasks_asked_for() -> QuerySet[WorkItem]:
    """Return what anybody may be asked about: leaves with an owner who works here, no milestones."""
    leaves = ~Exists(WorkItem.objects.filter(parent=OuterRef("pk")))
    return WorkItem.objects.filter(leaves, is_milestone=False, owner__is_active=True)


class _Answers:
    """Who answers for an owner in a project on a day: she, during leave the task's stand-in or hers.

    Nobody where she takes no part in the project: she could not report there.
    """

    def __init__(self, rows: Collection[tuple[Any, ...]], today: date) -> None:
        owners, others = {row[6] for row in rows}, {row[7] for row in rows if row[7] is not None}
        away = Leave.objects.filter(first__lte=today, last__gte=today, user__in=owners | others)
        self._away = set(away.order_by().values_list("user_id", flat=True)) if rows else set()
        self._there = Answering([], today, owners | others) if self._away else None
        projects = {row[2] for row in rows}
        roles = ProjectRole.objects.filter(project__in=projects).order_by().values_list("project_id", "user_id")
        seats = Seat.objects.filter(participation__project__in=projects).order_by()
        both = roles.union(seats.values_list("participation__project_id", "holder_id")) if rows else ()
        self._parts = set(both)

    def of(self, project: int, owner: int, stand_in: int | None) -> int | None:
        if owner not in self._away or self._there is None:
            return owner if (project, owner) in self._parts else None
        if stand_in is not None and stand_in not in self._away and self._there.person(stand_in) is not None:
            return stand_in
        found = self._there.person(owner)
        return found.id if found is not None and found.instead_of else None


def rounds_at(slot: datetime) -> set[tuple[int, str]]:
    """Return (project, urgency) of the rounds of a slot that are closed. One query."""
    return set(SyncRound.objects.filter(slot_at=slot).order_by().values_list("project_id", "urgency"))
