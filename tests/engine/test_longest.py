"""Values that follow single changes are those that a whole pass gives."""

import random

import pytest

from tongzhou.engine.graph import Arc
from tongzhou.engine.longest import Longest

Arcs = list[list[Arc]]


def strands(dice: random.Random, count: int, width: int) -> Arcs:
    """Chains side by side that join now and then: what decides changes from one to another."""
    arcs: Arcs = []
    for at in range(count):
        sources = [at - width] if at >= width and dice.random() < 0.95 else []
        if at and dice.random() < 0.25:
            sources.append(dice.randrange(max(0, at - 3 * width), at))
        arcs.append([(source, dice.choice((-20, 10, 30, 30, 50)), 0) for source in sources])
    numbers = iter(range(10 * count))
    return [[(source, minutes, next(numbers)) for source, minutes, _ in found] for found in arcs]


def whole(own: list[int], arcs: Arcs) -> list[int]:
    values: list[int] = []
    for at, found in enumerate(arcs):
        values.append(max([own[at], *(values[source] + minutes for source, minutes, _ in found)]))
    return values


def change(dice: random.Random, longest: Longest, own: list[int], arcs: Arcs, step: int) -> int:
    """Change one node or one arc, by little or by much, or the first node by `step`; return the node."""
    at = dice.choice((0, dice.randrange(len(own))))
    by = dice.choice((-200, -40, -10, 10, 20, 60, 300)) if at else step
    if arcs[at] and dice.random() < 0.4:
        k = dice.randrange(len(arcs[at]))
        source, minutes, number = arcs[at][k]
        arcs[at][k] = (source, minutes + by, number)
        longest.measure(number, minutes + by)
    else:
        own[at] = longest.own[at] = max(0, own[at] + by)
    return at


@pytest.mark.parametrize("seed", range(60))
def test_values_follow(seed: int) -> None:
    dice = random.Random(seed)
    count, width, block = dice.choice((40, 90)), dice.choice((1, 2, 3, 5)), dice.choice((2, 4, 7))
    arcs = strands(dice, count, width)
    own = [200, *(dice.choice((0, 0, 0, 15)) for _ in range(count - 1))]
    longest = Longest(own, arcs, block)
    before = whole(own, arcs)
    assert list(longest.values) == before
    for turn in range(60):
        at = change(dice, longest, own, arcs, 10 if turn // 10 % 2 else -10)
        moves = longest.follow([at])
        after = whole(own, arcs)
        assert list(longest.values) == after
        moved = set(moves.nodes)
        for number in set(moves.shifts) - set(moves.settled):
            low = longest.spans[number][0]
            moved |= {low + k for k, follows in enumerate(longest.followers(number)) if follows and moves.shifts[number]}
        assert moved == {node for node in range(count) if after[node] != before[node]}
        assert list(longest.arcs(at)) == arcs[at]
        before = after


def test_a_change_runs_through_most_blocks_as_one() -> None:
    """A chain of 4,000 beside tasks that decide nothing: two blocks are looked at, all others only added to."""
    arcs: Arcs = [[(at - 2, 30, at)] if at >= 2 and at % 2 == 0 else [] for at in range(8000)]
    longest = Longest([0] * 8000, arcs)
    longest.own[0] = 500
    moves = longest.follow([0])
    assert longest.values[7998] == 500 + 3999 * 30
    assert len(moves.shifts) == len(longest.spans)
    assert len(moves.settled) <= 2
