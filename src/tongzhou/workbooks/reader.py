"""The cells of one table: what each says in its column, what is wrong with it, and how it is shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tongzhou.workbooks import values
from tongzhou.workbooks.cells import Cell
from tongzhou.workbooks.headers import Field
from tongzhou.workbooks.people import EVERYBODY, Helper, parse_departments, parse_people
from tongzhou.workbooks.plainsheets import NOT_CALCULATED, letter
from tongzhou.workbooks.result import Context, Findings, Params, Problem, ProgressRow, Shown
from tongzhou.workbooks.sheetkind import Table
from tongzhou.workbooks.text import is_blank, name, plain

LONGEST_TEXT = 10_000
LONGEST_PERSON = 80  # a person's or department's name
LONGEST_SHORT = 500
LONGEST_SHOWN = 2_000
LONGEST_RESOURCE = 300
_WORDS = {
    Field.STANDARD: "standard", Field.OUTPUT: "output", Field.RISK: "risk", Field.REMARK: "remark",
    Field.RESOURCE: "resource",
}  # fmt: skip
_LONGEST = {Field.OUTPUT: LONGEST_SHORT, Field.RESOURCE: LONGEST_RESOURCE}


@dataclass
class Reader:
    """Reads the cells of one table and notes what is wrong with them.

    Equal cells are one object: what a faultless one says is worked out once and kept by its identity.
    """

    table: Table
    context: Context
    findings: Findings
    near: date | None
    to_hundred: bool = False
    columns: dict[Field, list[Cell | None]] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    words: list[tuple[Field, str, int]] = field(default_factory=list)
    states: dict[int, str] = field(default_factory=dict)
    _texts: dict[int, str] = field(default_factory=dict)
    _days: dict[int, date] = field(default_factory=dict)
    _spans: dict[int, int | None] = field(default_factory=dict)
    _shares: dict[tuple[int, bool], int] = field(default_factory=dict)
    _persons: dict[tuple[str, str], tuple[str, list[Helper], str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = self.table.cells()
        self.letters = {one.value: letter(at) for one in self.columns if (at := self.table.column(one)) is not None}
        self.words = [(one, told, _LONGEST.get(one, LONGEST_TEXT)) for one, told in _WORDS.items() if one in self.columns]

    def cell(self, row: int, meaning: Field) -> Cell | None:
        """What a reader sees in the column of that meaning."""
        column = self.columns.get(meaning)
        return None if column is None else column[row]

    def text(self, row: int, meaning: Field, longest: int = LONGEST_TEXT) -> str:
        """The text of a cell as it stands, "" for '-' and '无'; too long or broken ones are errors."""
        column = self.columns.get(meaning)
        if column is None or (cell := column[row]) is None:
            return ""
        known = self._texts.get(id(cell))
        if known is None:
            if cell.kind == "error":
                self.broken(cell, row, meaning)
                return ""
            text = cell.text
            known = "" if is_blank(text) else text.strip()
            if len(text) <= LONGEST_TEXT:
                self._texts[id(cell)] = known
            else:
                longest = min(longest, len(known) - 1)
        if len(known) > longest:
            self.problem("text_too_long", row, meaning, {"limit": longest})
            return ""
        return known

    def date(self, row: int, meaning: Field) -> date | None:
        """The day in a cell; a serial number, a time or a missing year is noted."""
        column = self.columns.get(meaning)
        if column is None or (cell := column[row]) is None:
            return None
        known = self._days.get(id(cell))
        if known is not None:
            return known
        if cell.kind == "error":
            self.broken(cell, row, meaning)
            return None
        parsed = values.parse_date(cell, self.near)
        if parsed.error:
            self.problem(parsed.error, row, meaning, {"text": plain(cell.text)}, parsed.proposals)
        elif parsed.note and parsed.value:
            params = {"text": plain(cell.text), "day": parsed.value.isoformat()}
            self.findings.notices.append(self.at(f"date_{parsed.note}", row, meaning, params))
        elif parsed.value:
            self._days[id(cell)] = parsed.value
        return parsed.value

    def duration(self, row: int) -> int | None:
        """The working minutes in the column of durations; what cannot be read is an error."""
        cell = self.cell(row, Field.DURATION)
        if cell is None:
            return None
        if id(cell) in self._spans:
            return self._spans[id(cell)]
        header = self.table.header
        parsed = values.parse_duration(cell, header.hints.get(Field.DURATION, "") if header else "")
        if parsed.error:
            self.unreadable(cell, parsed.error, row, Field.DURATION)
        else:
            self._spans[id(cell)] = parsed.value
        return parsed.value

    def share(self, row: int, *, done: bool) -> int | None:
        """The basis points in the column of shares; what cannot be read is an error."""
        cell = self.cell(row, Field.PERCENT)
        if cell is None:
            return None
        known = self._shares.get((id(cell), done))
        if known is not None:
            return known
        parsed = values.parse_percent(cell, counts_to_hundred=self.to_hundred, done=done)
        if parsed.error:
            self.unreadable(cell, parsed.error, row, Field.PERCENT, parsed.proposals)
        elif parsed.value is not None:
            self._shares[id(cell), done] = parsed.value
        return parsed.value

    def owner(self, row: int) -> tuple[str, list[Helper], str]:
        """The one owner, the others of the cell, and the department (its column, else a department typed as owner)."""
        typed = self.text(row, Field.OWNER), self.text(row, Field.DEPARTMENT)
        known = self._persons.get(typed)
        if known is None:
            before = len(self.findings.notices) + len(self.findings.errors)
            known = _owner(self, row, *typed)
            if before == len(self.findings.notices) + len(self.findings.errors):
                self._persons[typed] = known
        return known

    def broken(self, cell: Cell, row: int, meaning: Field) -> None:
        """Add the error that a cell shows instead of its content."""
        code = "formula_without_result" if cell.value == NOT_CALCULATED else "cell_error"
        self.problem(code, row, meaning, {"text": cell.text})

    def unreadable(self, cell: Cell, code: str, row: int, meaning: Field, proposals: Sequence[str] = ()) -> None:
        """Add the error of a cell that means nothing in its column."""
        if cell.kind == "error":
            self.broken(cell, row, meaning)
        else:
            self.problem(code, row, meaning, {"text": share_text(cell)}, proposals)

    def problem(self, code: str, row: int, meaning: Field, params: Params | None = None, proposals: Sequence[str] = ()) -> None:
        """Add an error that names the cell."""
        self.findings.errors.append(self.at(code, row, meaning, params or {}, tuple(proposals)))

    def at(self, code: str, row: int, meaning: Field, params: Params, proposals: tuple[str, ...] = ()) -> Problem:
        """A problem at a cell of the table."""
        column = self.table.column(meaning)
        return Problem(code, self.table.sheet.name, row + 1, None if column is None else letter(column), params, proposals)


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


def _owner(reader: Reader, row: int, owner: str, department_text: str) -> tuple[str, list[Helper], str]:
    people = parse_people(owner)
    departments = parse_departments(department_text)
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


class RowCells(Mapping[str, Shown]):
    """The cells of a row by meaning, as they lie in the sheet and as they were understood; formed when somebody looks."""

    __slots__ = ("_columns", "_letters", "_row", "_said")

    def __init__(self, reader: "Reader", row: int, said: tuple[Any, ...]) -> None:
        """`said`: the code, owner, department, start, finish and progress of the task."""
        self._columns: dict[Any, list[Cell | None]] = reader.columns  # a meaning is found by its word as well
        self._letters, self._row, self._said = reader.letters, row, said

    def __getitem__(self, meaning: str) -> Shown:
        cell = self._columns[meaning][self._row]
        if cell is None:
            raise KeyError(meaning)
        original = share_text(cell) if meaning == Field.PERCENT else name(cell.text)
        understood = self._understood(meaning, original)
        return Shown(self._letters[meaning], original[:LONGEST_SHOWN], understood[:LONGEST_SHOWN])

    def __contains__(self, meaning: object) -> bool:
        column = self._columns.get(meaning)
        return column is not None and column[self._row] is not None

    def __iter__(self) -> Iterator[str]:
        return (str(meaning) for meaning, column in self._columns.items() if column[self._row] is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _understood(self, meaning: str, original: str) -> str:
        code, owner, department, start, finish, progress = self._said
        said: dict[str, str] = {
            Field.CODE: code,
            Field.SERIAL: original if Field.CODE in self._columns else code,
            Field.OWNER: owner,
            Field.DEPARTMENT: department,
            Field.START: start.isoformat() if start else "",
            Field.FINISH: finish.isoformat() if finish else "",
            Field.PERCENT: _percent_text(progress),
        }
        return said.get(meaning, original)


def _percent_text(progress: ProgressRow | None) -> str:
    return f"{progress.percent / 100:g}%" if progress is not None and progress.percent is not None else ""


def share_text(cell: Cell) -> str:
    """The text of a cell as the sheet shows it, percents as such."""
    if cell.percent and isinstance(cell.value, (int, float)):
        return f"{round(float(cell.value) * 100, 2):g}%"
    return plain(cell.text)
