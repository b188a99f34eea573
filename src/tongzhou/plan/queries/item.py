"""One work item with everything that its drawer shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from tongzhou.lib.prepared import Given, Prepared, Question, prepared
from tongzhou.people.models import Leave, User
from tongzhou.plan.models import Supporter, WorkItem
from tongzhou.plan.queries.columns import quantity_text, supporter_texts
from tongzhou.plan.queries.grid import (
    STATES,
    days_of,
    percent_number,
    planned_number,
    predecessor_texts,
    summary_state,
)
from tongzhou.plan.queries.outlook import Outlook, outlook, outlook_questions
from tongzhou.plan.queries.tree import Item
from tongzhou.projects.access import has_part_in, project_or_404
from tongzhou.projects.models import Project
from tongzhou.timeline.queries import latest_about

LONGEST_ID = 19
TEXTS = ("name", "delivery_standard", "key_output", "risk_point", "remark", "urgency", "deadline", "department_id")
SUMMARY_STATES = {number: state for state, number in STATES.items()}


@dataclass(frozen=True)
class Support:
    """Who supports a task, a person or a department, and with what."""

    name: str
    content: str


@dataclass
class Sheet:
    """A work item as pages show it. Percents are numbers 0..100; deviation in percentage points, + is behind,
    None where the baseline does not know it."""

    item: WorkItem
    row: Item
    project: Project
    as_of: date
    start: date
    finish: date
    late_finish: date
    days: float | int
    slack_days: float
    critical: bool
    late: bool
    late_days: int
    percent: float | int
    planned: float | int
    deviation: float | None
    marked: bool
    baseline: tuple[date, date] | None
    supporters: list[Support] = field(default_factory=list)
    predecessors: list[dict[str, Any]] = field(default_factory=list)
    successors: list[dict[str, Any]] = field(default_factory=list)
    conflict: dict[str, Any] | None = None
    quantity: str = ""
    leaves: list[tuple[date, date]] = field(default_factory=list)
    """When the owner is away while the task runs."""

    @property
    def planned_start(self) -> date:
        """The start of the strict schedule, which ignores the status date."""
        return self.row.start or self.start

    @property
    def planned_finish(self) -> date:
        return self.row.finish or self.finish

    @property
    def moves(self) -> bool:
        """Whether the forecast departs from the plan."""
        return (self.planned_start, self.planned_finish) != (self.start, self.finish)


def item_or_404(user: User, number: str, item_id: int) -> WorkItem:
    """Return a work item of a project that `user` sees.

    :raises Http404: alike for an unknown id, one of another project, and a project that she may not see.
    """
    return _in_sight(_item, user, number, item_id)


def bare_item_or_404(user: User, number: str, item_id: int) -> WorkItem:
    """Return the item without what stands around it, its project excepted.

    Mostly one query; more for who takes no part in the project.
    :raises Http404: as item_or_404.
    """
    own = _own_item.first(user.pk, number, item_id) if "\0" not in number else None
    return own or _in_sight(_bare_item, user, number, item_id)


def _in_sight(read: Prepared[WorkItem], user: User, number: str, item_id: int) -> WorkItem:
    project = project_or_404(user, number)
    item = read.first(project.pk, item_id)
    if item is None:
        raise Http404
    item.project = project
    return item


def sheet_questions(project: Project, item_id: int) -> tuple[Question, ...]:
    """What `item_or_404` and `sheet_of` ask, to be asked ahead."""
    return *outlook_questions(project), _item.of(project.pk, item_id), _supporters.of(item_id)


@prepared
def _item(project: Given, item: Given) -> QuerySet[WorkItem]:
    related = ("department", "owner__department", "parent", "stand_in", "calendar")
    return WorkItem.objects.select_related(*related).filter(project=project, pk=item).order_by()


@prepared
def _own_item(user: Given, number: Given, item: Given) -> QuerySet[WorkItem]:
    rows = WorkItem.objects.select_related("project").filter(has_part_in(user, "project"), project__number=number, pk=item)
    return rows.order_by()


@prepared
def _bare_item(project: Given, item: Given) -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(project=project, pk=item).order_by()


def words_key(item: WorkItem) -> str:
    """Return a short key of the item's words: another one when somebody changed them."""
    words = [str(getattr(item, name)) for name in (*TEXTS, "stand_in_id", "quantity", "unit", "resource_need")]
    return _key(words)


