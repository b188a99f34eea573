"""What Python files may not do beyond what import-linter sees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from architecture.rules.house import imports, python_files, rooms

SCREENS = {"views", "forms", "urls", "api"}
REGISTRIES = {
    "EVENTS",
    "GATES",
    "OUTCOMES",
    "PANELS",
    "QUESTIONS",
    "ROWS",
    "SIGHTS",
    "CHANNELS",
    "NOTICES",
    "DUES",
}
SIGNALS = ("django.db.models.signals", "django.dispatch", "django.core.signals")
UNESCAPED = {"mark_safe", "SafeString", "SafeText", "SafeData", "__html__"}
# Papers become html in one file, which escapes what it is given.
RENDERER = "papers/html.py"
ASSEMBLY = "shell/api/__init__.py"


def foreign_screens(package: Path) -> list[str]:
    """Name every import of another room's views, forms, urls or api: a room's screens are its own.

    Only the assembly of the API, in the shell, takes the rooms' operations.
    """
    found = []
    for room in rooms(package):
        for path in python_files(room):
            for name in imports(path):
                parts = name.split(".")
                assembled = path.relative_to(package).as_posix() == ASSEMBLY and parts[2:3] == ["api"]
                if parts[0] == package.name and parts[1:2] != [room.name] and set(parts[2:3]) & SCREENS and not assembled:
                    found.append(f"{path.relative_to(package)}: imports {name}")
    return found


def hidden_arrows(package: Path) -> list[str]:
    """Name every place but config/wiring.py that hangs something into a registry, and every use of Django's signals."""
    found = []
    for path in python_files(package):
        where = path.relative_to(package)
        found += [f"{where}: uses signals ({name})" for name in imports(path) if name.startswith(SIGNALS)]
        if where.as_posix() == "config/wiring.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add":
                registry = ast.unparse(node.func.value).split(".")[-1]
                if registry in REGISTRIES:
                    found.append(f"{where}: subscribes to {registry}")
    return found


def unescaped_python(package: Path) -> list[str]:
    """Name every use of a function or class that lets text into a page unescaped (format_html escapes and is allowed)."""
    found = []
    for path in python_files(package):
        where = path.relative_to(package).as_posix()
        names = {name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for name in _makes_markup(node)}
        names -= {"__html__"} if where == RENDERER else set()
        found += [f"{where}: {name}" for name in sorted(names & UNESCAPED)]
    return found


def _makes_markup(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node calls, passes on, imports as a function, inherits from or defines (annotations are none)."""
    if isinstance(node, ast.Call):
        yield ast.unparse(node.func).split(".")[-1]
        yield from (ast.unparse(argument).split(".")[-1] for argument in node.args)
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.name for alias in node.names if alias.name == "mark_safe")
    elif isinstance(node, ast.ClassDef):
        yield from (ast.unparse(base).split(".")[-1] for base in node.bases)
    elif isinstance(node, ast.FunctionDef):
        yield node.name
