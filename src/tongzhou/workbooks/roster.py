"""Lists of departments and people: which column means what, and the texts of each row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tongzhou.workbooks.cells import Cell, Sheet
from tongzhou.workbooks.plainsheets import letter
from tongzhou.workbooks.synonyms import expand
from tongzhou.workbooks.text import is_blank, key, name, plain, without_brackets

HEADINGS = {
    "name": "姓名 名字 (员工|人员|成员|用户|职员)(|姓名|名称) name fullname",
    "number": "(|员工|人员|职工)(工号|编号|号) 职工号 人员编码 员工编码 employeenumber number no",
    "login": "登录名 登录账号 (|域|系统)(账号|帐号) 用户名 登录帐号 login username account",
    "department": "(|所属|所在|直属|归属|任职|末级)(部门|单位|科室|组织)(|名称) 部门/单位 department dept",
    "parent": "(上级|父|上一级|直属上级|归口|主管)(部门|单位|组织)(|名称) 一级部门 parent parentdepartment",
    "title": "职务 职位 岗位 岗位名称 职称 职务名称 title position job",
    "phone": "(手机|电话|移动电话)(|号|号码) 联系电话 联系方式 办公电话 phone mobile tel",
    "email": "(|电子|公司|企业|工作)(邮箱|邮件)(|地址) 邮箱地址 email e-mail mail",
    "head": "(|部门|单位)(负责人|主管|领导|经理) (|是否)(部门负责人|负责人|主管) head departmenthead",
    "stand_in": "代理人 b角 b岗 standin stand-in",
}
LONGEST = {
    "name": 80, "number": 40, "login": 60, "department": 200, "parent": 80, "title": 80, "phone": 40, "email": 254,
    "head": 80, "stand_in": 80,
}  # fmt: skip
SEARCHED_ROWS = 20
MOST_ROWS = 5000
_BY_LABEL = {key(label): meaning for meaning, words in HEADINGS.items() for label in expand(words)}


@dataclass(frozen=True)
class RosterRow:
    """The texts of a row by meaning; `row` counts from 1. Without "name" it is about a department."""

    sheet: str
    row: int
    values: dict[str, str]
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RosterProblem:
    """What is wrong with a cell; codes: too_long, cell_error, too_many_rows, nothing_found."""

    code: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    text: str = ""


@dataclass
class Roster:
    """All rows of all sheets that have a heading row, and what was left out. `ignored`: headings that mean nothing here."""

    rows: list[RosterRow] = field(default_factory=list)
    problems: list[RosterProblem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def read_roster(sheets: Iterable[Sheet]) -> Roster:
    """Understand sheets that list people (姓名, 部门 …) or departments (部门, 上级部门 …)."""
    roster = Roster()
    for sheet in sheets:
        found = None if sheet.hidden else _header(sheet)
        if found is not None:
            _read(sheet, *found, roster)
    if not roster.rows and not roster.problems:
        roster.problems.append(RosterProblem("nothing_found"))
    return roster


def sheet_of_text(text: str, title: str) -> Sheet:
    """Return pasted text as a sheet: rows by line, cells by tab, or by comma where no line has a tab."""
    parting = "\t" if "\t" in text else ","
    lines = text.replace("，", ",").splitlines() if parting == "," else text.splitlines()
    rows = [[Cell("text", part.strip()) if part.strip() else None for part in line.split(parting)] for line in lines]
    return Sheet(title, [list(row) for row in rows])


def _header(sheet: Sheet) -> tuple[int, dict[str, int], list[str]] | None:
    """Return (row, column of each meaning, headings without meaning) of the row with most known headings."""
    best: tuple[int, dict[str, int], list[str]] | None = None
    for row in range(min(len(sheet.rows), SEARCHED_ROWS)):
        columns: dict[str, int] = {}
        strange = []
        for column, cell in sheet.filled(row):
            label = key(cell.text).strip("*:")
            meaning = _BY_LABEL.get(label) or _BY_LABEL.get(key(without_brackets(plain(cell.text))).strip("*:"))
            if meaning is not None and meaning not in columns:
                columns[meaning] = column
            else:
                strange.append(plain(cell.text))
        listed = len(columns) > 1 and {"name", "department"} & set(columns)
        if listed and (best is None or len(columns) > len(best[1])):
            best = row, columns, strange
    return best


def _read(sheet: Sheet, top: int, columns: dict[str, int], strange: list[str], roster: Roster) -> None:
    roster.ignored += strange
    letters = {meaning: letter(column) for meaning, column in columns.items()}
    for row in range(top + 1, len(sheet.rows)):
        values = {}
        for meaning, column in columns.items():
            cell = sheet.down(row, column)
            text = name(cell.text) if cell is not None else ""
            if cell is not None and cell.kind == "error":
                roster.problems.append(RosterProblem("cell_error", sheet.name, row + 1, letters[meaning], text))
            elif len(text) > LONGEST[meaning]:
                problem = RosterProblem("too_long", sheet.name, row + 1, letters[meaning], text[:20])
                roster.problems.append(problem)
            elif not is_blank(text):
                values[meaning] = text
        if values:
            roster.rows.append(RosterRow(sheet.name, row + 1, values, letters))
        if len(roster.rows) > MOST_ROWS:
            roster.problems.append(RosterProblem("too_many_rows", sheet.name, row + 1))
            return
