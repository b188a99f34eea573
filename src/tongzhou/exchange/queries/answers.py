"""What a person settled so far, as kept in a draft, and as the understanding takes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from tongzhou.workbooks.result import Answers, SheetLayout

CELL, SKIP, CHOICE, PERSON, DEPARTMENT, LAYOUT = "cell", "skip", "choice", "person", "department", "layout"
NEW, NOBODY = "new", "none"


@dataclass(frozen=True)
class Record:
    """One answer: to which issue, what it does, and how it reads. `what` depends on the effect:

    cell: sheet, row, column, text; skip: sheet, row; choice: id, answer; person and department: name, id or "new" or "none";
    layout: sheet, kind, heading row, {column: meaning}.
    """

    issue: str
    effect: str
    what: tuple[Any, ...]
    label: str = ""
    place: str = ""
    shown: str = ""  # what stands in the cell from now on
    at: tuple[str, int | None, str | None] = ("", None, None)  # sheet, row, column

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Settled:
    """All answers of a draft, sorted by what they do."""

    records: list[Record] = field(default_factory=list)
    workbook: Answers = field(default_factory=Answers)
    people: dict[str, str] = field(default_factory=dict)
    departments: dict[str, str] = field(default_factory=dict)

    def label_of(self, issue: str) -> str | None:
        return next((record.label for record in self.records if record.issue == issue), None)


def records_of(kept: Iterable[dict[str, Any]]) -> list[Record]:
    return [Record(**(one | {"what": tuple(one["what"]), "at": tuple(one["at"])})) for one in kept]


def settled_of(records: Iterable[Record]) -> Settled:
    """Sort the answers by what they do."""
    found = Settled(list(records))
    cells: dict[tuple[str, int, str], str] = {}
    skipped: set[tuple[str, int]] = set()
    choices: dict[str, str] = {}
    layouts: dict[str, SheetLayout] = {}
    for record in found.records:
        if record.effect == CELL:
            sheet, row, column, text = record.what
            cells[sheet, row, column] = text
        elif record.effect == SKIP:
            skipped.add((record.what[0], record.what[1]))
        elif record.effect == CHOICE:
            choices[record.what[0]] = record.what[1]
        elif record.effect == LAYOUT:
            layouts[record.what[0]] = SheetLayout(*record.what[1:])
        else:
            names = found.people if record.effect == PERSON else found.departments
            names[record.what[0]] = record.what[1]
    found.workbook = Answers(cells, frozenset(skipped), choices, layouts)
    return found
