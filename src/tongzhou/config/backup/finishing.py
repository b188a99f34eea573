"""The end of a restore, after its one decisive step: files, secrets, anchors, and the formal act.

The decisive step is the database's own (a rename, a commit). What comes after it can be done again and again: whoever starts
next ends it, if the restore was killed. A restore that was killed before that step is thrown away.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from tongzhou.config.backup import sqlite
from tongzhou.config.backup.archive import sync_folder
from tongzhou.lib import clock
from tongzhou.lib.registry import OUTCOMES
from tongzhou.people.models import System
from tongzhou.timeline.models import Restoration


def folder() -> Path:
    """Where a restore lays out what takes its place afterwards."""
    return Path(settings.DATA_DIR) / "restoring"


def is_pending() -> bool:
    """Whether a restore was begun and its end is not there yet."""
    return (folder() / "restore.json").exists()


def is_left_over() -> bool:
    """Whether anything lies there of a restore, be it under way, killed, or waiting for its end."""
    return folder().exists() or (connection.vendor == "sqlite" and sqlite.staged().exists())


def begin(told: dict[str, Any]) -> None:
    """Write down that everything is laid out, just before the decisive step. `told`: id, source, manifest."""
    beside = folder() / "restore.json.new"
    with beside.open("w", encoding="utf-8") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, folder() / "restore.json")
    sync_folder(folder())


def throw_away() -> None:
    """Leave nothing of a restore that did not come to its decisive step."""
    shutil.rmtree(folder(), ignore_errors=True)
    if connection.vendor == "sqlite":
        sqlite.discard(sqlite.staged())


def finish() -> None:
    """End a restore, or throw it away. The caller uses the data folder alone."""
    if not is_pending():
        throw_away()
        return
    told = json.loads((folder() / "restore.json").read_text(encoding="utf-8"))
    if not _is_decided(int(told["id"])):
        throw_away()
        return
    _place_files()
    if _place_secrets():
        # What is sealed from here on is sealed with the secrets that came with the data.
        connection.close()
        os.execv(sys.executable, [sys.executable, "-m", "tongzhou.config.cli", *sys.argv[1:]])  # noqa: S606
    for act in OUTCOMES.at("data-restored"):
        act(by=System(), source=told["source"], manifest=told["manifest"], now=clock.now())
    throw_away()


def _is_decided(key: int) -> bool:
    try:
        return Restoration.objects.filter(pk=key).exists()
    except DatabaseError:
        return False


def _place_files() -> None:
    data, laid = Path(settings.DATA_DIR), folder()
    if (laid / "imports").exists():
        if (data / "imports").exists():
            shutil.rmtree(laid / "before", ignore_errors=True)
            os.rename(data / "imports", laid / "before")
        os.rename(laid / "imports", data / "imports")
    for path in sorted((laid / "anchors").glob("*")):
        # Here only where none is: an anchor of this machine knows more than one that came with the data.
        target = data / "anchors" / path.name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        path.unlink() if target.exists() else os.rename(path, target)
    sync_folder(data)


def _place_secrets() -> bool:
    """Return whether any was another one."""
    data, changed = Path(settings.DATA_DIR) / "secrets", False
    for path in sorted((folder() / "secrets").glob("*")):
        target = data / path.name
        changed = changed or not target.exists() or target.read_bytes() != path.read_bytes()
        os.replace(path, target)
    sync_folder(data)
    return changed
