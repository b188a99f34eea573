"""What the frame of every page shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tongzhou.people.models import User
from tongzhou.projects.access import visible_to
from tongzhou.projects.models import Project


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the projects of the signed-in person for the sidebar. Evaluated only when the template asks."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"sidebar_projects": lambda: list(visible_to(user).values("number", "name")[:8])}


def projects_of(user: User) -> list[Project]:
    return list(visible_to(user))
