"""One row written by a statement that is put together once a process: hot writes, where Django's own costs most."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models


def insert_row(row: models.Model, *, once_by: Sequence[str] = (), else_set: Sequence[str] = ()) -> None:
    """Write a new row and give it its id, as save() does for a model without parents, signals and default expressions.

    :param once_by: fields that only one row may hold together; where one does, `else_set` of it are overwritten instead.
    """
    text, fields = _insertion(type(row), tuple(once_by), tuple(else_set), connection.vendor)
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias


def update_row(row: models.Model, names: Sequence[str]) -> int:
    """Write some fields of a row by its id; return how many rows there were (0 or 1)."""
    text, fields = _update(type(row), tuple(names), connection.vendor)
    values = [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(text, [*values, row.pk])
        return int(cursor.rowcount)


@lru_cache(maxsize=256)
def _insertion(
    model: type[models.Model], once_by: tuple[str, ...], else_set: tuple[str, ...], vendor: str
) -> tuple[str, list[Any]]:
    meta = model._meta
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    columns, places = ", ".join(_quoted(field) for field in fields), ", ".join(["%s"] * len(fields))
    conflict = ""
    if once_by:
        again = ", ".join(f"{_quoted(meta.get_field(name))} = EXCLUDED.{_quoted(meta.get_field(name))}" for name in else_set)
        conflict = f" ON CONFLICT ({', '.join(_quoted(meta.get_field(name)) for name in once_by)}) DO UPDATE SET {again}"
    table = connection.ops.quote_name(meta.db_table)
    # The names are the model's own; every value is a parameter.
    return f"INSERT INTO {table} ({columns}) VALUES ({places}){conflict} RETURNING {_quoted(meta.pk)}", fields  # noqa: S608


@lru_cache(maxsize=256)
def _update(model: type[models.Model], names: tuple[str, ...], vendor: str) -> tuple[str, list[Any]]:
    meta = model._meta
    fields = [meta.get_field(name) for name in names]
    columns = ", ".join(f"{_quoted(field)} = %s" for field in fields)
    table = connection.ops.quote_name(meta.db_table)
    return f"UPDATE {table} SET {columns} WHERE {_quoted(meta.pk)} = %s", fields  # noqa: S608


def _quoted(field: Any) -> str:
    return connection.ops.quote_name(field.column)
