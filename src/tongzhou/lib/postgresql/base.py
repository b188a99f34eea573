"""PostgreSQL with a second kind of cursor, whose statements the server plans once a connection.

Django's own cursor writes the values into the text of a statement, so that the server reads and plans each anew: of a read by
id that joins six tables that is most of the time. Only what is asked again and again in the same words goes this way.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base, operations
from psycopg import Cursor, OperationalError

from tongzhou.lib.postgresql.generation import GENERATION

PREPARING = "preparing"


class DataRestored(OperationalError):
    """The data were restored since this process began; it has to begin anew."""


class PreparingCursor(Cursor[Any]):
    """Has the server keep each statement by its text and the types of its values (psycopg: the latest hundred)."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> PreparingCursor:
        super().execute(query, params, **more | {"prepare": True})
        return self


class DatabaseOperations(operations.DatabaseOperations):
    """Says what was asked also where the values were sent beside the text."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        if isinstance(cursor, PreparingCursor):
            return self.compose_sql(sql, params)
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL backend, with `preparing_cursor` beside `cursor`."""

    ops_class = DatabaseOperations

    def preparing_cursor(self) -> Any:
        """Return a cursor for statements that are made once and executed often."""
        # Django's stubs leave it out.
        return self._cursor(name=PREPARING)  # type: ignore[attr-defined]

    def create_cursor(self, name: str | None = None) -> Any:
        if name != PREPARING:
            return super().create_cursor(name)
        return PreparingCursor(self.connection)

    def _configure_connection(self, connection: Any) -> bool:
        """Called once for each connection that is opened, by the pool or without one."""
        commit = bool(super()._configure_connection(connection))
        if not GENERATION.holds(connection):
            connection.close()
            raise DataRestored("the data were restored")
        if not connection.autocommit:
            connection.commit()
        return commit
