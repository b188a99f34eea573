"""THIRD-PARTY-NOTICES.md: every part of others that the product ships or needs to run, with its licence.

Made from what is installed: Python packages of locks/requirements.txt that the product requires, npm packages that
package-lock.json does not mark as for development only. Both kinds are named with the version of the lock.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
NOTICES = ROOT / "THIRD-PARTY-NOTICES.md"
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)
HEAD = """# Parts of others

Tongzhou itself is under the Apache License 2.0 (`LICENSE`). It stands on the parts below. Python packages are
installed beside it; npm packages are built into the front end that it ships, so their licences are given in full.
Written by `make notices`.
"""


def notices(root: Path = ROOT) -> str:
    """Return the text of THIRD-PARTY-NOTICES.md for what `root` locks."""
    python = [(name, version, _python_licence(distribution(name))) for name, version in python_parts(root)]
    npm = npm_parts(root)
    sections = [HEAD, "## Python packages\n", _table(python), "## npm packages\n"]
    sections.append(_table([(name, part["version"], part["license"]) for name, part in npm.items()]))
    for name in npm:
        sections.append(f"### {name}\n\n```text\n{_npm_licence_text(root / 'node_modules' / name)}\n```\n")
    return "\n".join(sections)


def python_parts(root: Path) -> list[tuple[str, str]]:
    """Return name and locked version of every package that the product requires, and of what these require."""
    locked = dict(
        re.findall(r"^([\w.-]+)==(\S+)", (root / "locks" / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    )
    found: set[str] = set()
    waiting = _required(distribution("tongzhou"))
    while waiting:
        name, extras = waiting.pop()
        if name in locked and name not in found:
            found.add(name)
            waiting += _required(distribution(name), extras)
    return sorted((name, locked[name]) for name in found)


def npm_parts(root: Path) -> dict[str, dict[str, str]]:
    """Return the packages of package-lock.json that are not for development only, by name."""
    packages = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    shipped = {path: part for path, part in packages.items() if path and not part.get("dev") and not part.get("optional")}
    return {path.split("node_modules/")[-1]: part for path, part in sorted(shipped.items())}


def _required(part: Distribution, extras: Collection[str] = ()) -> list[tuple[str, Collection[str]]]:
    """Return what a package requires with its `extras`, each with the extras that are asked of it."""
    requirements = [Requirement(text) for text in part.requires or []]
    asked = [
        one
        for one in requirements
        if "extra" not in str(one.marker or "") or any(one.marker and one.marker.evaluate({"extra": extra}) for extra in extras)
    ]
    return [(canonicalize_name(one.name), one.extras) for one in asked]


def _python_licence(part: Distribution) -> str:
    about = part.metadata.json
    classified = [str(line).split("::")[-1].strip() for line in about.get("classifier", []) if line.startswith("License ::")]
    return str(about.get("license_expression") or ", ".join(classified) or about.get("license", "")).split("\n")[0]


def _npm_licence_text(folder: Path) -> str:
    files = sorted(path for path in folder.iterdir() if path.is_file() and LICENCE_FILE.match(path.name))
    if files:
        return files[0].read_text(encoding="utf-8").strip().replace("\r\n", "\n")
    about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    banner = re.search(r"/\*!?(.*?)\*/", (folder / about["style"]).read_text(encoding="utf-8"), re.DOTALL)
    stated = (
        re.sub(r"^[ *]+", "", banner.group(1), flags=re.MULTILINE).strip()
        if banner
        else f"{about['author']}: {about['license']}"
    )
    return f"{stated}\nIt contains Bootstrap (MIT, The Bootstrap Authors). The MIT licence reads as under @popperjs/core."


def _table(rows: list[tuple[str, str, str]]) -> str:
    lines = [f"| {name} | {version} | {licence} |" for name, version, licence in rows]
    return "\n".join(["| part | version | licence |", "| --- | --- | --- |", *lines]) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file (`write`) or tell whether it is up to date (`check`); return the exit code."""
    if arguments == ["write"]:
        NOTICES.write_text(notices(), encoding="utf-8")
        return 0
    if arguments == ["check"]:
        return 0 if NOTICES.read_text(encoding="utf-8") == notices() else 1
    print("tools/notices.py write|check", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
