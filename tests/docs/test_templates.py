"""The document of the template format names every field with its words, and its example can be used."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path

import pytest

from tongzhou.exchange.queries.templates import document as parts
from tongzhou.exchange.queries.templates import reader

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "templates.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### \S+ · (\w+)\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))
ALIASES = {"Scope": parts.ScopeLine, "Document": parts.Document}
SHAPES = {name: ALIASES.get(name, getattr(parts, name, None)) for name in SECTIONS}


def told(section: str) -> dict[str, bool]:
    """Return the fields that a section's table names, and whether each must be there."""
    found = {}
    for row in re.findall(r"^\| (`[^|]+) \|", SECTIONS[section], re.MULTILINE):
        for name, star in re.findall(r"`(\w+)`( \*)?", row):
            found[name] = bool(star) or ("*" in row and "`format`" in row)
    return found


@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_every_field_is_named_and_nothing_else(section: str) -> None:
    made = SHAPES[section]
    assert is_dataclass(made)
    needed = {one.name: one.default is MISSING and one.default_factory is MISSING for one in fields(made)}
    if section == "Document":
        needed |= {"format": True, "version": True}
    assert told(section) == needed


def test_every_part_of_a_template_has_a_section() -> None:
    made = {one for one in vars(parts).values() if isinstance(one, type) and is_dataclass(one)}
    assert made - {parts.Scope} == set(SHAPES.values())


def test_the_words_of_the_format_are_those_of_the_reader() -> None:
    words = re.search(r"stands under it; each once \| ([^|]+) \|", TEXT)
    assert words is not None
    assert tuple(re.findall(r"`(\w+)`", words[1])) == reader.SHOWN
    assert f"{reader.MOST_TASKS}" in SECTIONS["Document"]
    assert reader.LARGEST_FILE == 1024 * 1024


def test_the_example_is_a_template() -> None:
    example = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    read = reader.read_document(json.loads(example[1]))
    assert read.problems == ()
    assert read.document is not None
    assert [task.key for task in read.document.tasks] == ["1", "1.1", "1.2"]
