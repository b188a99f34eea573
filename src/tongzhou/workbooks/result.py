"""What a workbook means, with every doubt named by its cell. Rows count from 1, columns are letters, as in the sheet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from tongzhou.workbooks.projectcalendars import FileCalendar
from tongzhou.workbooks.stamps import Stamp

Params = Mapping[str, Any]


class Problem(Struct, frozen=True):
    """An error, warning or notice; `proposals` are texts that would be right."""

    code: str
    sheet: str = ""
    row: int | None = None
    column: str | None = None
    params: Params = msgspec.field(default_factory=dict)
    proposals: tuple[str, ...] = ()
    token: str = ""

    @property
    def id(self) -> str:
        """Stable over repeated understanding of the same file."""
        return "|".join((self.code, self.sheet, str(self.row or ""), self.column or "", self.token))


class Proposal(Struct, frozen=True):
    """A task that may be meant, and how sure that is (0 to 1)."""

    task: int
    score: float


class Question(Struct, frozen=True):
    """Something that only a person can settle. `answer` is the key of a task, "none", or None while it is open."""

    kind: str
    sheet: str
    row: int
    column: str | None
    text: str
    task: int | None = None
    proposals: tuple[Proposal, ...] = ()
    answer: str | None = None

    @property
    def id(self) -> str:
        """Stable over repeated understanding of the same file."""
        return "|".join((self.kind, self.sheet, str(self.row), self.column or "", self.text))


class Supporter(Struct, frozen=True):
    """Somebody who supports a task, and with what."""

    name: str = ""
    department: str = ""
    content: str = ""


class ProgressRow(Struct, frozen=True):
    """What the sheet says of a task's progress. `percent` in basis points; `status_date`: the day for which it holds."""

    sheet: str
    row: int
    state: str = ""
    percent: int | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    updated_by: str = ""
    updated_on: date | None = None
    note: str = ""
    status_date: date | None = None
    done_quantity: Decimal | None = None
    item: int | None = None
    """The id of the work item, where the row was exported."""
    stamp: Stamp | None = None
    untouched: frozenset[str] = frozenset()
    """Meanings of the cells that say what was exported."""
    columns: Mapping[str, str] = msgspec.field(default_factory=dict)
    texts: Mapping[str, str] = msgspec.field(default_factory=dict)
    """The cells as they lie in the sheet, by meaning; only of exported rows."""


class Shown(Struct, frozen=True):
    """One cell of a task row as it lies in the sheet, and as it was understood where that differs."""

    column: str
    original: str
    understood: str


class TaskRow(Struct, frozen=True):
    """A task or a summary. `parent` is an index into the tasks; `row` is 0 for a group that only a column names."""

    sheet: str
    row: int
    name: str
    code: str = ""
    parent: int | None = None
    level: int = 0
    is_summary: bool = False
    department: str = ""
    owner: str = ""
    deputy: str = ""
    supporters: tuple[Supporter, ...] = ()
    start: date | None = None
    finish: date | None = None
    duration: int | None = None
    standard: str = ""
    output: str = ""
    risk: str = ""
    remark: str = ""
    urgency: str = ""
    is_milestone: bool = False
    resource: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    deadline: date | None = None
    constraint: str = ""
    """What a scheduling program holds the dates by (ASAP, SNET …); "" where they were typed."""
    constraint_date: date | None = None
    calendar: str = ""
    baseline: tuple[date, date] | None = None
    progress: ProgressRow | None = None
    stamp: Stamp | None = None
    origin: Stamp | None = None
    """Which task of another project it is."""
    untouched: frozenset[str] = frozenset()
    """Meanings of the cells that say what was exported; "parent" where the row still lies in its group."""
    unasked: frozenset[str] = frozenset()
    """Columns of those cells: nothing is asked or said of them."""
    columns: Mapping[str, str] = msgspec.field(default_factory=dict)
    """The letters of the table's columns by meaning."""
    shown: Mapping[str, Shown] = msgspec.field(default_factory=dict)

    @property
    def key(self) -> str:
        """Names the task over repeated understanding of the same file."""
        return f"{self.sheet}!{self.row}" if self.row else f"{self.sheet}!{self.name}"


