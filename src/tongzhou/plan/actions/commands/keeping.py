"""Storing what a command changed: each table by one statement, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from tongzhou.lib.bulk import update_rows
from tongzhou.people.models import User
from tongzhou.plan.actions.commands.difference import LINK_COLUMNS, Difference
from tongzhou.plan.actions.commands.sheet import INPUTS, OUTPUTS, WORDS, Sheet
from tongzhou.plan.actions.summarising import keep_summary
from tongzhou.plan.models import Dependency, KeyMilestone, Plan, Supporter, WorkItem
from tongzhou.plan.queries.tree import Item

COLUMNS = tuple(INPUTS.values())


def keep(sheet: Sheet, plan: Plan, made: Difference) -> None:
    """Write the difference and the dates, raise the plan's version. Rows that were new have their ids afterwards."""
    gone = [key for key, row in made.links_after.items() if row is None]
    if gone:
        Dependency.objects.filter(pk__in=gone).delete()
    ids = _create(sheet, made)
    if ids:
        _rename(sheet, made, ids)
    _update(sheet, made)
    # What stood below a row that goes stands elsewhere by now: deleting takes nothing along.
    if made.removed:
        WorkItem.objects.filter(pk__in=made.removed).delete()
    _keep_links(sheet, made)
    _keep_supporters(made)
    for key, tied in sheet.milestones.items():
        KeyMilestone.objects.filter(pk=key, work_item=None).update(work_item_id=tied)
    plan.version += 1
    plan.save(update_fields=["version"])
    for item in sheet.items:
        item.start, item.finish = sheet.dates[item.id].start, sheet.dates[item.id].finish
    keep_summary(project=sheet.project, items=sheet.items)


def newcomers(sheet: Sheet, made: Difference) -> list[User]:
    """Return who was given work by the command: owners, stand-ins, supporters. One query where there are some."""
    found: set[Any] = set()
    for key, now in made.after.items():
        was = made.before[key] or {}
        for column in ("owner_id", "stand_in_id"):
            if now and now.get(column) and now.get(column) != was.get(column):
                found.add(now[column])
    for supporters in made.supporters_after.values():
        found |= {user for user, _department, _content in supporters if user}
    return list(User.objects.filter(pk__in=found)) if found else []


def _create(sheet: Sheet, made: Difference) -> dict[int, int]:
    """Create the new rows, parents first; return their ids by the numbers that stood for them."""
    ids: dict[int, int] = {}
    waiting = [sheet.by_id[key] for key in made.created]
    while waiting:
        ready = [item for item in waiting if item.parent is None or item.parent > 0 or item.parent in ids]
        rows = WorkItem.objects.bulk_create([_fresh(sheet, made, item, ids) for item in ready], batch_size=1000)
        ids |= {item.id: row.pk for item, row in zip(ready, rows, strict=True)}
        done = {item.id for item in ready}
        waiting = [item for item in waiting if item.id not in done]
    return {key: value for key, value in ids.items() if key < 0}


def _fresh(sheet: Sheet, made: Difference, item: Item, ids: dict[int, int]) -> WorkItem:
    columns = dict(made.after[item.id] or {})
    parent = columns["parent_id"]
    columns["parent_id"] = ids.get(parent, parent)
    at = sheet.dates[item.id]
    columns |= {"start": at.start, "finish": at.finish, "slack": at.slack, "critical": at.critical}
    columns.pop("project_id", None)
    key = columns.pop("id", item.id)
    return WorkItem(pk=key if key > 0 else None, project=sheet.project, **columns)


def _rename(sheet: Sheet, made: Difference, ids: dict[int, int]) -> None:
    """Put the ids of created rows where their numbers stood."""
    for item in sheet.items:
        item.id = ids.get(item.id, item.id)
        item.parent = ids.get(item.parent, item.parent) if item.parent is not None else None
    for edge in sheet.edges:
        edge.predecessor, edge.successor = ids.get(edge.predecessor, edge.predecessor), ids.get(edge.successor, edge.successor)
    for values in (sheet.dates, sheet.reports, made.before, made.after, made.supporters_before, made.supporters_after):
        _rename_keys(values, ids)
    for row in made.after.values():
        if row and row.get("parent_id") in ids:
            row["parent_id"] = ids[row["parent_id"]]
    for row in made.links_after.values():
        if row:
            row["predecessor_id"] = ids.get(row["predecessor_id"], row["predecessor_id"])
            row["successor_id"] = ids.get(row["successor_id"], row["successor_id"])
    sheet.by_id = {item.id: item for item in sheet.items}


def _rename_keys(values: dict[int, Any], ids: dict[int, int]) -> None:
    for old, new in ids.items():
        if old in values:
            values[new] = values.pop(old)


def _update(sheet: Sheet, made: Difference) -> None:
    changed = {key: now for key, was in made.before.items() if was is not None and (now := made.after[key]) is not None}
    touched = {column for now in changed.values() for column in now}
    names = [name for name, column in INPUTS.items() if column in touched]
    update_rows(WorkItem, (*(INPUTS[name] for name in names), *OUTPUTS, "version"), _rows(sheet, changed.keys(), names))
    words = [column for column in WORDS if column in touched]
    if words:
        told = ((key, made.words[key] | now) for key, now in changed.items() if key in made.words)
        update_rows(WorkItem, words, ((key, *(row[column] for column in words)) for key, row in told))


def _rows(sheet: Sheet, changed: AbstractSet[int], names: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    """Yield what is stored anew, of changed rows and of rows that the schedule moves: `names`, the dates, the version."""
    for key, old in sheet.before.items():
        at, row = sheet.dates.get(key), sheet.by_id.get(key)
        if at is None or row is None:
            continue
        fresh = (at.start, at.finish, at.slack, at.critical)
        if key in changed or (old.start, old.finish, old.slack, old.critical) != fresh:
            yield (key, *(getattr(row, name) for name in names), *fresh, row.version + (key in changed))


def _keep_links(sheet: Sheet, made: Difference) -> None:
    fresh = [(key, row) for key, row in made.links_after.items() if row is not None and made.links_before[key] is None]
    rows = [Dependency(pk=key if key > 0 else None, project=sheet.project, **row) for key, row in fresh]
    ids = {}
    for (key, _row), stored in zip(fresh, Dependency.objects.bulk_create(rows, batch_size=1000), strict=True):
        if key < 0:
            ids[key] = stored.pk
    both = [(key, row) for key, row in made.links_after.items() if row is not None and made.links_before[key] is not None]
    update_rows(Dependency, LINK_COLUMNS, ((key, *(row[column] for column in LINK_COLUMNS)) for key, row in both))
    for values in (made.links_before, made.links_after):
        _rename_keys(values, ids)


def _keep_supporters(made: Difference) -> None:
    if not made.supporters_before:
        return
    Supporter.objects.filter(work_item__in=list(made.supporters_before)).delete()
    Supporter.objects.bulk_create(
        (
            Supporter(work_item_id=key, user_id=user, department_id=department, content=content)
            for key, supporters in made.supporters_after.items()
            for user, department, content in supporters
        ),
        batch_size=1000,
    )
