"""The plan in its forms, as a workbook or as a text table. What is exported can be imported again without a change."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from django.utils import timezone

from tongzhou.exchange.queries.basics import basics_pairs
from tongzhou.exchange.queries.layouts import BASICS, COMPLETE, KEY_LABEL, LAYOUTS, ExportOptions, Layout
from tongzhou.exchange.queries.rows import CellValue, Names, PlanRow, plan_rows
from tongzhou.papers.grid import Bar, Book, Chart, Grid, GridColumn, GridRow, Pairs
from tongzhou.papers.wording import clean
from tongzhou.papers.xlsx_grid import to_book
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries.outlook import Outlook
from tongzhou.projects.models import Project
from tongzhou.workbooks.cells import Cell
from tongzhou.workbooks.collecting import uncollected
from tongzhou.workbooks.headers import Field
from tongzhou.workbooks.projectinfo import value_mark
from tongzhou.workbooks.stamps import Stamp, fingerprint, tag_of, write_stamp
from tongzhou.workbooks.textfile import guarded
from tongzhou.workbooks.understanding import DRAWN

GANTT = "甘特图"
DATES = {Field.START, Field.FINISH, Field.ACTUAL_START, Field.ACTUAL_FINISH, Field.DEADLINE, Field.UPDATED_ON}
NUMBERS = {Field.DURATION, Field.QUANTITY, Field.DONE_QUANTITY}
NAMING = {Field.PHASE, Field.NAME, Field.SUBTASK}
LISTED = {
    Field.DEPARTMENT: "departments", Field.OWNER: "people", Field.DEPUTY: "people", Field.STATE: "states",
    Field.URGENCY: "urgencies", Field.MILESTONE: "yes",
}  # fmt: skip
WIDTHS = {
    Field.CODE: 9.0, Field.PHASE: 16.0, Field.NAME: 30.0, Field.SUBTASK: 26.0, Field.STANDARD: 28.0, Field.OUTPUT: 24.0,
    Field.RISK: 22.0, Field.REMARK: 24.0, Field.SUPPORTERS: 22.0, Field.RESOURCE: 18.0, Field.NOTE: 34.0,
    Field.PREDECESSORS: 16.0, Field.PERCENT: 9.0, Field.MILESTONE: 8.0, Field.UNIT: 9.0, Field.DURATION: 9.0,
}  # fmt: skip


@dataclass(frozen=True)
class _Table:
    """The rows of a form that are wanted, and the columns in which they stand."""

    project: Project
    layout: Layout
    columns: tuple[tuple[Field, str], ...]
    rows: Sequence[PlanRow]
    tag: str
    project_column: bool

    def cells(self, row: PlanRow, number: int) -> tuple[CellValue, ...]:
        """The cells of a row in the order of the columns, the stamp last."""
        values = row.values
        naming = self._naming(row.item.level)
        cells: list[CellValue] = []
        marks: dict[Field, str] = {}
        for meaning, _label in self.columns:
            if meaning in NAMING:
                value: CellValue = values[Field.NAME] if meaning is naming else None
                if self.project_column and meaning is self.layout.levels[0]:
                    value = self.project.name
            elif meaning is Field.PREDECESSORS and self.layout.by_name:
                value = row.predecessors_by_name
            else:
                value = values[meaning]
            value = clean(value) if isinstance(value, str) else value
            cells.append(value)
            if meaning not in NAMING:
                marks[meaning] = fingerprint(meaning, _as_cell(value))
        marks[Field.NAME] = fingerprint(Field.NAME, _as_cell(clean(row.item.name)))
        stamp = Stamp(self.tag, row.item.id, row.item.parent or 0, row.item.level, number, marks)
        return (*cells, write_stamp(stamp))

    def _naming(self, level: int) -> Field:
        levels = self.layout.levels
        return levels[-1] if self.project_column else levels[min(level, len(levels) - 1)]

    def indents(self, row: PlanRow) -> dict[int, int]:
        """How far the name is indented in the last of the naming columns."""
        deeper = 0 if self.project_column or self.layout.leaves else row.item.level - len(self.layout.levels) + 1
        if deeper <= 0:
            return {}
        place = next(at for at, (meaning, _) in enumerate(self.columns) if meaning is self.layout.levels[-1])
        return {place: min(deeper, 15)}


def project_tag(project: Project) -> str:
    """The tag that rows exported from the project carry."""
    return tag_of(project.pk, project.created_at.isoformat())


@uncollected()
def export_xlsx(project: Project, options: ExportOptions, now: datetime) -> bytes:
    """The form as a workbook; the complete one comes with the basic information and a chart."""
    book = Book(
        title=f"{options.layout.title} {project.name}",
        sheets=(),
        properties={"tongzhou.project": project.number, "tongzhou.form": options.layout.key},
        created=timezone.localtime(now).date(),
    )
    if options.layout is BASICS:
        return to_book(replace(book, sheets=(_basics(project),)))
    found, table, names = _table(project, options)
    grid = _grid(table, options)
    meta = [("project", project.number), ("exported", now.isoformat())]
    sheets: tuple[Grid | Pairs | Chart, ...] = (grid,)
    if options.layout is not LAYOUTS["progress"]:
        sheets = (grid, _chart(found, table, options))
        meta.append((DRAWN, GANTT))
    if options.layout is COMPLETE:
        sheets = (_basics(project), *sheets)
    return to_book(replace(book, sheets=sheets, lists=_lists(project, names), meta=tuple(meta)))


def export_csv(project: Project, options: ExportOptions) -> bytes:
    """The form as a text table: UTF-8 with its mark, so that Excel reads it; nothing in it is calculated."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    if options.layout is BASICS:
        rows: list[Sequence[CellValue]] = list(_marked_basics(project))
    else:
        _found, table, _names = _table(project, options)
        rows = [(*(label for _, label in table.columns), KEY_LABEL)]
        percent = [meaning is Field.PERCENT for meaning, _ in table.columns] + [False]
        for number, row in enumerate(table.rows):
            cells = zip(table.cells(row, number), percent, strict=True)
            rows.append([_percent(value) if is_share else value for value, is_share in cells])
    writer.writerows([[guarded(_text(value)) for value in row] for row in rows])
    return target.getvalue().encode("utf-8-sig", "replace")


