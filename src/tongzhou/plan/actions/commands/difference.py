"""What a command changed, column by column: what is written, what can be undone, what the record says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from tongzhou.lib.prepared import Given, prepared
from tongzhou.people.models import Department, User
from tongzhou.plan.actions.commands.sheet import INPUTS, WORDS, Sheet, Support, edge_values, inputs_of, title
from tongzhou.plan.models import KeyMilestone, Supporter, WorkItem
from tongzhou.plan.queries.grid import link_text
from tongzhou.plan.queries.tree import Edge, Item
from tongzhou.timeline.actions import ChangeOf

Row = dict[str, Any]
LINK_COLUMNS = ("predecessor_id", "successor_id", "kind", "lag", "elapsed", "within")
COLUMNS = tuple(INPUTS.values())


@dataclass
class Difference:
    """Rows before and after, by id; None: there is no such row. Values are those of the columns."""

    before: dict[int, Row | None] = field(default_factory=dict)
    after: dict[int, Row | None] = field(default_factory=dict)
    links_before: dict[int, Row | None] = field(default_factory=dict)
    links_after: dict[int, Row | None] = field(default_factory=dict)
    supporters_before: dict[int, list[Support]] = field(default_factory=dict)
    supporters_after: dict[int, list[Support]] = field(default_factory=dict)
    milestones: dict[int, int] = field(default_factory=dict)
    """Key milestones that lose their row, with its id."""
    words: dict[int, Row] = field(default_factory=dict)
    """The words of rows as they were stored, where the command touched them."""

    def __bool__(self) -> bool:
        return bool(self.before or self.links_before or self.supporters_before)

    @property
    def lost(self) -> tuple[tuple[int, int], ...]:
        """The rows that are somebody else's now, or nobody's, each with whose they were."""
        sides = [(key, was, self.after[key]) for key, was in self.before.items()]
        owned = [(key, was.get("owner_id"), now.get("owner_id")) for key, was, now in sides if was and now]
        return tuple((key, was) for key, was, now in owned if was and was != now)

    @property
    def created(self) -> list[int]:
        return [key for key, row in self.before.items() if row is None]

    @property
    def removed(self) -> list[int]:
        return [key for key, row in self.after.items() if row is None]


def difference(sheet: Sheet) -> Difference:
    """Compare the plan in memory with what is stored. Up to four queries, where words, supporters or removed rows ask."""
    made = Difference()
    gone = [key for key in sheet.before if key not in sheet.by_id]
    for key, values in stored_rows(gone).items():
        made.before[key], made.after[key] = values, None
    if gone:
        tied = KeyMilestone.objects.filter(work_item__in=gone).values_list("pk", "work_item_id")
        made.milestones = {key: item for key, item in tied if item is not None}
    kept = [key for key in sheet.words if key in sheet.before]
    made.words = {row[0]: dict(zip(WORDS, row[1:], strict=True)) for row in _worded(kept)} if kept else {}
    for item in sheet.items:
        _compare(made, item, sheet.before.get(item.id), sheet.words.get(item.id), made.words)
    _compare_links(made, sheet)
    _compare_supporters(made, sheet, gone)
    return made


@prepared
def _worded(keys: Given) -> QuerySet[WorkItem, tuple[Any, ...]]:
    return WorkItem.objects.filter(pk__among=keys).order_by().values_list("id", *WORDS)


def stored_rows(keys: list[int]) -> dict[int, Row]:
    """Return all columns of rows."""
    found: dict[int, Row] = {}
    for row in WorkItem.objects.filter(pk__in=keys).values() if keys else ():
        found[row["id"]] = {**row}
    return found


def _compare(made: Difference, item: Item, old: Item | None, words: Row | None, stored: Mapping[int, Row]) -> None:
    if old is None:
        made.before[item.id] = None
        made.after[item.id] = dict(zip(COLUMNS, inputs_of(item), strict=True)) | (words or {})
        return
    was, now = inputs_of(old), inputs_of(item)
    before, after = {}, {}
    if was != now:
        for column, one, other in zip(COLUMNS, was, now, strict=True):
            if one != other:
                before[column], after[column] = one, other
    for column, value in (words or {}).items():
        if stored[item.id][column] != value:
            before[column], after[column] = stored[item.id][column], value
    if after:
        made.before[item.id], made.after[item.id] = before, after


def _compare_links(made: Difference, sheet: Sheet) -> None:
    present = {edge.id: edge for edge in sheet.edges}
    for key in {**sheet.links_before, **present}:
        old, new = sheet.links_before.get(key), present.get(key)
        was, now = (edge_values(old) if old else None), (edge_values(new) if new else None)
        if was != now:
            made.links_before[key] = dict(zip(LINK_COLUMNS, was, strict=True)) if was else None
            made.links_after[key] = dict(zip(LINK_COLUMNS, now, strict=True)) if now else None


def _compare_supporters(made: Difference, sheet: Sheet, gone: list[int]) -> None:
    keys = [*sheet.supporters, *gone]
    stored = supporters_of(keys) if keys else {}
    for key in keys:
        was, now = stored.get(key, []), sheet.supporters.get(key, [])
        if was != now:
            made.supporters_before[key], made.supporters_after[key] = was, now


def supporters_of(keys: Iterable[int]) -> dict[int, list[Support]]:
    """Return the stored supporters of items, in their order. One query."""
    found: dict[int, list[Support]] = {}
    rows = Supporter.objects.filter(work_item__in=[key for key in keys if key > 0]).order_by("pk")
    for item, user, department, content in rows.values_list("work_item_id", "user_id", "department_id", "content"):
        found.setdefault(item, []).append((user, department, content))
    return found


def storable(value: Any) -> Any:
    """Return a column's value as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def stored_form(rows: Mapping[int, Row | None]) -> dict[str, Row | None]:
    """Return rows as a PlanEdit keeps them."""
    return {
        str(key): {name: storable(value) for name, value in row.items()} if row is not None else None
        for key, row in rows.items()
    }


