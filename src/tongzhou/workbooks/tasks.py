"""The rows of a task table: what each cell says of its task."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tongzhou.workbooks import values
from tongzhou.workbooks.cells import NOT_CALCULATED, Cell, letter
from tongzhou.workbooks.headers import NAMES, Field
from tongzhou.workbooks.hierarchy import Entry, outline
from tongzhou.workbooks.people import EVERYBODY, Helper, parse_departments, parse_people
from tongzhou.workbooks.result import Context, Findings, Params, Problem, ProgressRow, Shown, Supporter, TaskRow
from tongzhou.workbooks.sheetkind import Table
from tongzhou.workbooks.stamps import Stamp
from tongzhou.workbooks.text import is_blank, name, plain

LONGEST_TEXT = 10_000
LONGEST_NAME = 200
LONGEST_PERSON = 80  # a person's or department's name
LONGEST_SHORT = 500
LONGEST_SHOWN = 2_000
_URGENT = {"高", "紧急", "特急", "加急", "urgent", "high", "非常紧急", "很急", "急", "重要紧急", "1", "p0", "p1"}
LONGEST_RESOURCE = 300
LONGEST_UNIT = 20
_TOLD = {Field.STATE, Field.PERCENT, Field.ACTUAL_START, Field.ACTUAL_FINISH, Field.NOTE, Field.DONE_QUANTITY}
_WORDS = (Field.STANDARD, Field.OUTPUT, Field.RISK, Field.REMARK, Field.RESOURCE)
_LONGEST = {Field.OUTPUT: LONGEST_SHORT, Field.RESOURCE: LONGEST_RESOURCE}


@dataclass
class Reader:
    """Reads the cells of one table and notes what is wrong with them."""

    table: Table
    context: Context
    findings: Findings
    near: date | None
    to_hundred: bool = False

    def text(self, row: int, meaning: Field, longest: int = LONGEST_TEXT) -> str:
        """The text of a cell as it stands, "" for '-' and '无'; too long or broken ones are errors."""
        cell = self.table.cell(row, meaning)
        if cell is None or is_blank(cell.text):
            return ""
        if cell.kind == "error":
            self.broken(cell, row, meaning)
            return ""
        if len(cell.text) > longest:
            self.problem("text_too_long", row, meaning, {"limit": longest})
            return ""
        return cell.text.strip()

    def date(self, row: int, meaning: Field) -> date | None:
        """The day in a cell; a serial number, a time or a missing year is noted."""
        cell = self.table.cell(row, meaning)
        if cell is not None and cell.kind == "error":
            self.broken(cell, row, meaning)
            return None
        parsed = values.parse_date(cell, self.near)
        if cell is not None and parsed.error:
            self.problem(parsed.error, row, meaning, {"text": plain(cell.text)}, parsed.proposals)
        elif cell is not None and parsed.note and parsed.value:
            params = {"text": plain(cell.text), "day": parsed.value.isoformat()}
            self.findings.notices.append(self.at(f"date_{parsed.note}", row, meaning, params))
        return parsed.value

    def broken(self, cell: Cell, row: int, meaning: Field) -> None:
        """Add the error that a cell shows instead of its content."""
        code = "formula_without_result" if cell.value == NOT_CALCULATED else "cell_error"
        self.problem(code, row, meaning, {"text": cell.text})

    def unreadable(self, cell: Cell, code: str, row: int, meaning: Field, proposals: Sequence[str] = ()) -> None:
        """Add the error of a cell that means nothing in its column."""
        if cell.kind == "error":
            self.broken(cell, row, meaning)
        else:
            self.problem(code, row, meaning, {"text": _share_text(cell)}, proposals)

    def problem(self, code: str, row: int, meaning: Field, params: Params | None = None, proposals: Sequence[str] = ()) -> None:
        """Add an error that names the cell."""
        self.findings.errors.append(self.at(code, row, meaning, params or {}, tuple(proposals)))

    def at(self, code: str, row: int, meaning: Field, params: Params, proposals: tuple[str, ...] = ()) -> Problem:
        """A problem at a cell of the table."""
        column = self.table.column(meaning)
        return Problem(code, self.table.sheet.name, row + 1, None if column is None else letter(column), params, proposals)


def read_tasks(table: Table, context: Context, findings: Findings) -> tuple[list[TaskRow], str]:
    """The tasks of a table in order, parents as indexes into them, and the project's name where a column repeats it."""
    found = outline(table, context.project_name, context.tag)
    reader = reader_of(table, context, findings)
    summaries = {parent for parent in found.parents if parent is not None}
    tasks: list[TaskRow] = []
    for index, (entry, parent) in enumerate(zip(found.entries, found.parents, strict=True)):
        level = 0 if parent is None or parent >= index else tasks[parent].level + 1
        base = TaskRow(table.sheet.name, 0, entry.name, entry.code, parent, level, index in summaries)
        tasks.append(base if entry.row is None else _read_task(reader, entry, base))
    tasks = [_compared(reader, entry, task, tasks) for entry, task in zip(found.entries, tasks, strict=True)]
    named = {entry.row for entry in found.entries}
    innermost = [meaning for meaning in NAMES if table.column(meaning) is not None][-1:]
    for row in table.rows if innermost else ():
        if row not in named:
            reader.problem("name_missing", row, innermost[0])
    return tasks, found.project


