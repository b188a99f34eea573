"""The progress that a workbook reports, as far as it is not on record yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongzhou.exchange.queries.conflicts import Meanwhile
from tongzhou.exchange.queries.matching import Existing
from tongzhou.exchange.queries.progress_conflicts import merged
from tongzhou.lib.access import Refused
from tongzhou.plan.actions import Report
from tongzhou.plan.actions.progress import normalised
from tongzhou.plan.models import ProgressMark, WorkItem
from tongzhou.progress.models import ProgressUpdate
from tongzhou.workbooks.result import Problem, ProgressRow, TaskRow, Understanding
from tongzhou.workbooks.text import key

State = WorkItem.State
LONGEST_REPORTER = 80
WHOLE = 10_000  # basis points
STATES = {
    "not_started": State.TODO,
    "in_progress": State.DOING,
    "late": State.DOING,
    "paused": State.BLOCKED,
    "blocked": State.BLOCKED,
    "done": State.DONE,
    "cancelled": State.CANCELLED,
}


@dataclass(frozen=True)
class ReportSpec:
    """A report to be recorded: for a task of the workbook (index) or for a work item that only the plan holds (id)."""

    task: int | None
    item: int | None
    report: Report
    status_date: date
    reporter: str
    note: str
    dated: bool = True
    """False where the sheet does not say of which day it speaks, and the day of the import counts."""


def reports_of(
    found: Understanding, existing: Existing, known: dict[int, int], meanwhile: Meanwhile
) -> tuple[list[ReportSpec], list[Problem]]:
    """Return the reports that are new, and the problems of those that contradict themselves or have no task. Two queries."""
    taker = _Taker(meanwhile)
    for index, task in enumerate(found.tasks):
        if task.progress is not None and not task.is_summary:
            row = existing.rows.get(known.get(index, 0))
            taker.take(task.progress, row or _fresh(task), index)
    for name, progress in found.strays:
        same = [row for row in existing.rows.values() if key(row.name) == key(name) or row.source_code == name]
        if progress.item is not None:
            same = [existing.rows[progress.item]] if progress.item in existing.rows else []
        if len(same) == 1:
            taker.take(progress, same[0], None)
        else:
            taker.problems.append(Problem("tracking_unknown", progress.sheet, progress.row, None, {"name": name}, token=name))
    return _not_on_record(taker.specs, existing), taker.problems


class _Taker:
    """Turns rows of progress into reports, and refusals into problems."""

    def __init__(self, meanwhile: Meanwhile) -> None:
        self.meanwhile, self.today = meanwhile, meanwhile.today
        self.specs: list[ReportSpec] = []
        self.problems: list[Problem] = []

    def take(self, progress: ProgressRow, item: WorkItem, task: int | None) -> None:
        told_on = progress.status_date or progress.updated_on
        if progress.stamp is not None and item.pk is not None:
            mixed = merged(progress, item, self.meanwhile)
            if mixed is None:
                return
            progress, told_on = mixed, max(told_on or self.today, item.reported_on or date.min)
        day = min(told_on or self.today, self.today)
        try:
            report = normalised(_said(progress, item), item, day)
        except Refused as refused:
            params = {"name": item.name, "reason": refused.message}
            self.problems.append(Problem("progress_refused", progress.sheet, progress.row, None, params, token=refused.code))
            return
        reporter = progress.updated_by[:LONGEST_REPORTER]
        self.specs.append(ReportSpec(task, item.pk, report, day, reporter, progress.note, told_on is not None))


def _fresh(task: TaskRow) -> WorkItem:
    return WorkItem(name=task.name, start=task.start, finish=task.finish)


def _said(progress: ProgressRow, item: WorkItem) -> Report:
    percent, state = progress.percent, STATES.get(progress.state)
    if state is None:
        done = progress.actual_finish is not None if percent is None else percent == WHOLE
        begun = percent or progress.actual_start is not None
        state = State.DONE if done else State.DOING if begun else State.TODO
    if percent is None:
        percent = WHOLE if state == State.DONE else 0 if state == State.TODO else item.percent
    begun_on = progress.actual_start or (item.actual_start if state != State.TODO else None)
    done_on = progress.actual_finish or (item.actual_finish if state == State.DONE else None)
    return Report(state, percent, begun_on, done_on, progress.done_quantity)


def _not_on_record(specs: list[ReportSpec], existing: Existing) -> list[ReportSpec]:
    """Leave out what is known: the same numbers on the same day with the same note, and tasks that simply have not begun."""
    items = list(existing.rows)
    marks = {
        (item, day): Report(state, percent, start, finish)
        for item, day, state, percent, start, finish in ProgressMark.objects.filter(work_item__in=items).values_list(
            "work_item_id", "status_date", "state", "percent", "actual_start", "actual_finish"
        )
    }
    notes = set(ProgressUpdate.objects.filter(work_item__in=items).values_list("work_item_id", "status_date", "problem"))
    fresh = []
    for spec in specs:
        idle = spec.report == Report(State.TODO, 0) and not spec.note
        row = existing.rows.get(spec.item) if spec.item else None
        same = spec.item is not None and marks.get((spec.item, spec.status_date)) == spec.report
        told = not spec.note or (spec.item, spec.status_date, spec.note) in notes
        if row is not None and not spec.dated:  # the same sheet on another day tells nothing new
            same = same or Report(row.state, row.percent, row.actual_start, row.actual_finish) == spec.report
            told = told or any((item, note) == (row.pk, spec.note) for item, _, note in notes)
        if not (same and told) and not (idle and (row is None or row.reported_on is None)):
            fresh.append(spec)
    return fresh
