"""Backup and restore of a data folder (SQLite) against plainly copying and hashing the same bytes.

    python bench/backup.py --data FOLDER        # e.g. of `tongzhou seed --size L`

Prints seconds and ratios: backup while the folder may be in use, restore into an empty folder until /readyz answers 200.
Promised of size L: backup ≤ 60 s, restore to ready ≤ 180 s.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

COMMAND = [sys.executable, "-m", "tongzhou.config.cli"]
BACKUP, RESTORE = 60.0, 180.0


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def copied(source: Path, target: Path) -> None:
    """The floor: every byte read, hashed, written, and on the disk."""
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as written:
        while piece := read.read(2**20):
            digest.update(piece)
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())


def command(data: Path, *words: str) -> None:
    """Run a command of the product on a data folder."""
    environment = os.environ | {"TONGZHOU_DATA": str(data), "PYTHONWARNINGS": "ignore"}
    environment.pop("TONGZHOU_DATABASE_URL", None)
    subprocess.run([*COMMAND, *words], env=environment, check=True, stdout=subprocess.DEVNULL)


def ready(data: Path) -> None:
    """Serve a data folder until it says that it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"TONGZHOU_DATA": str(data), "TONGZHOU_PORT": str(port)}
    environment.pop("TONGZHOU_DATABASE_URL", None)
    server = subprocess.Popen([*COMMAND, "serve"], env=environment, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
    finally:
        server.terminate()
        server.wait(15)


def told(measured: tuple[str, float], floor: float, most: float) -> None:
    """Print a line: seconds, their ratio to the floor, and whether the promise is kept."""
    name, seconds = measured
    verdict = "met" if seconds <= most else "MISSED"
    print(f"{name:<18} {seconds:6.1f} s  {seconds / floor:5.1f} x  {verdict} ({most:.0f} s)")


def main() -> int:
    """Measure all three, once."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    data: Path = options.parse_args().data
    database = data / "tongzhou.sqlite3"
    with tempfile.TemporaryDirectory(dir=data.parent, prefix="bench-backup-") as name:
        folder = Path(name)
        floor = timed(lambda: copied(database, folder / "copy"))
        (folder / "copy").unlink()
        backup = timed(lambda: command(data, "backup", str(folder / "backup.tzb")))
        size = (folder / "backup.tzb").stat().st_size
        (folder / "new").mkdir()
        restore = timed(lambda: command(folder / "new", "restore", str(folder / "backup.tzb")))
        until_ready = restore + timed(lambda: ready(folder / "new"))
        shutil.rmtree(folder / "new")
    print(f"database {database.stat().st_size / 2**20:.0f} MB, archive {size / 2**20:.0f} MB")
    print(f"copy, hash, fsync  {floor:6.1f} s")
    told(("backup", backup), floor, BACKUP)
    told(("restore to ready", until_ready), floor, RESTORE)
    return 0 if backup <= BACKUP and until_ready <= RESTORE else 1


if __name__ == "__main__":
    sys.exit(main())
