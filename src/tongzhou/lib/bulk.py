"""Many rows of one table changed by one statement, whatever their number: the values travel as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set `columns` (attribute names) of the rows of `model`; each of `rows` is the primary key and one value a column.

    One statement on SQLite and PostgreSQL; about ten times faster than bulk_update from some hundred rows on.
    """
    values = [list(row) for row in rows]
    if not values:
        return
    meta = model._meta
    fields: list[Any] = [meta.pk, *(meta.get_field(name) for name in columns)]
    quote = connection.ops.quote_name
    names = [(quote(field.column), field.rel_db_type(connection)) for field in fields]
    assignments = ", ".join(f"{name} = v.{name}" for name, _kind in names[1:])
    key, table = names[0][0], quote(meta.db_table)
    # The names are the model's own; every value is a parameter.
    sql = f"UPDATE {table} SET {assignments} FROM {_source(names)} WHERE {table}.{key} = v.{key}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)])


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    once_by: Sequence[str] = (),
    else_set: Sequence[str] = (),
) -> None:
    """Insert rows of `columns` (attribute names; all that have no default in the database), in this order.

    One statement, for any number of rows; JSON columns take what DjangoJSONEncoder writes. The new ids are not told.

    :param once_by: columns that only one row may hold together (no two of `rows` do); where one does, `else_set` of it are
        overwritten instead.
    """
    values = [list(row) for row in rows]
    if not values:
        return
    meta, quote = model._meta, connection.ops.quote_name
    fields: list[Any] = [meta.get_field(name) for name in columns]
    names = [(quote(field.column), field.rel_db_type(connection)) for field in fields]
    listed = ", ".join(name for name, _kind in names)
    again = ""
    if once_by:
        # "WHERE true": without it SQLite takes the ON for that of a join.
        assigned = ", ".join(f"{quote(name)} = EXCLUDED.{quote(name)}" for name in else_set)
        again = f" WHERE true ON CONFLICT ({', '.join(quote(name) for name in once_by)}) DO UPDATE SET {assigned}"
    # The names are the model's own; every value is a parameter.
    sql = f"INSERT INTO {quote(meta.db_table)} ({listed}) SELECT {listed} FROM {_source(names)}{again}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)])


def matching_rows(
    model: type[models.Model], keys: Sequence[str], values: Iterable[Sequence[int]], columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Return `columns` of the rows whose `keys` are together one of `values`. One statement, none without values."""
    wanted = [list(value) for value in values]
    if not wanted:
        return []
    meta, quote = model._meta, connection.ops.quote_name
    fields: list[Any] = [meta.get_field(name) for name in (*keys, *columns)]
    names = [(quote(field.column), field.rel_db_type(connection)) for field in fields[: len(keys)]]
    asked, table = fields[len(keys) :], quote(meta.db_table)
    listed = ", ".join(f"{table}.{quote(field.column)}" for field in asked)
    same = " AND ".join(f"{table}.{name} = v.{name}" for name, _kind in names)
    # CROSS JOIN fixes the order for SQLite: from the few values to the rows, by their index.
    sql = f"SELECT {listed} FROM {_source(names)} CROSS JOIN {table} WHERE {same}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(wanted)])
        return [tuple(field.to_python(value) for field, value in zip(asked, row, strict=True)) for row in cursor.fetchall()]


def _source(names: Sequence[tuple[str, str | None]]) -> str:
    """Return the JSON document of the statement's parameter as a table `v` with the columns of the model."""
    if connection.vendor == "postgresql":
        parts = ", ".join(f"(value ->> {place})::{_plain(kind)} AS {name}" for place, (name, kind) in enumerate(names))
        return f"(SELECT {parts} FROM jsonb_array_elements(%s::jsonb)) AS v"  # noqa: S608
    parts = ", ".join(f"json_extract(value, '$[{place}]') AS {name}" for place, (name, _kind) in enumerate(names))
    return f"(SELECT {parts} FROM json_each(%s)) AS v"  # noqa: S608


def _plain(kind: str | None) -> str:
    """Return the type of a column without what only its definition says."""
    return (kind or "text").split(" CHECK")[0].split(" COLLATE")[0]
