"""Data folders on SQLite that are laid once in a run of the tests and copied: to migrate and to seed takes half a minute."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

KEPT = "LAID_DATA"
"""The variable of the environment that names the folder of what was laid: all workers of a run share it."""


def begin() -> None:
    """Make the folder, in the process that starts the workers."""
    os.environ[KEPT] = tempfile.mkdtemp(prefix="laid-")


def end() -> None:
    shutil.rmtree(os.environ.pop(KEPT), ignore_errors=True)


def lay(folder: Path, *seed: str) -> None:
    """Put into `folder` what `tongzhou migrate` leaves in it, and with words what `tongzhou seed WORDS` does after it.

    Copies carry the same secrets: for tests that need other ones, or another database, the commands themselves.
    """
    kept = Path(os.environ[KEPT])
    made = kept / "-".join(("data", *seed))
    with (kept / f"{made.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            begun = Path(tempfile.mkdtemp(dir=kept))
            if seed:
                lay(begun)
                _run(begun, "seed", *seed)
            else:
                _run(begun, "migrate")
            begun.rename(made)
    shutil.copytree(made, folder, dirs_exist_ok=True)


def _run(data: Path, *words: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TONGZHOU_", "DJANGO_"))}
    environment = clean | {"TONGZHOU_DATA": str(data), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "tongzhou.config.cli", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, done.stderr
