"""Progress of an exported row: what nobody touched is what the plan says by now, and what both sides changed is a conflict."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from tongzhou.exchange.queries.conflicts import Conflict, Meanwhile
from tongzhou.plan.models import WorkItem
from tongzhou.workbooks.headers import Field
from tongzhou.workbooks.result import ProgressRow

STATE_WORDS = {
    WorkItem.State.TODO: "not_started",
    WorkItem.State.DOING: "in_progress",
    WorkItem.State.BLOCKED: "blocked",
    WorkItem.State.DONE: "done",
    WorkItem.State.CANCELLED: "cancelled",
}
# Fields of a row of progress, by the column that tells each.
_FIELDS = {
    Field.STATE: "state", Field.PERCENT: "percent", Field.ACTUAL_START: "actual_start", Field.ACTUAL_FINISH: "actual_finish",
    Field.NOTE: "note", Field.DONE_QUANTITY: "done_quantity",
}  # fmt: skip


def merged(progress: ProgressRow, item: WorkItem, meanwhile: Meanwhile) -> ProgressRow | None:
    """The row with the plan's values where the file says nothing new, or gives way; None if then nothing is new in it."""
    assert progress.stamp is not None
    theirs, taken = _of_plan(item, meanwhile), set()
    for meaning, name in _FIELDS.items():
        mark = progress.stamp.marks.get(meaning)
        mine = getattr(progress, name)
        if mark is None or meaning.value in progress.untouched or mine in (None, "", theirs[name]):
            continue
        if not meanwhile.changed(item.pk, meaning, mark) or not meanwhile.yields(_conflict(progress, item, meaning, meanwhile)):
            taken.add(name)
    if not taken:
        return None
    row = replace(progress, **{name: value for name, value in theirs.items() if name not in taken})
    if "percent" in taken and "state" not in taken and item.state == WorkItem.State.DONE and row.percent != item.percent:
        row = replace(row, state="", actual_finish=None if "actual_finish" not in taken else row.actual_finish)
    return row


def _of_plan(item: WorkItem, meanwhile: Meanwhile) -> dict[str, Any]:
    now = meanwhile.rows.get(item.pk)
    return {
        "state": STATE_WORDS[WorkItem.State(item.state)],
        "percent": item.percent,
        "actual_start": item.actual_start,
        "actual_finish": item.actual_finish,
        "note": now.values[Field.NOTE] if now is not None else "",
        "done_quantity": item.done_quantity,
    }


def _conflict(progress: ProgressRow, item: WorkItem, meaning: Field, meanwhile: Meanwhile) -> Conflict:
    mine = progress.texts.get(meaning.value, "")
    column = progress.columns.get(meaning.value)
    return Conflict(item.name, meaning, progress.sheet, progress.row, column, meanwhile.text(item.pk, meaning), mine)
