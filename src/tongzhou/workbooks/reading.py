"""Reads a workbook in a process of its own, so that no file can hurt the one that asked."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongzhou.workbooks.cells import Sheet, sheets_from_json
from tongzhou.workbooks.collecting import uncollected
from tongzhou.workbooks.plainsheets import PlainSheet
from tongzhou.workbooks.refusal import WorkbookRefused

SECONDS = 25.0
# Each file is read in a process of its own, with up to 290 MB.
AT_ONCE = 2
PATIENCE = 10.0  # seconds
_places = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def place_to_read(patience: float) -> Iterator[None]:
    """Hold one of the AT_ONCE places of this process.

    :raises WorkbookRefused: busy, if none comes free within `patience` seconds.
    """
    if not _places.acquire(timeout=patience):
        raise WorkbookRefused("busy")
    try:
        yield
    finally:
        _places.release()


def read_workbook(path: Path, *, name: str = "", seconds: float = SECONDS) -> list[Sheet]:
    """The sheets of the file at `path`; limits and refusals as `read_plain_sheets` has them."""
    plain = read_plain_sheets(path, name=name, seconds=seconds)
    with uncollected():
        return sheets_from_json(plain)


def read_plain_sheets(path: Path, *, name: str = "", seconds: float = SECONDS) -> list[PlainSheet]:
    """Read the xlsx, xls or text file (csv, tsv, txt) at `path` under a memory and a time limit.

    A text file is one sheet called `name` (default: as the file, without its ending). As `sheets_from_json` takes it.
    :raises WorkbookRefused: whatever is wrong with the file; the calling process is never harmed.
    """
    command = [sys.executable, "-m", "tongzhou.workbooks.child", os.fspath(path), name or path.stem]
    try:
        with place_to_read(min(PATIENCE, seconds)):
            done = subprocess.run(command, capture_output=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as problem:
        raise WorkbookRefused("too_slow") from problem
    if done.returncode < 0:
        raise WorkbookRefused("out_of_memory")
    if done.returncode != 0:
        raise WorkbookRefused("out_of_memory" if b"MemoryError" in done.stderr else "damaged")
    with uncollected():
        answer = json.loads(done.stdout)
    if "refused" in answer:
        raise WorkbookRefused(**answer["refused"])
    found: list[PlainSheet] = answer["sheets"]
    return found
