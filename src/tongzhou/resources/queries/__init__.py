"""Reads: what departments are asked for, what they promised, and what they promised everywhere."""

from tongzhou.resources.queries.listing import (
    Counts,
    Line,
    Wanted,
    commitment_or_404,
    commitments_of,
    counts_of,
    readable,
)
from tongzhou.resources.queries.load import Load, loads_of

__all__ = [
    "Counts",
    "Line",
    "Load",
    "Wanted",
    "commitment_or_404",
    "commitments_of",
    "counts_of",
    "loads_of",
    "readable",
]
