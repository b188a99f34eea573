"""The work items of a project as light rows in the order of the tree, with their codes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from msgspec import Struct

from tongzhou.lib.prepared import Given, prepared
from tongzhou.lib.rowtext import RowText, row_reader
from tongzhou.plan.models import Dependency, ProgressMark, WorkItem
from tongzhou.projects.models import Project


class Item(Struct, array_like=True, gc=False):
    """One work item; `level`, `code` and `leaf` follow from the tree. Percent in basis points, duration in working minutes."""

    id: int
    parent: int | None
    rank: str
    name: str
    source_code: str
    is_milestone: bool
    department: int | None
    owner: int | None
    typed_start: date | None
    typed_finish: date | None
    duration: int
    constraint: str
    constraint_date: date | None
    deadline: date | None
    state: str
    percent: int
    actual_start: date | None
    actual_finish: date | None
    reported_on: date | None
    start: date | None
    finish: date | None
    slack: int = 0
    critical: bool = False
    version: int = 1
    calendar: int | None = None
    follows_owner: bool = False
    stand_in: int | None = None
    level: int = 0
    code: str = ""
    leaf: bool = True


class Edge(Struct, array_like=True, gc=False):
    """A dependency; minutes as stored."""

    id: int
    predecessor: int
    successor: int
    kind: str
    lag: int
    elapsed: bool
    within: int | None


FIELDS = (
    "id",
    "parent_id",
    "rank",
    "name",
    "source_code",
    "is_milestone",
    "department_id",
    "owner_id",
    "typed_start",
    "typed_finish",
    "duration",
    "constraint",
    "constraint_date",
    "deadline",
    "state",
    "percent",
    "actual_start",
    "actual_finish",
    "reported_on",
    "start",
    "finish",
    "slack",
    "critical",
    "version",
    "calendar_id",
    "follows_owner",
    "stand_in_id",
)


def items_of(project: Project, as_of: date | None = None) -> list[Item]:
    """Return the items depth first, with the progress that was known on `as_of` (default: all that is known). 1–2 queries."""
    items = [_item(text) for (text,) in _items(project.pk)]
    if as_of is not None:
        _look_back(items, as_of)
    return arrange(items)


def edges_of(project: Project) -> list[Edge]:
    return [_edge(text) for (text,) in _edges(project.pk)]


@prepared
def _items(project: Given) -> QuerySet[WorkItem, tuple[str]]:
    return WorkItem.objects.filter(project=project).order_by("rank", "pk").values_list(RowText(*FIELDS))


@prepared
def _edges(project: Given) -> QuerySet[Dependency, tuple[str]]:
    fields = ("id", "predecessor_id", "successor_id", "kind", "lag", "elapsed", "within")
    return Dependency.objects.filter(project=project).order_by("pk").values_list(RowText(*fields))


_item, _edge = row_reader(Item), row_reader(Edge)


def arrange(items: list[Item]) -> list[Item]:
    """Order items (sorted by rank) depth first and give each its level, code and leaf mark."""
    children: dict[int | None, list[Item]] = {}
    for item in items:
        children.setdefault(item.parent, []).append(item)
    ordered: list[Item] = []
    stack = [(item, 0, str(number)) for number, item in reversed(list(enumerate(children.get(None, ()), 1)))]
    while stack:
        item, item.level, item.code = stack.pop()
        below = children.get(item.id, [])
        item.leaf = not below
        ordered.append(item)
        stack.extend((child, item.level + 1, f"{item.code}.{number}") for number, child in reversed(list(enumerate(below, 1))))
    return ordered


def branches(items: list[Item], tops: Collection[int]) -> list[Item]:
    """Return the items `tops` with all below them, out of items in the order of the tree."""
    inside = set(tops)
    found = []
    for item in items:
        if item.id in inside or item.parent in inside:
            inside.add(item.id)
            found.append(item)
    return found


def branch(items: list[Item], top: int) -> list[Item]:
    """Return the item `top` with all below it, out of items in the order of the tree."""
    return branches(items, {top})


def _look_back(items: list[Item], as_of: date) -> None:
    """Give items that were reported on after `as_of` the progress that was known then."""
    later = {item.id: item for item in items if item.reported_on is not None and item.reported_on > as_of}
    if not later:
        return
    for item in later.values():
        item.state, item.percent, item.actual_start, item.actual_finish, item.reported_on = "todo", 0, None, None, None
    marks = ProgressMark.objects.filter(work_item_id__in=list(later), status_date__lte=as_of).order_by("status_date")
    columns = ("work_item_id", "status_date", "state", "percent", "actual_start", "actual_finish")
    for key, day, state, percent, start, finish in marks.values_list(*columns):
        item = later[key]
        item.state, item.percent, item.actual_start, item.actual_finish, item.reported_on = state, percent, start, finish, day
