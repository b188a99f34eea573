"""How long it takes to read and understand a table of 10,000 tasks, beside calamine alone on the same file, in one run."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import xlsxwriter
from python_calamine import CalamineWorkbook

from tongzhou.workbooks.reading import read_workbook
from tongzhou.workbooks.result import Understanding
from tongzhou.workbooks.understanding import understand

ROWS = 10_000
ROUNDS = 5
LABELS = (
    "编号", "任务名称", "责任部门", "负责人", "开始时间", "完成时间", "工期", "前置任务", "状态", "完成度", "交付标准",
    "备注",
)  # fmt: skip


def write(path: Path) -> None:
    """A plan of 100 phases with 99 tasks each, every second task behind the one before it."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("计划")
    sheet.write_row(0, 0, LABELS)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row in range(ROWS):
        phase, place = divmod(row, 100)
        code = str(phase + 1) if place == 0 else f"{phase + 1}.{place}"
        start = date(2024, 3, 4) + timedelta(days=phase * 3)
        before = f"{phase + 1}.{place - 1}" if place > 1 and place % 2 else ""
        sheet.write_row(row + 1, 0, (code, f"任务 {code}", f"部门{phase % 9}", f"人员{row % 300}"))
        sheet.write_datetime(row + 1, 4, start, day)
        sheet.write_datetime(row + 1, 5, start + timedelta(days=4), day)
        sheet.write_row(row + 1, 6, (5, before, "进行中", 0.5, "通过评审", ""))
    book.close()


def alone(path: Path) -> None:
    """What the library does by itself: the cells as Python values."""
    with CalamineWorkbook.from_path(str(path)) as book:
        book.get_sheet_by_index(0).to_python()


def alone_in_a_child(path: Path) -> None:
    """The same in a process of its own, as every file is read here."""
    code = "import sys, python_calamine as c; c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)


def whole(path: Path) -> Understanding:
    """What an import does before anybody confirms: read in a child process, then understood."""
    return understand(read_workbook(path))


def spent() -> float:
    """Seconds of processor time until now, of the children too."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def seconds(sides: Sequence[Callable[[Path], object]], path: Path) -> list[float]:
    """The middle of what each side takes, in rounds in which every side has its turn."""
    taken: list[list[float]] = [[] for _ in sides]
    for _ in range(ROUNDS):
        for do, times in zip(sides, taken, strict=True):
            begun = spent()
            do(path)
            times.append(spent() - begun)
    return [median(times) for times in taken]


def main() -> int:
    """Print the processor seconds (median of the rounds) and the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        write(path)
        found = whole(path)
        base, child, full = seconds((alone, alone_in_a_child, whole), path)
    print(
        f"{len(found.tasks)} tasks, {len(found.links)} links, {len(found.warnings)} warnings, {len(found.questions)} questions"
    )
    print(f"calamine {base:.3f} s, in a process of its own {child:.3f} s; read and understood {full:.3f} s")
    print(f"{full / base:.1f} × calamine, {full / child:.1f} × calamine in a process of its own")
    return 0


if __name__ == "__main__":
    sys.exit(main())
