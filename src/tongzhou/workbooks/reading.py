"""Reads a workbook in a process of its own, so that no file can hurt the one that asked."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tongzhou.workbooks.cells import PlainSheet, Sheet, sheets_from_json
from tongzhou.workbooks.refusal import WorkbookRefused

SECONDS = 25.0


def read_workbook(path: Path, *, name: str = "", seconds: float = SECONDS) -> list[Sheet]:
    """The sheets of the file at `path`; limits and refusals as `read_plain_sheets` has them."""
    return sheets_from_json(read_plain_sheets(path, name=name, seconds=seconds))


def read_plain_sheets(path: Path, *, name: str = "", seconds: float = SECONDS) -> list[PlainSheet]:
    """Read the xlsx, xls or text file (csv, tsv, txt) at `path` under a memory and a time limit.

    A text file is one sheet called `name` (default: as the file, without its ending). As `sheets_from_json` takes it.
    :raises WorkbookRefused: whatever is wrong with the file; the calling process is never harmed.
    """
    command = [sys.executable, "-m", "tongzhou.workbooks.child", os.fspath(path), name or path.stem]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as problem:
        raise WorkbookRefused("too_slow") from problem
    if done.returncode < 0:
        raise WorkbookRefused("out_of_memory")
    if done.returncode != 0:
        raise WorkbookRefused("out_of_memory" if b"MemoryError" in done.stderr else "damaged")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise WorkbookRefused(**answer["refused"])
    found: list[PlainSheet] = answer["sheets"]
    return found
