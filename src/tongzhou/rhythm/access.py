"""Who may look after what is due."""

from __future__ import annotations

from tongzhou.people.access import can_manage_people
from tongzhou.people.models import System, User


def can_look_after(user: User | System) -> bool:
    """Administrators see what failed and let it be tried again; they do not see what is in it."""
    return isinstance(user, System) or can_manage_people(user)
