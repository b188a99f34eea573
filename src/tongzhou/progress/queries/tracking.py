"""The tracking table of a project (任务进度跟踪表)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import IntegerField, QuerySet, Value

from tongzhou.lib.prepared import Given, Question, prepared
from tongzhou.people.models import Department, User
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import Outlook, outlook
from tongzhou.plan.queries.grid import percent_number, planned_number
from tongzhou.plan.queries.tree import Item
from tongzhou.progress.models import ProgressUpdate
from tongzhou.progress.queries.waiting import NOT_BLOCKED, Mark, waiting_marks
from tongzhou.projects.models import Project


@dataclass(frozen=True, slots=True)
class Tracked:
    """A row of the tracking table. Percents 0..100; `points` behind as text, empty when on time.

    `start` and `finish` are the forecast's, `planned_start` and `planned_finish` the strict schedule's.
    """

    id: int
    version: int
    code: str
    name: str
    level: int
    leaf: bool
    owner_id: int | None
    owner: str
    department_id: int | None
    department: str
    stand_in_id: int | None
    state: str
    late: bool
    should_run: bool
    percent: float | int
    planned: float | int
    points: str
    marked: bool
    start: date
    finish: date
    planned_start: date
    planned_finish: date
    baseline_finish: date | None
    actual_start: date | None
    actual_finish: date | None
    reported_on: date | None
    reporter: str
    done: str
    problem: str
    counted: str
    waits: Mark

    @property
    def said(self) -> str:
        return self.problem or self.done

    @property
    def open(self) -> bool:
        return self.leaf and self.state not in ("done", "cancelled")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the outlook does not know of an item."""

    version: int = 1
    stand_in: int | None = None
    counted: str = ""
    waits: Mark = NOT_BLOCKED


@dataclass(frozen=True, slots=True)
class Names:
    """Of those who own tasks, and of departments, by id."""

    people: dict[int, str]
    departments: dict[int, str]


@dataclass(frozen=True, slots=True)
class Words:
    reporter: str = ""
    done: str = ""
    problem: str = ""


def tracking(project: Project, as_of: date, only: Collection[int] | None = None, named: Names | None = None) -> list[Tracked]:
    """Return the tracking table as of a day, or those rows of it whose ids are in `only`. A constant number of queries."""
    found = outlook(project, as_of)
    items = found.items if only is None else [found.by_id[key] for key in only]
    names, keys = named or names_of(items), [item.id for item in items]
    facts, words = _facts(project, keys, waiting_marks(found, keys)), _latest_words(as_of, keys)
    return [_tracked(found, item, names, facts.get(item.id, Facts()), words.get(item.id, Words())) for item in items]


def tracking_questions(project: Project, as_of: date, items: Iterable[Item], keys: Collection[int]) -> tuple[Question, ...]:
    """What `names_of(items)` and `tracking` of the rows `keys` ask, to be asked ahead."""
    return _names.of(*_named(items)), _stored.of(project.pk, keys), _said.of(as_of, keys)


def names_of(items: Iterable[Item]) -> Names:
    """Return the names of the owners, in their order, and of the departments of items. One query."""
    rows = sorted(_names(*_named(items)))
    return Names(
        {key: name for kind, _order, key, name in rows if kind == PERSON},
        {key: name for kind, _order, key, name in rows if kind == DEPARTMENT},
    )


def _named(items: Iterable[Item]) -> tuple[set[int], set[int]]:
    rows = list(items)
    owners = {item.owner for item in rows if item.owner is not None}
    return owners, {item.department for item in rows if item.department is not None}


PERSON, DEPARTMENT = 0, 1


@prepared
def _names(owners: Given, departments: Given) -> QuerySet[Any, tuple[int, str, int, str]]:
    """The names of people and of departments: PERSON or DEPARTMENT, what it is sorted by, id, name."""
    people = User.objects.filter(pk__among=owners).order_by()
    units = Department.objects.filter(pk__among=departments).order_by()
    return people.values_list(Value(PERSON, IntegerField()), "sort_key", "pk", "name").union(
        units.values_list(Value(DEPARTMENT, IntegerField()), "name", "pk", "name"), all=True
    )


def _tracked(found: Outlook, item: Item, names: Names, facts: Facts, words: Words) -> Tracked:
    judged, line, at = found.deviations.get(item.id), found.baseline.get(item.id), found.dates[item.id]
    return Tracked(
        id=item.id,
        version=facts.version,
        code=item.code,
        name=item.name,
        level=item.level,
        leaf=item.leaf,
        owner_id=item.owner,
        owner=names.people.get(item.owner or 0, ""),
        department_id=item.department,
        department=names.departments.get(item.department or 0, ""),
        stand_in_id=facts.stand_in,
        state=item.state,
        late=found.is_late(item),
        should_run=found.should_have_started(item),
        percent=percent_number(found.actual.get(item.id, Fraction(0))),
        planned=planned_number(found.planned.get(item.id, Fraction(0))),
        points=f"{float(judged.shown):.2f}" if judged and item.leaf and judged.shown > 0 else "",
        marked=judged.marked if judged else False,
        start=at.start,
        finish=at.finish,
        planned_start=item.start or at.start,
        planned_finish=item.finish or at.finish,
        baseline_finish=line.finish if line else None,
        actual_start=item.actual_start,
        actual_finish=item.actual_finish,
        reported_on=item.reported_on,
        reporter=words.reporter,
        done=words.done,
        problem=words.problem,
        counted=facts.counted,
        waits=facts.waits,
    )


