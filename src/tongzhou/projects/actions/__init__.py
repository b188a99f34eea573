"""Writes of the projects room."""

from tongzhou.projects.actions.basics import BASICS, ScopeLine, change_basics, create_project, set_scope
from tongzhou.projects.actions.comments import add_comment, edit_comment, remove_comment
from tongzhou.projects.actions.filters import remove_filter, rename_filter, save_filter
from tongzhou.projects.actions.handing_over import hand_over_seats
from tongzhou.projects.actions.organisation import Settings, change_organisation
from tongzhou.projects.actions.parts import Part, let_decide, remove_participation, seat, set_participation
from tongzhou.projects.actions.roles import enrol, give_role, take_role
from tongzhou.projects.actions.weight import change_weight

__all__ = [
    "BASICS",
    "Part",
    "ScopeLine",
    "Settings",
    "add_comment",
    "change_basics",
    "change_organisation",
    "change_weight",
    "create_project",
    "edit_comment",
    "enrol",
    "give_role",
    "hand_over_seats",
    "let_decide",
    "remove_comment",
    "remove_filter",
    "remove_participation",
    "rename_filter",
    "save_filter",
    "seat",
    "set_participation",
    "set_scope",
    "take_role",
]
