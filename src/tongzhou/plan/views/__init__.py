"""Screens of the plan."""

from tongzhou.plan.views.calendars import holidays, project_calendar, task_calendar
from tongzhou.plan.views.commands import commands
from tongzhou.plan.views.page import columns, data, details, edit, plan, preview, remove, task, task_new
from tongzhou.plan.views.printing import gantt_pdf, gantt_png
from tongzhou.plan.views.publishing import task_list_release
from tongzhou.plan.views.publishing import task_list_view as task_list

__all__ = [
    "columns",
    "commands",
    "data",
    "details",
    "edit",
    "gantt_pdf",
    "gantt_png",
    "holidays",
    "plan",
    "preview",
    "project_calendar",
    "remove",
    "task",
    "task_calendar",
    "task_list",
    "task_list_release",
    "task_new",
]
