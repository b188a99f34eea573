"""Screens of projects."""

from tongzhou.projects.views.comments import comment, comments, project_people
from tongzhou.projects.views.creating import project_new
from tongzhou.projects.views.listing import project_filters, projects, projects_export
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
    "comment",
    "comments",
    "organisation",
    "participation",
    "participation_remove",
    "project_filters",
    "project_new",
    "project_people",
    "projects",
    "projects_export",
    "role",
    "role_remove",
    "scope",
    "seat",
    "start",
    "weight",
]