def _facts(project: Project, keys: Collection[int], waits: Mapping[int, Mark]) -> dict[int, Facts]:
    return {
        key: Facts(version, stand_in, _counted(*quantity), waits.get(key, NOT_BLOCKED))
        for key, version, stand_in, *quantity in _stored(project.pk, keys)
    }


def _counted(quantity: Decimal | None, done: Decimal | None, unit: str) -> str:
    return "" if quantity is None else f"{done or 0:f}/{quantity:f}{unit}".replace(".00", "")


@prepared
def _stored(project: Given, keys: Given) -> QuerySet[WorkItem, tuple[Any, ...]]:
    rows = WorkItem.objects.filter(project=project, pk__among=keys).order_by()
    return rows.values_list("id", "version", "stand_in_id", "quantity", "done_quantity", "unit")


def _latest_words(as_of: date, keys: Collection[int]) -> dict[int, Words]:
    found: dict[int, Words] = {}
    for key, reporter, owner, done, problem, unchanged in _said(as_of, keys):
        before = found.get(key, Words()) if unchanged else Words()
        found[key] = Words(f"{reporter}（代 {owner}）" if owner else reporter, done or before.done, problem or before.problem)
    return found


@prepared
def _said(as_of: Given, keys: Given) -> QuerySet[ProgressUpdate, tuple[Any, ...]]:
    rows = ProgressUpdate.objects.filter(work_item__pk__among=keys, status_date__lte=as_of).order_by("status_date", "pk")
    return rows.values_list("work_item_id", "reporter_name", "on_behalf_of__name", "done", "problem", "unchanged")


@dataclass(frozen=True)
class Wanted:
    """What the address asks of the table. `state` also late, should, marked or open; `group` "", state, department or owner."""

    state: str = ""
    department: str = ""
    person: str = ""
    since: date | None = None
    words: str = ""
    sort: str = ""
    group: str = ""

    @property
    def plain(self) -> bool:
        """The whole table in the order of the tree, with its summaries."""
        return self == Wanted()


STATES = ("todo", "doing", "blocked", "done", "cancelled")
SORTS: dict[str, Callable[[Tracked], Any]] = {
    "name": lambda row: row.name,
    "department": lambda row: row.department,
    "owner": lambda row: row.owner,
    "state": lambda row: STATES.index(row.state),
    "percent": lambda row: row.percent,
    "points": lambda row: float(row.points or 0),
    "start": lambda row: row.planned_start,
    "finish": lambda row: row.planned_finish,
    "actual_start": lambda row: row.actual_start or date.max,
    "actual_finish": lambda row: row.actual_finish or date.max,
    "reported": lambda row: row.reported_on or date.min,
    "said": lambda row: row.said,
}
GROUPS: dict[str, Callable[[Tracked], str]] = {
    "state": lambda row: row.state,
    "department": lambda row: row.department,
    "owner": lambda row: row.owner,
}


def arranged(rows: Iterable[Tracked], wanted: Wanted) -> list[Tracked]:
    """Return the rows that are asked for, in the order asked for; what is filtered, sorted or grouped are tasks only."""
    found = list(rows)
    if wanted.plain:
        return found
    found = [row for row in found if row.leaf and _fits(row, wanted)]
    key = SORTS.get(wanted.sort.lstrip("-"))
    if key is not None:
        found.sort(key=key, reverse=wanted.sort.startswith("-"))
    elif wanted.sort == "-code":
        found.reverse()
    if wanted.group in GROUPS:
        found.sort(key=GROUPS[wanted.group])
    return found


def _fits(row: Tracked, wanted: Wanted) -> bool:
    derived = {
        "late": row.late,
        "should": row.should_run,
        "marked": row.marked,
        "open": row.open,
        "waits-long": row.waits.overdue,
    }
    return (
        (not wanted.state or derived.get(wanted.state, row.state == wanted.state))
        and wanted.department in ("", str(row.department_id or 0))
        and wanted.person in ("", str(row.owner_id or 0))
        and (wanted.since is None or (row.open and (row.reported_on is None or row.reported_on < wanted.since)))
        and _says(row, wanted.words)
    )


def _says(row: Tracked, words: str) -> bool:
    text = f"{row.code} {row.name} {row.owner} {row.said} {row.waits.text}".lower()
    return all(word in text for word in words.lower().split())
