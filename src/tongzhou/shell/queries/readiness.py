"""Whether this process can do its work."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tongzhou.lib.web import raised_as


def not_ready_because() -> str:
    """Return "database-away", "migrations-pending" or "data-folder-read-only"; "" when ready. Two queries."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except raised_as(DatabaseError):
        return "database-away"
    if pending:
        return "migrations-pending"
    folder = Path(settings.DATA_DIR)
    return "" if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK) else "data-folder-read-only"
