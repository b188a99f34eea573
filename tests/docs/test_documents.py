"""What the documents say is there, is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from architecture.rules.house import PACKAGE, rooms

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *PACKAGE.glob("*/README.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_pictures_of_documents_exist(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if not re.match(r"\w+:", target) and not (document.parent / target).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_both_readmes_name_the_two_commands(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"^make (\w+) ", text, re.MULTILINE) == ["run", "test"]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_both_readmes_show_the_picture_that_is_there(name: str) -> None:
    pictures = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "pictures").glob("*.png")}
    shown = set(re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / name).read_text(encoding="utf-8")))
    assert shown <= pictures
    assert bool(shown) == bool(pictures)


def test_the_architecture_names_every_room() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [room.name for room in rooms(PACKAGE) if f"`{room.name}`" not in text] == []


def test_decisions_are_numbered_and_say_what_was_given_up() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [f"{number:04d}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert [part for part in ("**We chose**", "**Because**", "**We gave up**") if part not in text] == [], path.name


def test_ci_runs_what_make_test_runs() -> None:
    assert "make --no-print-directory test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    checks = (ROOT / "tools" / "check.sh").read_text(encoding="utf-8")
    assert re.findall(r'^check "([^"]+)"', checks, re.MULTILINE) == [
        "ruff",
        "mypy --strict",
        "import-linter",
        "djlint",
        "tsc",
        "vitest",
    ]
