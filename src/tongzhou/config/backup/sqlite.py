"""SQLite: the online backup of a running database, and the swap by which a copy takes its place."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tongzhou.config.backup import facts
from tongzhou.config.backup.archive import Reader, Unfit, Writer, sync_folder

PART = "database.sqlite3"


def path() -> Path:
    """Where the database is."""
    return Path(str(settings.DATABASES["default"]["NAME"]))


def staged() -> Path:
    """Where a restore lays out a database: in the same folder, so that it can take the place by a rename."""
    return path().with_name(path().name + ".restoring")


def write(writer: Writer) -> tuple[dict[str, Any], list[str]]:
    """Write the database as of one moment; others go on writing. Return its facts and the files that belong to it."""
    copy = writer.path.with_name(f".{writer.path.name}.copy-{os.getpid()}")
    try:
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with closing(sqlite3.connect(path(), timeout=20)) as source, closing(sqlite3.connect(copy)) as target:
            # All pages under one read lock: with WAL nobody waits for it, and nobody's later commit gets in.
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode=DELETE")
            _check(target)
            told = facts.facts(_asker(target), _tables(target))
            files = [str(row[0]) for row in target.execute(facts.FILES)]
        writer.add_file(PART, copy)
    finally:
        copy.unlink(missing_ok=True)
    return told, files


def stage(reader: Reader) -> Path:
    """Put the backup's database beside the live one and look at it whole; return where.

    :raises Unfit: if it is damaged.
    """
    place = staged()
    discard(place)
    reader.copy(PART, place)
    try:
        with closing(sqlite3.connect(place)) as found:
            _check(found)
            if facts.counts(_asker(found), list(reader.manifest["tables"])) != reader.manifest["tables"]:
                raise Unfit("备份已损坏：表的行数与清单不符")
    except sqlite3.DatabaseError as error:
        raise Unfit(f"备份已损坏：数据库无法打开（{error}）") from error
    return place


@contextmanager
def at(place: Path) -> Iterator[None]:
    """Let Django's connection be that of the database at `place`."""
    live = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(place)
    try:
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = live


def swap(place: Path) -> None:
    """Let the staged database take the live one's place, in one step. Nobody else has it open.

    :raises Unfit: if somebody has.
    """
    live = path()
    if live.exists():
        with closing(sqlite3.connect(live, timeout=2, isolation_level=None)) as old:
            try:
                # What is still in the log goes into the file, and the log is removed: it must not meet another database.
                mode = old.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            except sqlite3.OperationalError as error:
                raise Unfit("数据库正在被使用：请先停止服务再恢复") from error
        if mode != "delete":
            raise Unfit("数据库正在被使用：请先停止服务再恢复")
    os.replace(place, live)
    sync_folder(live.parent)


def discard(place: Path) -> None:
    """Remove a staged database and what SQLite keeps beside one."""
    for ending in ("", "-journal", "-wal", "-shm"):
        Path(f"{place}{ending}").unlink(missing_ok=True)


def _check(database: sqlite3.Connection) -> None:
    found = [str(row[0]) for row in database.execute("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        raise Unfit(f"数据库文件已损坏：{found[0]}")


def _tables(database: sqlite3.Connection) -> list[str]:
    there = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return [name for name in facts.known_tables() if name in there]


def _asker(database: sqlite3.Connection) -> facts.Ask:
    return lambda statement: database.execute(statement).fetchall()
