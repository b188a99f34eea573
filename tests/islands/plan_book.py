"""A plan in memory that carries out the commands of the island, as the contract says: one command, one step to take back."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

ORIGIN = date(2024, 3, 4)
PLACES = {"name": 5, "duration": 10, "percent": 11, "predecessors": 16}
DAYS = {"start": 8, "finish": 9}
ID, LEVEL, KIND = 0, 1, 2


@dataclass
class Step:
    """What stood before a command, and after it."""

    label: str
    before: tuple[list[list[Any]], dict[str, dict[int, str]]]
    after: tuple[list[list[Any]], dict[str, dict[int, str]]]


@dataclass
class Book:
    """The rows of a plan (see `small_plan`), the texts of further columns by row, and the steps done and undone."""

    raw: dict[str, Any]
    texts: dict[str, dict[int, str]] = field(default_factory=lambda: {"risk_point": {3: "主板到货晚"}})
    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)

    @property
    def rows(self) -> list[list[Any]]:
        rows: list[list[Any]] = self.raw["rows"]
        return rows

    def plan(self) -> dict[str, Any]:
        """Return the plan as the island reads it."""
        return self.raw | {
            "rows": copy.deepcopy(self.rows),
            "links": [link for link in self.raw["links"] if max(link[:2]) < len(self.rows)],
        }

    def column(self, name: str) -> list[str]:
        """Return the texts of a column, one for each row."""
        return [self.texts.get(name, {}).get(row[ID], "") for row in self.rows]

    def names(self) -> list[tuple[int, str]]:
        """Return level and name of every row."""
        return [(row[LEVEL], row[5]) for row in self.rows]

    def label(self, steps: list[Step]) -> str | None:
        """Return what would be taken back first."""
        return steps[-1].label if steps else None

    def run(self, body: dict[str, Any]) -> list[int]:
        """Carry out a command; return the rows it made or changed."""
        name = body["command"]
        if name in ("undo", "redo"):
            return self._walk(name)
        before = copy.deepcopy((self.rows, self.texts))
        ids: list[int] = getattr(self, f"_{name}")(body)
        for at, row in enumerate(self.rows):
            below = self.rows[at + 1][LEVEL] if at + 1 < len(self.rows) else 0
            row[KIND] = 0 if below > row[LEVEL] else (row[KIND] or 1)
        self.done.append(Step(name, before, copy.deepcopy((self.rows, self.texts))))
        self.undone.clear()
        return ids

    def _walk(self, name: str) -> list[int]:
        source, target = (self.done, self.undone) if name == "undo" else (self.undone, self.done)
        step = source.pop()
        self.raw["rows"], self.texts = copy.deepcopy(step.before if name == "undo" else step.after)
        target.append(step)
        return []

    def _at(self, key: int) -> int:
        return next(at for at, row in enumerate(self.rows) if row[ID] == key)

    def _end(self, at: int) -> int:
        end = at + 1
        while end < len(self.rows) and self.rows[end][LEVEL] > self.rows[at][LEVEL]:
            end += 1
        return end

    def _place(self, parent: int | None, before: int | None) -> tuple[int, int]:
        level = self.rows[self._at(parent)][LEVEL] + 1 if parent is not None else 0
        if before is not None:
            return self._at(before), level
        return (self._end(self._at(parent)) if parent is not None else len(self.rows)), level

    def _new(self, level: int) -> list[Any]:
        key = max(row[ID] for row in self.rows) + 1
        return [key, level, 1, 0, 0, "", -1, -1, None, None, 1, 0, 0, None, None, 0, "", ""]

    def _insert(self, body: dict[str, Any]) -> list[int]:
        at, level = self._place(body["parent"], body["before"])
        made = []
        for offset, values in enumerate(body["rows"]):
            row = self._new(level)
            self.rows.insert(at + offset, row)
            made.append(row[ID])
            for name, value in values.items():
                self._write(row, name, value)
        return made

    def _remove(self, body: dict[str, Any]) -> list[int]:
        for key in body["ids"]:
            at = self._at(key)
            del self.rows[at : self._end(at)]
        return list(body["ids"])

    def _indent(self, body: dict[str, Any], by: int = 1) -> list[int]:
        for key in body["ids"]:
            at = self._at(key)
            for row in self.rows[at : self._end(at)]:
                row[LEVEL] += by
        return list(body["ids"])

    def _outdent(self, body: dict[str, Any]) -> list[int]:
        return self._indent(body, -1)

    def _move(self, body: dict[str, Any]) -> list[int]:
        taken: list[list[Any]] = []
        tops = []
        for key in body["ids"]:
            at = self._at(key)
            tops.append((len(taken), self._end(at) - at, self.rows[at][LEVEL]))
            taken += self.rows[at : self._end(at)]
            del self.rows[at : self._end(at)]
        at, level = self._place(body["parent"], body["before"])
        for first, length, old in tops:
            for row in taken[first : first + length]:
                row[LEVEL] += level - old
        self.rows[at:at] = taken
        return list(body["ids"])

    def _set(self, body: dict[str, Any]) -> list[int]:
        for cell in body["cells"]:
            self._write(self.rows[self._at(cell["id"])], cell["field"], cell["value"])
        return [cell["id"] for cell in body["cells"]]

    def _paste(self, body: dict[str, Any]) -> list[int]:
        at = self._at(body["anchor"])
        ids = []
        for offset, texts in enumerate(body["rows"]):
            if at + offset >= len(self.rows):
                self.rows.append(self._new(self.rows[-1][LEVEL]))
            row = self.rows[at + offset]
            ids.append(row[ID])
            for name, value in zip(body["columns"], texts, strict=True):
                self._write(row, name, value)
        return ids

    def _write(self, row: list[Any], name: str, value: Any) -> None:
        if name in PLACES:
            row[PLACES[name]] = float(value) if name in ("duration", "percent") else value
        elif name in DAYS:
            self._date(row, name, (date.fromisoformat(value) - ORIGIN).days)
        elif name == "owner":
            people = [key if isinstance(value, int) else person for key, person, _ in self.raw["people"]]
            row[6] = people.index(value) if value in people else -1
        elif name == "department":
            row[7] = self.raw["departments"].index(value)
        elif name == "milestone":
            row[KIND] = 2 if value else 1
        else:
            self.texts.setdefault(name, {})[row[ID]] = str(value or "")

    def _date(self, row: list[Any], name: str, day: int) -> None:
        """A moved start takes its finish along."""
        if name == "start" and row[9] is not None and row[8] is not None:
            row[9] += day - row[8]
        row[DAYS[name]] = day
        row[8] = day if row[8] is None else row[8]
        row[9] = max(row[8], day if row[9] is None else row[9])
