"""How long a form takes to write at 250 and 10,000 rows, beside bare xlsxwriter with the same cells, in one run."""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

SIZES = (250, 10_000)
ROUNDS = 5
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def prepare(folder: str) -> None:
    """An empty database in the folder."""
    os.environ |= {"TONGZHOU_DATA": folder, "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings"}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def project_of(rows: int) -> Any:
    """A project of phases with 24 tasks each, every second task behind the one before it."""
    from tongzhou.people.models import System
    from tongzhou.plan.actions import ItemSpec, LinkSpec, bring_in
    from tongzhou.projects.models import Project

    project = Project.objects.create(number=f"B-{rows}", name=f"{rows}", starts_on=date(2026, 3, 2), created_at=NOW)
    specs, links = [], []
    for row in range(rows):
        phase, place = divmod(row, 25)
        parent = f"{phase * 25}" if place else None
        specs.append(ItemSpec(str(row), f"任务 {phase + 1}.{place}", parent, duration=2400, delivery_standard="通过评审"))
        if place > 1 and place % 2:
            links.append(LinkSpec(str(row - 1), str(row)))
    bring_in(by=System(), project=project, items=specs, links=links, now=NOW)
    return project


def bare(sheets: list[dict[str, Any]]) -> None:
    """The same cells by the library alone."""
    import xlsxwriter

    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, sheet in enumerate(sheets):
        target = book.add_worksheet(f"{number}")
        for row, values in enumerate(sheet["rows"]):
            for column, value in enumerate(values):
                if isinstance(value, dict) and "d" in value:
                    target.write_datetime(row, column, datetime.fromisoformat(value["d"]), day)
                elif isinstance(value, dict):
                    target.write(row, column, next(iter(value.values())))
                elif value is not None:
                    target.write(row, column, value)
    book.close()


def seconds(do: Callable[[], object]) -> float:
    """The median of the rounds, in seconds of processor time."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        do()
        taken.append(time.process_time() - begun)
    return median(taken)


def main() -> int:
    """Print the milliseconds of both and their ratio, for the complete form and the plain task table."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        from tongzhou.exchange.papers import export_xlsx
        from tongzhou.exchange.queries.layouts import LAYOUTS, ExportOptions
        from tongzhou.workbooks.reading import read_plain_sheets

        for rows in SIZES:
            project = project_of(rows)
            for layout in LAYOUTS.values():
                options = ExportOptions(layout, NOW.date())
                path = Path(folder) / "form.xlsx"
                path.write_bytes(export_xlsx(project, options, NOW))
                sheets = read_plain_sheets(path)
                ours = seconds(lambda options=options, project=project: export_xlsx(project, options, NOW))
                base = seconds(lambda sheets=sheets: bare(sheets))
                print(f"{rows:6} rows {layout.key:10} {ours * 1000:7.0f} ms, bare {base * 1000:7.0f} ms: {ours / base:.2f} ×")
    return 0


if __name__ == "__main__":
    sys.exit(main())
