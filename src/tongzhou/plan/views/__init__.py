"""Screens of the plan."""

from tongzhou.plan.views.calendars import holidays, project_calendar, task_calendar
from tongzhou.plan.views.claiming import claims, claims_call, claims_return, claims_take
from tongzhou.plan.views.commands import commands
from tongzhou.plan.views.deliverables import (
    deliverable_edit,
    deliverable_new,
    deliverable_removal,
    deliverable_restoration,
    deliverables,
    deliverables_of_texts,
    deliverables_paste,
    deliverables_xlsx,
)
from tongzhou.plan.views.delivering import (
    deliverable,
    deliverable_acceptance,
    deliverable_submission,
    deliverable_taking_back,
)
from tongzhou.plan.views.page import columns, data, details, edit, plan, preview, remove, task, task_new
from tongzhou.plan.views.printing import gantt_pdf, gantt_png
from tongzhou.plan.views.publishing import task_list_difference, task_list_release
from tongzhou.plan.views.publishing import task_list_view as task_list

__all__ = [
    "claims",
    "claims_call",
    "claims_return",
    "claims_take",
    "columns",
    "commands",
    "data",
    "deliverable",
    "deliverable_acceptance",
    "deliverable_edit",
    "deliverable_new",
    "deliverable_removal",
    "deliverable_restoration",
    "deliverable_submission",
    "deliverable_taking_back",
    "deliverables",
    "deliverables_of_texts",
    "deliverables_paste",
    "deliverables_xlsx",
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
    "task_list_difference",
    "task_list_release",
    "task_new",
]
