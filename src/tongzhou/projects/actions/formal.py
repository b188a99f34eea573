"""Changing who holds a seat is a formal act: rooms above keep it on the project's chain (outcome "formal-act")."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongzhou.lib.registry import OUTCOMES
from tongzhou.people.models import System, User
from tongzhou.projects.models import ProjectRole

ONE_OF_MANY = frozenset({ProjectRole.Kind.MEMBER, ProjectRole.Kind.OBSERVER, ProjectRole.Kind.ADVISER})
"""Roles by which nobody signs or decides: giving one is on the record, and no formal act."""


def keep_seat_change(
    project: int, seat: str, before: User | None, after: User | None, *, by: User | System, now: datetime
) -> None:
    """Tell the rooms above that a seat ("head:12", "role:general_lead") changed its holder; seating oneself is marked."""
    payload: dict[str, Any] = {
        "seat": seat,
        "before": before.pk if before else None,
        "before_name": before.name if before else "",
        "after": after.pk if after else None,
        "after_name": after.name if after else "",
        "by_herself": isinstance(by, User) and after is not None and after.pk == by.pk,
    }
    for handler in OUTCOMES.at("formal-act"):
        handler(project, "seat-changed", payload, by=by, now=now)
