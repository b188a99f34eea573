"""Longest paths in a graph whose nodes are numbered in topological order, kept while single nodes change.

The value of a node is the largest of what it has of its own and, over its arcs, the value of the source and the minutes of
the arc. Nodes lie in blocks. The *followers* of a block are those of its nodes that hang, through what decides, on the
longest path: a change there moves all of them by the same minutes, and not the others. A `Bond` tells how far they can move
so without anything else becoming decisive. So a change runs through most blocks as one addition, and only where it mixes with
what decides otherwise are nodes looked at. Everything lies in flat arrays: a change walks through memory that is cold, and
objects would be spread all over it.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import add, sub

from tongzhou.engine.graph import Arc

FAR = 1 << 60
BLOCK = 64  # nodes: a block that is looked at node by node is cheap, and there are few blocks


@dataclass(slots=True)
class Moves:
    """What a change moved: blocks as a whole, and single nodes of the blocks that were looked at node by node."""

    shifts: dict[int, int | None] = field(default_factory=dict)  # by block, of its followers; None: not all alike
    settled: list[int] = field(default_factory=list)  # blocks looked at node by node
    nodes: list[int] = field(default_factory=list)  # those of their nodes that moved


@dataclass(slots=True)
class Bond:
    """Why a block moves as one: followers hang on followers, the others on others or on themselves."""

    up: int  # minutes that the followers can rise before one of them decides where one of the others lies
    down: int  # minutes that they can fall before one of them rests on something else
    before: list[tuple[int, bytes]]  # blocks that lead into this one, and their followers when the bond was found


class Longest:
    """Values of all nodes; `arcs[node]` lead into it, each from a lower node.

    Whoever changes `own` or calls `measure` tells `follow` which nodes that concerns.
    """

    def __init__(self, own: Iterable[int], arcs: Sequence[Sequence[Arc]], block: int = BLOCK) -> None:
        self.own = array("q", own)
        self.values = self.own[:]
        count = len(self.own)
        self._block = block
        self._first = array("q", [0])  # by node: where its arcs begin
        for found in arcs:
            self._first.append(self._first[-1] + len(found))
        self._targets = array("q", (at for at, found in enumerate(arcs) for _arc in found))
        self._sources = array("q", (source for found in arcs for source, _, _ in found))
        self._minutes = array("q", (minutes for found in arcs for _, minutes, _ in found))
        self._numbers = array("q", (number for found in arcs for _, _, number in found))
        self._at = {number: at for at, number in enumerate(self._numbers)}
        self.spans = [(low, min(low + block, count)) for low in range(0, count, block)]
        self._before: list[set[int]] = [set() for _ in self.spans]  # by block: the blocks that lead into it
        self._behind: list[set[int]] = [set() for _ in self.spans]
        for source, target in zip(self._sources, self._targets, strict=True):
            if source // block != target // block:
                self._before[target // block].add(source // block)
                self._behind[source // block].add(target // block)
        for at in range(len(self.spans)):
            self._place(at)
        self._followers = self._hanging()
        self._bonds = [self._bond(at) for at in range(len(self.spans))]

    def arcs(self, node: int) -> Iterable[Arc]:
        """What leads into a node, in the order given."""
        begin, end = self._first[node : node + 2]
        return zip(self._sources[begin:end], self._minutes[begin:end], self._numbers[begin:end], strict=True)

    def measure(self, number: int, minutes: int) -> None:
        """Give the arc of a link other minutes."""
        self._minutes[self._at[number]] = minutes

    def followers(self, block: int) -> bytes:
        """Which nodes of a block moved with it: one byte a node."""
        return self._followers[block]

    def follow(self, begin: Iterable[int]) -> Moves:
        """Bring the values up to date after changes of the nodes of `begin`."""
        begun = {at // self._block for at in begin}
        waiting = bytearray(len(self.spans))
        for block in begun:
            waiting[block] = 1
        moves = Moves()
        block = waiting.find(1)
        while block >= 0:
            shift = None if block in begun else self._common(block, moves.shifts)
            if shift is not None and self._can_move(block, shift):
                self._move(block, shift)
                moves.shifts[block] = shift
            else:
                self._settle(block, moves, shift)
            if moves.shifts[block] != 0:
                for target in self._behind[block]:
                    waiting[target] = 1
            block = waiting.find(1, block + 1)
        return moves

    def _common(self, block: int, shifts: dict[int, int | None]) -> int | None:
        """The minutes by which all followers that lead into a block have moved; None if they differ."""
        found = {shifts.get(source, 0) for source in self._before[block]}
        return found.pop() if len(found) == 1 else None

    def _can_move(self, block: int, shift: int) -> bool:
        bond = self._bonds[block]
        if bond is None or not -bond.down <= shift <= bond.up:
            return False
        return all(followers == self._followers[source] for source, followers in bond.before)

    def _move(self, block: int, shift: int) -> None:
        """Move the followers of a block."""
        (low, high), bond = self.spans[block], self._bonds[block]
        followers, found = self._followers[block], self.values[low:high]
        if 0 in followers:
            moved = map(add, found, map((0, shift).__getitem__, followers))
            self.values[low:high] = array("q", moved)
        else:
            self.values[low:high] = array("q", [value + shift for value in found])
        if bond is not None:
            bond.up -= shift
            bond.down += shift

    def _settle(self, block: int, moves: Moves, common: int | None) -> None:
        """Place the nodes of a block one by one. If all that leads into it moved alike, what moved here follows it."""
        low, high = self.spans[block]
        before = self.values[low:high]
        self._place(block)
        shifts = array("q", map(sub, self.values[low:high], before))
        different, moved = set(shifts) - {0}, bytes(map(bool, shifts))
        if common is not None and len(different) == 1:
            self._followers[block] = moved
        alike = not different or (len(different) == 1 and moved == self._followers[block])
        moves.shifts[block] = sum(different) if alike else None
        moves.settled.append(block)
        moves.nodes += compress(range(low, high), shifts)
        self._bonds[block] = self._bond(block)

    def _place(self, block: int) -> None:
        values, (low, high) = self.values, self.spans[block]
        values[low:high] = self.own[low:high]
        for source, target, minutes in self._arcs_into(block):
            bound = values[source] + minutes
            if bound > values[target]:  # noqa: PLR1730 (max() costs a call for every link)
                values[target] = bound

    def _arcs_into(self, block: int) -> Iterable[tuple[int, int, int]]:
        """Source, target and minutes of the arcs into the nodes of a block, target by target."""
        low, high = self.spans[block]
        begin, end = self._first[low], self._first[high]
        return zip(self._sources[begin:end], self._targets[begin:end], self._minutes[begin:end], strict=True)

    def _hanging(self) -> list[bytes]:
        """By block: the nodes that lie on the longest path or hang on it."""
        hanging, values = bytearray(len(self.values)), self.values
        at: int | None = max(range(len(values)), key=values.__getitem__, default=None)
        while at is not None:
            hanging[at] = 1
            at = next((source for source, minutes, _ in self.arcs(at) if values[source] + minutes == values[at]), None)
        for source, target, minutes in zip(self._sources, self._targets, self._minutes, strict=True):
            if hanging[source] and values[source] + minutes == values[target]:
                hanging[target] = 1
        return [bytes(hanging[low:high]) for low, high in self.spans]

    def _bond(self, block: int) -> Bond | None:
        """How far the followers of a block can move together; None if they cannot."""
        values, size, own = self.values, self._block, self.own
        low, high = self.spans[block]
        before = [(source, self._followers[source]) for source in self._before[block]]
        known = dict([*before, (block, self._followers[block])])
        up, down = FAR, FAR
        held = bytearray(high - low)  # nodes that hang on their like
        for at, follower in enumerate(self._followers[block], low):
            room = values[at] - own[at]
            if follower:
                down = min(down, room)
            else:
                held[at - low] = not room
        for source, target, minutes in self._arcs_into(block):
            gap = values[target] - values[source] - minutes
            leads, follows = known[source // size][source % size], known[block][target - low]
            if leads == follows:
                held[target - low] |= not gap
            elif leads:
                up = min(up, gap)
            else:
                down = min(down, gap)
        return Bond(up, down, before) if all(held) else None
