"""Which files a room may have, and how large a file may grow."""

from __future__ import annotations

import ast
from pathlib import Path

from architecture.rules.house import NOT_APPS, python_files, rooms, templates

MODULES = {
    "events",
    "models",
    "access",
    "queries",
    "actions",
    "papers",
    "forms",
    "notices",
    "jobs",
    "views",
    "api",
    "urls",
    "apps",
}
OTHERS = {"__init__.py", "__pycache__", "migrations", "templates", "locale", "README.md"}
# allauth finds its pages by these names.
SIGN_IN_PAGES = {"account", "allauth"}
# Django finds what it shows for an error by these names.
ERROR_PAGES = {"400.html", "403.html", "404.html", "500.html", "503.html"}
PYTHON_LINES, FUNCTION_LINES, ARGUMENTS, TEMPLATE_LINES, FRONTEND_LINES, README_LINES = 400, 50, 6, 150, 300, 40


def strange_files(package: Path) -> list[str]:
    """Name every file of an app that is not on the closed list of names."""
    allowed = OTHERS | MODULES | {f"{name}.py" for name in MODULES}
    apps = [room for room in rooms(package) if room.name not in NOT_APPS]
    found = [path for room in apps for path in sorted(room.iterdir()) if path.name not in allowed]
    folders = [folder for room in apps for folder in sorted(room.glob("templates/*")) if folder.name != room.name]
    found += [folder for folder in folders if folder.name not in SIGN_IN_PAGES | ERROR_PAGES]
    return [f"{path.relative_to(package)}: not a name that a room may have" for path in found]


def missing_readmes(package: Path) -> list[str]:
    """Name every app with models whose README.md is missing or longer than its 40 lines."""
    found = []
    for room in rooms(package):
        readme = room / "README.md"
        if (room / "models.py").exists() or (room / "models").is_dir():
            if not readme.exists():
                found.append(f"{room.name}: has models and no README.md")
            elif _lines(readme) > README_LINES:
                found.append(f"{room.name}/README.md: {_lines(readme)} lines, {README_LINES} allowed")
    return found


def too_long_python(folder: Path) -> list[str]:
    """Name every Python file, function and argument list below `folder` that is over its budget."""
    found = []
    for path in python_files(folder):
        if _lines(path) > PYTHON_LINES:
            found.append(f"{path.relative_to(folder)}: {_lines(path)} lines, {PYTHON_LINES} allowed")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found += [f"{path.relative_to(folder)}: {fault}" for fault in _function_faults(node)]
    return found


def _function_faults(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if a.arg not in {"self", "cls"}]
    found = [f"{node.name} has {length} lines, {FUNCTION_LINES} allowed"] if length > FUNCTION_LINES else []
    # A test asks for as many fixtures as its case has parts.
    if len(names) > ARGUMENTS and not node.name.startswith("test_"):
        found.append(f"{node.name} has {len(names)} arguments, {ARGUMENTS} allowed")
    return found


def too_long_templates(package: Path) -> list[str]:
    """Name every template that is over its budget."""
    return [
        f"{path.relative_to(package)}: {_lines(path)} lines, {TEMPLATE_LINES} allowed"
        for path in templates(package)
        if _lines(path) > TEMPLATE_LINES
    ]


def too_long_frontend(folder: Path) -> list[str]:
    """Name every TypeScript or CSS file below `folder` that is over its budget."""
    return [
        f"{path.relative_to(folder)}: {_lines(path)} lines, {FRONTEND_LINES} allowed"
        for path in frontend_files(folder)
        if _lines(path) > FRONTEND_LINES
    ]


def frontend_files(folder: Path) -> list[Path]:
    """Return the TypeScript and CSS files below `folder` that people write."""
    found = [path for kind in ("*.ts", "*.mts", "*.css") for path in folder.rglob(kind)]
    return sorted(path for path in found if not {"node_modules", "dist"} & set(path.parts))


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
