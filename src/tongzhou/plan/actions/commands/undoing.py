"""Undo and redo: the rows of an edit brought back, unless somebody changed them since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.plan import access
from tongzhou.plan.actions.commands.difference import COLUMNS, LINK_COLUMNS, Row, storable, stored_rows, supporters_of
from tongzhou.plan.actions.commands.sheet import INPUTS, OUTPUTS, WORDS, Sheet, edge_values, title
from tongzhou.plan.models import PlanEdit, WorkItem
from tongzhou.plan.queries.edits import Undoable
from tongzhou.plan.queries.tree import Edge, Item
from tongzhou.timeline.models import Change

NAMES = {column: name for name, column in INPUTS.items()}
NOT_RESTORED = {"id", "project_id", "version", *OUTPUTS}


@dataclass(frozen=True)
class Turn:
    """An edit and the direction: the state that it must find, and the one that it brings."""

    edit: PlanEdit
    found: dict[str, Any]
    wanted: dict[str, Any]


def turn_of(command: str, can: Undoable) -> Turn:
    """Return what `command` (undo or redo) is about.

    :raises Refused: if there is nothing.
    """
    key = can.undo if command == "undo" else can.redo
    if key is None:
        raise Refused(
            "nothing-to-undo", _("There is nothing to undo.") if command == "undo" else _("There is nothing to redo.")
        )
    edit = PlanEdit.objects.get(pk=key)
    return Turn(edit, edit.after, edit.before) if command == "undo" else Turn(edit, edit.before, edit.after)


def turn_back(sheet: Sheet, turn: Turn) -> str:
    """Bring the rows of an edit to the wanted state; return the label.

    :raises Refused: if somebody changed one of them since, or may no longer change them.
    """
    rows, wanted = turn.found.get("work_item", {}), turn.wanted.get("work_item", {})
    _check_rows(sheet, turn)
    _check_links(sheet, turn)
    _check_supporters(sheet, turn)
    gone = [int(key) for key, row in wanted.items() if row is None]
    _check_removable(sheet, gone)
    for key, row in wanted.items():
        if row is None:
            continue
        if rows[key] is None:
            _restore(sheet, int(key), row)
        else:
            _change(sheet, int(key), row)
    sheet.items = [item for item in sheet.items if item.id not in set(gone)]
    _check_parents(sheet)
    sheet.arrange()
    _turn_links(sheet, turn)
    for key, supporters in turn.wanted.get("supporters", {}).items():
        if int(key) in sheet.by_id:
            sheet.supporters[int(key)] = [(user, department, content) for user, department, content in supporters]
    sheet.milestones = {int(key): item for key, item in turn.wanted.get("key_milestone", {}).items()}
    if turn.edit.after.get("reported"):
        sheet.notices.append(_("Progress that was reported stays as it is."))
    return turn.edit.label


def _check_rows(sheet: Sheet, turn: Turn) -> None:
    """Let pass an edit whose rows are as it left them, and may be changed."""
    expected = {int(key): row for key, row in turn.found.get("work_item", {}).items()}
    stored = stored_rows(list(expected))
    for key, row in expected.items():
        now = stored.get(key)
        if (now is None) != (row is None):
            raise _changed(key, row or now or {}, turn)
        if now is None or row is None:
            _require(sheet, (turn.wanted["work_item"][str(key)] or {}).get("department_id"), "", {})
            continue
        columns = [column for column in row if column in COLUMNS or column in WORDS]
        if any(storable(now[column]) != row[column] for column in columns):
            raise _changed(key, now, turn)
        wanted = turn.wanted["work_item"][str(key)]
        _require(sheet, now["department_id"], now["name"], wanted)
        if wanted and "department_id" in wanted:
            _require(sheet, wanted["department_id"], now["name"], wanted)


def _require(sheet: Sheet, department: int | None, name: str, columns: Row | None) -> None:
    only_owner = columns is not None and set(columns) == {"owner_id"}
    may = access.can_assign_item if only_owner else access.can_edit_item
    require(may(sheet.at, department), _("You may not change “%(task)s”.") % {"task": name})


def _require_one_of(sheet: Sheet, *keys: int) -> None:
    """Let pass who may change one of these rows; one that is not there (yet) was looked at with its row."""
    rows = [sheet.by_id[key] for key in keys if key in sheet.by_id]
    may = any(access.can_edit_item(sheet.at, row.department) for row in rows)
    require(may or len(rows) < len(keys), _("You may not change “%(task)s”.") % {"task": rows[0].name if rows else ""})


def _changed(key: int, row: Row, turn: Turn) -> Refused:
    """Return the refusal that says who changed the row."""
    last = Change.objects.filter(object_type="work_item", object_id=key).select_related("event").order_by("-pk").first()
    who = last.event.actor_name if last else ""
    message = _("“%(edit)s” cannot be turned back: %(person)s changed “%(task)s” since.")
    values = {"edit": turn.edit.label, "person": who, "task": row.get("name") or (last.object_label if last else "")}
    return Refused("changed-since", message % values, str(key))


def _check_links(sheet: Sheet, turn: Turn) -> None:
    expected, wanted = turn.found.get("dependency", {}), turn.wanted.get("dependency", {})
    present = {edge.id: edge for edge in sheet.edges}
    taken = {(edge.predecessor, edge.successor, edge.kind): edge.id for edge in sheet.edges}
    for key, row in expected.items():
        edge = present.get(int(key))
        now = dict(zip(LINK_COLUMNS, edge_values(edge), strict=True)) if edge else None
        end = (row or wanted[key])["successor_id"]
        _require_one_of(sheet, end, (row or wanted[key])["predecessor_id"])
        if now != row:
            raise _changed(end, {"name": sheet.by_id[end].name if end in sheet.by_id else ""}, turn)
        new = wanted[key]
        other = taken.get((new["predecessor_id"], new["successor_id"], new["kind"])) if new else None
        if other is not None and str(other) not in expected:
            raise _changed(end, {"name": sheet.by_id[end].name}, turn)


def _check_supporters(sheet: Sheet, turn: Turn) -> None:
    expected = {int(key): rows for key, rows in turn.found.get("supporters", {}).items()}
    stored = supporters_of(expected) if expected else {}
    for key, rows in expected.items():
        _require_one_of(sheet, key)
        if [list(one) for one in stored.get(key, [])] != rows:
            raise _changed(key, {"name": sheet.by_id[key].name if key in sheet.by_id else ""}, turn)


def _check_removable(sheet: Sheet, gone: list[int]) -> None:
    """Let pass rows that nobody reported on and that hold no other rows or links."""
    keys = set(gone)
    for key in gone:
        row = sheet.by_id[key]
        if row.reported_on:
            message = _("Somebody reported on “%(task)s”: cancel it instead of removing it.")
            raise Refused("has-progress", message % {"task": title(row)}, str(key))
    sheet.edges = [edge for edge in sheet.edges if edge.predecessor not in keys and edge.successor not in keys]


def _check_parents(sheet: Sheet) -> None:
    present = {item.id for item in sheet.items}
    lost = next((item for item in sheet.items if item.parent is not None and item.parent not in present), None)
    if lost is not None:
        message = _("This cannot be turned back: “%(task)s” would be left without the task above it.")
        raise Refused("changed-since", message % {"task": lost.name}, str(lost.id))
    parents = {item.id: item.parent for item in sheet.items}
    for item in sheet.items:
        seen, at = {item.id}, item.parent
        while at is not None:
            if at in seen:
                raise Refused("into-itself", _("“%(task)s” cannot be put below itself.") % {"task": item.name}, str(item.id))
            seen.add(at)
            at = parents[at]


def _restore(sheet: Sheet, key: int, row: Row) -> None:
    values = {column: _python(column, value) for column, value in row.items() if column not in NOT_RESTORED}
    item = sheet.new_row(values["name"], values["department_id"])
    sheet.typed.discard(item.id)
    del sheet.by_id[item.id]
    item.id = key
    for column, name in NAMES.items():
        setattr(item, name, values.pop(column))
    sheet.by_id[key] = item
    sheet.items.append(item)
    sheet.words[key] = values
    _take_progress(item, values)


def _take_progress(item: Item, values: Row) -> None:
    for name in ("source_code", "state", "percent", "actual_start", "actual_finish", "reported_on"):
        if name in values:
            setattr(item, name, values[name])
    item.calendar, item.follows_owner = values.get("calendar_id"), values.get("follows_owner", False)


def _change(sheet: Sheet, key: int, row: Row) -> None:
    for column, value in row.items():
        if column in NAMES:
            setattr(sheet.by_id[key], NAMES[column], _python(column, value))
        else:
            sheet.words.setdefault(key, {})[column] = _python(column, value)


def _turn_links(sheet: Sheet, turn: Turn) -> None:
    wanted = {int(key): row for key, row in turn.wanted.get("dependency", {}).items()}
    edges = {edge.id: edge for edge in sheet.edges if edge.id not in wanted}
    for key, row in wanted.items():
        if row is not None:
            if row["predecessor_id"] not in sheet.by_id or row["successor_id"] not in sheet.by_id:
                raise Refused("changed-since", _("This cannot be turned back: a linked task was removed since."))
            edges[key] = Edge(key, *(row[column] for column in LINK_COLUMNS))
    sheet.edges = [edges[key] for key in sorted(edges)]


def _python(column: str, value: Any) -> Any:
    field: Any = WorkItem._meta.get_field(column)
    return field.to_python(value)
