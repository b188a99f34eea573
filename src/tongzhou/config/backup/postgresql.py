"""PostgreSQL: all tables by COPY within one snapshot, and back within one transaction. No program of PostgreSQL is needed."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import Connection, Cursor, sql

from tongzhou.config.backup import facts
from tongzhou.config.backup.archive import Reader, Unfit, Writer
from tongzhou.lib.postgresql.generation import TABLE

PATIENCE = 30.0


def write(writer: Writer) -> tuple[dict[str, Any], list[str]]:
    """Write all tables as of one moment; others go on writing. Return the facts and the files that belong to it."""
    with transaction.atomic(), connection.cursor() as outer:
        outer.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor = _raw(outer)
        there = set(connection.introspection.table_names(outer))
        tables = [name for name in facts.known_tables() if name in there]
        columns = {name: _columns(cursor, name) for name in tables}
        told = facts.facts(lambda statement: cursor.execute(statement).fetchall(), tables)
        files = [str(row[0]) for row in cursor.execute(facts.FILES).fetchall()]
        for name in tables:
            with writer.part(f"tables/{name}.copy") as part, cursor.copy(_copy(name, columns[name], "TO STDOUT")) as rows:
                for piece in rows:
                    part.write(piece)
        sequences = {name: found for name in tables if (found := _last_value(cursor, name)) is not None}
    return told | {"columns": columns, "sequences": sequences}, files


def bring_in(reader: Reader) -> None:
    """Put the backup's tables in the place of ours; within a transaction of the caller, until whose end nobody else gets in.

    :raises Unfit: if it is damaged, or the database does not let go of its tables.
    """
    columns = reader.manifest.get("columns")
    if not isinstance(columns, dict) or set(columns) != set(reader.manifest["tables"]):
        raise Unfit("备份的清单已损坏")
    with connection.cursor() as outer:
        _keep_others_out(outer)
        there = set(connection.introspection.table_names(outer))
        ours = [name for name in facts.known_tables() if name in there]
        if ours:
            outer.execute(f"DROP TABLE {', '.join(map(connection.ops.quote_name, ours))} CASCADE")
        # Deferred checks would stand in the way of migrations that change a table after filling it.
        outer.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _migrate(reader.manifest["migrations"])
        outer.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor = _raw(outer)
        for name in _filled(outer, columns):
            outer.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608
        for name in columns:
            with cursor.copy(_copy(name, columns[name], "FROM STDIN")) as rows:
                for piece in reader.pieces(f"tables/{name}.copy"):
                    rows.write(piece)
        for name, value in reader.manifest.get("sequences", {}).items():
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [f'"{name}"', int(value)])
        if facts.counts(lambda statement: cursor.execute(statement).fetchall(), list(columns)) != reader.manifest["tables"]:
            raise Unfit("备份已损坏：表的行数与清单不符")
        outer.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _migrate(None)


def _keep_others_out(outer: Any) -> None:
    """Take the table that every new connection asks first, then end the others: who comes back waits for our end."""
    outer.execute("SELECT pg_advisory_xact_lock(hashtext('tongzhou restore'))")
    outer.execute("SELECT to_regclass(%s) IS NOT NULL", [TABLE])
    if outer.fetchone()[0]:
        outer.execute("SET LOCAL lock_timeout = '10s'")
        outer.execute("LOCK TABLE timeline_restoration IN ACCESS EXCLUSIVE MODE")
        outer.execute("SET LOCAL lock_timeout = 0")
    # Whoever comes from now on asks that table first, and waits.
    outer.execute("SELECT clock_timestamp()")
    locked_at, deadline = outer.fetchone()[0], time.monotonic() + PATIENCE
    while True:
        # Within a transaction the list of connections is read once, unless it is asked to be read anew.
        outer.execute("SELECT pg_stat_clear_snapshot()")
        outer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND backend_start <= %s",
            [locked_at],
        )
        if not outer.fetchall():
            return
        if time.monotonic() > deadline:
            raise Unfit("其他程序一直连着数据库，无法恢复：请先停止它们")
        time.sleep(0.1)


def _migrate(state: dict[str, list[str]] | None) -> None:
    """Apply exactly the migrations of `state`, or all."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    if state is None:
        executor.migrate(graph.leaf_nodes())
        return
    given = {(app, name) for app, names in state.items() for name in names}
    plan = [(graph.nodes[key], False) for key in _ordered(graph, given)]
    executor.migrate(sorted(given), plan=plan)


def _ordered(graph: Any, given: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return migrations each after those that it needs."""
    ordered: dict[tuple[str, str], None] = {}
    for key in sorted(given):
        for needed in graph.forwards_plan(key):
            if needed not in given:
                raise Unfit(f"备份的迁移记录不完整：缺少 {'.'.join(needed)}")
            ordered.setdefault(needed)
    return list(ordered)


def _filled(outer: Any, columns: dict[str, list[str]]) -> list[str]:
    found = []
    for name in columns:
        outer.execute(f"SELECT EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})")  # noqa: S608
        if outer.fetchone()[0]:
            found.append(name)
    return found


def _columns(cursor: Cursor[Any], name: str) -> list[str]:
    rows = cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' ORDER BY attnum",
        [f'"{name}"'],
    )
    return [str(row[0]) for row in rows.fetchall()]


def _last_value(cursor: Cursor[Any], name: str) -> int | None:
    """Return the last id that a table gave out; None for one that gives out none, or has not yet."""
    if "id" not in _columns(cursor, name):
        return None
    sequence = cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [f'"{name}"']).fetchall()[0][0]
    if sequence is None:
        return None
    found = cursor.execute("SELECT pg_sequence_last_value(%s::regclass)", [sequence]).fetchall()[0][0]
    return None if found is None else int(found)


def _copy(name: str, columns: list[str], where: str) -> sql.Composed:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(name), listed, sql.SQL(where))


def _raw(outer: Any) -> Cursor[Any]:
    """psycopg's own cursor of Django's connection, within the same transaction."""
    plain: Connection[Any] = connection.connection
    return plain.cursor()
