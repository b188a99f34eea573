"""How a person took sheets with the same headings the last time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongzhou.exchange.queries.answers import LAYOUT, Record
from tongzhou.exchange.queries.wording import KINDS, MEANINGS
from tongzhou.people.models import User
from tongzhou.people.queries.preferences import preference
from tongzhou.workbooks.cells import Sheet
from tongzhou.workbooks.headers import SEARCHED_ROWS, signature

KEY = "import.columns"
MOST_REMEMBERED = 12


@dataclass(frozen=True)
class Wanted:
    """What was chosen for the sheet of that number: "" and None are found out; columns by their letters."""

    sheet: int
    kind: str = ""
    heading: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


def layout_record(sheet: str, kind: str, heading: int | None, columns: Mapping[str, str]) -> Record:
    """The choice as a draft keeps it."""
    return Record(f"layout|{sheet}", LAYOUT, (sheet, kind, heading, dict(columns)))


def remembered_layouts(user: User, sheets: Sequence[Sheet]) -> Iterator[Record]:
    """Yield the earlier choices for sheets whose headings are known. One query."""
    kept = preference(user, KEY)
    memory: dict[str, Any] = kept if isinstance(kept, dict) else {}
    for sheet in sheets if memory else ():
        rows = range(min(len(sheet.rows), SEARCHED_ROWS))
        found = next(((row, memory[mark]) for row in rows if (mark := signature(sheet, row)) in memory), None)
        if found is not None and _fits(found[1]):
            yield layout_record(sheet.name, found[1]["kind"], found[0] + 1, found[1]["columns"])


def _fits(choice: Any) -> bool:
    """Whether what was remembered can still be chosen."""
    return (
        isinstance(choice, dict)
        and choice.get("kind") in {"", *KINDS}
        and isinstance(choice.get("columns"), dict)
        and all(not meaning or meaning in MEANINGS for meaning in choice["columns"].values())
    )


def with_choice(user: User, mark: str, kind: str, columns: Mapping[str, str]) -> dict[str, Any]:
    """What is to be remembered with this choice; the oldest ones are forgotten."""
    kept = preference(user, KEY)
    memory: dict[str, Any] = dict(kept) if isinstance(kept, dict) else {}
    memory.pop(mark, None)
    memory[mark] = {"kind": kind, "columns": dict(columns)}
    return dict(list(memory.items())[-MOST_REMEMBERED:])
