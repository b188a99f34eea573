"""The work items of a project as light rows in the order of the tree, with their codes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Rows:
    """The rows of a plan: as the database wrote them, in its order, and what they were read as."""

    texts: list[str]
    read: list[Item]
    """Beside the texts."""
    items: list[Item]
    """The same in the order of the tree."""
    links: list[str]
    edges: list[Edge]
    looked_back: bool
    """Whether some have the progress of an earlier day in place of their own."""


def read_rows(project: Project, as_of: date, before: Rows | None) -> tuple[Rows, frozenset[int] | None]:
    """Read a plan as items_of and edges_of do; return it with the ids of the items that differ from `before`. 2–3 queries.

    None in place of the ids: `before` was not used, for it is another tree, or reports came after `as_of`.
    """
    texts, links = [text for (text,) in _items(project.pk)], [text for (text,) in _edges(project.pk)]
    changed = _changed(texts, before, as_of) if before else None
    if before is None or changed is None:
        read = [_item(text) for text in texts]
        looked_back = _look_back(read, as_of)
        return Rows(texts, read, arrange(read), links, [_edge(text) for text in links], looked_back), None
    by_id = {item.id: item for item in changed.values()}
    read = [changed.get(at, item) for at, item in enumerate(before.read)]
    items = [by_id.get(item.id, item) for item in before.items]
    return Rows(texts, read, items, links, _edges_after(before, links), looked_back=False), frozenset(by_id)


def _changed(texts: list[str], before: Rows, as_of: date) -> dict[int, Item] | None:
    """Return the items of texts that differ, by their place; None if the tree may be another, or the day is past."""
    if before.looked_back or len(texts) != len(before.texts):
        return None
    found = {at: _item(text) for at, (text, was) in enumerate(zip(texts, before.texts, strict=True)) if text != was}
    for at, item in found.items():
        was = before.read[at]
        if (item.id, item.parent) != (was.id, was.parent) or (item.reported_on is not None and item.reported_on > as_of):
            return None
        item.level, item.code, item.leaf = was.level, was.code, was.leaf
    return found


def _edges_after(before: Rows, links: list[str]) -> list[Edge]:
    if links == before.links:
        return before.edges
    known = dict(zip(before.links, before.edges, strict=True))
    return [known.get(text) or _edge(text) for text in links]


def relinked(before: Rows, after: Rows) -> set[int]:
    """Return the ids of the items whose links in are not the same."""
    if after.edges is before.edges:
        return set()
    were, are = dict(zip(before.links, before.edges, strict=True)), dict(zip(after.links, after.edges, strict=True))
    return {(were.get(text) or are[text]).successor for text in were.keys() ^ are.keys()}


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


def _look_back(items: list[Item], as_of: date) -> bool:
    """Give items that were reported on after `as_of` the progress that was known then; return whether there are any."""
    later = {item.id: item for item in items if item.reported_on is not None and item.reported_on > as_of}
    for item in later.values():
        item.state, item.percent, item.actual_start, item.actual_finish, item.reported_on = "todo", 0, None, None, None
    if not later:
        return False
    marks = ProgressMark.objects.filter(work_item_id__in=list(later), status_date__lte=as_of).order_by("status_date")
    columns = ("work_item_id", "status_date", "state", "percent", "actual_start", "actual_finish")
    for key, day, state, percent, start, finish in marks.values_list(*columns):
        item = later[key]
        item.state, item.percent, item.actual_start, item.actual_finish, item.reported_on = state, percent, start, finish, day
    return True
