"""What of an existing item stays as it is when a table comes in again, and where rows and links went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from tongzhou.exchange.queries.matching import Existing
from tongzhou.lib.rank import ranks
from tongzhou.plan.actions import ItemSpec, SupportSpec
from tongzhou.plan.models import Dependency, WorkItem
from tongzhou.workbooks.constraints import YIELDING
from tongzhou.workbooks.result import Problem, TaskRow, Understanding

MOST_NAMED = 8
# Fields of a spec, the attribute that keeps each, and the columns that tell it.
_TOLD: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("name", "name", ("name", "phase", "subtask", "project")),
    ("is_milestone", "is_milestone", ("milestone",)),
    ("department", "department_id", ("department",)),
    ("owner", "owner_id", ("owner",)),
    ("urgency", "urgency", ("urgency",)),
    ("key_output", "key_output", ("output",)),
    ("delivery_standard", "delivery_standard", ("standard",)),
    ("risk_point", "risk_point", ("risk",)),
    ("remark", "remark", ("remark",)),
    ("stand_in", "stand_in_id", ("deputy",)),
    ("resource_need", "resource_need", ("resource",)),
    ("quantity", "quantity", ("quantity",)),
    ("unit", "unit", ("unit",)),
    ("deadline", "deadline", ("deadline",)),
)


def kept(spec: ItemSpec, row: WorkItem, task: TaskRow, given: set[str], supporters: Sequence[tuple[Any, ...]]) -> ItemSpec:
    """The spec with the stored value of each field that has no column, or whose cell is as it was exported."""
    values: dict[str, Any] = {}
    for name, stored, meanings in _TOLD:
        if not given & set(meanings) or "".join(meanings[:1]) in task.untouched:
            values[name] = getattr(row, stored)
    values |= _dates(spec, row, task)
    if task.stamp is not None or not given & {"code", "serial"}:
        values["source_code"] = row.source_code
    if "parent" in task.untouched:
        values["keep_parent"] = True
    if "is_milestone" in values and task.duration == 0 and not task.untouched:
        values["is_milestone"] = spec.is_milestone or row.is_milestone
    return replace(spec, **values, supporters=_supporters(spec, task, given, supporters))


def _dates(spec: ItemSpec, row: WorkItem, task: TaskRow) -> dict[str, Any]:
    """The typed dates stay while the table says the typed or the scheduled ones; a new duration alone moves the finish."""
    stored = {"typed_start": row.typed_start, "typed_finish": row.typed_finish, "duration": row.duration}
    if spec.duration is None:
        return stored
    if task.constraint in YIELDING and {"constraint", "constraint_date"} <= task.untouched:
        # A scheduling program computed the dates anew from what is known here: its durations and links.
        told = task.duration if task.duration is not None and "duration" not in task.untouched else row.duration
        return stored if told == row.duration or row.is_milestone else stored | {"typed_finish": None, "duration": told}
    same_start = task.start is None or task.start in (row.start, row.typed_start)
    same_finish = task.finish is None or task.finish in (row.finish, row.typed_finish)
    if not (same_start and same_finish) or (task.start is None and task.finish is None and task.duration is not None):
        return {}
    if task.duration is None or task.duration == row.duration or "duration" in task.untouched or row.is_milestone:
        return stored
    if task.stamp is not None:
        return {"typed_start": row.typed_start, "typed_finish": None, "duration": task.duration}
    return {}


def _supporters(spec: ItemSpec, task: TaskRow, given: set[str], stored: Sequence[tuple[Any, ...]]) -> tuple[SupportSpec, ...]:
    """Where only departments have a column, people stay; where neither has one, or nothing was touched, all stay."""
    present = tuple(SupportSpec(content, user, department) for user, department, content in stored)
    columns = given & {"supporters", "support_departments"}
    if not columns - task.untouched:
        more = [
            one for one in spec.supporters if (one.user, one.department) not in {(old.user, old.department) for old in present}
        ]
        return (*present, *more) if task.stamp is None else present
    if "supporters" in columns:
        return spec.supporters
    told = {one.department for one in spec.supporters if one.department}
    if told == {one.department for one in present if one.department and not one.user}:
        return present
    people = [one for one in present if one.user]
    return (*people, *(one for one in spec.supporters if one.user not in {old.user for old in people} or one.user is None))


def removed_links(
    found: Understanding,
    existing: Existing,
    known: Mapping[int, int],
    given: Mapping[str, set[str]],
    silent: Set[int] = frozenset(),
) -> list[Dependency]:
    """The links of the plan that an exported row no longer names. A cell that is still in doubt removes none.

    Nor does a `silent` row, or a table that was never exported: it may be older than the links.
    """
    doubtful = {question.task for question in found.questions if question.kind in {"near_link", "same_name"}}
    faulty = {(error.sheet, error.row) for error in found.errors}
    told = {(known.get(link.predecessor), known.get(link.successor), link.kind) for link in found.links}
    heard = {
        known[index]
        for index, task in enumerate(found.tasks)
        if task.stamp is not None
        and index in known
        and index not in doubtful
        and index not in silent
        and (task.sheet, task.row) not in faulty
        and "predecessors" in given.get(task.sheet, set()) - task.untouched
    }
    return [row for ends, row in existing.links.items() if ends[1] in heard and ends not in told]


def unsaid(
    found: Understanding, existing: Existing, known: Mapping[int, int], given: Mapping[str, set[str]], held: Set[int]
) -> list[Problem]:
    """What the plan holds of the rows of a file and the file does not say: it stays, and that is told."""
    told = {(known.get(link.predecessor), known.get(link.successor), link.kind) for link in found.links}
    index_of = {pk: index for index, pk in known.items()}
    problems = []
    for row in existing.links.values():
        index = index_of.get(row.successor_id)
        task = found.tasks[index] if index is not None and index not in held else None
        ends = (row.predecessor_id, row.successor_id, row.kind)
        if task is None or task.stamp is not None or ends in told or "predecessors" not in given.get(task.sheet, set()):
            continue
        params = {"name": task.name, "before": existing.rows[row.predecessor_id].name}
        column = task.columns.get("predecessors")
        problems.append(Problem("link_not_in_file", task.sheet, task.row, column, params, token=str(row.predecessor_id)))
    for code, meaning, rows in (
        ("calendar_kept", "calendar", [row for row in existing.rows.values() if row.calendar_id or row.follows_owner]),
        ("date_held", "constraint", [row for row in existing.rows.values() if row.constraint == WorkItem.Constraint.MSO]),
    ):
        names = [
            row.name
            for row in rows
            if row.pk in index_of and meaning not in given.get(found.tasks[index_of[row.pk]].sheet, set())
        ]
        if names:
            told_names = "、".join(names[:MOST_NAMED]) + ("…" if len(names) > MOST_NAMED else "")
            problems.append(Problem(code, params={"names_told": told_names, "count": str(len(names))}))
    return problems


def reordered(specs: Sequence[ItemSpec], tasks: Sequence[TaskRow], existing: Existing) -> list[ItemSpec]:
    """Give known siblings that lie in another order than in the plan each other's places."""
    groups: dict[object, list[int]] = defaultdict(list)
    ids = {spec.key: spec.existing for spec in specs}
    for place in sorted(range(len(specs)), key=lambda at: int(specs[at].key)):
        spec = specs[place]
        row = existing.rows.get(spec.existing) if spec.existing is not None else None
        if row is not None:
            parent = row.parent_id if spec.keep_parent else ids.get(spec.parent_key or "", spec.parent_key)
            groups[parent].append(place)
    found = list(specs)
    for places in groups.values():
        stamps = [tasks[int(found[place].key)].stamp for place in places]
        where = [stamp.place for stamp in stamps if stamp is not None]
        if len(where) == len(places) and where == sorted(where) and all(found[place].keep_parent for place in places):
            continue
        old = [existing.rows[found[place].existing or 0].rank for place in places]
        if old == sorted(old) and len(set(old)) == len(old):
            continue
        new = sorted(old) if len(set(old)) == len(old) else [min(old) + rank for rank in ranks(len(old))]
        for place, rank in zip(places, new, strict=True):
            found[place] = replace(found[place], rank=rank)
    return found
