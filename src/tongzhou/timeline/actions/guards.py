"""The guards of the record: triggers by which the database refuses to change, delete or empty what was recorded.

They stand before the tables of this room and of every model that says `never_changed = True`. A model that names columns in
`never_changed_in` may change in its others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("timeline_event", "timeline_change")
REFUSAL = "the record is never changed"

# REPLACE deletes a row without asking its delete trigger, hence the third one.
_SQLITE = {
    "{table}_no_update": "BEFORE UPDATE{of} ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
    "{table}_no_delete": "BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
    "{table}_no_replace": "BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
    "BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
}
_POSTGRES = {
    "{table}_no_change": "BEFORE UPDATE{of} OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION timeline_refuse()"
}
_POSTGRES_FUNCTION = (
    "CREATE OR REPLACE FUNCTION timeline_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'restrict_violation'; END $$"
)


def put_up_guards(connection: BaseDatabaseWrapper, tables: Iterable[str] | None = None) -> None:
    """Make the triggers anew. Needed again after a migration that rebuilds a table of the record on SQLite.

    :param tables: a migration names those that it knows, those with a few guarded columns with them; without them it is all.
    """
    known = _known(tables)
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        take_down_guards(connection, known)
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION.format(refusal=REFUSAL))
        for name, (table, body) in _guards(connection, known).items():
            same = _same_row(connection, table) if "{same}" in body else ""
            of = " OF " + ", ".join(f'"{name}"' for name in known[table]) if known[table] else ""
            text = body.format(table=table, refusal=REFUSAL, same=same, of=of)
            cursor.execute(f"CREATE TRIGGER {name} {text}")


def take_down_guards(connection: BaseDatabaseWrapper, tables: Iterable[str] | None = None) -> None:
    """Drop the triggers: for migrations, and for tests that empty their database."""
    with connection.cursor() as cursor:
        for name, (table, _body) in _guards(connection, tables).items():
            where = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{where}")


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the guards down within this context, all in one transaction."""
    with transaction.atomic(connection.alias):
        take_down_guards(connection)
        yield
        put_up_guards(connection)


def standing_guards(connection: BaseDatabaseWrapper) -> dict[str, bool]:
    """Return the name of each guard and whether it stands (exists and, on PostgreSQL, is enabled). One query."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        found = {row[0] for row in cursor.fetchall()}
    return {name: name in found for name in _guards(connection)}


def _guards(connection: BaseDatabaseWrapper, tables: Iterable[str] | None = None) -> dict[str, tuple[str, str]]:
    """The name of each trigger with its table and its body."""
    bodies = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
    known = _known(tables)
    return {name.format(table=table): (table, body) for table in known for name, body in bodies.items()}


def _known(tables: Iterable[str] | None) -> Mapping[str, tuple[str, ...]]:
    """The guarded tables, each with the columns that are guarded: without any, all of them."""
    if isinstance(tables, Mapping):
        return tables
    return _guarded_tables() if tables is None else dict.fromkeys(tables, ())


def _guarded_tables() -> dict[str, tuple[str, ...]]:
    models = sorted(apps.get_models(), key=lambda model: model._meta.db_table)
    others = {model._meta.db_table: () for model in models if getattr(model, "never_changed", False)}
    partly = {model._meta.db_table: model.never_changed_in for model in models if hasattr(model, "never_changed_in")}
    return dict.fromkeys(TABLES, ()) | others | partly


def _same_row(connection: BaseDatabaseWrapper, table: str) -> str:
    """The rows that REPLACE would delete: the one with the id, and those that hold the same in a unique index."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA index_list({table})")
        unique = [row[1] for row in cursor.fetchall() if row[2] and not row[4]]
        columns = []
        for index in unique:
            cursor.execute(f"PRAGMA index_info({index})")
            columns.append([row[2] for row in cursor.fetchall()])
    same = [" AND ".join(f'"{name}" = NEW."{name}"' for name in names) for names in [["id"], *columns]]
    return " OR ".join(f"({part})" for part in same)
