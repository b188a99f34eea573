"""Reads: signed and now: what a signed memo says, row by row, and what the plan says today, with every difference marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.charters.queries.cut import Cut, kept_apart
from tongzhou.charters.queries.memo_cut import HEAD, PARTS, Memo, departments_in, memo_labels

DAYS = frozenset({"start", "finish", "due"})
FIELDS = {
    "basics": ("project", "start", "finish", "objective"),
    "objectives": ("name", "metric", "target", "due"),
    "milestones": ("name", "due", "department", "owner", "standard"),
    "duty": ("kind", "duty"),
    "tasks": ("name", "start", "finish", "owner", "handed", "output", "standard"),
    "supports": ("name", "finish", "department", "owner", "content", "helpers"),
    "deliverables": ("name", "amount", "due", "standard"),
    "commitments": ("name", "kind", "asked", "promised", "start", "finish", "answer"),
}
"""What is compared of the entries of each part."""
Homes = dict[tuple[str, str], str]
SAME, CHANGED, ADDED, GONE = "same", "changed", "added", "gone"


@dataclass(frozen=True)
class Change:
    """A field that differs. `days`: by how much a day moved, later is more than 0; None where it is no day."""

    field: str
    label: str
    before: str
    after: str
    days: int | None = None

    @property
    def moved(self) -> str:
        """How far a day moved, in words."""
        if not self.days:
            return ""
        if self.days > 0:
            return ngettext("%(n)s day later", "%(n)s days later", self.days) % {"n": self.days}
        return ngettext("%(n)s day earlier", "%(n)s days earlier", -self.days) % {"n": -self.days}


@dataclass(frozen=True)
class Row:
    """An entry of the memo. `part`: a key of FIELDS; `state`: same, changed, added or gone; `until`: the day it says now."""

    part: str
    id: str
    name: str
    state: str
    until: str
    changes: tuple[Change, ...] = ()

    @property
    def word(self) -> str:
        """How it stands, in the reader's language."""
        return {SAME: _("Unchanged"), CHANGED: _("Changed"), ADDED: _("Added"), GONE: _("No longer there")}[self.state]

    @property
    def tone(self) -> str:
        return {SAME: "todo", CHANGED: "late", ADDED: "doing", GONE: "block"}[self.state]

    @property
    def part_word(self) -> str:
        """What it is, in the reader's language."""
        words = {
            "basics": _("Goal and period"),
            "objectives": _("Objective"),
            "milestones": _("Milestone"),
            "duty": _("Duty"),
            "tasks": _("Task"),
            "supports": _("Support"),
            "deliverables": _("Deliverable"),
            "commitments": _("Resource asked for"),
        }
        return words[self.part]


@dataclass(frozen=True)
class Block:
    """What all share (department None), or a department's part. `mine`: the reader has a seat of it."""

    department: int | None
    name: str
    rows: tuple[Row, ...]
    mine: bool = False

    @property
    def differing(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.state != SAME)


@dataclass(frozen=True)
class Compared:
    """The whole comparison, what all share first."""

    blocks: tuple[Block, ...]

    @property
    def count(self) -> int:
        """How many rows differ."""
        return sum(len(block.differing) for block in self.blocks)

    @property
    def rows(self) -> int:
        return sum(len(block.rows) for block in self.blocks)

    @property
    def moved(self) -> int:
        """How many rows have a day that moved."""
        return sum(any(change.days for change in row.changes) for block in self.blocks for row in block.rows)

    def for_reader(self, departments: Iterable[int]) -> Compared:
        """Return the same with the reader's own departments first, then what all share, then the others."""
        mine = frozenset(departments)
        blocks = [replace(block, mine=block.department in mine) for block in self.blocks]
        return Compared(tuple(sorted(blocks, key=lambda block: (not block.mine, block.department is not None))))


def compared(signed: Mapping[str, Any], memo: Memo) -> Compared:
    """Compare the snapshot of a signed memo with what the memo would say now. Asks nothing."""
    labels = memo_labels()
    before, after = dict(departments_in(signed["parts"])), dict(memo.departments)
    homes = _homes(before), _homes(after)
    blocks = [Block(None, _("What all share"), tuple(_shared(signed["shared"], memo.shared, labels)))]
    for seat in (*before, *(seat for seat in after if seat not in before)):
        old, new = before.get(seat), after.get(seat)
        name = (new or old or {})["name"]
        blocks.append(Block(int(seat.removeprefix(HEAD)), name, tuple(_part(old, new, homes, labels))))
    return Compared(tuple(blocks))


