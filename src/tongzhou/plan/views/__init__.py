"""Screens of the plan."""

from tongzhou.plan.views.page import data, details, edit, plan, preview, remove, task, task_new

__all__ = ["data", "details", "edit", "plan", "preview", "remove", "task", "task_new"]
