"""Writes of the plan room."""

from tongzhou.plan.actions.baselines import Planned, cut_baseline, planned_now, read_planned
from tongzhou.plan.actions.bringing_in import BroughtIn, ItemSpec, LinkSpec, SupportSpec, bring_in, item_values
from tongzhou.plan.actions.calendars import (
    calendar_moves,
    change_item_calendar,
    change_project_calendar,
    follow,
    follow_calendar,
    project_moves,
    under_calendar,
)
from tongzhou.plan.actions.commands import Answer, Asked, run_command
from tongzhou.plan.actions.deliverables import (
    DeliverableSpec,
    add_deliverables,
    change_deliverable,
    remove_deliverable,
    restore_deliverable,
)
from tongzhou.plan.actions.delivering import (
    Submission,
    accept_deliverable,
    return_deliverable,
    submit_deliverable,
    take_back_deliverable,
)
from tongzhou.plan.actions.editing import (
    Consequences,
    add_item,
    assign_owner,
    change_dates,
    change_details,
    preview_dates,
    remove_item,
)
from tongzhou.plan.actions.handing_over import hand_over_tasks
from tongzhou.plan.actions.milestones import MilestoneSpec, set_key_milestones
from tongzhou.plan.actions.progress import Report, Told, quantity_percent, record_progress, record_reports, record_unchanged
from tongzhou.plan.actions.repairing import confirmed_unsound, repair_plan
from tongzhou.plan.actions.scheduling import follow_start, hold_plan, locked_plan, reschedule
from tongzhou.plan.actions.summarising import keep_summary
from tongzhou.plan.queries.consequences import Move

__all__ = [
    "Answer",
    "Asked",
    "BroughtIn",
    "Consequences",
    "DeliverableSpec",
    "ItemSpec",
    "LinkSpec",
    "MilestoneSpec",
    "Move",
    "Planned",
    "Report",
    "Submission",
    "SupportSpec",
    "Told",
    "accept_deliverable",
    "add_deliverables",
    "add_item",
    "assign_owner",
    "bring_in",
    "calendar_moves",
    "change_dates",
    "change_deliverable",
    "change_details",
    "change_item_calendar",
    "change_project_calendar",
    "confirmed_unsound",
    "cut_baseline",
    "follow",
    "follow_calendar",
    "follow_start",
    "hand_over_tasks",
    "hold_plan",
    "item_values",
    "keep_summary",
    "locked_plan",
    "planned_now",
    "preview_dates",
    "project_moves",
    "quantity_percent",
    "read_planned",
    "record_progress",
    "record_reports",
    "record_unchanged",
    "remove_deliverable",
    "remove_item",
    "repair_plan",
    "reschedule",
    "restore_deliverable",
    "return_deliverable",
    "run_command",
    "set_key_milestones",
    "submit_deliverable",
    "take_back_deliverable",
    "under_calendar",
]
