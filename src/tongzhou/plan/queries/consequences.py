"""Which dates a change moves, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tongzhou.plan.queries.network import Dates
from tongzhou.plan.queries.tree import Item


@dataclass(frozen=True)
class Move:
    """One date that would change."""

    id: int
    code: str
    name: str
    field: str
    before: date | None
    after: date | None
    why: str


def moves_of(
    items: Iterable[Item],
    before: Mapping[int, Item],
    after: Mapping[int, Dates],
    drivers: Mapping[int, int],
    touched: Collection[int],
) -> list[Move]:
    """Return the dates of stored rows that move, those of the rows in `touched` first."""
    rows = {item.id: item for item in items}
    found: list[Move] = []
    for item in sorted(rows.values(), key=lambda item: item.id not in touched):
        old = before.get(item.id)
        if old is None or old.start is None or old.finish is None:
            continue
        at = after[item.id]
        if (old.start, old.finish) != (at.start, at.finish):
            found.extend(_moves(item, (old.start, old.finish), at, _why(item, rows.get(drivers.get(item.id, 0)))))
    return found


def _moves(row: Item, before: tuple[date, date], after: Dates, why: str) -> list[Move]:
    if row.is_milestone or (before[0] == before[1] and after.start == after.finish):
        pairs = [("finish", before[1], after.finish)]
    else:
        pairs = [("start", before[0], after.start), ("finish", before[1], after.finish)]
    return [Move(row.id, row.code, row.name, side, old, new, why) for side, old, new in pairs if old != new]


def _why(row: Item, driver: Item | None) -> str:
    if not row.leaf:
        return _("follows from the tasks below it")
    return _("after %(driver)s") % {"driver": f"{driver.code} {driver.name}"} if driver else ""
