"""How the rhythm of syncs is set, as its addresses take it."""

from __future__ import annotations

from typing import Any

from support.cast import NOW
from tongzhou.projects.models import Project

RHYTHM = {
    "urgent_weekday": "",
    "urgent_at": "16:00",
    "urgent_day_off": "skip",
    "regular_weekday": "3",
    "regular_at": "16:30",
    "regular_day_off": "after",
    "lead_minutes": "60",
}
RHYTHM_ATTEMPTS: tuple[tuple[Any, ...], ...] = (
    ("sync_rhythm", "edit charter draft", "post", RHYTHM),
    ("organisation_rhythm", "users, roles, org tree"),
    ("organisation_rhythm", "users, roles, org tree", "post", RHYTHM),
)


def begun(project: Project) -> Project:
    """Let a project begin today: before its first day nobody is asked for a sync."""
    project.starts_on = NOW.date()
    project.save(update_fields=["starts_on"])
    return project
