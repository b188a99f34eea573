"""Cells changed both in the file and, since the export, in the plan: the value of the plan stays unless the other is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tongzhou.exchange.queries.matching import Existing
from tongzhou.exchange.queries.rows import CellValue, PlanRow, plan_rows
from tongzhou.plan.actions import ItemSpec
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project
from tongzhou.workbooks.cells import Cell
from tongzhou.workbooks.headers import Field
from tongzhou.workbooks.result import TaskRow
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


@dataclass(frozen=True)
class Conflict:
    """A cell with what the plan says by now and what the file says; `task` is its index."""

    task: int
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


def settle_conflicts(
    project: Project,
    specs: Sequence[ItemSpec],
    tasks: Sequence[TaskRow],
    existing: Existing,
    choices: Mapping[str, str],
    today: date,
) -> tuple[list[ItemSpec], list[Conflict]]:
    """Return the specs with the plan's values where both sides changed and the file was not chosen, and these conflicts."""
    edited = [spec for spec in specs if spec.existing in existing.rows and _edited(tasks[int(spec.key)])]
    if not edited:
        return list(specs), []
    rows = {row.item.id: row for row in plan_rows(project, today)[1]}
    found: list[Conflict] = []
    settled: dict[str, ItemSpec] = {}
    for spec in edited:
        stored, now = existing.rows[spec.existing or 0], rows.get(spec.existing or 0)
        mine = _conflicts(spec, tasks[int(spec.key)], stored, now) if now is not None else []
        found += mine
        kept = {
            name: getattr(stored, column)
            for one in mine
            if choices.get(one.id) != MINE
            for name, column in _FIELDS[one.meaning]
        }
        settled[spec.key] = replace(spec, **kept)
    return [settled.get(spec.key, spec) for spec in specs], found


def _edited(task: TaskRow) -> bool:
    return task.stamp is not None and any(meaning.value not in task.untouched for meaning in task.stamp.marks)


def _conflicts(spec: ItemSpec, task: TaskRow, stored: WorkItem, now: PlanRow) -> list[Conflict]:
    assert task.stamp is not None
    found = []
    for meaning, mark in task.stamp.marks.items():
        fields = _FIELDS.get(meaning)
        shown = task.shown.get(meaning.value)
        if fields is None or meaning.value in task.untouched or (shown is None and meaning is not Field.NAME):
            continue
        value = now.values[meaning]
        changes = any(getattr(spec, name) != getattr(stored, column) for name, column in fields)
        if changes and fingerprint(meaning, _cell(value)) != mark:
            mine = task.name if shown is None else shown.original
            column = shown.column if shown is not None else None
            found.append(Conflict(int(spec.key), meaning, task.sheet, task.row, column, _text(value), mine))
    return found


def _cell(value: CellValue) -> Cell | None:
    if value is None or value == "":
        return None
    kind: Any = "text" if isinstance(value, str) else "date" if isinstance(value, date) else "number"
    return Cell(kind, value)


def _text(value: CellValue) -> str:
    cell = _cell(value)
    return cell.text if cell is not None else ""
