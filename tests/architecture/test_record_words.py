"""The record speaks: every kind of event that a room knows, and every field that a change can name, has Chinese words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

from tongzhou.shell.queries import feed, record, values, words
from tongzhou.timeline.queries import Entry

SOURCE = Path(__file__).resolve().parents[2] / "src" / "tongzhou"
CHINESE = re.compile(r"[一-鿿]")
KINDS = sorted(kind for kinds in record.kinds_by_group().values() for kind in kinds)
# What a change says it is about, as the actions write it.
ABOUT = re.compile(r'ChangeOf\(\s*"(\w+)"')
# Written only at birth, or known to the program alone.
UNSAID = {"id", "project", "created_at", "is_active", "disabled_at", "paper", "fingerprint"}
UNSAID |= {"author", "at", "subject_type", "subject_id", "whole_at", "removed_at"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_event_has_chinese_words(kind: str) -> None:
    """Without them the page would show the name that the code has: add a line to VERBS of shell/queries/words.py."""
    with translation.override("zh-hans"):
        word = str(words.VERBS.get(kind, ""))
    assert CHINESE.search(word), f"{kind}: {word!r}"


def test_every_group_of_kinds_has_chinese_words() -> None:
    with translation.override("zh-hans"):
        groups = record.groups()
    assert set(groups) == set(record.kinds_by_group())
    assert [name for name, word in groups.items() if not CHINESE.search(word)] == []


@pytest.mark.parametrize(
    "name",
    ["name", "owner", "owner_id", "department", "department_id", "percent", "state", "duration", "typed_start", "predecessors"],
)
def test_common_fields_have_chinese_words(name: str) -> None:
    with translation.override("zh-hans"):
        assert CHINESE.search(str(words.FIELDS.get(name, "")))


def test_every_field_of_what_changes_has_chinese_words() -> None:
    """A field of a model that actions name in ChangeOf: add a line to FIELDS of shell/queries/words.py."""
    types = {name for path in SOURCE.rglob("*.py") for name in ABOUT.findall(path.read_text(encoding="utf-8"))}
    assert {"work_item", "project", "participation"} <= types
    with translation.override("zh-hans"):
        said = {name: str(word) for name, word in words.FIELDS.items()}
    missing = set()
    for model in filter(None, map(values.models_by_type().get, types)):
        for one in model._meta.concrete_fields:
            names = {one.name, one.attname}
            if not names & (UNSAID | feed.NOT_SHOWN) and not any(CHINESE.search(said.get(name, "")) for name in names):
                missing.add(f"{model.__name__}.{one.name}")
    assert missing == set()


def test_an_event_of_any_kind_becomes_a_sentence() -> None:
    """Kinds with a tail read their data; none stumbles over what an action writes."""
    said = feed.sentences([Entry(1, datetime(2026, 3, 2, tzinfo=UTC), kind, "", "", "", None, "", DATA, ()) for kind in KINDS])
    assert len(said) == len(KINDS)


DATA = {"percent": 0, "created": 0, "changed": 0, "unchanged": 0, "number": 0, "file_name": "", "items": [], "label": ""}
