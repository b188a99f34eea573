"""Reads: files in the folder of imports that no import knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from tongzhou.exchange.models import ImportDraft

# An upload has its file before it has its row.
UNDER_WAY = timedelta(hours=1)
CHUNK = 500


def leftover_files(now: datetime) -> list[Path]:
    """Return the files that no import knows, or only one that was given up, and that are older than an hour."""
    folder = Path(settings.DATA_DIR) / "imports"
    if not folder.is_dir():
        return []
    limit = (now - UNDER_WAY).timestamp()
    old = [path for path in sorted(folder.iterdir()) if path.is_file() and path.stat().st_mtime < limit]
    return [path for chunk in _chunks(old) for path in _unknown(chunk)]


def _chunks(paths: list[Path]) -> Iterator[list[Path]]:
    return (paths[at : at + CHUNK] for at in range(0, len(paths), CHUNK))


def _unknown(paths: list[Path]) -> list[Path]:
    drafts = ImportDraft.objects.filter(stored_name__in=[path.name for path in paths])
    known = set(drafts.exclude(state=ImportDraft.State.DISCARDED).values_list("stored_name", flat=True))
    return [path for path in paths if path.name not in known]