class LinkRow(Struct, frozen=True):
    """A dependency between two tasks (indexes). `lag`: working minutes, or of the clock; `within`: working minutes."""

    predecessor: int
    successor: int
    kind: str = "FS"
    lag: int = 0
    elapsed: bool = False
    within: int | None = None
    text: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""


@dataclass(frozen=True)
class KeyMilestoneRow:
    """A key milestone of the basic information; `task` where a task carries it."""

    name: str
    day: date
    task: int | None = None


@dataclass(frozen=True)
class ProjectInfo:
    """The basic information sheet."""

    sheet: str
    name: str = ""
    number: str = ""
    start: date | None = None
    finish: date | None = None
    manager: str = ""
    contact: str = ""
    objective: str = ""
    departments: tuple[tuple[str, str], ...] = ()
    milestones: tuple[KeyMilestoneRow, ...] = ()
    deliverables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ColumnUse:
    """A column of a table: its letter, its heading, and the meaning that it was given ("" when ignored)."""

    column: str
    heading: str
    meaning: str


@dataclass(frozen=True)
class SheetReport:
    """What was made of a sheet; `rows` counts those with content below the heading."""

    name: str
    kind: str
    rows: int
    heading_row: int | None = None
    status_date: date | None = None
    columns: tuple[ColumnUse, ...] = ()
    skipped: tuple[int, ...] = ()


@dataclass(frozen=True)
class Understanding:
    """A whole workbook, understood."""

    project: ProjectInfo | None
    sheets: tuple[SheetReport, ...]
    tasks: tuple[TaskRow, ...]
    links: tuple[LinkRow, ...]
    strays: tuple[tuple[str, ProgressRow], ...]  # progress of tasks that this workbook does not hold, by name or code
    questions: tuple[Question, ...]
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    notices: tuple[Problem, ...]
    source: str = ""
    """What wrote the file, where it is no workbook that people fill: mspdi."""
    calendar: FileCalendar | None = None
    """The calendar that such a file brings for the whole project."""

    def plan(self) -> dict[str, Any]:
        """Only what would be written, without sheet names, rows and columns: equal for two workbooks that say the same."""
        return {
            "tasks": [_said(self, task) for task in self.tasks],
            "links": sorted(_linked(self, link) for link in self.links),
        }


def _said(whole: Understanding, task: TaskRow) -> dict[str, Any]:
    parent = whole.tasks[task.parent].name if task.parent is not None else None
    progress = task.progress and (
        task.progress.state, task.progress.percent, task.progress.actual_finish, task.progress.updated_by,
        task.progress.updated_on, task.progress.note, task.progress.status_date,
    )  # fmt: skip
    plain = (
        "name", "code", "level", "is_summary", "department", "owner", "deputy", "supporters", "start", "finish", "duration",
        "standard", "output", "risk", "remark", "urgency", "is_milestone",
    )  # fmt: skip
    return {"parent": parent, "progress": progress} | {name: getattr(task, name) for name in plain}


def _linked(whole: Understanding, link: LinkRow) -> tuple[Any, ...]:
    names = whole.tasks[link.predecessor].name, whole.tasks[link.successor].name
    return (*names, link.kind, link.lag, link.elapsed, link.within is not None, link.within or 0)


@dataclass(frozen=True)
class SheetLayout:
    """How a person wants a sheet to be taken: as what, from which heading row (from 1), which column (letter) as what.

    A column that means "" is left out; what is not said is found out.
    """

    kind: str = ""
    heading: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answers:
    """What a person settled: cells typed anew by (sheet, row, column letter), rows left out, choices by question or problem,
    and how sheets are to be taken."""

    cells: Mapping[tuple[str, int, str], str] = field(default_factory=dict)
    skipped: frozenset[tuple[str, int]] = frozenset()
    choices: Mapping[str, str] = field(default_factory=dict)
    layouts: Mapping[str, SheetLayout] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What is known before the file is opened. `working_days` counts both ends; without it Monday to Friday work."""

    project_name: str = ""
    near: date | None = None
    tag: str = ""
    """Of the project; only rows that were exported from it are known by their ids."""
    working_days: Callable[[date, date], int] | None = None
    working_days_of: Callable[[str, str], Callable[[date, date], int]] | None = None
    """The same for what somebody owns, by his name and the department beside it as typed."""


@dataclass
class Findings:
    """Collects what has to be said while a workbook is understood."""

    answers: Answers = field(default_factory=Answers)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
