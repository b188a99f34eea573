"""Commands on the tree: remove, indent, outdent, move; and what becomes of a row that gets children or loses them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused
from tongzhou.plan.actions.commands.sheet import Sheet, title, titles
from tongzhou.plan.queries.tree import Item, branches

MOST_IDS = 20_000


def ids_of(sheet: Sheet, body: dict[str, Any], name: str = "ids") -> list[Item]:
    """Return the rows that a command names, in the order of the plan.

    :raises Refused: if it names none, too many, or one that is not there.
    """
    found = body.get(name)
    if not isinstance(found, list) or not found or len(found) > MOST_IDS or not all(map(_is_id, found)):
        raise Refused("rows-missing", _("The command names no rows."), name)
    for key in found:
        sheet.row(key)
    wanted = set(found)
    return [row for row in sheet.items if row.id in wanted]


def optional_row(sheet: Sheet, body: dict[str, Any], name: str) -> Item | None:
    """Return the row that `name` says, None for null.

    :raises Refused: if it is no row of the plan.
    """
    value = body.get(name)
    if value is None:
        return None
    if not _is_id(value):
        raise Refused("row-unknown", _("This plan has no such task (any more)."), name)
    return sheet.row(value)


def place_of(sheet: Sheet, body: dict[str, Any]) -> tuple[Item | None, int | None]:
    """Return the parent and the sibling in front of which rows are to be put.

    :raises Refused: if they are no rows, or the sibling is not below the parent.
    """
    parent, before = optional_row(sheet, body, "parent"), optional_row(sheet, body, "before")
    if before is not None and before.parent != (parent.id if parent else None):
        raise Refused("place-unknown", _("“%(task)s” is no longer at that place.") % {"task": title(before)}, "before")
    return parent, before.id if before else None


def remove(sheet: Sheet, body: dict[str, Any]) -> str:
    """Remove rows with all below them and their links; return the label.

    :raises Refused: if one may not be changed, or somebody reported on one.
    """
    tops = _tops(sheet, ids_of(sheet, body))
    gone = branches(sheet.items, {row.id for row in tops})
    sheet.require_edit(gone)
    reported = next((row for row in gone if row.reported_on), None)
    if reported is not None:
        message = _("Somebody reported on “%(task)s”: cancel it instead of removing it.")
        raise Refused("has-progress", message % {"task": title(reported)}, str(reported.id))
    keys = {row.id for row in gone}
    lost = [edge for edge in sheet.edges if edge.predecessor in keys or edge.successor in keys]
    outside = [edge for edge in lost if not (edge.predecessor in keys and edge.successor in keys)]
    sheet.loosened |= {edge.successor for edge in outside if edge.successor not in keys}
    sheet.edges = [edge for edge in sheet.edges if not (edge.predecessor in keys or edge.successor in keys)]
    sheet.items = [row for row in sheet.items if row.id not in keys]
    sheet.touched = [row.id for row in gone]
    sheet.arrange()
    if len(gone) > len(tops):
        sheet.notices.append(_("%(count)d tasks below them are removed, too.") % {"count": len(gone) - len(tops)})
    if outside:
        sheet.notices.append(_("%(count)d links with other tasks are removed.") % {"count": len(outside)})
    return _("Remove %(tasks)s") % {"tasks": titles(tops)}


def indent(sheet: Sheet, body: dict[str, Any]) -> str:
    """Put each row below the row above it of the same level; return the label."""
    tops = _tops(sheet, ids_of(sheet, body))
    sheet.require_edit(tops)
    for run in _runs(sheet, tops):
        siblings = sheet.children[run[0].parent]
        at = siblings.index(run[0])
        if at == 0:
            message = _("There is no task above “%(task)s” to put it below.")
            raise Refused("nothing-above", message % {"task": title(run[0])}, str(run[0].id))
        _place(sheet, run, siblings[at - 1], None)
    return _("Indent %(tasks)s") % {"tasks": titles(tops)}


def outdent(sheet: Sheet, body: dict[str, Any]) -> str:
    """Put each row behind its parent; return the label."""
    tops = _tops(sheet, ids_of(sheet, body))
    sheet.require_edit(tops)
    for run in reversed(_runs(sheet, tops)):
        if run[0].parent is None:
            message = _("“%(task)s” stands at the top already.")
            raise Refused("at-the-top", message % {"task": title(run[0])}, str(run[0].id))
        parent = sheet.by_id[run[0].parent]
        siblings = sheet.children[parent.parent]
        at = siblings.index(parent) + 1
        grandparent = sheet.by_id[parent.parent] if parent.parent is not None else None
        _place(sheet, run, grandparent, siblings[at].id if at < len(siblings) else None)
    return _("Outdent %(tasks)s") % {"tasks": titles(tops)}


def move(sheet: Sheet, body: dict[str, Any]) -> str:
    """Put rows, with what is below them, in front of a row or at the end of a parent; return the label."""
    tops = _tops(sheet, ids_of(sheet, body))
    parent, before = place_of(sheet, body)
    sheet.require_edit(tops)
    moving = {row.id for row in branches(sheet.items, {row.id for row in tops})}
    if parent is not None and parent.id in moving:
        message = _("“%(task)s” cannot be put below itself.")
        raise Refused("into-itself", message % {"task": title(parent)}, str(parent.id))
    if before in moving:
        siblings = sheet.children[parent.id if parent else None]
        behind = siblings[siblings.index(sheet.by_id[before or 0]) :]
        before = next((row.id for row in behind if row.id not in moving), None)
    _place(sheet, tops, parent, before)
    return _("Move %(tasks)s") % {"tasks": titles(tops)}


def room_below(sheet: Sheet, parent: Item | None) -> int | None:
    """Make `parent` ready for its first child; return the id under which the child goes.

    A task that was reported on keeps its report, its links and its history: a summary of the same name is put in its place,
    and it becomes the first task below it. Without a report its own dates and duration rest until it has no children again.

    :raises Refused: if it is a milestone, or may not be changed.
    """
    if parent is None:
        return None
    if sheet.children.get(parent.id):
        return parent.id
    sheet.require_edit([parent])
    if parent.is_milestone:
        message = _("“%(task)s” is a milestone: no task can stand below it.")
        raise Refused("milestone-parent", message % {"task": title(parent)}, str(parent.id))
    if not (parent.reported_on or parent.percent or parent.state != "todo"):
        message = _("“%(task)s” is a summary now: its dates follow from the tasks below it; its own come back without them.")
        sheet.notices.append(message % {"task": title(parent)})
        sheet.loosened.add(parent.id)
        return parent.id
    above = sheet.new_row(parent.name, parent.department)
    rank, old, sheet.typed = parent.rank, parent.parent, sheet.typed - {above.id}
    sheet.place([above], old, parent.id)
    above.rank = rank
    parent.rank = ""
    sheet.place([parent], above.id, None)
    message = _("“%(task)s” has progress (%(percent)s%%): it keeps it as the first task below a new summary of the same name.")
    sheet.notices.append(message % {"task": parent.name, "percent": f"{parent.percent / 100:g}"})
    sheet.loosened.add(parent.id)
    return above.id


def tell_lost_children(sheet: Sheet) -> None:
    """Say which summaries became tasks again, and let their own dates count."""
    present = {row.id for row in sheet.items}
    had = {row.parent for row in sheet.before.values()}
    for key in sorted(key for key in had if key is not None and key in present and not sheet.children.get(key)):
        row = sheet.by_id[key]
        message = _("“%(task)s” has no tasks below it any more: it is a task of its own again, %(days)s days long.")
        sheet.notices.append(message % {"task": title(row), "days": f"{row.duration / 480:g}"})
        sheet.loosened.add(key)


def _place(sheet: Sheet, rows: list[Item], parent: Item | None, before: int | None) -> None:
    key = room_below(sheet, parent)
    sheet.place(rows, key, before)
    sheet.loosened |= {row.id for row in rows}
    sheet.touched += [row.id for row in rows]


def _tops(sheet: Sheet, rows: list[Item]) -> list[Item]:
    """Return the rows that do not stand below another of them."""
    wanted = {row.id for row in rows}
    inside: set[int | None] = set()
    for row in sheet.items:
        if row.parent in wanted or row.parent in inside:
            inside.add(row.id)
    return [row for row in rows if row.id not in inside]


def _runs(sheet: Sheet, rows: list[Item]) -> list[list[Item]]:
    """Return the rows in runs of neighbours below one parent."""
    places = {row.id: place for siblings in sheet.children.values() for place, row in enumerate(siblings)}
    runs: list[list[Item]] = []
    for row in rows:
        last = runs[-1][-1] if runs else None
        if last is not None and last.parent == row.parent and places[row.id] == places[last.id] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63
