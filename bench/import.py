"""How long it takes to read and understand a table of 10,000 tasks, beside calamine alone on the same file, in one run."""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from tongzhou.workbooks.reading import read_workbook
from tongzhou.workbooks.understanding import understand

ROWS = 10_000
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


def main() -> int:
    """Print the seconds and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        write(path)
        begun = time.perf_counter()
        with CalamineWorkbook.from_path(str(path)) as book:
            book.get_sheet_by_index(0).to_python()
        alone = time.perf_counter() - begun
        begun = time.perf_counter()
        sheets = read_workbook(path)
        read = time.perf_counter() - begun
        found = understand(sheets)
        whole = time.perf_counter() - begun
    print(f"{len(found.tasks)} tasks, {len(found.links)} links")
    print(f"calamine {alone:.3f} s, read {read:.3f} s, understood {whole:.3f} s: {whole / alone:.1f} × calamine")
    return 0


if __name__ == "__main__":
    sys.exit(main())
