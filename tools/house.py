"""import-linter's contracts as a list of what breaks them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def broken(source: Path, contracts: Path) -> list[str]:
    """Return import-linter's lines about broken contracts for the package below `source`; none if all are kept.

    A process of its own, since import-linter reads the package that its own import path finds first.
    """
    run = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", run, "--config", str(contracts), "--no-cache"],
        cwd=source,
        env=os.environ | {"PYTHONPATH": str(source), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return []
    report = done.stdout.split("Broken contracts", 1)[-1] + done.stderr
    return [line.strip() for line in report.splitlines() if line.strip(" -")]
