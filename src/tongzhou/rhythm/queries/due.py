"""Reads: what is due when."""

from __future__ import annotations

from datetime import datetime

from tongzhou.rhythm.models import Due


def due_at(kind: str, key: int) -> datetime | None:
    """Return when something is due, or None if nothing is (dead rows are not)."""
    found = Due.objects.filter(kind=kind, key=key, part="", dead_at=None).values_list("at", flat=True)
    return next(iter(found), None)
