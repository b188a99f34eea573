"""Screens of projects."""

from tongzhou.projects.views.listing import project_new, projects
from tongzhou.projects.views.organisation import organisation
from tongzhou.projects.views.start import (
    basics,
    participation,
    participation_remove,
    role,
    role_remove,
    scope,
    seat,
    start,
    weight,
)

__all__ = [
    "basics",
    "organisation",
    "participation",
    "participation_remove",
    "project_new",
    "projects",
    "role",
    "role_remove",
    "scope",
    "seat",
    "start",
    "weight",
]
