"""Reads: what people chose for themselves."""

from __future__ import annotations

from typing import Any

from tongzhou.people.models import Preference, User

# The closed list of what can be remembered. A room that remembers something new adds its key here.
KEYS = frozenset(
    {
        "board.group",
        "import.columns",
        "language",
        "people.columns",
        "plan.columns",
        "plan.view",
        "plan.widths",
        "projects.columns",
        "projects.filters",
        "reports.parts",
        "tasks.filters",
        "theme",
        "tracking.columns",
        "workbench.filters",
    }
)


def preference(user: User, key: str) -> Any:
    """Return what `user` chose for `key` (any JSON value), or None. One query."""
    return Preference.objects.filter(user=user, key=key).values_list("value", flat=True).first()
