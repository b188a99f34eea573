"""Reads: what a signature says, exactly as it stands on the chain: verifying builds it again from the row and compares."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tongzhou.signoffs.models import Signature

PLAIN = (
    "round",
    "name",
    "login",
    "employee_number",
    "department",
    "title",
    "capacity",
    "principal_name",
    "decision",
    "opinion",
    "statement",
    "sheet_digest",
    "html_digest",
    "shared_digest",
    "part_digest",
    "method",
    "address",
    "agent",
    "request_id",
)
MOMENTS = ("authenticated_at", "at")


def facts_of(signature: Signature) -> dict[str, Any]:
    """Return what is hashed of a signature: every column but its own id and its number on the chain."""
    found: dict[str, Any] = {name: getattr(signature, name) for name in PLAIN}
    found |= {name: instant_text(getattr(signature, name)) for name in MOMENTS}
    return found | {
        "sheet": signature.place.sheet_id,
        "place": signature.place_id,
        "seat": signature.place.seat,
        "person": signature.person_id,
        "principal": signature.principal_id,
    }


def instant_text(moment: datetime) -> str:
    """Return an instant in UTC, as it stands in acts: 2026-03-02T09:30:00.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
