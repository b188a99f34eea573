"""Reading workbooks in a process of its own, whose children's memory is that of the reading alone.

In the process of the tests it would not be: there the largest child of all counts, and a child begins at its parent's size.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """What came of reading a file: why it was refused ("" when it was read), where, CPU seconds, the largest child in KiB."""

    code: str
    sheet: str | None
    row: int | None
    column: str | None
    seconds: float
    memory: int


class Reader:
    """A process that reads one file after the other."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "support.reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1", "PATH": "/usr/bin:/bin"},
        )

    def read(self, path: Path) -> Outcome:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        return Outcome(**json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)


@contextmanager
def reader() -> Iterator[Reader]:
    made = Reader()
    try:
        yield made
    finally:
        made.close()


def _outcome(path: Path) -> dict[str, Any]:
    from tongzhou.workbooks.reading import read_workbook
    from tongzhou.workbooks.refusal import WorkbookRefused

    begun, told = _used(), {"code": "", "sheet": None, "row": None, "column": None}
    try:
        read_workbook(path)
    except WorkbookRefused as refused:
        told = {"code": refused.code, "sheet": refused.sheet, "row": refused.row, "column": refused.column}
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return told | {"seconds": _used() - begun, "memory": memory}


def _used() -> float:
    """CPU seconds of this process and of its children that ended: what a busy machine does not lengthen."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(_outcome(Path(line.rstrip("\n")))), flush=True)
