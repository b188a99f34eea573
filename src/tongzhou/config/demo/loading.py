"""Rows by the hundred thousand: COPY on PostgreSQL, one prepared INSERT on SQLite; nothing of the ORM but its columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, models


class Loader:
    """Puts rows into one table; columns that the caller does not name get their field's default.

    Keys are given out here, in order, from the first free one on; `finish` tells the database where they ended.
    """

    def __init__(self, model: type[models.Model], *names: str) -> None:
        """:param names: attribute names (`owner_id`) of the columns in the order of the rows, without the key."""
        fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
        rest = [name for name in fields if name not in names]
        columns = ["id", *(fields[name].column for name in (*names, *rest))]
        self._table = model._meta.db_table
        self._rest = [_stored(fields[name].get_default()) for name in rest]
        self._columns = ", ".join(f'"{column}"' for column in columns)
        self._marks = ", ".join("?" for _column in columns)
        self.next_key = (model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1

    def put(self, rows: Iterable[Sequence[Any]]) -> range:
        """Insert rows of ready values (days as ISO text, see `moment`); return their keys."""
        first = self.next_key
        ready = [(first + at, *row, *self._rest) for at, row in enumerate(rows)]
        self.next_key = first + len(ready)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self._table} ({self._columns}) FROM STDIN") as copy:
                    for row in ready:
                        copy.write_row(row)
            else:
                # The wrapper of Django's cursor looks at every value; the names are the model's own.
                statement = f"INSERT INTO {self._table} ({self._columns}) VALUES ({self._marks})"  # noqa: S608
                connection.connection.executemany(statement, ready)
        return range(first, self.next_key)

    def finish(self) -> None:
        """Let the database give out keys after the last one put. SQLite knows by itself."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [self._table, self.next_key])


def moment(at: datetime) -> str:
    """Return an aware instant as both databases store it."""
    zone = "+00" if connection.vendor == "postgresql" else ""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}{zone}"


def _stored(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    return int(value) if isinstance(value, bool) and connection.vendor == "sqlite" else value
