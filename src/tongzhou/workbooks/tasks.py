"""The rows of a task table: what each cell says of its task."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec.structs import replace

from tongzhou.workbooks import values
from tongzhou.workbooks.constraints import constraint_kind
from tongzhou.workbooks.headers import NAMES, Field
from tongzhou.workbooks.hierarchy import Entry, outline
from tongzhou.workbooks.people import Helper, parse_departments, parse_people
from tongzhou.workbooks.plainsheets import letter
from tongzhou.workbooks.reader import LONGEST_PERSON, Reader, RowCells, reader_of, share_text
from tongzhou.workbooks.result import Context, Findings, Problem, ProgressRow, Supporter, TaskRow
from tongzhou.workbooks.sheetkind import Table
from tongzhou.workbooks.stamps import Stamp
from tongzhou.workbooks.text import is_blank, plain

LONGEST_NAME = 200
_URGENT = {"高", "紧急", "特急", "加急", "urgent", "high", "非常紧急", "很急", "急", "重要紧急", "1", "p0", "p1"}
LONGEST_UNIT = 20
_REPORTED = {Field.STATE, Field.PERCENT, Field.ACTUAL_FINISH}
_MORE = {
    Field.ACTUAL_START, Field.ACTUAL_FINISH, Field.UPDATED_BY, Field.UPDATED_ON, Field.NOTE, Field.DONE_QUANTITY,
}  # fmt: skip
_RARE = {
    Field.URGENCY, Field.DEPUTY, Field.SUPPORTERS, Field.SUPPORT_DEPARTMENTS, Field.QUANTITY, Field.UNIT, Field.DEADLINE,
    Field.CONSTRAINT, Field.CONSTRAINT_DATE, Field.CALENDAR, Field.BASELINE_FINISH,
}  # fmt: skip
_TOLD = {Field.STATE, Field.PERCENT, Field.ACTUAL_START, Field.ACTUAL_FINISH, Field.NOTE, Field.DONE_QUANTITY}


def read_tasks(table: Table, context: Context, findings: Findings) -> tuple[list[TaskRow], str]:
    """The tasks of a table in order, parents as indexes into them, and the project's name where a column repeats it."""
    found = outline(table, context.project_name, context.tag)
    reader = reader_of(table, context, findings)
    summaries = {parent for parent in found.parents if parent is not None}
    tasks: list[TaskRow] = []
    for index, (entry, parent) in enumerate(zip(found.entries, found.parents, strict=True)):
        level = 0 if parent is None or parent >= index else tasks[parent].level + 1
        tasks.append(_read_task(reader, entry, _Place(parent, level, index in summaries)))
    if table.column(Field.KEY) is not None:
        tasks = [_compared(reader, entry, task, tasks) for entry, task in zip(found.entries, tasks, strict=True)]
    named = {entry.row for entry in found.entries}
    innermost = [meaning for meaning in NAMES if table.column(meaning) is not None][-1:]
    for row in table.rows if innermost else ():
        if row not in named:
            reader.problem("name_missing", row, innermost[0])
    return tasks, found.project


class _Place(NamedTuple):
    """Where a task lies: the index of its parent, its level from 0, and whether it has parts."""

    parent: int | None
    level: int
    is_summary: bool


def _read_task(reader: Reader, entry: Entry, place: _Place) -> TaskRow:
    row, sheet = entry.row, reader.table.sheet.name
    if row is None:
        return TaskRow(sheet, 0, entry.name, entry.code, *place)
    _check_name(reader, entry, row)
    start, finish = _dates(reader, row)
    duration = reader.duration(row)
    owner, others, department = reader.owner(row)
    words: dict[str, Any] = {
        told: text for meaning, told, longest in reader.words if (text := reader.text(row, meaning, longest))
    }
    is_milestone = not place.is_summary and _is_milestone(reader, row, (start, finish, duration))
    progress = read_progress(reader, row, entry.stamp)
    words |= _rare(reader, row, place, others)
    return TaskRow(
        sheet,
        row + 1,
        entry.name,
        entry.code,
        *place,
        department=department,
        owner=owner,
        start=start,
        finish=finish,
        duration=duration,
        is_milestone=is_milestone,
        progress=progress,
        stamp=entry.stamp,
        origin=entry.origin,
        columns=reader.letters,
        shown=RowCells(reader, row, (entry.code, owner, department, start, finish, progress)),
        **words,
    )


