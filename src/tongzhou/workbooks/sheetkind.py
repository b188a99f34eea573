"""What a sheet is, and where its table lies."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tongzhou.workbooks.cells import Cell, Sheet
from tongzhou.workbooks.headers import NAMES, Field, Header, find_header, header_at, with_columns
from tongzhou.workbooks.plainsheets import column_of
from tongzhou.workbooks.result import SheetLayout
from tongzhou.workbooks.stamps import read_stamp
from tongzhou.workbooks.synonyms import PROJECT_LABELS, expand
from tongzhou.workbooks.text import key, name, plain, without_brackets
from tongzhou.workbooks.values import find_date

TOTALS = re.compile(r"(?:合计|总计|小计|共计|汇总|平均|total|sum)[::]?.{0,6}", re.IGNORECASE)
TOTALS_BEGIN = frozenset("合总總小共汇平tTsSｔＴｓＳ")
COLONS = frozenset(":：﹕︓")
NOTES = re.compile(
    r"(?:注|备注|说明|附注|(?:填表|填写|编制|制表|审核|复核|审批|批准|签字|签发)(?:人|者|说明|日期|时间|单位|部门)?)\d*:.*"
)
_RACI = re.compile(r"[RACI](?:\s*[/、,;]\s*[RACI])*", re.IGNORECASE)
_STATUS = re.compile(
    r"(?:更新至|更新于|更新日期|更新时间|截至|截止至?|统计日期|统计截止|状态日期|数据日期|填报日期|报告日期)\D{0,4}"
)
_REPORTED = {Field.STATE, Field.PERCENT, Field.ACTUAL_FINISH, Field.UPDATED_BY, Field.UPDATED_ON, Field.NOTE}
_PLANNED = {Field.START, Field.FINISH, Field.PERIOD, Field.DURATION, Field.PREDECESSORS}
_SCHEDULED = _PLANNED | {Field.CODE, Field.OWNER, Field.DEPARTMENT, Field.OUTPUT, Field.STANDARD}
_PROJECT_WORDS = {word: name for name, words in PROJECT_LABELS.items() for word in expand(words)}


@dataclass(frozen=True)
class Table:
    """A sheet with its kind; `rows` are the data rows (from 0), `totals` those that only add up or annotate."""

    sheet: Sheet
    kind: str
    header: Header | None = None
    rows: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    status_date: date | None = None
    sections: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Rows that are one cell merged over most columns: a phase with its column and name."""

    def cell(self, row: int, meaning: Field) -> Cell | None:
        """What a reader sees in the column of that meaning; a cell merged downwards counts for all its rows."""
        column = self.column(meaning)
        return None if column is None else self.sheet.down(row, column)

    def cells(self) -> dict[Field, list[Cell | None]]:
        """All columns with a meaning, from the first row of the sheet on; each cell as `cell` has it."""
        sheet = self.sheet
        columns = dict(self.header.columns) if self.header else {}
        found = {
            meaning: [row[column] if column < len(row) else None for row in sheet.rows] for meaning, column in columns.items()
        }
        for meaning, column in columns.items() if sheet.covered else ():
            for row, at in sheet.covered:
                if at == column and row < len(sheet.rows):
                    found[meaning][row] = sheet.down(row, column)
        return found

    def column(self, meaning: Field) -> int | None:
        """The column, from 0, of a meaning."""
        return self.header.columns.get(meaning) if self.header else None


def project_label(cell: Cell | None) -> str:
    """What a label of the basic information means, or ""."""
    if cell is None or cell.kind != "text":
        return ""
    text = key(without_brackets(plain(cell.text))).strip(":*")
    return _PROJECT_WORDS.get(text, "")


def tabulate(sheet: Sheet, layout: SheetLayout | None = None) -> Table:
    """Find out what the sheet is and where its rows are, as far as nobody said it."""
    layout = layout or SheetLayout()
    header = find_header(sheet) if layout.heading is None else header_at(sheet, layout.heading - 1)
    if header is None and layout.kind in {"tasks", "tracking"}:
        header = header_at(sheet, next((row for row in range(len(sheet.rows)) if len(list(sheet.filled(row))) > 1), 0))
    if header is not None and layout.columns:
        header = with_columns(header, {column_of(column): meaning for column, meaning in layout.columns.items()})
    kind = layout.kind or _kind(sheet, header)
    if kind == "unknown" and header is not None and layout.columns and set(NAMES) & header.columns.keys():
        kind = "tasks"
    if kind not in {"tasks", "tracking"} or header is None:
        return Table(sheet, kind, None, _plain_rows(sheet, kind))
    rows, totals = _data_rows(sheet, header)
    return Table(sheet, kind, header, rows, totals, _status_date(sheet, header), _sections(sheet, header, rows))


