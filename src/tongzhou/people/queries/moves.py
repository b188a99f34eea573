"""Reads: what a change of calendars would move; rooms above tell it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest

from tongzhou.lib.registry import PANELS


def moves_of(request: HttpRequest, concerned: Collection[int] | None) -> list[Any]:
    """Return what rooms hang at "calendar_change", as things stand in this transaction; None concerns every calendar.

    Each is {"template": …, "told": …, context}; `told` is for programs: {"projects": [{"number", "name", "tasks", "first",
    "last", "finish_before", "finish_after"}], "hidden": projects that the person may not see, "tasks", "looked", "more"}.
    """
    return [panel for make in PANELS.at("calendar_change") if (panel := make(request, concerned)) is not None]


def moves_told(panels: list[Any]) -> list[dict[str, Any]]:
    """Return of the panels what programs are told."""
    return [panel["told"] for panel in panels]
