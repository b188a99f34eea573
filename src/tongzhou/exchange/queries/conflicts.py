"""Cells changed both in the file and, since the export, in the plan: the value of the plan stays unless the other is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from tongzhou.exchange.queries.matching import Existing
from tongzhou.exchange.queries.rows import CellValue, PlanRow, plan_rows
from tongzhou.plan.actions import ItemSpec, SupportSpec
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project
from tongzhou.workbooks.cells import Cell
from tongzhou.workbooks.headers import Field
from tongzhou.workbooks.result import TaskRow, Understanding
from tongzhou.workbooks.stamps import fingerprint

THEIRS, MINE = "plan", "file"
_DATES = (("typed_start", "typed_start"), ("typed_finish", "typed_finish"), ("duration", "duration"))
_FIELDS: dict[Field, tuple[tuple[str, str], ...]] = {
    Field.NAME: (("name", "name"),),
    Field.DEPARTMENT: (("department", "department_id"),),
    Field.OWNER: (("owner", "owner_id"),),
    Field.DEPUTY: (("stand_in", "stand_in_id"),),
    Field.START: _DATES,
    Field.FINISH: _DATES,
    Field.DURATION: _DATES,
    Field.MILESTONE: (("is_milestone", "is_milestone"),),
    Field.URGENCY: (("urgency", "urgency"),),
    Field.STANDARD: (("delivery_standard", "delivery_standard"),),
    Field.OUTPUT: (("key_output", "key_output"),),
    Field.RISK: (("risk_point", "risk_point"),),
    Field.RESOURCE: (("resource_need", "resource_need"),),
    Field.QUANTITY: (("quantity", "quantity"),),
    Field.UNIT: (("unit", "unit"),),
    Field.DEADLINE: (("deadline", "deadline"),),
    Field.REMARK: (("remark", "remark"),),
}
_HELPERS = frozenset({Field.SUPPORTERS, Field.SUPPORT_DEPARTMENTS})


@dataclass(frozen=True)
class Conflict:
    """A cell with what the plan says by now and what the file says; `subject` names the task."""

    subject: str
    meaning: Field
    sheet: str
    row: int
    column: str | None
    theirs: str
    mine: str

    @property
    def id(self) -> str:
        """Names the cell over repeated looks at the same file."""
        return f"changed_meanwhile|{self.sheet}|{self.row}|{self.meaning.value}"


@dataclass
class Meanwhile:
    """What the plan says by now, beside what it said when a file was exported, and what was chosen where both sides changed."""

    project: Project
    today: date
    choices: Mapping[str, str]
    conflicts: list[Conflict] = field(default_factory=list)

    @cached_property
    def rows(self) -> dict[int, PlanRow]:
        """The rows of the plan as they would be exported now. Read only when something was edited."""
        return {row.item.id: row for row in plan_rows(self.project, self.today)[1]}

    def changed(self, item: int, meaning: Field, mark: str) -> bool:
        """Whether the plan says something else by now than the file did when it was exported."""
        row = self.rows.get(item)
        if row is None or meaning not in row.values:
            return False
        return all(fingerprint(meaning, _cell(said)) != mark for said in _said(row, meaning))

    def yields(self, conflict: Conflict) -> bool:
        """Note a conflict; whether the file gives way to the plan."""
        self.conflicts.append(conflict)
        return self.choices.get(conflict.id) != MINE

    def text(self, item: int, meaning: Field) -> str:
        """What the plan says of it now."""
        cell = _cell(self.rows[item].values[meaning])
        if cell is None:
            return ""
        return f"{round(float(str(cell.value)) * 100, 2):g}%" if meaning is Field.PERCENT else cell.text


def settle_conflicts(
    meanwhile: Meanwhile, specs: Sequence[ItemSpec], tasks: Sequence[TaskRow], existing: Existing
) -> list[ItemSpec]:
    """Return the specs with the plan's values where both sides changed and the file was not chosen."""
    return [
        _settled(meanwhile, spec, tasks[int(spec.key)], existing)
        if spec.existing in existing.rows and _edited(tasks[int(spec.key)])
        else spec
        for spec in specs
    ]


