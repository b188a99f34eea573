"""交付物清单: the rows as values, filtered and sorted; one with its steps; what participations said before there were rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from tongzhou.lib import clock
from tongzhou.lib.prepared import Given, Question, prepared
from tongzhou.lib.reading import read_once
from tongzhou.people.models import User
from tongzhou.plan.models import Deliverable, DeliverableStep, WorkItem
from tongzhou.plan.queries.candidates import department_names
from tongzhou.plan.queries.outlook import outlook, status_date
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Project
from tongzhou.projects.queries import team_of

State = Deliverable.State
SORTS = ("name", "department", "due", "state", "task")
LATE, OPEN = "late", "open"
TONES = {State.TODO: "todo", State.SUBMITTED: "doing", State.ACCEPTED: "done", State.RETURNED: "blocked"}


@dataclass(frozen=True)
class Handed:
    """The latest step of a deliverable: what happened, when, by whom, and in which words."""

    kind: str
    at: datetime
    by: int
    name: str
    note: str
    document: str

    @property
    def word(self) -> str:
        return str(DeliverableStep.Kind(self.kind).label)


@dataclass(frozen=True)
class DeliverableRow:
    """A row of the list. `late`: its day is over and nothing waits for acceptance. `latest`: the step that made its state."""

    id: int
    name: str
    quantity: Decimal | None
    unit: str
    department_id: int | None
    department: str
    due: date | None
    standard: str
    item_id: int | None
    item: str
    is_milestone: bool
    document: str
    state: str
    version: int
    late: bool = False
    latest: Handed | None = None

    @property
    def amount(self) -> str:
        """Quantity and unit as people write them: 3 台."""
        return amount_words(self.quantity, self.unit)

    @property
    def word(self) -> str:
        return str(State(self.state).label)

    @property
    def tone(self) -> str:
        """The colour of its state, one of those of tasks."""
        return "late" if self.late and self.state == State.TODO else TONES[State(self.state)]

    @property
    def is_link(self) -> bool:
        return self.document.startswith(("https://", "http://"))


@dataclass(frozen=True)
class Wanted:
    """What an address asks of the list. `state`: one of the states, "open", "late" or ""; `department` an id or 0."""

    state: str = ""
    department: int = 0
    words: str = ""
    sort: str = ""
    item: int = 0


def amount_words(quantity: Decimal | None, unit: str) -> str:
    """Return 3 台, 1.5 份; without a quantity nothing."""
    if quantity is None:
        return ""
    number = f"{quantity:f}"
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number} {unit}".strip()


def deliverables_of(project: Project, wanted: Wanted | None = None) -> list[DeliverableRow]:
    """Return the rows of a project, the nearest day first. Two queries, however many there are."""
    rows = read_once(("deliverables", project.pk), lambda: list(_rows(project.pk)))
    latest = _latest_of(project.pk) if rows else {}
    today = clock.today()
    found = [_row(values, latest, today) for values in rows]
    return chosen(found, wanted or Wanted())


def _latest_of(project: int) -> dict[int, Handed]:
    return read_once(("deliverable steps", project), lambda: {row[0]: Handed(*row[1:]) for row in _latest(project)})


def chosen(rows: Iterable[DeliverableRow], wanted: Wanted) -> list[DeliverableRow]:
    """Return the rows that are asked for, in the order that is asked for."""
    words = wanted.words.casefold().split()
    kept = [row for row in rows if _fits(row, wanted) and all(word in _text(row) for word in words)]
    name = wanted.sort.lstrip("-")
    key = KEYS.get(name, KEYS["due"])
    return sorted(kept, key=lambda row: (key(row), row.id), reverse=name in KEYS and wanted.sort.startswith("-"))


def _fits(row: DeliverableRow, wanted: Wanted) -> bool:
    if wanted.state == LATE and not row.late:
        return False
    if wanted.state == OPEN and row.state == State.ACCEPTED:
        return False
    if wanted.state in State.values and row.state != wanted.state:
        return False
    return wanted.department in (0, row.department_id) and wanted.item in (0, row.item_id)


def _text(row: DeliverableRow) -> str:
    return "\n".join((row.name, row.department, row.item, row.standard, row.document)).casefold()


KEYS: dict[str, Callable[[DeliverableRow], Any]] = {
    "name": lambda row: row.name,
    "department": lambda row: (not row.department, row.department, row.due or date.max),
    "due": lambda row: row.due or date.max,
    "state": lambda row: State.values.index(row.state),
    "task": lambda row: (not row.item, row.item),
}


@dataclass(frozen=True)
class Counts:
    """How many there are, by state, and how many are late."""

    total: int
    todo: int
    submitted: int
    accepted: int
    returned: int
    late: int


def counts_of(rows: Iterable[DeliverableRow]) -> Counts:
    found = list(rows)
    by_state = Counter(row.state for row in found)
    todo, submitted, accepted, returned = (by_state[state] for state in State.values)
    return Counts(len(found), todo, submitted, accepted, returned, sum(row.late for row in found))


def has_deliverables(project: Project) -> bool:
    """Whether the project has a row. One query."""
    return Deliverable.objects.filter(project=project, removed_at=None).exists()


COLUMNS = tuple(
    [
        "pk",
        "name",
        "quantity",
        "unit",
        "department_id",
        "department__name",
        "due",
        "standard",
        "work_item_id",
        "work_item__name",
        "work_item__is_milestone",
        "document",
        "state",
        "version",
    ]
)
STEP = ("deliverable_id", "kind", "at", "by_id", "by__name", "note", "document")


@prepared
def _rows(project: Given) -> QuerySet[Deliverable, tuple[Any, ...]]:
    return Deliverable.objects.filter(project=project, removed_at__isnull=True).order_by("pk").values_list(*COLUMNS)


@prepared
def _latest(project: Given) -> QuerySet[DeliverableStep, tuple[Any, ...]]:
    """All steps of a project in their order: the last of each deliverable is the one that counts."""
    return DeliverableStep.objects.filter(deliverable__project=project).order_by("pk").values_list(*STEP)


@prepared
def _of_item(project: Given, item: Given) -> QuerySet[Deliverable, tuple[Any, ...]]:
    rows = Deliverable.objects.filter(project=project, work_item=item, removed_at__isnull=True)
    return rows.order_by("due", "pk").values_list(*COLUMNS)


def _row(values: tuple[Any, ...], latest: dict[int, Handed], today: date) -> DeliverableRow:
    named: dict[str, Any] = dict(zip(NAMES, values, strict=True))
    named |= {name: named[name] or "" for name in ("department", "item")}
    row = DeliverableRow(**named, latest=latest.get(values[0]))
    over = row.due is not None and row.due < today
    return replace(row, late=over and row.state in (State.TODO, State.RETURNED), is_milestone=bool(row.is_milestone))


NAMES = tuple(field.name for field in fields(DeliverableRow))[: len(COLUMNS)]


def deliverable_panel(request: HttpRequest, item: WorkItem) -> dict[str, Any] | None:
    """Return the panel of a task's drawer: what is handed over from it. One query."""
    today = clock.today()
    rows = [_row(values, {}, today) for values in _of_item(item.project_id, item.pk)]
    if not rows:
        return None
    return {"template": "plan/deliverable_panel.html", "rows": rows, "number": item.project.number}


