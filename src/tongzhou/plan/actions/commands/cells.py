"""Commands on cells: set, paste, insert. First who may, then what each cell means, then the rows, then the links."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.lib.access import Forbidden, Refused
from tongzhou.plan import access
from tongzhou.plan.actions.commands import values
from tongzhou.plan.actions.commands.dates import apply_dates
from tongzhou.plan.actions.commands.links import Linking, Rows, wanted_links
from tongzhou.plan.actions.commands.people import Directory, directory
from tongzhou.plan.actions.commands.sheet import Sheet, title, titles
from tongzhou.plan.actions.commands.structure import place_of, room_below
from tongzhou.plan.actions.commands.values import CellRefused
from tongzhou.plan.queries.labels import field_label
from tongzhou.plan.queries.tree import Item

FIELDS = (
    "name", "milestone", "start", "duration", "finish", "owner", "department", "percent", "predecessors", "supporters",
    "stand_in", "key_output", "delivery_standard", "risk_point", "resource_need", "urgency", "quantity", "unit", "remark",
    "deadline",
)  # fmt: skip
NAMING = ("owner", "stand_in", "supporters", "department")
OF_A_TASK = ("start", "finish", "duration", "percent", "milestone")
MOST_CELLS = 100_000
MOST_ROWS = 5_000
MOST_ERRORS = 200


@dataclass
class Line:
    """One row with what is written into its cells; `key` names it in error messages."""

    row: Item
    key: str
    cells: dict[str, Any]
    is_new: bool = False
    parsed: dict[str, Any] = field(default_factory=dict)


@dataclass
class Writing:
    """One pass over the cells of a command."""

    sheet: Sheet
    lines: list[Line]
    people: Directory
    errors: dict[str, str] = field(default_factory=dict)

    def refuse(self, line: Line, name: str, message: str) -> None:
        self.errors[f"{line.key}.{name}"] = message


def set_cells(sheet: Sheet, body: dict[str, Any]) -> str:
    """Write cells; return the label.

    :raises Refused: if one may not be changed or cannot be understood; `errors` says which and why.
    """
    cells = body.get("cells")
    if not isinstance(cells, list) or not cells or len(cells) > MOST_CELLS:
        raise Refused("cells-missing", _("The command names no cells."), "cells")
    lines: dict[int, Line] = {}
    for cell in cells:
        name, key = (cell.get("field"), cell.get("id")) if isinstance(cell, dict) else (None, None)
        if not isinstance(key, int) or isinstance(key, bool):
            raise Refused("cells-missing", _("The command names no cells."), "cells")
        row = sheet.row(key)
        lines.setdefault(key, Line(row, str(key), {})).cells[_known(name)] = cell.get("value")
    write(sheet, list(lines.values()))
    names = sorted({name for line in lines.values() for name in line.cells}, key=FIELDS.index)
    rows = [line.row for line in lines.values()]
    return _("%(fields)s of %(tasks)s") % {"fields": "、".join(map(field_label, names[:3])), "tasks": titles(rows)}


def insert(sheet: Sheet, body: dict[str, Any]) -> str:
    """Insert rows below a parent, in front of a row or at the end; return the label.

    :raises Refused: if `by` may not, or a cell cannot be understood.
    """
    rows = body.get("rows")
    if not isinstance(rows, list) or not rows or len(rows) > MOST_ROWS or not all(isinstance(row, dict) for row in rows):
        raise Refused("rows-missing", _("The command names no rows."), "rows")
    parent, before = place_of(sheet, body)
    _require_some_right(sheet)
    lines = [
        Line(sheet.new_row("", own_department(sheet)), str(number), {_known(name): row[name] for name in row}, is_new=True)
        for number, row in enumerate(rows)
    ]
    sheet.place([line.row for line in lines], room_below(sheet, parent), before)
    write(sheet, lines)
    return _("Insert %(tasks)s") % {"tasks": titles([line.row for line in lines])}


def paste(sheet: Sheet, body: dict[str, Any]) -> str:
    """Overwrite rows from the anchor downwards with a table of texts; what goes beyond the last row is added behind it.

    :raises Refused: if a row may not be changed, or a cell cannot be understood.
    """
    columns, rows = _table(body)
    anchor = body.get("anchor")
    if anchor is not None and (not isinstance(anchor, int) or isinstance(anchor, bool)):
        raise Refused("row-unknown", _("This plan has no such task (any more)."), "anchor")
    first = sheet.items.index(sheet.row(anchor)) if anchor is not None else len(sheet.items)
    present = sheet.items[first : first + len(rows)]
    lines = [
        Line(row, str(number), _unchanged_left_out(sheet, row, dict(zip(columns, cells, strict=False))))
        for number, (row, cells) in enumerate(zip(present, rows, strict=False))
    ]
    fresh = [(number, cells) for number, cells in enumerate(rows) if number >= len(present) and any(map(_filled, cells))]
    if fresh:
        _require_some_right(sheet)
        last = sheet.items[-1] if sheet.items else None
        added = [
            Line(sheet.new_row("", own_department(sheet)), str(number), dict(zip(columns, cells, strict=False)), is_new=True)
            for number, cells in fresh
        ]
        sheet.place([line.row for line in added], last.parent if last else None, None)
        lines += added
    _leave_out_summaries(sheet, lines)
    write(sheet, lines)
    return _("Paste %(tasks)s") % {"tasks": titles([line.row for line in lines])}


def write(sheet: Sheet, lines: list[Line]) -> None:
    """Write the cells of rows into the plan in memory.

    :raises Refused: with an error for each cell that is wrong; the plan in memory is then of no more use.
    """
    for line in lines:
        _check_rights(sheet, line)
    sheet.touched += [line.row.id for line in lines if line.cells and not line.is_new]
    writing = Writing(sheet, lines, directory(sheet.project, _named(lines)))
    for line in lines:
        _parse_line(writing, line)
    for line in [] if writing.errors else lines:
        _apply(writing, line)
    if not writing.errors:
        _link(writing)
    if writing.errors:
        raise _refusal(writing.errors)


def _refusal(errors: dict[str, str]) -> Refused:
    message = next(iter(errors.values()))
    if len(errors) > 1:
        several = _("%(count)d cells cannot be saved. The first: %(message)s")
        message = several % {"count": len(errors), "message": message}
    return Refused("cells-refused", message, errors=dict(list(errors.items())[:MOST_ERRORS]))


def own_department(sheet: Sheet) -> int | None:
    """Return the department of rows that name none: a liaison's own, where she is liaison of one."""
    return next(iter(sheet.at.liaisons)) if not sheet.at.manages and len(sheet.at.liaisons) == 1 else None


