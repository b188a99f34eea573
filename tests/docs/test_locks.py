"""What is installed is what was locked, byte for byte."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tools.notices import NOTICES, notices

ROOT = Path(__file__).resolve().parents[2]


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Return version and number of hashes of each package of a lock file."""
    text = (ROOT / "locks" / name).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = re.findall(r"^([\w.-]+)==(\S+)(.*)$", text, re.MULTILINE)
    assert len(entries) == len([line for line in text.splitlines() if line.strip()])
    return {package: (version, rest.count("--hash=sha256:")) for package, version, rest in entries}


@pytest.mark.parametrize(("file", "extra"), [("requirements.txt", ""), ("dev.txt", "dev")])
def test_every_python_package_is_locked_with_hashes(file: str, extra: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = locked(file)
    assert [name for name, (_version, hashes) in packages.items() if not hashes] == []
    for text in project["dependencies"] + project["optional-dependencies"].get(extra, []):
        asked = Requirement(text)
        version, _hashes = packages[canonicalize_name(asked.name)]
        assert asked.specifier.contains(version), text


def test_development_uses_the_versions_that_are_shipped() -> None:
    shipped, development = locked("requirements.txt"), locked("dev.txt")
    assert [name for name in shipped.keys() & development.keys() if shipped[name][0] != development[name][0]] == []


def test_every_npm_package_is_locked_with_hashes() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    parts = {path: part for path, part in packages.items() if path}
    assert [path for path, part in parts.items() if not part.get("integrity", "").startswith("sha512-")] == []
    assert [path for path, part in parts.items() if "resolved" in part] == []
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    assert {kind: packages[""].get(kind) for kind in ("dependencies", "devDependencies")} == {
        kind: wanted[kind] for kind in ("dependencies", "devDependencies")
    }


def test_notices_name_what_is_shipped() -> None:
    assert NOTICES.read_text(encoding="utf-8") == notices(), "make notices"