def reader_of(table: Table, context: Context, findings: Findings) -> Reader:
    """A reader that knows the project's time and whether shares count to a hundred."""
    column = table.column(Field.PERCENT)
    shares = [] if column is None else [table.sheet.at(row, column) for row in table.rows]
    near = table.status_date or _first_date(table) or context.near
    return Reader(table, context, findings, near, values.counts_to_hundred(shares))


def _first_date(table: Table) -> date | None:
    for meaning in (Field.START, Field.FINISH, Field.UPDATED_ON):
        for row in table.rows:
            day = values.parse_date(table.cell(row, meaning)).value
            if day is not None:
                return day
    periods = (cell for row in table.rows if (cell := table.cell(row, Field.PERIOD)) is not None)
    return next((day for cell in periods if (day := values.parse_period(cell.text)[0]) is not None), None)


def _read_task(reader: Reader, entry: Entry, base: TaskRow) -> TaskRow:
    row = entry.row
    assert row is not None
    named = reader.table.sheet.at(row, entry.column)
    if named is not None and named.kind == "error":
        meaning = next(one for one in NAMES if reader.table.column(one) == entry.column)
        reader.broken(named, row, meaning)
    if len(entry.name) > LONGEST_NAME:
        problem = Problem("text_too_long", base.sheet, row + 1, letter(entry.column), {"limit": LONGEST_NAME})
        reader.findings.errors.append(problem)
    start, finish = _dates(reader, row)
    duration = _duration(reader, row)
    owner, others, department = _owner(reader, row)
    words = {meaning: reader.text(row, meaning, _LONGEST.get(meaning, LONGEST_TEXT)) for meaning in _WORDS}
    task = replace(
        base,
        row=row + 1,
        department=department,
        owner=owner,
        deputy=next((helper.name for helper in parse_people(reader.text(row, Field.DEPUTY))), ""),
        supporters=tuple(_supporters(reader, row, others)),
        start=start,
        finish=finish,
        duration=duration,
        urgency="urgent" if plain(reader.text(row, Field.URGENCY)).lower() in _URGENT else "",
        is_milestone=_is_milestone(reader, row, base, (start, finish, duration)),
        progress=read_progress(reader, row, entry.stamp),
        standard=words[Field.STANDARD],
        output=words[Field.OUTPUT],
        risk=words[Field.RISK],
        remark=words[Field.REMARK],
        resource=words[Field.RESOURCE],
        quantity=_quantity(reader, row),
        unit=reader.text(row, Field.UNIT, LONGEST_UNIT),
        deadline=reader.date(row, Field.DEADLINE),
        stamp=entry.stamp,
    )
    return replace(task, shown=_shown(reader, row, task))