def _shared(old: Cut, new: Cut, labels: Mapping[str, str]) -> Iterable[Row]:
    yield _row("basics", _basics(old["basics"]), _basics(new["basics"]), labels)
    for part in ("objectives", "milestones"):
        yield from _rows(part, old.get(part, []), new.get(part, []), labels)


def _basics(basics: Cut) -> Cut:
    title = _("Goal and period of the collaboration")
    return {**basics, "project": basics["name"], "id": "basics", "name": title}


def _part(old: Cut | None, new: Cut | None, homes: tuple[Homes, ...], labels: Mapping[str, str]) -> Iterable[Row]:
    """What went to another department is said where it was and where it is."""
    named = {"id": "duty", "name": _("Takes part, and its duty")}
    yield _row("duty", None if old is None else old | named, None if new is None else new | named, labels)
    for part in PARTS:
        for row in _rows(part, (old or {}).get(part, []), (new or {}).get(part, []), labels):
            yield _rehomed(row, homes, labels)


def _rehomed(row: Row, homes: tuple[Homes, ...], labels: Mapping[str, str]) -> Row:
    before, after = (home.get((row.part, row.id), "") for home in homes)
    if row.state not in (ADDED, GONE) or not before or not after:
        return row
    return replace(row, changes=(Change("department", labels["department"], before, after), *row.changes))


def _homes(parts: Mapping[str, Cut]) -> Homes:
    """Return the department of each entry that only one has: several may support a task."""
    lists = [(part, name) for part in parts.values() for name in PARTS if name != "supports"]
    return {(name, str(entry["id"])): part["name"] for part, name in lists for entry in part.get(name, [])}


def _rows(part: str, old: list[Cut], new: list[Cut], labels: Mapping[str, str]) -> Iterable[Row]:
    """Pair entries by id: those that are there now in their order, then those that are gone."""
    before, after = ({str(entry["id"]): entry for entry in entries} for entries in (old, new))
    gone = {key: entry for key, entry in before.items() if key not in after}
    for key, entry in after.items():
        yield _row(part, before.get(key) or _renumbered(part, entry, gone), entry, labels)
    for entry in gone.values():
        yield _row(part, entry, None, labels)


def _renumbered(part: str, entry: Cut, gone: dict[str, Cut]) -> Cut | None:
    """A milestone of the plan that became a key milestone, or is none any more, has another id: it is known by its name."""
    same = (key for key, old in gone.items() if part == "milestones" and old["name"] == entry["name"])
    key = next(same, None)
    return None if key is None else gone.pop(key)


def _row(part: str, old: Cut | None, new: Cut | None, labels: Mapping[str, str]) -> Row:
    shown = new if new is not None else old or {}
    changes: tuple[Change, ...] = ()
    if old is not None and new is not None:
        names = (name for name in FIELDS[part] if _text(old.get(name)) != _text(new.get(name)))
        changes = tuple(_change(name, _text(old.get(name)), _text(new.get(name)), labels) for name in names)
        changes = changes or tuple(_money(part, old, new))
    state = ADDED if old is None else GONE if new is None else CHANGED if changes else SAME
    until = _text(shown.get("finish") or shown.get("due"))
    return Row(part, str(shown["id"]), str(shown["name"]), state, until, changes)


def _money(part: str, old: Cut, new: Cut) -> Iterable[Change]:
    """How much money is asked for is not in a memo: that it is otherwise shows in the version of its line."""
    if part == "commitments" and new["asked"] == kept_apart() and old["version"] != new["version"]:
        before, after = (_("Version %(version)s") % {"version": entry["version"]} for entry in (old, new))
        yield Change("version", _("Amount, in the paper of commitments"), before, after)


def _change(name: str, before: str, after: str, labels: Mapping[str, str]) -> Change:
    days = None
    if name in DAYS and before and after:
        days = (date.fromisoformat(after) - date.fromisoformat(before)).days
    return Change(name, labels.get(name, name), before, after, days)


def _text(value: object) -> str:
    return "" if value is None else str(value)
