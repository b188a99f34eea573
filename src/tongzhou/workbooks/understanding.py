"""From the cells of a workbook to what it means. The same cells and answers always give the same understanding."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from msgspec import structs

from tongzhou.workbooks.cells import Cell, Sheet
from tongzhou.workbooks.checks import check_links, check_tasks, drop_key
from tongzhou.workbooks.collecting import uncollected
from tongzhou.workbooks.headers import Header
from tongzhou.workbooks.links import Directory, resolve
from tongzhou.workbooks.plainsheets import column_of, letter
from tongzhou.workbooks.projectcalendars import FileCalendar, read_calendar
from tongzhou.workbooks.projectinfo import read_project
from tongzhou.workbooks.projectterms import META, NOTE, PROJECT_NOTES, PROJECT_XML, SOURCE, TASKS
from tongzhou.workbooks.result import (
    Answers,
    ColumnUse,
    Context,
    Findings,
    KeyMilestoneRow,
    Problem,
    ProgressRow,
    ProjectInfo,
    Proposal,
    Question,
    SheetReport,
    TaskRow,
    Understanding,
)
from tongzhou.workbooks.sheetkind import Table, tabulate
from tongzhou.workbooks.tasks import read_tasks
from tongzhou.workbooks.text import key
from tongzhou.workbooks.tracking import read_tracking

OWN_MILESTONE = "none"
DRAWN = "drawn"  # before the name of a sheet that only shows what another says


@dataclass
class _Draft:
    """What has been understood so far."""

    context: Context
    findings: Findings
    tasks: list[TaskRow] = field(default_factory=list)
    strays: list[tuple[str, ProgressRow]] = field(default_factory=list)
    project: ProjectInfo | None = None


def understand(sheets: Sequence[Sheet], context: Context | None = None, answers: Answers | None = None) -> Understanding:
    """Understand the sheets. Nothing is guessed in silence: doubts are questions, faults errors, mended things notices."""
    with uncollected():
        return _understood(sheets, context or Context(), answers or Answers())


def _understood(sheets: Sequence[Sheet], context: Context, answers: Answers) -> Understanding:
    draft = _Draft(context, Findings(answers))
    own = _own_words(sheets)
    source, calendar = _told_beside(sheets, draft.findings)
    sheets = [sheet for sheet in sheets if sheet.name not in own]
    tables = [_table(sheet, answers, draft.findings) for sheet in sheets]
    for table in (one for one in tables if one.kind == "project" and draft.project is None):
        draft.project = read_project(table.sheet, draft.context, draft.findings)
        name = draft.project.name or context.project_name
        draft.context = replace(context, project_name=name, near=draft.project.start or context.near)
    for table in (one for one in tables if one.kind == "tasks"):
        _take_tasks(table, draft)
    for table in (one for one in tables if one.kind == "tracking"):
        _take_tracking(table, draft)
    dropped = {choice for choice in answers.choices if choice.startswith("drop|")}
    links = resolve(draft.tasks, draft.findings)
    if dropped:
        links = [link for link in links if drop_key(draft.tasks, link) not in dropped]
    check_tasks(draft.tasks, draft.context, draft.findings)
    check_links(draft.tasks, links, draft.context, draft.findings)
    _tie_milestones(draft)
    _leave_untouched(draft)
    _say_what_was_left_out(tables, draft)
    findings = draft.findings
    return Understanding(
        project=draft.project,
        sheets=tuple(_report(table) for table in tables),
        tasks=tuple(draft.tasks),
        links=tuple(links),
        strays=tuple(draft.strays),
        questions=tuple(findings.questions),
        errors=tuple(findings.errors),
        warnings=tuple(findings.warnings),
        notices=tuple(findings.notices),
        source=source,
        calendar=calendar,
    )


def _own_words(sheets: Sequence[Sheet]) -> set[str]:
    """The sheets that an export adds for the reader's sake: its lists, and the chart of the table."""
    meta = next((sheet for sheet in sheets if sheet.name == META), None)
    if meta is None:
        return set()
    rows = [[cell.text if cell is not None else "" for cell in row[:2]] for row in meta.rows]
    return {META, *(row[1] for row in rows if len(row) == 2 and row[0] == DRAWN)}


def _told_beside(sheets: Sequence[Sheet], findings: Findings) -> tuple[str, FileCalendar | None]:
    """What a project of another program could not say in cells, as notices; return which program it was, and its calendar."""
    meta = next((sheet for sheet in sheets if sheet.name == META and sheet.hidden), None)
    rows = [[cell.value if cell is not None else None for cell in row] for row in meta.rows] if meta is not None else []
    if [SOURCE, PROJECT_XML] not in [row[:2] for row in rows]:
        return "", None
    for row in rows:
        marker, code, line, text, number = (*row, *[None] * 5)[:5]
        if marker == NOTE and code in PROJECT_NOTES:
            at = line if isinstance(line, int) and not isinstance(line, bool) else None
            params = {"text": str(text or ""), "number": str(number or 0)}
            findings.notices.append(Problem(f"{PROJECT_XML}_{code}", TASKS, at, None, params, token=str(text or "")))
    return PROJECT_XML, read_calendar([row for row in rows if row])


