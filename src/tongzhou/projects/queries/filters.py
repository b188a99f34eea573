"""The filters of the list of projects that a person keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from tongzhou.lib.prepared import Given, Question, prepared
from tongzhou.people.models import Preference, User

KEY = "projects.filters"
MOST_FILTERS = 20
LONGEST_NAME = 40
LONGEST_QUERY = 500


@dataclass(frozen=True)
class SavedFilter:
    """`query` is the part of the address after the question mark."""

    name: str
    query: str
    default: bool = False


def filters_of(user: User) -> list[SavedFilter]:
    """Return a person's saved filters in the order in which she saved them; what is not one is left out. One query."""
    value: Any = next((value for (value,) in _kept(user.pk)), None)
    return filters_in(value)


def filters_in(value: Any) -> list[SavedFilter]:
    """Return the filters that a stored preference holds."""
    rows = value if isinstance(value, list) else []
    return [found for found in map(_read, rows) if found is not None]


def filters_question(user: User) -> Question:
    """What `filters_of` asks, to be asked ahead."""
    return _kept.of(user.pk)


@prepared
def _kept(user: Given) -> QuerySet[Preference, tuple[Any]]:
    return Preference.objects.filter(user=user, key=KEY).values_list("value")


def _read(row: Any) -> SavedFilter | None:
    # Preferences are written by programs, too.
    if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in ("name", "query")):
        return None
    return SavedFilter(row["name"][:LONGEST_NAME], row["query"][:LONGEST_QUERY], row.get("default") is True)
