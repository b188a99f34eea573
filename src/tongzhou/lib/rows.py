"""Rows written by statements that are put together once a process: hot writes, where Django's own costs most.

On PostgreSQL several rows go in one statement: there the way to the database costs more than the writing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection, models

from tongzhou.lib.prepared import cursor_of


@dataclass(frozen=True)
class Insert:
    """A new row, written as save() does for a model without parents, signals and default expressions.

    :param once_by: fields that only one row may hold together; where one does, `else_set` of it are overwritten instead.
    """

    row: models.Model
    once_by: tuple[str, ...] = ()
    else_set: tuple[str, ...] = ()


@dataclass(frozen=True)
class Update:
    """Some fields of a row that is there."""

    row: models.Model
    names: tuple[str, ...]


Write = Insert | Update


@dataclass(frozen=True)
class _Part:
    """One row of a statement, as far as the values do not matter."""

    kind: type[Write]
    model: type[models.Model]
    names: tuple[str, ...] = ()
    once_by: tuple[str, ...] = ()
    links: tuple[tuple[str, int], ...] = ()
    """Fields whose value is the id of a new row of the same statement, with its place."""

    @property
    def fields(self) -> list[Any]:
        """The fields that are written, in the order of the values."""
        meta = self.model._meta
        if self.kind is Update:
            return [meta.get_field(name) for name in self.names]
        linked = [name for name, _place in self.links]
        return [field for field in meta.local_concrete_fields if not field.primary_key and field.name not in linked]


def write_rows(*writes: Write) -> None:
    """Write rows, no row twice; new ones get their ids. A new row may refer to another one before it, by the object."""
    if connection.vendor == "postgresql" and len(writes) > 1:
        _write_at_once(writes)
        return
    for write in writes:
        if isinstance(write, Update):
            update_row(write.row, write.names)
        else:
            for name, target in _links(write.row, [other.row for other in writes]):
                setattr(write.row, name, target)
            insert_row(write.row, once_by=write.once_by, else_set=write.else_set)


def insert_row(row: models.Model, *, once_by: Sequence[str] = (), else_set: Sequence[str] = ()) -> None:
    """Write a new row and give it its id, as Insert says."""
    part = _Part(Insert, type(row), tuple(else_set), tuple(once_by))
    text, fields = _single(part, connection.vendor)
    with cursor_of(connection) as cursor:
        cursor.execute(text, _values(row, fields, new=True))
        _named(row, cursor.fetchone()[0])


def update_row(row: models.Model, names: Sequence[str]) -> int:
    """Write some fields of a row by its id; return how many rows there were (0 or 1)."""
    text, fields = _single(_Part(Update, type(row), tuple(names)), connection.vendor)
    with cursor_of(connection) as cursor:
        cursor.execute(text, [*_values(row, fields, new=False), row.pk])
        return int(cursor.rowcount)


def raise_number(model: type[models.Model], name: str, *, by: str, value: int) -> int | None:
    """Add one to a number of the row whose `by` is `value`; return the number then, None where there is no such row.

    The row stays locked until the transaction ends, as by select_for_update.
    """
    with cursor_of(connection) as cursor:
        cursor.execute(_raising(model, name, by, connection.vendor), [value])
        found = cursor.fetchone()
    return int(found[0]) if found else None


def held(model: type[models.Model], key: int, *names: str) -> tuple[Any, ...] | None:
    """Read some fields of a row as they are now, and let nobody lock it whole (select_for_update) until the transaction ends.

    It is held as a foreign key holds the row that it names: others may hold it, too, and change what is no key. One query.
    """
    with cursor_of(connection) as cursor:
        cursor.execute(_holding(model, names, connection.vendor), [key])
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def _write_at_once(writes: Sequence[Write]) -> None:
    rows = [write.row for write in writes]
    parts = tuple(_part(write, rows[:place]) for place, write in enumerate(writes))
    text, fields = _together(parts, connection.vendor)
    values: list[Any] = []
    for write, own in zip(writes, fields, strict=True):
        values += _values(write.row, own, new=isinstance(write, Insert))
        if isinstance(write, Update):
            values.append(write.row.pk)
    with cursor_of(connection) as cursor:
        cursor.execute(text, values)
        keys = cursor.fetchone()
    new = [write.row for write in writes if isinstance(write, Insert)]
    for row, key in zip(new, keys, strict=True):
        _named(row, key)
    for row in new:
        for name, target in _links(row, new):
            setattr(row, name, target)


def _part(write: Write, before: list[models.Model]) -> _Part:
    if isinstance(write, Update):
        return _Part(Update, type(write.row), write.names)
    links = tuple((name, before.index(target)) for name, target in _links(write.row, before) if target.pk is None)
    return _Part(Insert, type(write.row), write.else_set, write.once_by, links)


def _links(row: models.Model, others: Sequence[models.Model]) -> list[tuple[str, models.Model]]:
    """Return the foreign keys of a row, by name, that lead to others of the rows."""
    return [(name, target) for name, target in row._state.fields_cache.items() if any(target is other for other in others)]


def _values(row: models.Model, fields: list[Any], *, new: bool) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, add=new), connection) for field in fields]


def _named(row: models.Model, key: int) -> None:
    row.pk = key
    row._state.adding, row._state.db = False, connection.alias


@lru_cache(maxsize=256)
def _single(part: _Part, vendor: str) -> tuple[str, list[Any]]:
    return _text(part), part.fields


@lru_cache(maxsize=256)
def _together(parts: tuple[_Part, ...], vendor: str) -> tuple[str, list[list[Any]]]:
    """Return a statement of several parts, which gives the ids of the new rows."""
    steps = ", ".join(f"w{place} AS ({_text(part)})" for place, part in enumerate(parts))
    keys = (_key_of(place) for place, part in enumerate(parts) if part.kind is Insert)
    return f"WITH {steps} SELECT {', '.join(keys)}", [part.fields for part in parts]


def _text(part: _Part) -> str:
    # The names are the model's own; every value is a parameter.
    meta, fields = part.model._meta, part.fields
    table, key = connection.ops.quote_name(meta.db_table), _quoted(meta.pk)
    if part.kind is Update:
        return f"UPDATE {table} SET {', '.join(f'{_quoted(field)} = %s' for field in fields)} WHERE {key} = %s"  # noqa: S608
    linked = [(_quoted(meta.get_field(name)), _key_of(place)) for name, place in part.links]
    pairs = [*((_quoted(field), "%s") for field in fields), *linked]
    columns, places = (", ".join(side) for side in zip(*pairs, strict=True))
    return f"INSERT INTO {table} ({columns}) VALUES ({places}){_conflict(part)} RETURNING {key}"  # noqa: S608


def _key_of(place: int) -> str:
    return f"(SELECT * FROM w{place})"  # noqa: S608


def _conflict(part: _Part) -> str:
    if not part.once_by:
        return ""
    keys, names = ([_quoted(part.model._meta.get_field(name)) for name in of] for of in (part.once_by, part.names))
    return f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {', '.join(f'{name} = EXCLUDED.{name}' for name in names)}"


@lru_cache(maxsize=64)
def _raising(model: type[models.Model], name: str, by: str, vendor: str) -> str:
    meta, table = model._meta, connection.ops.quote_name(model._meta.db_table)
    number, key = _quoted(meta.get_field(name)), _quoted(meta.get_field(by))
    return f"UPDATE {table} SET {number} = {number} + 1 WHERE {key} = %s RETURNING {number}"  # noqa: S608


@lru_cache(maxsize=64)
def _holding(model: type[models.Model], names: tuple[str, ...], vendor: str) -> str:
    meta, table = model._meta, connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(_quoted(meta.get_field(name)) for name in names)
    # On SQLite one writes at a time.
    lock = " FOR KEY SHARE" if vendor == "postgresql" else ""
    return f"SELECT {columns} FROM {table} WHERE {_quoted(meta.pk)} = %s{lock}"  # noqa: S608


def _quoted(field: Any) -> str:
    return connection.ops.quote_name(field.column)