def deliverable_question(project: int, item: int) -> Question:
    """What the panel asks, to be asked ahead."""
    return _of_item.of(project, item)


def deliverable_or_404(user: User, number: str, key: int) -> Deliverable:
    """Return a deliverable, on the list or taken off it, of a project that `user` sees.

    :raises Http404: alike for an unknown id, one of another project, and a project that she may not see.
    """
    project = project_or_404(user, number)
    rows = Deliverable.objects.select_related("department", "work_item__owner")
    row = rows.filter(project=project, pk=key).first()
    if row is None:
        raise Http404
    row.project = project
    return row


def shown(deliverable: Deliverable) -> DeliverableRow:
    """Return one as a row, as it stands now. Two queries."""
    values = Deliverable.objects.filter(pk=deliverable.pk).values_list(*COLUMNS)[0]
    steps = steps_of(deliverable)
    return _row(values, {deliverable.pk: steps[-1]} if steps else {}, clock.today())


def steps_of(deliverable: Deliverable) -> list[Handed]:
    """Return what happened to a deliverable, the oldest first. One query."""
    rows = DeliverableStep.objects.filter(deliverable=deliverable).order_by("pk").values_list(*STEP)
    return [Handed(*row[1:]) for row in rows]


def choices_of(project: Project, own: int | None = None) -> dict[str, list[tuple[int, str]]]:
    """Return what a row can name: departments that take part or have tasks, and tasks in their order.

    As many queries as team_of and the outlook take, one more where departments have tasks without taking part.

    :param own: the department that the row names already: it stays among the choices, whether it takes part or not.
    """
    items = outlook(project, status_date(project)).items
    departments = {part.department_id: part.department for part in team_of(project).participations}
    others = {key for key in (own, *(item.department for item in items)) if key is not None} - departments.keys()
    if others:
        departments |= department_names(others)
    return {
        "department_id": sorted(departments.items(), key=lambda pair: pair[1]),
        "work_item_id": [(item.id, f"{item.code} {item.name}") for item in items],
    }


def state_words() -> list[tuple[str, str]]:
    """What the list can be filtered by."""
    return [(OPEN, _("Not accepted yet")), *((str(key), str(word)) for key, word in State.choices), (LATE, _("Late"))]
