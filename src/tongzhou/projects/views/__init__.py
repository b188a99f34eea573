"""Screens of projects."""

from tongzhou.projects.views.comments import comment, comments, project_people
from tongzhou.projects.views.communication import (
    communication,
    communication_move,
    communication_new,
    communication_remove,
    communication_rule,
    communication_usual,
)
from tongzhou.projects.views.creating import project_new
from tongzhou.projects.views.listing import project_filters, projects, projects_export
from tongzhou.projects.views.objectives import (
    measurement,
    objective,
    objective_edit,
    objective_measure,
    objective_move,
    objective_new,
    objective_remove,
    objectives,
    objectives_xlsx,
)
from tongzhou.projects.views.organisation import organisation
from tongzhou.projects.views.roles import project_roles
from tongzhou.projects.views.scope import project_scope, scope_line, scope_line_move, scope_line_remove, scope_lines
from tongzhou.projects.views.start import (
    basics,
    missing,
    participation,
    participation_edit,
    participation_remove,
    role,
    role_remove,
    seat,
    stage,
    start,
    weight,
)

__all__ = [
    "basics",
    "comment",
    "comments",
    "communication",
    "communication_move",
    "communication_new",
    "communication_remove",
    "communication_rule",
    "communication_usual",
    "measurement",
    "missing",
    "objective",
    "objective_edit",
    "objective_measure",
    "objective_move",
    "objective_new",
    "objective_remove",
    "objectives",
    "objectives_xlsx",
    "organisation",
    "participation",
    "participation_edit",
    "participation_remove",
    "project_filters",
    "project_new",
    "project_people",
    "project_roles",
    "project_scope",
    "projects",
    "projects_export",
    "role",
    "role_remove",
    "scope_line",
    "scope_line_move",
    "scope_line_remove",
    "scope_lines",
    "seat",
    "stage",
    "start",
    "weight",
]
