"""One value, one text of bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.engine.canonical import DEEPEST, LARGEST, Difference, NotCanonical, canonical, differences, digest, sha256

TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def test_the_example_of_the_rfc() -> None:
    """RFC 8785, section 3.2.3: names are ordered by their UTF-16 code units."""
    names = {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One"}
    names |= {"\U0001f600": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}
    order = ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face"]
    assert list(json.loads(canonical(names)).values()) == [*order, "Hebrew Letter Dalet With Dagesh"]


def test_texts_are_escaped_as_the_rfc_says() -> None:
    """RFC 8785, section 3.2.2.2."""
    text = '\u20ac$\u000f\nA\'B"\\\\"/\x7f'
    assert canonical(text) == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"'.encode()


def test_the_digest_is_that_of_the_bytes() -> None:
    assert canonical({"b": [1, True, None], "a": "同舟"}) == '{"a":"同舟","b":[1,true,null]}'.encode()
    assert digest({"a": 1}) == sha256(b'{"a":1}') == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), 2**53, -(2**53), {1: "x"}, {"x": object()}, "\ud800", {"\udfff": 1}, [b"x"], {"x": [{"y": {1}}]}],
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


def test_depth_is_bounded() -> None:
    value: Any = 1
    for _level in range(DEEPEST + 1):
        value = [value]
    with pytest.raises(NotCanonical):
        canonical(value)


@given(VALUES)
def test_reading_what_was_written_gives_the_value_and_the_same_bytes(value: Any) -> None:
    read = json.loads(canonical(value))
    assert read == value
    assert canonical(read) == canonical(value)


@given(VALUES, VALUES)
def test_values_differ_where_their_bytes_do(one: Any, two: Any) -> None:
    assert bool(differences(one, two)) == (canonical(one) != canonical(two))


def test_differences_say_where() -> None:
    before = {"name": "甲", "items": [{"id": 1, "name": "设计", "days": 3}, {"id": 2, "name": "测试"}], "tags": ["a", "b"]}
    after = {"name": "乙", "items": [{"id": 3, "name": "定型"}, {"id": 1, "name": "设计", "days": 4}], "tags": ["a"]}
    assert differences(before, after) == [
        Difference(("name",), "甲", "乙"),
        Difference(("items", "3"), None, {"id": 3, "name": "定型"}),
        Difference(("items", "1", "days"), 3, 4),
        Difference(("items", "2"), {"id": 2, "name": "测试"}, None),
        Difference(("tags", "1"), "b", None),
    ]
    assert differences({"x": 1}, {"x": True}) == [Difference(("x",), 1, True)]