def _known(name: object) -> str:
    if not isinstance(name, str) or name not in FIELDS:
        raise Refused("field-unknown", _("This cannot be changed here."), "field")
    return name


def _table(body: dict[str, Any]) -> tuple[list[str], list[list[Any]]]:
    columns, rows = body.get("columns"), body.get("rows")
    if not isinstance(columns, list) or not columns or len(columns) > len(FIELDS) or len(set(map(str, columns))) < len(columns):
        raise Refused("columns-missing", _("The command names no columns."), "columns")
    if not isinstance(rows, list) or not rows or len(rows) > MOST_ROWS or not all(isinstance(row, list) for row in rows):
        raise Refused("rows-missing", _("The command names no rows."), "rows")
    if any(len(row) > len(columns) for row in rows):
        raise Refused("columns-missing", _("A row has more cells than columns."), "rows")
    return [_known(name) for name in columns], rows


def _filled(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _require_some_right(sheet: Sheet) -> None:
    if not (sheet.at.manages or sheet.at.liaisons):
        raise Forbidden("forbidden", _("You may not add tasks here."))


def _check_rights(sheet: Sheet, line: Line) -> None:
    """Let pass who may write each of the cells.

    :raises Forbidden: naming the row.
    """
    row, at = line.row, sheet.at
    if line.is_new:
        return
    for name in line.cells:
        if name == "owner":
            allowed = access.can_assign_item(at, row.department)
        elif name == "percent":
            allowed = sheet.reporter.may_report(row.department, row.owner, row.stand_in)
        else:
            allowed = access.can_edit_item(at, row.department)
        if not allowed:
            raise Forbidden("forbidden", _("You may not change “%(task)s”.") % {"task": title(row)})


def _named(lines: list[Line]) -> Iterable[object] | None:
    """Return the cells that name people; None where neither people nor departments are named."""
    if not any(name in line.cells for line in lines for name in NAMING):
        return None
    return (line.cells[name] for line in lines for name in NAMING if name in line.cells)


def _parse_line(writing: Writing, line: Line) -> None:
    for name in sorted(line.cells, key=FIELDS.index):
        if name != "predecessors":
            _parse(writing, line, name)
    if line.is_new and "name" not in line.cells:
        writing.refuse(line, "name", _("A task needs a name."))


def _parse(writing: Writing, line: Line, name: str) -> None:
    """Understand one cell, or note what is wrong with it."""
    value, sheet = line.cells[name], writing.sheet
    try:
        if name in OF_A_TASK and sheet.children.get(line.row.id):
            raise CellRefused(_("“%(task)s” is a summary: this follows from the tasks below it.") % {"task": title(line.row)})
        if name in values.PLAIN:
            line.parsed[name] = values.PLAIN[name][1](value)
        else:
            line.parsed[name] = READERS[name](writing, line, value)
    except CellRefused as refused:
        writing.refuse(line, name, str(refused))


def _day(writing: Writing, line: Line, value: object) -> date | None:
    near = line.row.start or writing.sheet.project.starts_on or writing.sheet.today
    return values.day(value, near)


def _person(writing: Writing, line: Line, value: object) -> int | None:
    return writing.people.person(value)


def _owner(writing: Writing, line: Line, value: object) -> int | None:
    found = writing.people.person(value)
    if found in writing.people.supervisors:
        raise CellRefused(_("A quality supervisor owns no task of the project he judges."))
    return found


def _department(writing: Writing, line: Line, value: object) -> int | None:
    return writing.people.department(value)


READERS: dict[str, Callable[[Writing, Line, object], Any]] = {
    "start": _day,
    "finish": _day,
    "deadline": _day,
    "duration": lambda _writing, line, value: (
        0 if line.parsed.get("milestone", line.row.is_milestone) else values.minutes(value)
    ),
    "milestone": lambda _writing, _line, value: values.yes_or_no(value),
    "percent": lambda _writing, _line, value: values.percent(value),
    "quantity": lambda _writing, _line, value: values.quantity(value),
    "owner": _owner,
    "stand_in": _person,
    "department": _department,
    "supporters": lambda writing, _line, value: writing.people.supporters(value),
}


def _apply(writing: Writing, line: Line) -> None:
    """Write what the cells of a row mean into the row."""
    sheet, row, parsed = writing.sheet, line.row, line.parsed
    row.department = parsed.get("department", row.department)
    if (line.is_new or "department" in parsed) and not access.can_edit_item(sheet.at, row.department):
        name = parsed.get("name", row.name)
        raise Forbidden("forbidden", _("You may not put “%(task)s” into that department.") % {"task": name})
    for name in ("name", "owner", "deadline"):
        setattr(row, name, parsed.get(name, getattr(row, name)))
    if {"milestone", "start", "duration", "finish"} & parsed.keys():
        refused = apply_dates(sheet, row, parsed)
        if refused:
            writing.refuse(line, "finish", refused)
    words = _words_of(parsed)
    if words:
        sheet.words.setdefault(row.id, {}).update(words)
    if "supporters" in parsed:
        sheet.supporters[row.id] = parsed["supporters"]
    if "percent" in parsed:
        sheet.reports[row.id] = parsed["percent"]


def _words_of(parsed: dict[str, Any]) -> dict[str, Any]:
    words = {column: parsed[name] for name, (column, _read) in values.PLAIN.items() if name in parsed and name != "name"}
    if "stand_in" in parsed:
        words["stand_in_id"] = parsed["stand_in"]
    if "quantity" in parsed:
        words["quantity"], unit = parsed["quantity"]
        if unit is not None:
            words.setdefault("unit", unit)
    return words


def _link(writing: Writing) -> None:
    """Replace the links of the rows whose predecessors were typed; codes are those after the command."""
    lines = [line for line in writing.lines if "predecessors" in line.cells]
    if not lines:
        return
    rows, linking = Rows(writing.sheet), Linking(writing.sheet)
    for line in lines:
        try:
            linking.replace(line.row, wanted_links(rows, line.row, line.cells["predecessors"]))
        except CellRefused as refused:
            writing.refuse(line, "predecessors", str(refused))
    linking.finish()


def _unchanged_left_out(sheet: Sheet, row: Item, cells: dict[str, Any]) -> dict[str, Any]:
    """Leave out dates that are already shown: pasting a table back changes nothing."""
    left = dict(cells)
    for name in ("start", "finish"):
        shown = getattr(row, name)
        if name in left and shown is not None and _same_day(left[name], shown):
            del left[name]
    if "finish" in cells and "finish" not in left and "start" not in left:
        left.pop("duration", None)
    return left


def _same_day(value: object, shown: date) -> bool:
    try:
        return values.day(value, shown) == shown
    except CellRefused:
        return False


def _leave_out_summaries(sheet: Sheet, lines: list[Line]) -> None:
    """A table brings dates and shares of summaries, too: they follow from what is below, and are not stored."""
    count = 0
    for line in lines:
        if sheet.children.get(line.row.id):
            count += sum(1 for name in OF_A_TASK if name in line.cells and _filled(line.cells[name]))
            line.cells = {name: value for name, value in line.cells.items() if name not in OF_A_TASK}
    if count:
        message = _("%(count)d cells of summaries were left out: they follow from the tasks below.")
        sheet.notices.append(message % {"count": count})
