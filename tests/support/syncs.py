"""How the rhythm of syncs is set, as its addresses take it."""

from __future__ import annotations

from typing import Any

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