def changes_of(sheet: Sheet, made: Difference) -> list[ChangeOf]:
    """Return what the record says: for each object its fields before and after, in words. Up to two queries for names."""
    names = _Names(sheet, made)
    sides: dict[int, tuple[Row, Row]] = {}
    labels = {key: sheet.by_id[key] if key in sheet.by_id else sheet.before[key] for key in made.before}
    for key, was in made.before.items():
        now, row = made.after[key], labels[key]
        if was is None or now is None:
            shown = {"name": row.name, "start": row.typed_start, "finish": row.typed_finish}
            sides[key] = ({}, shown) if was is None else ({"name": row.name}, {"name": None})
        else:
            sides[key] = names.shown(key, was), names.shown(key, now)
    _tell_links(sheet, made, sides)
    for key, was_supported in made.supporters_before.items():
        if key in sheet.by_id and key in sheet.before:
            side = sides.setdefault(key, ({}, {}))
            side[0]["supporters"] = names.supporters(was_supported)
            side[1]["supporters"] = names.supporters(made.supporters_after[key])
    _tell_dates(sheet, sides)
    rows = {**sheet.before, **sheet.by_id}
    return [ChangeOf("work_item", key, rows[key].name, *side) for key, side in sides.items()]


def _tell_links(sheet: Sheet, made: Difference, sides: dict[int, tuple[Row, Row]]) -> None:
    ends = {row["successor_id"] for side in (made.links_before, made.links_after) for row in side.values() if row}
    ends &= sheet.before.keys() & sheet.by_id.keys()
    if not ends:
        return
    texts = [_link_texts(sheet.links_before.values(), sheet.before, ends), _link_texts(sheet.edges, sheet.by_id, ends)]
    for key in sorted(ends):
        side = sides.setdefault(key, ({}, {}))
        side[0]["predecessors"], side[1]["predecessors"] = texts[0].get(key, ""), texts[1].get(key, "")


def _link_texts(edges: Iterable[Edge], rows: Mapping[int, Item], ends: set[int]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for edge in edges:
        if edge.successor in ends:
            found.setdefault(edge.successor, []).append(link_text(rows[edge.predecessor].code, edge))
    return {key: ";".join(parts) for key, parts in found.items()}


def _tell_dates(sheet: Sheet, sides: dict[int, tuple[Row, Row]]) -> None:
    for key, old in sheet.before.items():
        at = sheet.dates.get(key)
        if at is not None and (old.start, old.finish) != (at.start, at.finish):
            side = sides.setdefault(key, ({}, {}))
            for name, was, now in (("start", old.start, at.start), ("finish", old.finish, at.finish)):
                if was != now:
                    side[0][name], side[1][name] = was and was.isoformat(), now.isoformat()


class _Names:
    """Names instead of ids."""

    def __init__(self, sheet: Sheet, made: Difference) -> None:
        self.sheet = sheet
        rows = [row for side in (made.before, made.after) for row in side.values() if row]
        people = {row.get(name) for row in rows for name in ("owner_id", "stand_in_id")}
        departments = {row.get("department_id") for row in rows}
        for side in (made.supporters_before, made.supporters_after):
            for supporters in side.values():
                people |= {user for user, _department, _content in supporters}
                departments |= {department for _user, department, _content in supporters}
        self.people = _named(User, people)
        self.departments = _named(Department, departments)

    def shown(self, key: int, values: Row) -> Row:
        found: Row = {}
        for column, value in values.items():
            if column in ("owner_id", "stand_in_id"):
                found[column.removesuffix("_id")] = self.people.get(value)
            elif column == "department_id":
                found["department"] = self.departments.get(value)
            elif column == "parent_id":
                parent = self.sheet.by_id.get(value) or self.sheet.before.get(value)
                found["parent"] = title(parent) if parent else None
            elif column != "rank":
                found[column] = value
        return found

    def supporters(self, rows: Iterable[Support]) -> str:
        return "; ".join(
            (self.people.get(user) or self.departments.get(department) or "") + (f"({content})" if content else "")
            for user, department, content in rows
        )


def _named(model: type[User] | type[Department], keys: set[Any]) -> dict[int | None, str]:
    wanted = keys - {None}
    return dict(model.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