def _key(words: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]


def sheet_of(item: WorkItem, as_of: date) -> Sheet:
    """Return the drawer's content. Two queries beyond the outlook."""
    found = outlook(item.project, as_of)
    row, at, line = found.by_id[item.pk], found.dates[item.pk], found.baseline.get(item.pk)
    judged = found.deviations.get(item.pk)
    return Sheet(
        item=item,
        row=row,
        project=item.project,
        as_of=as_of,
        start=at.start,
        finish=at.finish,
        late_finish=at.late_finish,
        days=days_of(found, row) if row.leaf else _planned_days(found, row),
        slack_days=at.slack / 480,
        critical=at.critical,
        late=found.is_late(row),
        late_days=found.late_days(row),
        percent=percent_number(found.actual.get(item.pk, Fraction(0))),
        planned=planned_number(found.planned.get(item.pk, Fraction(0))),
        deviation=float(judged.shown) if judged else None,
        marked=judged.marked if judged else False,
        baseline=(line.start, line.finish) if line else None,
        supporters=[Support(person or department or "", content) for person, department, content in _supporters(item.pk)],
        predecessors=[_end(found, edge.predecessor, edge.kind) for edge in found.edges if edge.successor == row.id],
        successors=[_end(found, edge.successor, edge.kind) for edge in found.edges if edge.predecessor == row.id],
        quantity=quantity_text(item.quantity, item.unit),
        leaves=_leaves(row, at.start, at.finish),
        conflict=next((entry for entry in found.conflicts if entry["item"] == item.pk), None),
    )


def _leaves(row: Item, first: date, last: date) -> list[tuple[date, date]]:
    if row.owner is None or row.state in ("done", "cancelled"):
        return []
    return _away(row.owner, first, last)


@prepared
def _away(person: Given, first: Given, last: Given) -> QuerySet[Leave, tuple[date, date]]:
    rows = Leave.objects.filter(user=person, first__lte=last, last__gte=first)
    return rows.order_by("first").values_list("first", "last")


@prepared
def _supporters(item: Given) -> QuerySet[Supporter, tuple[str | None, str | None, str]]:
    return Supporter.objects.filter(work_item=item).values_list("user__name", "department__name", "content")


def _planned_days(found: Outlook, row: Item) -> int:
    """Return the working days of a summary's planned dates, which stand beside them."""
    at = found.dates[row.id]
    return found.calendar.working_days(row.start or at.start, row.finish or at.finish)


def _end(found: Outlook, item: int, kind: str) -> dict[str, Any]:
    row = found.by_id[item]
    return {
        "id": row.id,
        "code": row.code,
        "name": row.name,
        "state": row.state if row.leaf else SUMMARY_STATES[summary_state(found, row)],
        "kind": kind,
        "finish": found.dates[item].finish,
    }


def details_of(item: WorkItem, as_of: date) -> dict[str, Any]:
    """Return what the form of an item's details shows, by field. Five queries beyond the outlook.

    `seen` is the key of all this, then the last event about the item: what came after it is what somebody else did since.
    """
    shown = {name: getattr(item, name) for name in (*TEXTS, "department", "resource_need") if name != "department_id"}
    shown |= {
        "stand_in": item.stand_in.name if item.stand_in else "",
        "supporters": supporter_texts(item.project, item.pk).get(item.pk, ""),
        "predecessors": predecessor_texts(outlook(item.project, as_of)).get(item.pk, ""),
        "quantity": quantity_text(item.quantity, item.unit),
    }
    about = latest_about(item.project_id, "work_item", item.pk)
    return shown | {"seen": f"{_key(map(str, shown.values()))}.{about[0].id if about else 0}"}


def seen_parts(seen: str) -> tuple[str, int]:
    """Take apart what `details_of` gave as `seen`: the key of the words, and the last event that was known (0: none)."""
    words, _dot, event = seen.partition(".")
    return words, int(event) if event.isdecimal() and len(event) < LONGEST_ID else 0


def task_named(project: Project, type_: str, id_: int) -> str | None:
    """Return the name of a work item of the project; None for what is none. One query."""
    if type_ != "work_item":
        return None
    return WorkItem.objects.filter(project=project, pk=id_).values_list("name", flat=True).first()