def _percent(value: CellValue) -> str:
    return f"{float(value) * 100:.2f}".rstrip("0").rstrip(".") + "%" if isinstance(value, (int, float)) else ""


def _text(value: CellValue) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else value.isoformat() if isinstance(value, date) else f"{value:g}"


def _as_cell(value: CellValue) -> Cell | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return Cell("text", value)
    return Cell("date", value) if isinstance(value, date) else Cell("number", value, percent=False)


def _table(project: Project, options: ExportOptions) -> tuple[Outlook, _Table, Names]:
    found, rows, names = plan_rows(project, options.as_of)
    layout = options.layout
    more = tuple(pair for pair in layout.extra if pair[0].value in options.more)
    wanted = wanted_rows(rows, options)
    if layout.leaves:
        wanted = [row for row in wanted if row.item.leaf]
    flat = layout.by_name and bool(rows) and all(row.item.level == 0 for row in rows)
    return found, _Table(project, layout, layout.columns + more, wanted, project_tag(project), flat), names


def wanted_rows(rows: Sequence[PlanRow], options: ExportOptions) -> list[PlanRow]:
    """The rows that the filter leaves, with the groups above them."""
    if options.department is None and not options.states:
        return list(rows)
    parents = {row.item.id: row.item.parent for row in rows}
    kept: set[int] = set()
    for row in rows:
        item = row.item
        fits = options.department is None or item.department == options.department
        if item.leaf and fits and (not options.states or item.state in options.states):
            at: int | None = item.id
            while at is not None and at not in kept:
                kept.add(at)
                at = parents.get(at)
    return [row for row in rows if row.item.id in kept]


def _grid(table: _Table, options: ExportOptions) -> Grid:
    columns = [
        GridColumn(
            label,
            _kind(meaning),
            WIDTHS.get(meaning, 12.0),
            LISTED.get(meaning, ""),
        )
        for meaning, label in table.columns
    ]
    rows = tuple(
        GridRow(table.cells(row, number), not row.item.leaf, table.indents(row)) for number, row in enumerate(table.rows)
    )
    day = options.as_of.isoformat()
    title = f"{table.layout.title}(更新至{day})" if table.layout.leaves else table.layout.title
    subtitle = f"{table.project.name}    {table.project.number}    更新日期:{day}"
    tones = {str(WorkItem.State(value).label): value for value in WorkItem.State.values}
    return Grid(
        table.layout.title,
        title,
        subtitle,
        (*columns, GridColumn(KEY_LABEL, width=8, hidden=True)),
        rows,
        0 if table.project_column else None,
        tones,
        2 if table.columns[0][0] is Field.CODE else 1,
    )


def _kind(meaning: Field) -> Literal["text", "date", "percent", "number"]:
    if meaning in DATES:
        return "date"
    if meaning in NUMBERS:
        return "number"
    return "percent" if meaning is Field.PERCENT else "text"


def _chart(found: Outlook, table: _Table, options: ExportOptions) -> Chart:
    bars = []
    for row in table.rows:
        item, values = row.item, row.values
        start, finish = values[Field.START], values[Field.FINISH]
        if isinstance(start, date) and isinstance(finish, date):
            words = (item.code, "  " * min(item.level, 12) + item.name, str(values[Field.OWNER]))
            share = min(float(found.actual.get(item.id, 0)), 1.0)
            bars.append(Bar(words, start, finish, share, not item.leaf, item.is_milestone))
    labels = ("编号", "任务", "负责人", "开始", "完成", "完成度")
    return Chart(GANTT, f"{table.project.name} {GANTT}", labels, tuple(bars), options.as_of)


def _lists(project: Project, names: Names) -> dict[str, tuple[str, ...]]:
    return {
        "departments": tuple(names.departments.values()),
        "people": tuple(sorted(set(names.people.values()))),
        "states": tuple(str(WorkItem.State(value).label) for value in WorkItem.State.values),
        "urgencies": tuple(str(WorkItem.Urgency(value).label) for value in WorkItem.Urgency.values),
        "yes": ("是",),
    }


def _basics(project: Project) -> Pairs:
    return Pairs(BASICS.title, BASICS.title, tuple(_marked_basics(project)))


def _marked_basics(project: Project) -> list[tuple[str, str, str]]:
    """The pairs, each with the fingerprint of its value."""
    pairs = [(label, clean(value)) for label, value in basics_pairs(project)]
    return [(label, value, value_mark(Cell("text", value)) if value else "") for label, value in pairs]
