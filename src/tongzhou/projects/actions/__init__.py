"""Writes of the projects room."""

from tongzhou.projects.actions.basics import BASICS, change_basics, create_project
from tongzhou.projects.actions.comments import add_comment, edit_comment, remove_comment
from tongzhou.projects.actions.communication import add_rule, add_usual_rules, change_rule, move_rule, remove_rule
from tongzhou.projects.actions.filters import remove_filter, rename_filter, save_filter
from tongzhou.projects.actions.handing_over import hand_over_seats
from tongzhou.projects.actions.objectives import (
    Goal,
    Reading,
    add_objective,
    change_objective,
    correct_measurement,
    measure_objective,
    move_objective,
    remove_measurement,
    remove_objective,
)
from tongzhou.projects.actions.organisation import Settings, change_organisation
from tongzhou.projects.actions.parts import Part, let_decide, remove_participation, seat, set_participation
from tongzhou.projects.actions.roles import enrol, give_role, take_role
from tongzhou.projects.actions.scope import (
    ScopeLine,
    add_scope_line,
    add_scope_lines,
    change_scope_line,
    move_scope_line,
    remove_scope_line,
    set_scope,
)
from tongzhou.projects.actions.stages import hold_project, keep_ended, move_stage
from tongzhou.projects.actions.weight import change_weight

__all__ = [
    "BASICS",
    "Goal",
    "Part",
    "Reading",
    "ScopeLine",
    "Settings",
    "add_comment",
    "add_objective",
    "add_rule",
    "add_scope_line",
    "add_scope_lines",
    "add_usual_rules",
    "change_basics",
    "change_objective",
    "change_organisation",
    "change_rule",
    "change_scope_line",
    "change_weight",
    "correct_measurement",
    "create_project",
    "edit_comment",
    "enrol",
    "give_role",
    "hand_over_seats",
    "hold_project",
    "keep_ended",
    "let_decide",
    "measure_objective",
    "move_objective",
    "move_rule",
    "move_scope_line",
    "move_stage",
    "remove_comment",
    "remove_filter",
    "remove_measurement",
    "remove_objective",
    "remove_participation",
    "remove_rule",
    "remove_scope_line",
    "rename_filter",
    "save_filter",
    "seat",
    "set_participation",
    "set_scope",
    "take_role",
]