def _compared(reader: Reader, entry: Entry, task: TaskRow, tasks: Sequence[TaskRow]) -> TaskRow:
    """The task of an exported row with what nobody has touched since; faults of such cells are none."""
    stamp, row = entry.stamp, entry.row
    if stamp is None or row is None or reader.table.header is None:
        return task
    untouched = {
        meaning.value for meaning in reader.table.header.columns if stamp.untouched(meaning, reader.table.cell(row, meaning))
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
    given = _TOLD & (reader.table.header.columns.keys() if reader.table.header else set())
    return all(stamp.untouched(meaning, reader.table.cell(row, meaning)) for meaning in given)


def _quantity(reader: Reader, row: int, meaning: Field = Field.QUANTITY) -> Decimal | None:
    cell = reader.table.cell(row, meaning)
    if cell is None or is_blank(cell.text):
        return None
    amount = values.parse_amount(cell)
    if amount is None:
        reader.unreadable(cell, "quantity_unreadable", row, meaning)
    return amount


def _dates(reader: Reader, row: int) -> tuple[date | None, date | None]:
    start, finish = reader.date(row, Field.START), reader.date(row, Field.FINISH)
    period = reader.text(row, Field.PERIOD) if reader.table.column(Field.PERIOD) is not None else ""
    if period and start is None and finish is None:
        start, finish = values.parse_period(period, reader.near)
        if fault := values.period_fault(period, reader.near):
            reader.problem(fault, row, Field.PERIOD, {"text": period})
        elif values.parse_period(period)[1] is None:
            params = {"text": plain(period), "day": f"{start} – {finish}"}
            reader.findings.notices.append(reader.at("date_year_added", row, Field.PERIOD, params))
    return start, finish


def _duration(reader: Reader, row: int) -> int | None:
    header = reader.table.header
    cell = reader.table.cell(row, Field.DURATION)
    parsed = values.parse_duration(cell, header.hints.get(Field.DURATION, "") if header else "")
    if parsed.error and cell is not None:
        reader.unreadable(cell, parsed.error, row, Field.DURATION)
    return parsed.value


def _owner(reader: Reader, row: int) -> tuple[str, list[Helper], str]:
    """The one owner, the others of the cell, and the department (its column, else a department typed as owner)."""
    people = parse_people(reader.text(row, Field.OWNER))
    departments = parse_departments(reader.text(row, Field.DEPARTMENT))
    for meaning, names in ((Field.OWNER, [one.name for one in people]), (Field.DEPARTMENT, departments)):
        if any(len(one) > LONGEST_PERSON for one in names):
            reader.problem("text_too_long", row, meaning, {"limit": LONGEST_PERSON})
            return "", [], ""
    persons = [person for person in people if person.name]
    everybody = [one for one in people if one.department == EVERYBODY]
    everybody += [Helper(department=EVERYBODY) for one in departments if one == EVERYBODY]
    departments = [one for one in departments if one != EVERYBODY]
    named = [one.department for one in people if one.department not in {"", EVERYBODY}]
    department = departments[0] if departments else next(iter(named), "")
    extra = [Helper(department=one) for one in departments[1:]] + everybody
    if len(persons) > 1:
        params = {"owner": persons[0].name, "others": "、".join(one.name for one in persons[1:])}
        reader.findings.notices.append(reader.at("one_owner", row, Field.OWNER, params))
    return persons[0].name if persons else "", persons[1:] + extra, department


def _supporters(reader: Reader, row: int, others: list[Helper]) -> list[Supporter]:
    named = parse_people(reader.text(row, Field.SUPPORTERS))
    named += [Helper(department=one) for one in parse_departments(reader.text(row, Field.SUPPORT_DEPARTMENTS))]
    if any(max(len(one.name), len(one.department)) > LONGEST_PERSON for one in named):
        reader.problem("text_too_long", row, Field.SUPPORTERS, {"limit": LONGEST_PERSON})
        return []
    return list(dict.fromkeys(Supporter(one.name, one.department, one.content) for one in [*others, *named]))


def _is_milestone(reader: Reader, row: int, base: TaskRow, typed: tuple[date | None, date | None, int | None]) -> bool:
    start, finish, duration = typed
    if base.is_summary:
        return False
    one_day = start is not None and (finish is None or finish == start)
    words = [reader.table.cell(row, meaning) for meaning in (Field.STANDARD, Field.REMARK)]
    said = any("里程碑" in cell.text for cell in words if cell is not None)
    return duration == 0 or values.is_yes(reader.table.cell(row, Field.MILESTONE)) or (one_day and said)


def read_progress(reader: Reader, row: int, stamp: Stamp | None = None) -> ProgressRow | None:
    """State, percent, actual dates and who said so; None where the row says nothing (new) of progress."""
    table = reader.table
    if stamp is not None and _silent(reader, stamp, row):
        return None
    if not table.header or not {Field.STATE, Field.PERCENT, Field.ACTUAL_FINISH} & table.header.columns.keys():
        return None
    state_cell, share_cell = table.cell(row, Field.STATE), table.cell(row, Field.PERCENT)
    state = values.parse_state(state_cell)
    share = values.parse_percent(share_cell, counts_to_hundred=reader.to_hundred, done=state.value == "done")
    if state.error and state_cell is not None:
        reader.unreadable(state_cell, state.error, row, Field.STATE)
    if share.error and share_cell is not None:
        reader.unreadable(share_cell, share.error, row, Field.PERCENT, share.proposals)
    updaters = parse_people(reader.text(row, Field.UPDATED_BY))
    progress = ProgressRow(
        sheet=table.sheet.name,
        row=row + 1,
        state=state.value or "",
        percent=share.value,
        actual_start=reader.date(row, Field.ACTUAL_START),
        actual_finish=reader.date(row, Field.ACTUAL_FINISH),
        updated_by=updaters[0].name if updaters else "",
        updated_on=reader.date(row, Field.UPDATED_ON),
        note=reader.text(row, Field.NOTE),
        status_date=table.status_date,
        done_quantity=_quantity(reader, row, Field.DONE_QUANTITY),
        item=stamp.item if stamp is not None else None,
    )
    said = progress.state or progress.percent is not None or progress.actual_start or progress.actual_finish or progress.note
    return progress if said else None


def _share_text(cell: Cell) -> str:
    if cell.percent and isinstance(cell.value, (int, float)):
        return f"{round(float(cell.value) * 100, 2):g}%"
    return plain(cell.text)


def _shown(reader: Reader, row: int, task: TaskRow) -> dict[str, Shown]:
    understood = {
        Field.CODE: task.code,
        Field.SERIAL: task.code,
        Field.OWNER: task.owner,
        Field.DEPARTMENT: task.department,
        Field.START: task.start.isoformat() if task.start else "",
        Field.FINISH: task.finish.isoformat() if task.finish else "",
        Field.PERCENT: _percent_text(task.progress),
    }
    shown = {}
    for meaning, column in (reader.table.header.columns if reader.table.header else {}).items():
        cell = reader.table.cell(row, meaning)
        if cell is not None:
            original = _share_text(cell) if meaning == Field.PERCENT else name(cell.text)
            shown[meaning.value] = Shown(
                letter(column), original[:LONGEST_SHORT], understood.get(meaning, original)[:LONGEST_SHORT]
            )
    return shown


def _percent_text(progress: ProgressRow | None) -> str:
    return f"{progress.percent / 100:g}%" if progress is not None and progress.percent is not None else ""
