"""The preview page: what would be written, row by row, and what has to be settled."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from tongzhou.exchange.models import ImportDraft
from tongzhou.exchange.queries.answers import records_of
from tongzhou.exchange.queries.changes import TaskChange, task_changes
from tongzhou.exchange.queries.issues import CONFLICT, ERROR, Issue, issues_of
from tongzhou.exchange.queries.proposal import Proposal, propose
from tongzhou.exchange.queries.wording import HIDDEN_MEANINGS, KINDS, MEANINGS, place_text, problem_text, topic_of
from tongzhou.people.access import can_manage_people
from tongzhou.people.models import User
from tongzhou.people.queries import unknown_years
from tongzhou.plan.models import Plan
from tongzhou.projects.models import Project
from tongzhou.workbooks.cells import Cell, Sheet, sheets_from_json
from tongzhou.workbooks.headers import SEARCHED_ROWS
from tongzhou.workbooks.plainsheets import column_of
from tongzhou.workbooks.result import Problem, SheetReport, TaskRow

SHOWN_ROWS = 300
SHOWN_ISSUES = 60
FIRST_ROWS, FIRST_COLUMNS = 8, 12
LONGEST_SHOWN = 40
OWN_MARK = re.compile(r"TZ\.[0-9a-f]{6}(?:[0-9a-f]{2}\..*)?")
NAMING = {"project", "phase", "name", "subtask"}


@dataclass(frozen=True)
class ShownCell:
    """A cell of the preview: what was typed, how it is understood where that differs, and the issue at it."""

    text: str = ""
    was: str = ""
    mark: str = ""
    issue: int = 0
    level: int = 0


@dataclass(frozen=True)
class ShownRow:
    number: int
    cells: tuple[ShownCell, ...]
    verdict: str = ""
    skipped: bool = False


@dataclass(frozen=True)
class ShownColumn:
    letter: str
    heading: str
    meaning: str

    @property
    def label(self) -> str:
        """What the column means, in the user's words."""
        return str(MEANINGS[self.meaning])

    @property
    def is_special(self) -> bool:
        """Whether it was found to mean what nobody need choose."""
        return self.meaning in HIDDEN_MEANINGS


@dataclass(frozen=True)
class ShownSheet:
    """A table of the workbook; `more` rows are not shown."""

    name: str
    kind: str
    rows_told: int
    status_date: date | None
    columns: tuple[ShownColumn, ...] = ()
    rows: tuple[ShownRow, ...] = ()
    more: int = 0
    heading: int | None = None
    headings: tuple[tuple[int, str], ...] = ()
    number: int = 0

    @property
    def is_known(self) -> bool:
        """Whether it was taken for something that can be chosen."""
        return self.kind in KINDS

    @property
    def is_table(self) -> bool:
        return bool(self.columns)


@dataclass(frozen=True)
class Note:
    topic: str
    place: str
    text: str


@dataclass
class Preview:
    """Everything that the page shows."""

    made: Proposal
    issues: list[Issue]
    sheets: list[ShownSheet] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    notices: list[Note] = field(default_factory=list)
    changes: list[TaskChange] = field(default_factory=list)
    unknown_years: list[int] = field(default_factory=list)
    """Years that the tables reach into and whose days off are not announced."""

    @property
    def open_issues(self) -> list[Issue]:
        return [issue for issue in self.issues if not issue.answer]

    @property
    def open_errors(self) -> int:
        return sum(1 for issue in self.open_issues if issue.kind == ERROR)

    @property
    def settled(self) -> int:
        return len(self.issues) - len(self.open_issues)

    @property
    def shown_issues(self) -> list[Issue]:
        """What the page lists: the first that are open, then the first that are settled; more come up as these are settled."""
        return self.open_issues[:SHOWN_ISSUES] + [issue for issue in self.issues if issue.answer][:SHOWN_ISSUES]

    @property
    def waiting(self) -> int:
        """How many open issues the page does not list yet."""
        return max(len(self.open_issues) - SHOWN_ISSUES, 0)

    @property
    def adoptable(self) -> int:
        """How many open issues have a proposed answer."""
        return sum(1 for issue in self.open_issues if any(option.proposed for option in issue.options))

    @property
    def can_confirm(self) -> bool:
        return not self.open_issues

    @property
    def tasks(self) -> list[tuple[str, str]]:
        """The tasks to choose from, as key and name."""
        return [(task.key, f"{task.code} {task.name}".strip()) for task in self.made.found.tasks]


def preview_of(draft: ImportDraft, *, by: User, today: date) -> Preview:
    """Work out what the draft would write now. A constant number of queries."""
    sheets = sheets_from_json(draft.cells)
    made = propose(draft.project, sheets, records_of(draft.answers), today=today)
    issues = issues_of(made, may_create=can_manage_people(by))
    preview = Preview(made, issues)
    by_name = {sheet.name: sheet for sheet in sheets}
    preview.sheets = [
        replace(
            _sheet(report, by_name[report.name], made, issues),
            number=[sheet.name for sheet in sheets].index(report.name),
            heading=report.heading_row,
            headings=tuple(_headings(by_name[report.name])),
        )
        for report in made.found.sheets
    ]
    preview.changes = task_changes(made)
    days = [day for item in made.items for day in (item.typed_start, item.typed_finish) if day is not None]
    preview.unknown_years = unknown_years(min(days), max(days)) if days else []
    preview.warnings = [_note(problem) for problem in made.found.warnings]
    preview.notices = [_note(problem) for problem in made.found.notices]
    return preview


