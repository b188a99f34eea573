"""The basic information sheet: labels with their values beside or below them."""

import re
from dataclasses import replace
from datetime import date

from tongzhou.workbooks.cells import Cell, Sheet
from tongzhou.workbooks.headers import Field
from tongzhou.workbooks.people import parse_people
from tongzhou.workbooks.plainsheets import letter
from tongzhou.workbooks.result import Context, Findings, KeyMilestoneRow, Problem, ProjectInfo
from tongzhou.workbooks.sheetkind import project_label
from tongzhou.workbooks.stamps import fingerprint
from tongzhou.workbooks.text import is_blank, name, plain
from tongzhou.workbooks.values import parse_date, parse_period

_ITEMS = re.compile(r"[;\n\r]+")
_LABELLED = re.compile(r"\s*(?P<label>[^:]+?)\s*:\s*(?P<value>.+?)\s*", re.DOTALL)


def read_project(sheet: Sheet, context: Context, findings: Findings) -> ProjectInfo:
    """Read the pairs of label and value. Dates that cannot be read become errors with their cell."""
    values = _pairs(sheet)
    texts = {label: name(cell.text) for label, (_, _, cell) in values.items() if not is_blank(cell.text)}
    start, finish = parse_period(texts.get("period", ""), context.near)
    people = parse_people(texts.get("manager", ""))
    info = ProjectInfo(
        sheet=sheet.name,
        name=texts.get("name", ""),
        number=texts.get("number", ""),
        start=start,
        finish=finish,
        manager=people[0].name if people else "",
        contact=texts.get("contact", ""),
        objective=texts.get("objective", ""),
        departments=tuple(_labelled(texts.get("departments", ""))),
        deliverables=tuple((label, value) for label, value in _labelled(texts.get("deliverables", ""))),
    )
    if "period" in texts and start is None:
        row, column, _ = values["period"]
        findings.warnings.append(Problem("period_unreadable", sheet.name, row + 1, letter(column), {"text": texts["period"]}))
    return replace(info, milestones=tuple(_milestones(sheet, values.get("milestones"), start or context.near, findings)))


def _pairs(sheet: Sheet) -> dict[str, tuple[int, int, Cell]]:
    """The first value of each label: to its right where that is no label itself, else below it."""
    found: dict[str, tuple[int, int, Cell]] = {}
    for row in range(len(sheet.rows)):
        for column, cell in sheet.filled(row):
            label = project_label(cell)
            if not label or label in found:
                continue
            place = _value_beside(sheet, row, column) or _value_below(sheet, row, column)
            if place is not None and (label == "name" or not _untouched(sheet, place)):
                found[label] = place
    return found


def _untouched(sheet: Sheet, place: tuple[int, int, Cell]) -> bool:
    """Whether the value is as it was exported: then the fingerprint beside it fits."""
    row, column, cell = place
    mark = sheet.at(row, column + 1)
    return mark is not None and mark.text == value_mark(cell)


def value_mark(cell: Cell) -> str:
    """The fingerprint of a value, as an export writes it beside it."""
    return f"TZ.{fingerprint(Field.NAME, cell)}"


def _value_beside(sheet: Sheet, row: int, column: int) -> tuple[int, int, Cell] | None:
    for right in range(column + 1, len(sheet.rows[row])):
        cell = sheet.at(row, right)
        if cell is not None:
            return None if project_label(cell) else (row, right, cell)
    return None


def _value_below(sheet: Sheet, row: int, column: int) -> tuple[int, int, Cell] | None:
    cell = sheet.at(row + 1, column)
    return None if cell is None or project_label(cell) else (row + 1, column, cell)


def _labelled(text: str) -> list[tuple[str, str]]:
    """`研发部:负责样机;市场部:负责推广` as pairs; a part without a colon is a label without a value."""
    pairs = []
    for part in _ITEMS.split(plain(text) if "\n" not in text else text):
        found = _LABELLED.fullmatch(plain(part))
        if found:
            pairs.append((found["label"], found["value"]))
        elif part.strip() and not is_blank(part):
            pairs.append((plain(part), ""))
    return pairs


def _milestones(
    sheet: Sheet, place: tuple[int, int, Cell] | None, near: date | None, findings: Findings
) -> list[KeyMilestoneRow]:
    if place is None:
        return []
    row, column, cell = place
    milestones = []
    for label, value in _labelled(cell.text):
        day = parse_date(Cell("text", value), near) if value else None
        if day is not None and day.value is not None:
            milestones.append(KeyMilestoneRow(label, day.value))
        else:
            params = {"name": label, "text": value}
            findings.warnings.append(
                Problem("key_milestone_without_date", sheet.name, row + 1, letter(column), params, token=label)
            )
    return milestones
