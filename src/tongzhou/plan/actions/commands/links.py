"""Predecessors as people type them into a cell, resolved among the rows of the plan."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from tongzhou.plan.actions.commands.sheet import Sheet, title
from tongzhou.plan.actions.commands.values import CellRefused, text_of
from tongzhou.plan.queries.tree import Edge, Item
from tongzhou.workbooks import predecessors
from tongzhou.workbooks.hierarchy import normal_code
from tongzhou.workbooks.predecessors import Reference
from tongzhou.workbooks.text import key, plain

LONGEST_LAG = 3650 * 1440
Wanted = tuple[int, str, int, bool, int | None]


class Rows:
    """The rows by everything that may name them: the code as shown, the name, both, the code of the sheet they came from."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.codes = {item.code: item for item in sheet.items}
        self.names: dict[str, list[Item]] = defaultdict(list)
        for item in sheet.items:
            for name in {key(item.name), key(f"{item.code}{item.name}"), key(item.source_code)} - {""}:
                self.names[name].append(item)

    def find(self, text: str) -> list[Item]:
        by_code = self.codes.get(normal_code(text) or plain(text))
        return [by_code] if by_code is not None else self.names.get(key(text), [])

    def references(self, text: str) -> list[tuple[Reference, list[Item]]]:
        """Take a cell apart; a name that itself holds a separator stays whole."""
        parts = [plain(text)] if self.names.get(key(text)) else predecessors.split(text)
        found = []
        for part in parts:
            whole = self.find(part)
            reference = Reference(part, text=part) if whole else predecessors.parse(part)
            found.append((reference, whole or self.find(reference.ref)))
        return found


def wanted_links(rows: Rows, successor: Item, value: object) -> list[Wanted]:
    """Return the links that a cell asks for, in its order.

    :raises CellRefused: if a predecessor is unknown or ambiguous, is the task itself, above or below it, or stands there twice.
    """
    found: list[Wanted] = []
    for reference, items in rows.references(text_of(value, 2000)):
        item = _one(reference, items)
        _check_place(rows.sheet, item, successor)
        if max(abs(reference.lag), reference.within or 0) > LONGEST_LAG:
            raise CellRefused(_("“%(text)s”: at most ten years.") % {"text": reference.text[:40]})
        if any(other[:2] == (item.id, reference.kind) for other in found):
            raise CellRefused(_("“%(task)s” stands here twice.") % {"task": title(item)})
        found.append((item.id, reference.kind, reference.lag, reference.elapsed, reference.within))
    return found


class Linking:
    """Links into rows, replaced cell by cell; what stays keeps its row as far as the order of the cell does."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.into: dict[int, list[Edge]] = defaultdict(list)
        for edge in sheet.edges:
            self.into[edge.successor].append(edge)
        self.gone: set[int] = set()
        self.fresh: list[Edge] = []

    def replace(self, successor: Item, wanted: list[Wanted]) -> None:
        """Let `wanted` be the links into `successor`."""
        present = self.into.pop(successor.id, [])
        same = 0
        for edge, one in zip(present, wanted, strict=False):
            if (edge.predecessor, edge.kind) != one[:2]:
                break
            edge.lag, edge.elapsed, edge.within = one[2:]
            same += 1
        self.gone |= {edge.id for edge in present[same:]}
        for one in wanted[same:]:
            self.fresh.append(Edge(-1 - len(self.fresh), one[0], successor.id, *one[1:]))
        self.sheet.loosened.add(successor.id)

    def finish(self) -> None:
        """Put the outcome into the plan, once for all cells."""
        self.sheet.edges = [edge for edge in self.sheet.edges if edge.id not in self.gone] + self.fresh


def _one(reference: Reference, items: list[Item]) -> Item:
    if not items:
        raise CellRefused(_("There is no task “%(text)s”.") % {"text": (reference.ref or reference.text)[:60]})
    if len(items) > 1:
        shown = "、".join(title(item) for item in items[:5])
        raise CellRefused(_("“%(text)s” may be %(tasks)s: use the number.") % {"text": reference.ref[:60], "tasks": shown})
    return items[0]


def _check_place(sheet: Sheet, item: Item, successor: Item) -> None:
    if item.id == successor.id:
        raise CellRefused(_("A task does not wait for itself."))
    for one, other in ((item, successor), (successor, item)):
        parent = one.parent
        while parent is not None:
            if parent == other.id:
                message = _("“%(task)s” stands %(where)s this task: they cannot wait for each other.")
                where = _("below") if one is item else _("above")
                raise CellRefused(message % {"task": title(item), "where": where})
            parent = sheet.by_id[parent].parent
