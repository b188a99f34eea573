"""The rows of what somebody owes: the open tasks that are his own, and those that he is asked about instead of their owner."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet

from tongzhou.lib.prepared import Given, prepared
from tongzhou.people.models import User
from tongzhou.plan.access import asked_about, asked_into, open_tasks_of
from tongzhou.plan.models import WorkItem
from tongzhou.projects.access import has_part_in


class TaskRow(NamedTuple):
    """What lists of tasks over several projects know of one; `day`, `calendar` and `project_start` are the project's own."""

    id: int
    version: int
    name: str
    project: int
    number: str
    project_name: str
    day: date | None
    owner_name: str | None
    owner: int | None
    state: str
    percent: int
    urgency: str
    typed_start: date | None
    typed_finish: date | None
    start: date | None
    finish: date | None
    reported_on: date | None
    quantity: Decimal | None
    done_quantity: Decimal | None
    unit: str
    threshold: Decimal
    calendar: int | None
    milestone: bool
    first: date | None
    """The first day of the project's baseline: before it is over nothing is expected."""
    project_start: date | None


COLUMNS = (
    "id", "version", "name", "project_id", "project__number", "project__name", "project__status_date", "owner__name",
    "owner_id", "state", "percent", "urgency", "typed_start", "typed_finish", "start", "finish", "reported_on", "quantity",
    "done_quantity", "unit", "project__deviation_threshold", "project__calendar_id", "is_milestone",
    "project__summary__curve_from",
    "project__starts_on",
)  # fmt: skip


@prepared
def _own(user: Given) -> QuerySet[WorkItem, tuple[Any, ...]]:
    return open_tasks_of(user).annotate(inside=has_part_in(user, "project")).values_list(*COLUMNS, "inside")


@prepared
def _asked(user: Given, today: Given) -> QuerySet[Any, tuple[int]]:
    of_item, of_owner = asked_about(user, today)
    return of_item.values_list("pk").union(of_owner.values_list("pk"))


@prepared
def _by_key(keys: Given) -> QuerySet[WorkItem, tuple[Any, ...]]:
    return WorkItem.objects.filter(pk__among=keys).order_by().values_list(*COLUMNS)


def owed_rows(user: User, today: date) -> list[TaskRow]:
    """Return what `user` owes today in the projects that she sees, by finish.

    Two queries; one more where somebody is on leave for whom she stands in, two where her own tasks lie in a project in
    which she takes no part.
    """
    own, asked = _own(user.pk), [key for (key,) in _asked(user.pk, today)]
    if not all(row[-1] for row in own):
        # A project that opens to her for a leave shows her own tasks in it, too.
        seen = {key for query in asked_into(user.pk, today) for (key,) in query.values_list("project_id")}
        own = [row for row in own if row[-1] or row[COLUMNS.index("project_id")] in seen]
    found = [TaskRow(*row[:-1]) for row in own] + [TaskRow(*row) for row in (_by_key(asked) if asked else ())]
    return sorted(found, key=lambda row: (row.finish or date.max, row.id))


def row_of(item: int) -> TaskRow:
    """Return the row of one task, whatever its state. One query."""
    return TaskRow(*_by_key([item])[0])
