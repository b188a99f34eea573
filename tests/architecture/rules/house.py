"""The house as it is written down: the ladder of .importlinter, the folders of the rooms, the files that rules read."""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "src" / "tongzhou"
NOT_APPS = {"config", "integrations", "lib", "ui", "papers", "engine", "workbooks"}


def read_ladder(root: Path = ROOT) -> list[list[str]]:
    """Return the steps of the ladder, the highest first; rooms on one step do not know each other."""
    parser = configparser.ConfigParser()
    parser.read(root / ".importlinter", encoding="utf-8")
    lines = parser["importlinter:contract:ladder"]["layers"].split("\n")
    return [re.findall(r"\w+", line) for line in lines if line.strip()]


def reachable(room: str, ladder: list[list[str]]) -> set[str]:
    """Return the rooms that `room` may know: itself and those on lower steps."""
    step = next(index for index, rooms in enumerate(ladder) if room in rooms)
    return {room}.union(*ladder[step + 1 :])


def rooms(package: Path) -> list[Path]:
    """Return the folders of the rooms that exist in `package`."""
    return sorted(path for path in package.iterdir() if (path / "__init__.py").is_file())


def python_files(folder: Path) -> list[Path]:
    """Return the Python files below `folder` that people write (not migrations)."""
    return sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts and "node_modules" not in path.parts)


def templates(package: Path) -> list[Path]:
    """Return all templates of all rooms."""
    return sorted(path for path in package.glob("*/templates/**/*") if path.is_file())


def imports(path: Path) -> Iterator[str]:
    """Yield the full names that a file imports: `from a.b import c` is a.b.c."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
