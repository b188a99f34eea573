"""One predecessor as people type it, in a sheet and in the grid alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.plan.queries.grid import link_text
from tongzhou.plan.queries.tree import Edge
from tongzhou.workbooks.predecessors import Reference, parse, split

DAY = 480


@pytest.mark.parametrize(
    ("text", "ref", "kind", "lag", "elapsed", "within"),
    [
        ("3", "3", "FS", 0, False, None),
        ("3FS+2d", "3", "FS", 2 * DAY, False, None),
        ("３ＦＳ＋２ｄ", "3", "FS", 2 * DAY, False, None),
        ("3 fs + 2 天", "3", "FS", 2 * DAY, False, None),
        ("1.2SS", "1.2", "SS", 0, False, None),
        ("1.2SS-1w", "1.2", "SS", -5 * DAY, False, None),
        ("3FF", "3", "FF", 0, False, None),
        ("3SF+4h", "3", "SF", 240, False, None),
        ("3完成后2天", "3", "FS", 2 * DAY, False, None),
        ("3开始后1天", "3", "SS", DAY, False, None),
        ("设计完成后", "设计", "FS", 0, False, None),
        ("设计开始后", "设计", "SS", 0, False, None),
        ("3FS+3天内", "3", "FS", 0, False, 3 * DAY),
        ("样机定型后3天内完成", "样机定型", "FS", 0, False, 3 * DAY),
        ("需在样机定型后3天完成", "样机定型", "FS", 0, False, 3 * DAY),
        ("需在样机定型后3天开始", "样机定型", "FS", 3 * DAY, False, None),
        ("3+5自然日", "3", "FS", 5 * 1440, True, None),
        ("3FS+3自然日内", "3FS+3自然日内", "FS", 0, False, None),
        ("3FS+", "3FS+", "FS", 0, False, None),
        ("3XX", "3XX", "FS", 0, False, None),
    ],
)
def test_a_predecessor_is_taken_apart(text: str, ref: str, kind: str, lag: int, elapsed: bool, within: int | None) -> None:
    found = parse(text)
    assert (found.ref, found.kind, found.lag, found.elapsed, found.within) == (ref, kind, lag, elapsed, within)


@pytest.mark.parametrize("text", ["3;4", "3；4", "3,4", "3，4", "3、4", "3\n4", "3 4", " 3 ；\n4 "])
def test_separators(text: str) -> None:
    assert split(text) == ["3", "4"]


@given(
    kind=st.sampled_from(["FS", "SS", "FF", "SF"]),
    lag=st.integers(-3650 * DAY, 3650 * DAY),
    elapsed=st.booleans(),
    within=st.none() | st.integers(1, 3650 * DAY),
)
def test_what_is_shown_reads_back_as_the_same_link(kind: str, lag: int, elapsed: bool, within: int | None) -> None:
    edge = Edge(1, 2, 3, kind, 0 if within else lag, elapsed and not within and lag != 0, within)
    text = link_text("1.2", edge)
    assert split(text) == [text]
    assert parse(text) == Reference("1.2", kind, edge.lag, edge.elapsed, within, text)