def _kind(sheet: Sheet, header: Header | None) -> str:
    if header is not None and Field.KEY in header.columns:
        return "tasks" if _PLANNED & header.columns.keys() else "tracking"
    title = sheet.name + "".join(
        cell.text for row in range(min(2, len(sheet.rows))) for _, cell in sheet.filled(row) if row == 0
    )
    if "raci" in title.lower() or "责任矩阵" in title or _looks_like_raci(sheet):
        return "raci"
    if "风险" in title and not (header and _PLANNED & header.columns.keys()):
        return "risks"
    fields = set(header.columns) if header else set()
    labels = {project_label(cell) for row in range(len(sheet.rows[:60])) for _, cell in sheet.filled(row)} - {""}
    if len(labels) >= 3 and "name" in labels and not (fields & _PLANNED and len(fields) > 4):
        return "project"
    if header is None:
        return "risks" if _has_risk_heading(sheet) else "unknown"
    if fields & _REPORTED and not fields & _PLANNED and (Field.UPDATED_BY in fields or fields & {Field.STATE, Field.PERCENT}):
        return "tracking"
    return "tasks" if fields & _SCHEDULED and fields & set(NAMES) else "unknown"


def _looks_like_raci(sheet: Sheet) -> bool:
    body = [cell for row in range(1, min(len(sheet.rows), 60)) for column, cell in sheet.filled(row) if column > 0]
    letters = sum(1 for cell in body if cell.kind == "text" and _RACI.fullmatch(plain(cell.text)))
    return len(body) >= 4 and letters * 2 > len(body)


def _has_risk_heading(sheet: Sheet) -> bool:
    texts = {key(cell.text) for row in range(min(len(sheet.rows), 10)) for _, cell in sheet.filled(row)}
    return bool(texts & {"风险描述", "风险名称", "风险"} and texts & {"等级", "风险等级", "应对措施", "级别", "概率", "影响"})


def _plain_rows(sheet: Sheet, kind: str) -> list[int]:
    """Rows with content: the pairs of the basic information, else what lies below the first row of several cells."""
    filled = [row for row in range(len(sheet.rows)) if any(True for _ in sheet.filled(row))]
    wide = next((row for row in filled if sum(1 for _ in sheet.filled(row)) > 1), None)
    if wide is None:
        return []
    return [row for row in filled if row >= wide] if kind == "project" else [row for row in filled if row > wide]


def _data_rows(sheet: Sheet, header: Header) -> tuple[list[int], list[int]]:
    used = sorted(set(header.columns.values()))
    heading = {column: key(label) for column, label in header.labels.items()}
    names = {header.columns[meaning] for meaning in (*NAMES, Field.CODE, Field.SERIAL) if meaning in header.columns}
    keyed = header.columns.get(Field.KEY)
    banners: dict[int, set[int]] = {}
    for merge in sheet.merges:
        if merge.right > merge.left:
            banners.setdefault(merge.top, set()).add(merge.left)
    rows: list[int] = []
    totals: list[int] = []
    for row in range(header.last_row + 1, len(sheet.rows)):
        cells, width = sheet.rows[row], len(sheet.rows[row])
        looked = sorted({*used, *banners[row]}) if row in banners else used
        filled = [(column, cell) for column in looked if column < width and (cell := cells[column]) is not None]
        if not filled:
            continue
        exported = keyed is not None and read_stamp(sheet.at(row, keyed)) is not None
        noted = not exported and (_repeats(filled, heading) or _is_note(filled) or _is_total(filled, names))
        (totals if noted else rows).append(row)
    return rows, totals


def _repeats(filled: Sequence[tuple[int, Cell]], heading: Mapping[int, str]) -> bool:
    """Whether most cells say what their heading says."""
    missed = 0
    for column, cell in reversed(filled):
        missed += cell.kind != "text" or heading.get(column) != key(cell.text)
        if missed * 2 >= len(filled):
            return False
    return True


def _is_note(filled: Sequence[tuple[int, Cell]]) -> bool:
    for _, cell in filled:
        if cell.kind != "text" or not COLONS & set(cell.text) or not NOTES.fullmatch(plain(cell.text)):
            return False
    return True


def _is_total(filled: Sequence[tuple[int, Cell]], names: set[int]) -> bool:
    for column, cell in filled:
        if column in names and cell.text.lstrip()[:1] in TOTALS_BEGIN and TOTALS.fullmatch(plain(cell.text)):
            return True
    return False


def _sections(sheet: Sheet, header: Header, rows: Sequence[int]) -> dict[int, tuple[int, str]]:
    wide = max(3, (len(header.labels) + 1) // 2)
    flat = [merge for merge in sheet.merges if merge.top == merge.bottom]
    merged = {(merge.top, merge.left) for merge in flat if merge.right - merge.left + 1 >= wide}
    found = {}
    for row in sorted({top for top, _left in merged}.intersection(rows)) if Field.KEY not in header.columns else ():
        cells = list(sheet.filled(row))
        if len(cells) == 1 and (row, cells[0][0]) in merged and cells[0][1].kind == "text":
            found[row] = (cells[0][0], name(cells[0][1].text))
    return found


def _status_date(sheet: Sheet, header: Header) -> date | None:
    for row in range(header.first_row):
        for _, cell in sheet.filled(row):
            for found in _STATUS.finditer(plain(cell.text)):
                day = find_date(plain(cell.text)[found.end() : found.end() + 16])
                if day is not None:
                    return day
    return None
