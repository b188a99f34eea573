"""What happens to resources that departments provide."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CommitmentsAsked:
    """Departments are asked for these lines."""

    project: int
    commitments: tuple[int, ...]


@dataclass(frozen=True)
class CommitmentChanged:
    """`again`: it had been answered, and is asked for anew."""

    commitment: int
    again: bool


@dataclass(frozen=True)
class CommitmentsAnswered:
    """`steps` are the answers, a step for each line."""

    project: int
    steps: tuple[int, ...]


@dataclass(frozen=True)
class CommitmentWithdrawn:
    commitment: int
    answered: bool