def _edited(task: TaskRow) -> bool:
    return task.stamp is not None and any(meaning.value not in task.untouched for meaning in task.stamp.marks)


def _settled(meanwhile: Meanwhile, spec: ItemSpec, task: TaskRow, existing: Existing) -> ItemSpec:
    assert task.stamp is not None and spec.existing is not None
    stored = existing.rows[spec.existing]
    kept: dict[str, Any] = {}
    for meaning, mark in task.stamp.marks.items():
        shown = task.shown.get(meaning.value)
        if meaning.value in task.untouched or (shown is None and meaning not in {Field.NAME, *_HELPERS}):
            continue
        theirs = _theirs(meaning, spec, stored, existing)
        if theirs and meanwhile.changed(spec.existing, meaning, mark):
            mine = shown.original if shown is not None else task.name if meaning is Field.NAME else ""
            if meanwhile.yields(_conflict(meanwhile, spec.existing, task, meaning, mine)):
                kept |= theirs
    return replace(spec, **kept) if kept else spec


def _theirs(meaning: Field, spec: ItemSpec, stored: WorkItem, existing: Existing) -> dict[str, Any]:
    """What the plan has for the fields that a cell tells, if the file would change any of them."""
    if meaning in _HELPERS:
        present = tuple(SupportSpec(content, user, home) for user, home, content in existing.supporters.get(stored.pk, ()))
        return {"supporters": present} if present != spec.supporters else {}
    fields = _FIELDS.get(meaning, ())
    found = {name: getattr(stored, column) for name, column in fields}
    return found if any(getattr(spec, name) != value for name, value in found.items()) else {}


def _conflict(meanwhile: Meanwhile, item: int, task: TaskRow, meaning: Field, mine: str) -> Conflict:
    column = task.columns.get(meaning.value) if meaning is not Field.NAME else None
    subject = f"{task.code} {task.name}".strip()
    return Conflict(subject, meaning, task.sheet, task.row, column, meanwhile.text(item, meaning), mine)


def held_links(meanwhile: Meanwhile, found: Understanding, known: Mapping[int, int], existing: Existing) -> set[int]:
    """The tasks (indexes) whose links stay as they are in the plan, because they changed there too since the export."""
    told: dict[int, set[tuple[Any, ...]]] = {}
    for link in found.links:
        before = known.get(link.predecessor, -1 - link.predecessor)
        told.setdefault(link.successor, set()).add((before, link.kind, link.lag, link.elapsed, link.within))
    stored: dict[int, set[tuple[Any, ...]]] = {}
    for row in existing.links.values():
        kept = (row.predecessor_id, row.kind, row.lag, row.elapsed, row.within)
        stored.setdefault(row.successor_id, set()).add(kept)
    held: set[int] = set()
    for index, task in enumerate(found.tasks):
        mark = task.stamp.marks.get(Field.PREDECESSORS) if task.stamp is not None and index in known else None
        if mark is None or "predecessors" in task.untouched or told.get(index, set()) == stored.get(known[index], set()):
            continue
        if meanwhile.changed(known[index], Field.PREDECESSORS, mark):
            shown = task.shown.get("predecessors")
            mine = shown.original if shown is not None else ""
            if meanwhile.yields(_conflict(meanwhile, known[index], task, Field.PREDECESSORS, mine)):
                held.add(index)
    return held


def _said(row: PlanRow, meaning: Field) -> tuple[CellValue, ...]:
    """What a form may say of it: predecessors by code or by name."""
    value = row.values[meaning]
    return (value, row.predecessors_by_name) if meaning is Field.PREDECESSORS else (value,)


def _cell(value: CellValue) -> Cell | None:
    if value is None or value == "":
        return None
    kind: Any = "text" if isinstance(value, str) else "date" if isinstance(value, date) else "number"
    return Cell(kind, value)