def plan_version_of(project: Project) -> int:
    """The version of the project's plan; 0 before it has one."""
    return Plan.objects.filter(project=project).values_list("version", flat=True).first() or 0


def _note(problem: Problem) -> Note:
    return Note(topic_of(problem), place_text(problem.sheet, problem.row, problem.column), problem_text(problem))


def _sheet(report: SheetReport, sheet: Sheet, made: Proposal, issues: list[Issue]) -> ShownSheet:
    columns = tuple(ShownColumn(one.column, one.heading, one.meaning) for one in report.columns if one.meaning != "key")
    if report.heading_row is None:
        kind = "hidden" if sheet.hidden and report.kind == "unknown" else report.kind
        return ShownSheet(report.name, kind, report.rows, report.status_date, rows=() if sheet.hidden else _first_rows(sheet))
    tasks = {task.row: (index, task) for index, task in enumerate(made.found.tasks) if task.sheet == report.name}
    marks = _marks(report.name, made, issues)
    numbers = [row for row in range(report.heading_row, len(sheet.rows)) if any(True for _ in sheet.filled(row))]
    left_out = set(report.skipped) | {row for name, row in made.settled.workbook.skipped if name == report.name}
    rows = []
    for row in numbers[:SHOWN_ROWS]:
        index, task = tasks.get(row + 1, (None, None))
        cells = tuple(_cell(sheet, row, column, task, marks.get((row + 1, column.letter), _Mark())) for column in columns)
        verdict = made.verdicts.get(str(index), "") if index is not None else ""
        rows.append(ShownRow(row + 1, cells, verdict, row + 1 in left_out))
    more = max(len(numbers) - SHOWN_ROWS, 0)
    return ShownSheet(report.name, report.kind, report.rows, report.status_date, columns, tuple(rows), more)


def _first_rows(sheet: Sheet) -> tuple[ShownRow, ...]:
    """The beginning of a sheet that is no table to us, as it lies there; the marks of our own exports say nothing to people."""
    width = min(max((len(row) for row in sheet.rows[:FIRST_ROWS]), default=0), FIRST_COLUMNS)
    texts = ([_as_typed(sheet.seen(row, column)) for column in range(width)] for row in range(min(len(sheet.rows), FIRST_ROWS)))
    return tuple(
        ShownRow(number, tuple(ShownCell("" if OWN_MARK.fullmatch(text) else text[:LONGEST_SHOWN]) for text in line))
        for number, line in enumerate(texts, 1)
    )


def _headings(sheet: Sheet) -> Iterator[tuple[int, str]]:
    """The rows that may be the heading, each with how it begins."""
    for row in range(min(len(sheet.rows), SEARCHED_ROWS)):
        texts = [cell.text for _, cell in sheet.filled(row) if not OWN_MARK.fullmatch(cell.text)]
        if len(texts) > 1:
            yield row + 1, " ".join(texts)[:LONGEST_SHOWN]


@dataclass(frozen=True)
class _Mark:
    """What is to be said at a cell: e(rror), m(atch) or w(arning), the number of the issue, and what was chosen."""

    sign: str = ""
    issue: int = 0
    chosen: str = ""


def _marks(sheet: str, made: Proposal, issues: list[Issue]) -> dict[tuple[int | None, str | None], _Mark]:
    """The mark of each cell; the gravest wins, and what is settled is no error any more."""
    marks: dict[tuple[int | None, str | None], _Mark] = {}
    for problem in (*made.found.notices, *made.found.warnings):
        if problem.sheet == sheet and problem.column is not None and problem.code != "column_ignored":
            marks[problem.row, problem.column] = _Mark("w")
    order: dict[str, int] = defaultdict(int, {CONFLICT: 1, ERROR: 2})
    for issue in sorted(issues, key=lambda one: (not one.answer, order[one.kind])):
        if issue.sheet == sheet and issue.column is not None:
            sign = "m" if issue.kind != ERROR else "w" if issue.answer else "e"
            marks[issue.row, issue.column] = _Mark(sign, issue.number, issue.shown)
    return marks


def _cell(sheet: Sheet, row: int, column: ShownColumn, task: TaskRow | None, mark: _Mark) -> ShownCell:
    own = sheet.at(row, column_of(column.letter))
    shown = task.shown.get(column.meaning) if task is not None else None
    if own is None or shown is None:
        return ShownCell(_as_typed(own), mark=mark.sign, issue=mark.issue)
    level = task.level if task is not None and column.meaning in NAMING else 0
    was, text = shown.original, shown.understood
    if mark.chosen and mark.chosen != was:
        return ShownCell(mark.chosen, was, mark.sign, mark.issue, level)
    if not text or column.meaning in NAMING:
        return ShownCell(was, mark=mark.sign, issue=mark.issue, level=level)
    return ShownCell(text, "" if was == text or _only_spelling(was, text) else was, mark.sign, mark.issue, level)


def _as_typed(cell: Cell | None) -> str:
    """The text of a cell as the sheet shows it."""
    if cell is None:
        return ""
    if cell.percent and isinstance(cell.value, (int, float)):
        return f"{round(float(cell.value) * 100, 2):g}%"
    return cell.text


def _only_spelling(was: str, text: str) -> bool:
    """True where a date was only written with other signs (2024.3.4, 2024年3月4日)."""
    digits = [part.zfill(2) for part in "".join(sign if sign.isdigit() else " " for sign in was).split()]
    return "-".join(digits) == text
