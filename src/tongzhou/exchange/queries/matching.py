"""Which rows are already in the plan, and what writing them would change. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from tongzhou.exchange.models import ForeignTask
from tongzhou.plan.actions import ItemSpec, LinkSpec, item_values
from tongzhou.plan.models import Dependency, Supporter, WorkItem
from tongzhou.projects.models import Project
from tongzhou.workbooks.result import TaskRow
from tongzhou.workbooks.text import key

CODE_ALONE = 2
RENAMED = 0.4


@dataclass
class Existing:
    """What the plan holds now: rows by id, supporters by item, links by their ends and kind."""

    rows: dict[int, WorkItem] = field(default_factory=dict)
    supporters: dict[int, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))
    links: dict[tuple[int, int, str], Dependency] = field(default_factory=dict)


@dataclass(frozen=True)
class Counts:
    created: int = 0
    changed: int = 0
    unchanged: int = 0


def existing_plan(project: Project) -> Existing:
    """Read the plan. Three queries."""
    found = Existing({row.pk: row for row in WorkItem.objects.filter(project=project).order_by("rank")})
    rows = Supporter.objects.filter(work_item__project=project)
    for item, *what in rows.values_list("work_item_id", "user_id", "department_id", "content"):
        found.supporters[item].append(tuple(what))
    for link in Dependency.objects.filter(project=project):
        found.links[link.predecessor_id, link.successor_id, link.kind] = link
    return found


def earlier_origins(project: Project, tasks: Sequence[TaskRow]) -> dict[tuple[str, int], int]:
    """Return the work items of tasks that came in before from the same project of another program. At most one query."""
    tags = {task.origin.tag for task in tasks if task.origin is not None and task.stamp is None}
    if not tags:
        return {}
    rows = ForeignTask.objects.filter(project=project, tag__in=tags).values_list("tag", "number", "item")
    return {(tag, number): item for tag, number, item in rows}


def match(tasks: Sequence[TaskRow], existing: Existing, origins: Mapping[tuple[str, int], int] | None = None) -> dict[int, int]:
    """Find the work item of each task row.

    By the id that an export hid in it or under which it came in before (`origins`), by code and name, by its path of names,
    by code, by a name that is there once.
    """
    paths = {pk: _stored_path(row, existing.rows) for pk, row in existing.rows.items()}
    wanted_paths = [_path(index, tasks) for index in range(len(tasks))]
    rows = existing.rows
    found: dict[int, int] = {}
    taken: set[int] = set()
    for index, task in enumerate(tasks):
        pk = task.stamp.item if task.stamp is not None else None
        if pk is None and task.origin is not None and origins:
            pk = origins.get((task.origin.tag, task.origin.item))
        if pk is not None and pk in rows and pk not in taken:
            found[index] = pk
            taken.add(pk)
    coded = {pk: row.source_code for pk, row in rows.items() if row.source_code}
    steps: list[tuple[dict[Any, list[int]], list[Any]]] = [
        (
            _index({pk: (code, key(rows[pk].name)) for pk, code in coded.items()}),
            [(task.code, key(task.name)) if task.code else None for task in tasks],
        ),
        (_index(paths), list(wanted_paths)),
        (_index(coded), [task.code or None for task in tasks]),
        (_index({pk: key(row.name) for pk, row in rows.items()}), [key(task.name) for task in tasks]),
    ]
    for number, (stored, wanted) in enumerate(steps):
        for index, name in enumerate(wanted):
            free = [pk for pk in stored.get(name, ()) if pk not in taken] if index not in found and name is not None else []
            renamed = number == CODE_ALONE
            if len(free) == 1 and (not renamed or _alike(tasks[index].name, existing.rows[free[0]].name)):
                found[index] = free[0]
                taken.add(free[0])
    return found


def _alike(name: str, other: str) -> bool:
    """The same code with quite another name is another task, from another table."""
    return SequenceMatcher(None, key(name), key(other), autojunk=False).ratio() >= RENAMED


def _index(names: dict[int, Any]) -> dict[Any, list[int]]:
    index: dict[Any, list[int]] = defaultdict(list)
    for pk, name in names.items():
        index[name].append(pk)
    return index


def _path(index: int, tasks: Sequence[TaskRow]) -> tuple[str, ...]:
    names: list[str] = []
    at: int | None = index
    while at is not None:
        names.append(key(tasks[at].name))
        at = tasks[at].parent
    return tuple(reversed(names))


def _stored_path(row: WorkItem, rows: dict[int, WorkItem]) -> tuple[str, ...]:
    names: list[str] = []
    at: WorkItem | None = row
    while at is not None:
        names.append(key(at.name))
        at = rows.get(at.parent_id) if at.parent_id else None
    return tuple(reversed(names))


def compare_items(specs: Sequence[ItemSpec], existing: Existing) -> dict[str, str]:
    """Say of each spec's key whether it is "created", "changed" or "unchanged"."""
    ids = {spec.key: spec.existing for spec in specs}
    verdicts = {}
    for spec in specs:
        row = existing.rows.get(spec.existing) if spec.existing is not None else None
        if row is None:
            verdicts[spec.key] = "created"
            continue
        parent = row.parent_id if spec.keep_parent else ids.get(spec.parent_key) if spec.parent_key else None
        values = item_values(spec, parent)
        same = all(getattr(row, name) == value for name, value in values.items()) and (
            spec.parent_key is None or parent is not None or spec.keep_parent
        )
        same = same and spec.rank in (None, row.rank)
        supporters = [(support.user, support.department, support.content) for support in spec.supporters]
        verdicts[spec.key] = "unchanged" if same and supporters == existing.supporters.get(row.pk, []) else "changed"
    return verdicts


def compare_links(links: Sequence[LinkSpec], specs: Sequence[ItemSpec], existing: Existing) -> Counts:
    """Count the links that would be made, changed, or left as they are."""
    ids = {spec.key: spec.existing for spec in specs}
    created = changed = unchanged = 0
    for link in links:
        before, after = ids[link.predecessor_key], ids[link.successor_key]
        row = existing.links.get((before, after, link.kind)) if before is not None and after is not None else None
        if row is None:
            created += 1
        elif (row.lag, row.elapsed, row.within) == (link.lag, link.elapsed, link.within):
            unchanged += 1
        else:
            changed += 1
    return Counts(created, changed, unchanged)


def count(verdicts: dict[str, str]) -> Counts:
    said = list(verdicts.values())
    return Counts(said.count("created"), said.count("changed"), said.count("unchanged"))
