"""docs/demands.md tells the truth: each demand names a page or command that exists and a test that exists."""

from __future__ import annotations

import argparse
import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import get_resolver

from architecture.rules.running import addresses
from tongzhou.config.cli import parser

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Demand:
    text: str
    places: list[str]
    tests: list[str]


def read_demands(text: str) -> list[Demand]:
    """Return the rows of the tables of demands."""
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line.startswith("|")]
    rows = [row for row in rows if row[0].strip(" -") not in ("", "demand")]
    return [Demand(row[0].strip(), re.findall(r"`([^`]+)`", row[1]), re.findall(r"`([^`]+)`", row[2])) for row in rows]


def has_place(place: str) -> bool:
    """Tell whether an address, a command or a file exists."""
    if place.startswith("/"):
        return place in {re.sub(r"<\w+:", "<", address) for address, _pattern in addresses(get_resolver())}
    if place.startswith("make "):
        return (
            re.search(rf"^{place.removeprefix('make ')}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
            is not None
        )
    if place.startswith("tongzhou "):
        return has_command(parser(), place.split()[1:])
    return (ROOT / place).is_file()


def has_command(top: argparse.ArgumentParser, words: list[str]) -> bool:
    """Tell whether the parser knows the command and, below it, its verb."""
    for word in words:
        choices = next((action.choices for action in top._actions if isinstance(action, argparse._SubParsersAction)), {})
        if word not in choices:
            return False
        top = choices[word]
    return True


def has_test(name: str) -> bool:
    """Tell whether `file::test` (below tests/) or a test file of the front end exists."""
    path, _, function = name.partition("::")
    if not function:
        return path.endswith(".test.ts") and (ROOT / path).is_file()
    file = ROOT / "tests" / path
    if not file.is_file():
        return False
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


DEMANDS = read_demands((ROOT / "docs" / "demands.md").read_text(encoding="utf-8"))


def test_the_table_is_read() -> None:
    assert len(DEMANDS) > 40


@pytest.mark.parametrize("kind", ["places", "tests"])
def test_what_is_named_exists(kind: str) -> None:
    exists = {"places": has_place, "tests": has_test}[kind]
    assert [f"{one.text}: {name}" for one in DEMANDS for name in getattr(one, kind) if not exists(name)] == []


def test_every_demand_names_a_place_and_a_test() -> None:
    assert [one.text for one in DEMANDS if not one.places or not one.tests] == []


@pytest.mark.parametrize("place", ["/nowhere/", "make coffee", "tongzhou brew", "tongzhou project destroy", "docs/none.md"])
def test_a_place_that_does_not_exist_is_seen(place: str) -> None:
    assert not has_place(place)


@pytest.mark.parametrize(
    "name", ["docs/test_demands.py::test_nothing", "docs/none.py::test_x", "frontend/none.test.ts", "Makefile"]
)
def test_a_test_that_does_not_exist_is_seen(name: str) -> None:
    assert not has_test(name)