def _rare(reader: Reader, row: int, place: _Place, others: list[Helper]) -> dict[str, Any]:
    """What few tables have columns for."""
    if _RARE.isdisjoint(reader.columns):
        return {"supporters": _supporters(reader, row, others)} if others else {}
    urgency, deputy = reader.text(row, Field.URGENCY), reader.text(row, Field.DEPUTY)
    constraint, constraint_date = _constraint(reader, row, place)
    return {
        "deputy": next((helper.name for helper in parse_people(deputy)), "") if deputy else "",
        "supporters": _supporters(reader, row, others),
        "urgency": "urgent" if urgency and plain(urgency).lower() in _URGENT else "",
        "quantity": _quantity(reader, row),
        "unit": reader.text(row, Field.UNIT, LONGEST_UNIT),
        "deadline": reader.date(row, Field.DEADLINE),
        "constraint": constraint,
        "constraint_date": constraint_date,
        "calendar": reader.text(row, Field.CALENDAR, LONGEST_PERSON),
        "baseline": _baseline(reader, row),
    }


def _constraint(reader: Reader, row: int, place: _Place) -> tuple[str, date | None]:
    """What a scheduling program holds the dates by; nothing for a summary and for words that are no such thing."""
    kind = constraint_kind(reader.text(row, Field.CONSTRAINT)) if Field.CONSTRAINT in reader.columns else ""
    if not kind or place.is_summary:
        return "", None
    return kind, reader.date(row, Field.CONSTRAINT_DATE)


def _baseline(reader: Reader, row: int) -> tuple[date, date] | None:
    """The dates of the first baseline, where the table tells both in order."""
    if Field.BASELINE_FINISH not in reader.columns:
        return None
    start, finish = reader.date(row, Field.BASELINE_START), reader.date(row, Field.BASELINE_FINISH)
    return (start, finish) if start is not None and finish is not None and start <= finish else None


def _check_name(reader: Reader, entry: Entry, row: int) -> None:
    named = reader.table.sheet.at(row, entry.column)
    if named is not None and named.kind == "error":
        meaning = next(one for one in NAMES if reader.table.column(one) == entry.column)
        reader.broken(named, row, meaning)
    if len(entry.name) > LONGEST_NAME:
        sheet = reader.table.sheet.name
        problem = Problem("text_too_long", sheet, row + 1, letter(entry.column), {"limit": LONGEST_NAME})
        reader.findings.errors.append(problem)


def _compared(reader: Reader, entry: Entry, task: TaskRow, tasks: Sequence[TaskRow]) -> TaskRow:
    """The task of an exported row with what nobody has touched since; faults of such cells are none."""
    stamp, row = entry.stamp, entry.row
    if stamp is None or row is None or reader.table.header is None:
        return task
    untouched = {
        meaning.value for meaning in reader.table.header.columns if stamp.untouched(meaning, reader.cell(row, meaning))
    }
    if stamp.untouched(Field.NAME, reader.table.sheet.at(row, entry.column)):
        untouched.add(Field.NAME.value)
    above = tasks[task.parent].stamp if task.parent is not None else None
    if (above.item if above is not None else 0) == stamp.parent and (task.parent is None or above is not None):
        untouched.add("parent")
    columns = {letter(reader.table.header.columns[Field(one)]) for one in untouched if one in reader.table.header.columns}
    columns |= {letter(entry.column)} if Field.NAME.value in untouched else set()
    return replace(task, untouched=frozenset(untouched), unasked=frozenset(columns))


def _silent(reader: Reader, stamp: Stamp, row: int) -> bool:
    """Whether an exported row says nothing new of progress."""
    return all(stamp.untouched(meaning, reader.cell(row, meaning)) for meaning in _TOLD & reader.columns.keys())


def _quantity(reader: Reader, row: int, meaning: Field = Field.QUANTITY) -> Decimal | None:
    cell = reader.cell(row, meaning)
    if cell is None or is_blank(cell.text):
        return None
    amount = values.parse_amount(cell)
    if amount is None:
        reader.unreadable(cell, "quantity_unreadable", row, meaning)
    return amount


