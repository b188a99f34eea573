"""What every command does first: say that it uses the data folder, and end a restore that was interrupted.

`lock` in the folder is held by all (shared); on SQLite a restore holds it alone. `restore.lock` is held by who restores, or
ends an interrupted restore. The system lets go of both with the process.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

PATIENCE = 30.0
USE, RESTORE = "lock", "restore.lock"
_held: dict[str, int] = {}


def enter() -> bool:
    """Use the data folder with others; False, and a line on stderr, when a restore is under way."""
    from tongzhou.config.backup import finishing

    try:
        for name in (USE, RESTORE):
            if name not in _held:
                _held[name] = os.open(Path(settings.DATA_DIR) / name, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        # A folder that cannot be written to holds no restore either: doctor and readiness say what is wrong with it.
        return True
    if finishing.is_left_over():
        # One that has not come to its end is waited for; one that is only being laid out is nobody's business but its own.
        waited = finishing.is_pending()
        if _locked(RESTORE, fcntl.LOCK_EX, PATIENCE if waited else 0.0):
            finishing.finish()
            fcntl.flock(_held[RESTORE], fcntl.LOCK_UN)
        elif waited:
            print("正在恢复数据，请稍后再试", file=sys.stderr)
            return False
    if _locked(USE, fcntl.LOCK_SH, PATIENCE):
        return True
    print("正在恢复数据，请稍后再试", file=sys.stderr)
    return False


def alone() -> str:
    """Be the one who restores, on SQLite the only one who uses the data folder; return why that cannot be, or ""."""
    if not _held or not _locked(RESTORE, fcntl.LOCK_EX, 0.0):
        return "另一个进程正在恢复数据，请稍后再试" if _held else f"数据目录无法写入：{settings.DATA_DIR}"
    if connection.vendor == "sqlite" and not _locked(USE, fcntl.LOCK_EX, 0.0):
        return "另有 tongzhou 进程在使用数据目录：请先停止服务再恢复"
    return ""


def watch_restores(stop: Callable[[], None]) -> Callable[[], bool]:
    """Let `stop` be called when the data under this process turn out to be restored ones; return how to ask whether it was.

    On SQLite nobody restores while somebody else runs.
    """
    if connection.vendor != "postgresql":
        return lambda: False
    from tongzhou.lib.postgresql.generation import GENERATION

    GENERATION.when_restored(stop)
    return lambda: GENERATION.restored


def begin_anew(*arguments: str) -> None:
    """Become the command with these arguments, as a new process would: with the settings and secrets that hold now."""
    os.execv(sys.executable, [sys.executable, "-m", "tongzhou.config.cli", *arguments])  # noqa: S606


def _locked(name: str, kind: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(_held[name], kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.1)
        else:
            return True
