"""Screens of the plan."""

from tongzhou.plan.views.commands import commands
from tongzhou.plan.views.page import columns, data, details, edit, plan, preview, remove, task, task_new

__all__ = ["columns", "commands", "data", "details", "edit", "plan", "preview", "remove", "task", "task_new"]
