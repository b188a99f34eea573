"""A project as MS Project saves it in XML (MSPDI), laid out as the sheets of a workbook.

So everything that is done with a table is done with it too. What has no column is told in rows of the hidden sheet:
("note", code, row or None, text, number).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from tongzhou.workbooks.headers import Field
from tongzhou.workbooks.plainsheets import PlainSheet, plain_sheet
from tongzhou.workbooks.projectcalendars import calendar_rows
from tongzhou.workbooks.projecttasks import TaskFile, TaskLine, task_lines
from tongzhou.workbooks.projectterms import (
    CONTAINERS,
    KEY_LABEL,
    LABELS,
    META,
    NOTE,
    ORIGIN,
    PROJECT_XML,
    SOURCE,
    STAMP_FIELD,
    TASKS,
    WANTED,
)
from tongzhou.workbooks.projectvalues import day_cell
from tongzhou.workbooks.refusal import WorkbookRefused
from tongzhou.workbooks.stamps import Stamp, read_stamp_text, write_stamp
from tongzhou.workbooks.xmlrecords import Record, read_records, records_of

BASICS = "项目信息"
HEAD_ROW = 1  # of the sheet of tasks, from 0
MOST_TASKS = 50_000
ALWAYS = (Field.SERIAL, Field.CODE, Field.OUTLINE, Field.NAME, Field.START, Field.FINISH, Field.DURATION, Field.CONSTRAINT)
# What a file that was exported here says by saying nothing.
OWN = (
    Field.OWNER, Field.PREDECESSORS, Field.MILESTONE, Field.CONSTRAINT_DATE, Field.DEADLINE, Field.PERCENT,
    Field.ACTUAL_START, Field.ACTUAL_FINISH, Field.REMARK,
)  # fmt: skip


def read_project_xml(path: Path) -> list[PlainSheet]:
    """The sheets of the project in the file at `path`.

    :raises WorkbookRefused: if it is no such file, or holds what it must not.
    """
    return project_sheets(read_records(path, "Project", WANTED, CONTAINERS))


def sheets_of_bytes(content: bytes) -> list[PlainSheet]:
    """The sheets of a project that was just written here."""
    return project_sheets(records_of([content], "Project", WANTED, CONTAINERS))


def project_sheets(found: Record) -> list[PlainSheet]:
    """The sheets: the tasks, what is known of the project, and in a hidden one what has no place in these."""
    if len(found.get("Task", ())) > MOST_TASKS:
        raise WorkbookRefused("too_many_tasks", limit=MOST_TASKS)
    file = TaskFile(found)
    lines = task_lines(file)
    if not lines:
        raise WorkbookRefused("no_task")
    origin = origin_of(found)
    keys = [_key(line, origin, place) for place, line in enumerate(lines)]
    is_own = any(STAMP_FIELD in line.fields for line in lines)
    columns = [meaning for meaning in LABELS if meaning in ALWAYS or (is_own and meaning in OWN) or _told(lines, meaning)]
    if Field.KEY in columns:
        columns.remove(Field.KEY)
    custom = [field for field in file.custom_fields if any(field in line.custom for line in lines)]
    head = [*(LABELS[meaning] for meaning in columns), *(file.custom_fields[field] for field in custom), KEY_LABEL]
    rows: list[list[Any]] = [_title(file, found, lines), head]
    for line, key in zip(lines, keys, strict=True):
        rows.append([*(line.cells.get(meaning) for meaning in columns), *(line.custom.get(field) for field in custom), key])
    calendar, recurring = calendar_rows(found)
    if recurring:
        file.note("recurring_exceptions", None, "", recurring)
    meta: list[list[Any]] = [[SOURCE, PROJECT_XML], [ORIGIN, origin], *calendar]
    meta += [[NOTE, note.code, note.row, note.text, note.number] for note in file.notes]
    return [_basics(found), plain_sheet(TASKS, rows), plain_sheet(META, meta, hidden=True)]


def origin_of(found: Record) -> str:
    """Tells one project of MS Project from all others, over its savings."""
    named = found.get("GUID") or f"{found.get('Name', '')}|{found.get('Title', '')}"
    return f"{crc32(str(named).upper().encode('utf-8', 'surrogatepass')):08x}"


def _told(lines: Iterable[TaskLine], meaning: Field) -> bool:
    return any(line.cells.get(meaning) is not None for line in lines)


def _key(line: TaskLine, origin: str, place: int) -> str:
    """The stamp of a task that was exported here, else one that tells by its number in the foreign project."""
    own = line.fields.get(STAMP_FIELD, "")
    if own and read_stamp_text(own) is not None:
        return own
    return write_stamp(Stamp(origin, line.uid, 0, line.depth, place))


def _title(file: TaskFile, found: Record, lines: Sequence[TaskLine]) -> list[Any]:
    day = _status_day(found, lines)
    return [f"状态日期:{day}" if day else None, file.title or None]


def _status_day(found: Record, lines: Sequence[TaskLine]) -> str:
    """Of which day the file tells the progress: as it says, else the day on which it was saved, never before what is done."""
    told = day_cell(found.get("StatusDate"))
    if isinstance(told, dict):
        return str(told["d"])
    if not any(line.cells.get(Field.PERCENT) is not None for line in lines):
        return ""
    cells = [line.cells.get(meaning) for line in lines for meaning in (Field.ACTUAL_START, Field.ACTUAL_FINISH)]
    days = [str(cell["d"]) for cell in (*cells, day_cell(found.get("LastSaved"))) if isinstance(cell, dict)]
    return max(days, default="")


def _basics(found: Record) -> PlainSheet:
    start, finish = day_cell(found.get("StartDate")), day_cell(found.get("FinishDate"))
    period = f"{start['d']}~{finish['d']}" if isinstance(start, dict) and isinstance(finish, dict) else None
    rows: list[list[Any]] = [
        ["项目名称", found.get("Title") or found.get("Name") or None],
        ["项目周期", period],
        ["项目负责人", found.get("Manager") or None],
    ]
    return plain_sheet(BASICS, rows)
