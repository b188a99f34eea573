"""Planned and actual shares summed up over tasks."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(slots=True)
class Tally:
    """Sums over leaves with a baseline, exact and in whole numbers as far as possible.

    `planned` and `actual` are weighed; `even_…` count leaves without weight, which matter only where no leaf has any.
    """

    weight: int = 0
    planned: Fraction | int = 0
    actual: int = 0
    leaves: int = 0
    even_planned: Fraction | int = 0
    even_actual: int = 0

    def add(self, other: Tally) -> None:
        self.weight += other.weight
        self.planned += other.planned
        self.actual += other.actual
        self.leaves += other.leaves
        self.even_planned += other.even_planned
        self.even_actual += other.even_actual

    def add_leaf(self, weight: int, planned: Fraction, percent: int) -> None:
        """Add a leaf; the shares that are most, none and all, are whole numbers here."""
        share = int(planned) if planned.denominator == 1 else planned
        if weight:
            self.weight += weight
            self.planned += weight * share
            self.actual += weight * percent
        else:
            self.leaves += 1
            self.even_planned += share
            self.even_actual += percent

    def shares(self) -> tuple[Fraction, Fraction]:
        """Return the planned and the actual share."""
        if self.weight:
            return Fraction(self.planned) / self.weight, Fraction(self.actual, self.weight * 10000)
        return Fraction(self.even_planned) / self.leaves, Fraction(self.even_actual, self.leaves * 10000)
