"""`tongzhou export`: write a project's plan as a workbook, a text table or XML of MS Project; all come in again."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from tongzhou.exchange.actions import record_export
from tongzhou.exchange.papers import export_file
from tongzhou.exchange.queries.layouts import LAYOUTS, PROJECT, ExportOptions
from tongzhou.lib import clock
from tongzhou.people.models import System
from tongzhou.plan.queries.outlook import status_date
from tongzhou.projects.models import Project


def run(options: argparse.Namespace) -> int:
    """Export; 0 when the file is written, 1 with a sentence when it is not."""
    project = Project.objects.filter(number=options.project).first()
    if project is None:
        return _refuse(f"没有这个项目：{options.project}")
    path = Path(options.file)
    ending = path.suffix.lower().removeprefix(".")
    layout = PROJECT if ending in PROJECT.endings else LAYOUTS[options.form]
    if ending not in layout.endings:
        return _refuse(f"文件名应以 .xlsx、.csv 或 .xml（MS Project）结尾：{path.name}")
    try:
        asked = date.fromisoformat(options.as_of) if options.as_of else None
    except ValueError:
        return _refuse(f"日期应写成 2024-04-02 的样子：{options.as_of}")
    chosen = ExportOptions(layout, status_date(project, asked))
    data = export_file(project, chosen, ending, clock.now())
    record_export(by=System(), project=project, options=chosen, ending=ending, now=clock.now())
    try:
        path.write_bytes(data)
    except OSError as problem:
        return _refuse(f"无法写入 {path}：{problem.strerror}")
    print(path)
    return 0


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return 1