def _leave_untouched(draft: _Draft) -> None:
    """Nothing is asked or said of cells that are as they were exported."""
    quiet = {(task.sheet, task.row, column) for task in draft.tasks for column in task.unasked}
    if not quiet:
        return
    findings = draft.findings
    for problems in (findings.errors, findings.warnings, findings.notices):
        problems[:] = [one for one in problems if (one.sheet, one.row, one.column) not in quiet]
    findings.questions[:] = [one for one in findings.questions if (one.sheet, one.row, one.column) not in quiet]


def _table(sheet: Sheet, answers: Answers, findings: Findings) -> Table:
    if sheet.hidden and sheet.name not in answers.layouts:
        findings.notices.append(Problem("hidden_sheet", sheet.name))
        return Table(sheet, "unknown")
    typed = {(row - 1, column_of(column)): text for (name, row, column), text in answers.cells.items() if name == sheet.name}
    rows = [list(row) for row in sheet.rows] if typed else sheet.rows
    for (row, column), text in typed.items():
        if row < len(rows):
            rows[row].extend([None] * (column + 1 - len(rows[row])))
            rows[row][column] = Cell("text", text) if text.strip() else None
    table = tabulate(replace(sheet, rows=rows, covered={}), answers.layouts.get(sheet.name))
    return replace(table, rows=[row for row in table.rows if (sheet.name, row + 1) not in answers.skipped])


def _take_tasks(table: Table, draft: _Draft) -> None:
    tasks, project = read_tasks(table, draft.context, draft.findings)
    offset = len(draft.tasks)
    if offset:
        tasks = [task if task.parent is None else structs.replace(task, parent=task.parent + offset) for task in tasks]
    draft.tasks += tasks
    if project:
        draft.findings.notices.append(Problem("first_column_is_project", table.sheet.name, params={"name": project}))
        draft.context = replace(draft.context, project_name=draft.context.project_name or project)


def _take_tracking(table: Table, draft: _Draft) -> None:
    found, strays = read_tracking(table, draft.tasks, draft.context, draft.findings)
    for index, progress in found.items():
        draft.tasks[index] = structs.replace(draft.tasks[index], progress=progress)
    draft.strays += strays


def _tie_milestones(draft: _Draft) -> None:
    """Key milestones of the basic information: tied to the task of that name; a similar one is only proposed."""
    if draft.project is None:
        return
    directory = Directory(draft.tasks)
    tied = [_tie(milestone, directory, draft) for milestone in draft.project.milestones]
    draft.project = replace(draft.project, milestones=tuple(tied))


def _tie(milestone: KeyMilestoneRow, directory: Directory, draft: _Draft) -> KeyMilestoneRow:
    project, tasks, findings = draft.project, draft.tasks, draft.findings
    sheet = project.sheet if project else ""
    exact = [index for index, task in enumerate(tasks) if key(task.name) == key(milestone.name)]
    if exact:
        task = tasks[exact[0]]
        if task.finish is not None and task.finish != milestone.day:
            params = {"name": milestone.name, "day": milestone.day.isoformat(), "finish": task.finish.isoformat()}
            findings.warnings.append(Problem("key_milestone_differs", task.sheet, task.row, None, params))
        else:
            params = {"name": milestone.name, "day": milestone.day.isoformat()}
            findings.notices.append(Problem("key_milestone_tied", task.sheet, task.row, None, params))
        return replace(milestone, task=exact[0])
    proposals: tuple[Proposal, ...] = tuple(directory.near(milestone.name, None)) if tasks else ()
    if not proposals:
        return milestone
    question = Question("near_milestone", sheet, 0, None, milestone.name, None, proposals)
    answer = findings.answers.choices.get(question.id)
    findings.questions.append(structs.replace(question, answer=answer))
    chosen = next((index for index, task in enumerate(tasks) if task.key == answer), None)
    return replace(milestone, task=chosen)


def _say_what_was_left_out(tables: Sequence[Table], draft: _Draft) -> None:
    notices = draft.findings.notices
    for table in tables:
        name = table.sheet.name
        if table.kind in {"raci", "risks"}:
            notices.append(Problem(f"{table.kind}_later", name))
        elif table.kind == "unknown" and not table.sheet.hidden and table.sheet.rows:
            draft.findings.warnings.append(Problem("sheet_unknown", name))
        for row in table.totals:
            notices.append(Problem("row_skipped", name, row + 1))
        for column, label in sorted(table.header.ignored.items()) if table.header else ():
            notices.append(
                Problem(
                    "column_ignored",
                    name,
                    table.header.last_row + 1 if table.header else None,
                    letter(column),
                    {"heading": label},
                )
            )
    if not draft.tasks and not draft.strays and draft.project is None and not any(one.kind == "tracking" for one in tables):
        draft.findings.errors.append(Problem("nothing_found"))


def _report(table: Table) -> SheetReport:
    header = table.header
    return SheetReport(
        name=table.sheet.name,
        kind=table.kind,
        rows=len(table.rows),
        heading_row=header.last_row + 1 if header else None,
        status_date=table.status_date,
        columns=_columns(header) if header else (),
        skipped=tuple(row + 1 for row in table.totals),
    )


def _columns(header: Header) -> tuple[ColumnUse, ...]:
    meanings = {column: meaning.value for meaning, column in header.columns.items()}
    return tuple(ColumnUse(letter(column), label, meanings.get(column, "")) for column, label in sorted(header.labels.items()))
