"""`tongzhou doctor`: look whether everything is in order, one line a check; with --fix mend what can be mended."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict

from tongzhou.config.doctor import data, due, machine
from tongzhou.config.doctor.findings import NOTE, OK, WRONG, Finding

MARKS = {OK: "✓", NOTE: "!", WRONG: "✗"}


def run(options: argparse.Namespace) -> int:
    """Print what the checks find; 0 when nothing is wrong, else 1."""
    found = []
    for finding in checks(fix=options.fix):
        found.append(finding)
        if not options.json:
            print(f"{MARKS[finding.level]} {finding.name}：{finding.text}", flush=True)
    healthy = all(finding.level != WRONG for finding in found)
    if options.json:
        print(json.dumps({"ok": healthy, "checks": [asdict(finding) for finding in found]}, ensure_ascii=False, indent=2))
    return 0 if healthy else 1


def checks(*, fix: bool) -> Iterator[Finding]:
    """Yield what each check finds; those of the data only where the database answers and is up to date."""
    yield machine.programs()
    yield machine.configuration()
    yield machine.data_folder()
    yield machine.disk()
    yield machine.secrets(fix=fix)
    yield machine.backups()
    structure = machine.migrations()
    yield structure
    if structure.level == WRONG:
        return
    yield machine.database_version()
    single: tuple[Callable[[], Finding], ...] = (
        lambda: data.guards(fix=fix),
        lambda: data.names(fix=fix),
        data.statutory_years,
        lambda: data.import_files(fix=fix),
        lambda: data.expired(fix=fix),
    )
    for check in single:
        yield check()
    yield from due.background_jobs()
    yield from data.plans(fix=fix)
