"""Fractional ranks keep their order whatever is put between them."""

from hypothesis import given
from hypothesis import strategies as st

from tongzhou.lib.rank import rank_between, ranks


@given(st.integers(0, 70), st.lists(st.integers(0, 10_000), max_size=60))
def test_what_is_put_between_two_sorts_between_them(count: int, places: list[int]) -> None:
    order = ranks(count)
    assert order == sorted(set(order))
    for place in places:
        at = place % (len(order) + 1)
        low, high = order[at - 1] if at else "", order[at] if at < len(order) else ""
        order.insert(at, rank_between(low, high))
    assert order == sorted(set(order))


def test_ten_thousand_ranks_are_short_and_apart() -> None:
    made = ranks(10_000)
    assert made == sorted(set(made))
    assert {len(rank) for rank in made} == {3}
