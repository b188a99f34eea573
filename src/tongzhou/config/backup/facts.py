"""What a manifest says of a database: the state of its migrations, rows per table, heads of chains."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tongzhou.config.backup.archive import Reader, Unfit

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Asks one statement within the snapshot."""
NAME = re.compile(r"[a-z0-9_]+")
HEADS = (
    "SELECT a.project_id, a.number, a.hash FROM signoffs_act a JOIN "
    "(SELECT project_id, MAX(number) AS last FROM signoffs_act GROUP BY project_id) m "
    "ON m.project_id = a.project_id AND m.last = a.number ORDER BY a.project_id"
)
FILES = "SELECT stored_name FROM exchange_importdraft WHERE state <> 'discarded'"
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def known_tables() -> list[str]:
    """Return the tables of this release, and that of its migrations."""
    models = apps.get_models(include_auto_created=True)
    return sorted({*(model._meta.db_table for model in models if model._meta.managed), "django_migrations"})


def facts(ask: Ask, tables: list[str]) -> dict[str, Any]:
    """Return what a manifest says of the database."""
    migrations: dict[str, list[str]] = {}
    for app, name in ask("SELECT app, name FROM django_migrations ORDER BY id"):
        migrations.setdefault(app, []).append(name)
    heads = ask(HEADS) if "signoffs_act" in tables else []
    return {
        "product": "tongzhou",
        "format": 1,
        "version": version("tongzhou"),
        "vendor": connection.vendor,
        "migrations": migrations,
        "tables": counts(ask, tables),
        "chains": {str(chain): [number, bytes(hashed).hex()] for chain, number, hashed in heads},
    }


def counts(ask: Ask, tables: list[str]) -> dict[str, int]:
    """Return the number of rows of each table."""
    # Names of our own models, checked.
    return {name: int(ask(f'SELECT COUNT(*) FROM "{name}"')[0][0]) for name in tables if NAME.fullmatch(name)}  # noqa: S608


def check_fits(reader: Reader) -> None:
    """See that this release on this database can take the backup.

    :raises Unfit: if it is of another kind of database, or of a newer release.
    """
    vendor = reader.manifest.get("vendor")
    if vendor != connection.vendor:
        theirs = KINDS.get(str(vendor), "其他数据库")
        raise Unfit(f"备份来自 {theirs}，当前数据库是 {KINDS[connection.vendor]}：只能恢复到同类数据库")
    known = MigrationLoader(None).disk_migrations
    given = [(app, name) for app, names in reader.manifest["migrations"].items() for name in names]
    missing = [f"{app}.{name}" for app, name in given if (app, name) not in known]
    if missing or not given:
        what = f"（{missing[0]}）" if missing else ""
        raise Unfit(f"备份由更新的版本（{reader.manifest.get('version', '?')}）生成{what}，请先升级再恢复")