def _dates(reader: Reader, row: int) -> tuple[date | None, date | None]:
    start, finish = reader.date(row, Field.START), reader.date(row, Field.FINISH)
    period = reader.text(row, Field.PERIOD) if Field.PERIOD in reader.columns else ""
    if period and start is None and finish is None:
        start, finish = values.parse_period(period, reader.near)
        if fault := values.period_fault(period, reader.near):
            reader.problem(fault, row, Field.PERIOD, {"text": period})
        elif values.parse_period(period)[1] is None:
            params = {"text": plain(period), "day": f"{start} – {finish}"}
            reader.findings.notices.append(reader.at("date_year_added", row, Field.PERIOD, params))
    return start, finish


def _supporters(reader: Reader, row: int, others: list[Helper]) -> tuple[Supporter, ...]:
    people, departments = reader.text(row, Field.SUPPORTERS), reader.text(row, Field.SUPPORT_DEPARTMENTS)
    if not (people or departments or others):
        return ()
    named = parse_people(people) + [Helper(department=one) for one in parse_departments(departments)]
    if any(max(len(one.name), len(one.department)) > LONGEST_PERSON for one in named):
        reader.problem("text_too_long", row, Field.SUPPORTERS, {"limit": LONGEST_PERSON})
        return ()
    return tuple(dict.fromkeys(Supporter(one.name, one.department, one.content) for one in [*others, *named]))


def _is_milestone(reader: Reader, row: int, typed: tuple[date | None, date | None, int | None]) -> bool:
    start, finish, duration = typed
    if duration == 0 or values.is_yes(reader.cell(row, Field.MILESTONE)):
        return True
    if start is None or (finish is not None and finish != start):
        return False
    words = (reader.cell(row, meaning) for meaning in (Field.STANDARD, Field.REMARK))
    return any("里程碑" in cell.text for cell in words if cell is not None)


def read_progress(reader: Reader, row: int, stamp: Stamp | None = None) -> ProgressRow | None:
    """State, percent, actual dates and who said so; None where the row says nothing (new) of progress."""
    if not _REPORTED & reader.columns.keys() or (stamp is not None and _silent(reader, stamp, row)):
        return None
    state = _state(reader, row)
    share = reader.share(row, done=state == "done")
    more = _more_of_progress(reader, row)
    said = state or share is not None or any(more.get(name) for name in ("actual_start", "actual_finish", "note"))
    if not said and stamp is None:
        return None
    return ProgressRow(
        reader.table.sheet.name,
        row + 1,
        state,
        share,
        status_date=reader.table.status_date,
        item=stamp.item if stamp is not None else None,
        **more,
        **_exported(reader, row, stamp),
    )


def _exported(reader: Reader, row: int, stamp: Stamp | None) -> dict[str, Any]:
    """What the cells of an exported row say, and which of them nobody touched."""
    if stamp is None:
        return {}
    cells = {meaning: reader.cell(row, meaning) for meaning in _TOLD & reader.columns.keys()}
    return {
        "stamp": stamp,
        "untouched": frozenset(meaning.value for meaning, cell in cells.items() if stamp.untouched(meaning, cell)),
        "columns": reader.letters,
        "texts": {meaning.value: share_text(cell) for meaning, cell in cells.items() if cell is not None},
    }


def _more_of_progress(reader: Reader, row: int) -> dict[str, Any]:
    """What few tables say of progress."""
    if _MORE.isdisjoint(reader.columns):
        return {}
    updater = reader.text(row, Field.UPDATED_BY)
    return {
        "actual_start": reader.date(row, Field.ACTUAL_START),
        "actual_finish": reader.date(row, Field.ACTUAL_FINISH),
        "updated_by": next((one.name for one in parse_people(updater)), "") if updater else "",
        "updated_on": reader.date(row, Field.UPDATED_ON),
        "note": reader.text(row, Field.NOTE),
        "done_quantity": _quantity(reader, row, Field.DONE_QUANTITY),
    }


def _state(reader: Reader, row: int) -> str:
    cell = reader.cell(row, Field.STATE)
    if cell is None:
        return ""
    known = reader.states.get(id(cell))
    if known is None:
        state = values.parse_state(cell)
        if state.error:
            reader.unreadable(cell, state.error, row, Field.STATE)
            return ""
        known = reader.states[id(cell)] = state.value or ""
    return known
