"""Progress tables: each row finds its task by code, by name, or asks."""

from collections.abc import Sequence

from msgspec.structs import replace

from tongzhou.workbooks.headers import Field
from tongzhou.workbooks.hierarchy import outline
from tongzhou.workbooks.links import Directory
from tongzhou.workbooks.plainsheets import letter
from tongzhou.workbooks.reader import reader_of
from tongzhou.workbooks.result import Context, Findings, Problem, ProgressRow, Proposal, Question, TaskRow
from tongzhou.workbooks.sheetkind import Table
from tongzhou.workbooks.tasks import read_progress


def read_tracking(
    table: Table, tasks: Sequence[TaskRow], context: Context, findings: Findings
) -> tuple[dict[int, ProgressRow], list[tuple[str, ProgressRow]]]:
    """Progress by task index, and the progress whose task is not in this workbook, with its name."""
    reader = reader_of(table, context, findings)
    directory = Directory(tasks)
    found: dict[int, ProgressRow] = {}
    strays: list[tuple[str, ProgressRow]] = []
    stamped = {task.stamp.item: index for index, task in enumerate(tasks) if task.stamp is not None}
    for entry in outline(table, context.project_name, context.tag).entries:
        progress = None if entry.row is None else read_progress(reader, entry.row, entry.stamp)
        if progress is None:
            continue
        if progress.item is not None:
            if progress.item in stamped:
                _keep(found, stamped[progress.item], progress, findings)
            else:
                strays.append((entry.name, progress))
            continue
        exact = directory.exact(entry.code, "") if entry.code and table.column(Field.CODE) is not None else []
        exact = exact or directory.exact(entry.name, "")
        if len(exact) == 1:
            _keep(found, exact[0], progress, findings)
            continue
        proposals = tuple(Proposal(one, 0.5) for one in exact) or tuple(directory.near(entry.name, None))
        if not proposals:
            strays.append((entry.name, progress))
            continue
        question = Question("tracking", table.sheet.name, progress.row, letter(entry.column), entry.name, None, proposals)
        answer = findings.answers.choices.get(question.id)
        findings.questions.append(replace(question, answer=answer))
        chosen = next((place for place, task in enumerate(tasks) if task.key == answer), None)
        if chosen is not None:
            _keep(found, chosen, progress, findings)
    return found, strays


def _keep(found: dict[int, ProgressRow], task: int, progress: ProgressRow, findings: Findings) -> None:
    if task in found:
        params = {"other": found[task].row}
        findings.errors.append(Problem("tracked_twice", progress.sheet, progress.row, None, params))
    else:
        found[task] = progress
