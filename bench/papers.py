"""How long papers take: docx and pdf of sixty rows (the setting process included), xlsx beside bare xlsxwriter, in one run."""

from __future__ import annotations

import argparse
import io
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import tongzhou
from tongzhou.papers import Column, Fact, Paper, Section, Stamp, State, Table, render, to_xlsx
from tongzhou.papers.xlsx_cells import FIRST_DAY

FONTS = Path(tongzhou.__file__).parent / "static" / "dist" / "typefaces"
MOST = {"docx": 1.0, "pdf": 2.0}  # seconds of processor time that sixty rows may take
MOST_RATIO = 1.5
WORDS = (
    "渠道物料设计与首批印制",
    "市场部",
    "李四",
    "验收报告一份、样机两台",
    "通过评审，缺陷密度不高于 0.5 个/千行",
    "研发部、质量部",
)
STATES = (State("todo", "未开始"), State("doing", "进行中"), State("done", "已完成"), State("late", "延期"))
LABELS = ("任务", "部门", "负责人", "交付物", "交付标准", "协作部门", "开始", "完成", "完成率", "工期", "状态", "编号")
KINDS: tuple[Any, ...] = ("text",) * 6 + ("date", "date", "percent", "number", "state", "text")


def tasks(rows: int) -> tuple[tuple[Any, ...], ...]:
    """Rows as a task list has them: no text twice but the names of departments and people."""
    return tuple(
        (
            *(f"{word}{row}" if len(word) > 5 else word for word in WORDS),
            date(2026, 3, 1 + row % 28),
            date(2026, 4, 1 + row % 28),
            Fraction(row % 11, 10),
            Decimal(5 + row % 20),
            STATES[row % 4],
            f"{1 + row // 8}.{1 + row % 8}",
        )
        for row in range(rows)
    )


def paper(rows: int) -> Paper:
    """The list of tasks as a paper, with number and code."""
    columns = tuple(Column(label, kind) for label, kind in zip(LABELS, KINDS, strict=True))
    stamp = Stamp("TZ-2026-0001", "K7QF-2M9X-DH4T-8RWA", "https://tongzhou.example/verify/K7QF-2M9X-DH4T-8RWA/", "扫码核对。")
    sections = (Section("任务清单", (Table(columns, tasks(rows)),)),)
    return Paper("跨部门任务协作清单", facts=(Fact("编制", "李四"),), sections=sections, stamp=stamp)


def bare(rows: tuple[tuple[Any, ...], ...]) -> None:
    """The same cells by the library alone."""
    import xlsxwriter

    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    for column, label in enumerate(LABELS):
        sheet.write(0, column, label)
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values):
            if isinstance(value, date) and value > FIRST_DAY:
                sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)
            elif isinstance(value, State):
                sheet.write(row, column, value.word)
            else:
                sheet.write(row, column, float(value) if isinstance(value, Fraction | Decimal) else value)
    book.close()


def spent(do: Callable[[], object]) -> float:
    """The seconds of processor time that something takes, in this process and its children."""
    begun = _spent()
    do()
    return _spent() - begun


def seconds(do: Callable[[], object], rounds: int) -> float:
    """The median of the rounds."""
    return median(spent(do) for _ in range(rounds))


def _spent() -> float:
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + child.ru_utime + child.ru_stime


def main() -> int:
    """Print the figures; return 1 if one is above what the papers promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="of the workbook")
    parser.add_argument("--rounds", type=int, default=5)
    asked, over = parser.parse_args(), False
    sixty, many = paper(60), paper(asked.rows)
    for ending, most in MOST.items():
        taken = seconds(lambda ending=ending: render(sixty, ending, FONTS), asked.rounds)
        over |= taken > most
        print(f"    60 rows {ending}: {taken * 1000:5.0f} ms of processor time, {most * 1000:.0f} allowed")
    rows = tasks(asked.rows)
    ours, base = seconds(lambda: to_xlsx(many), asked.rounds), seconds(lambda: bare(rows), asked.rounds)
    over |= ours / base > MOST_RATIO
    told = f"{ours * 1000:5.0f} ms, bare {base * 1000:5.0f} ms: {ours / base:.2f} ×, {MOST_RATIO} allowed"
    print(f"{asked.rows:,} rows xlsx: {told}")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
