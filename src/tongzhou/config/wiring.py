"""Every hidden arrow of the product: where a low room reaches a high one. The only module that fills registries."""

from __future__ import annotations

from tongzhou.exchange.actions import why_link_opens_too_much
from tongzhou.lib.registry import EVENTS, GATES, OUTCOMES, PANELS, QUESTIONS, ROWS, SIGHTS
from tongzhou.plan.access import asked_into
from tongzhou.plan.actions import calendar_moves, follow_calendar, follow_start, hand_over_tasks, keep_summary
from tongzhou.plan.queries.handing_over import open_tasks
from tongzhou.plan.queries.item import task_named
from tongzhou.progress.actions import update_to_keep
from tongzhou.progress.queries import latest_panel, latest_question
from tongzhou.projects.actions import hand_over_seats
from tongzhou.projects.queries.comments import comments_panel, comments_question
from tongzhou.projects.queries.handing_over import open_seats, organisation_card, projects_panel
from tongzhou.shell.queries.record import changes_panel, changes_question

CALENDAR_EVENTS = (
    "calendar-changed",
    "department-calendar-chosen",
    "department-changed",
    "leave-cancelled",
    "leave-taken",
    "person-changed",
    "statutory-year-announced",
)
"""After these the plans may run on other days."""


def wire() -> None:
    """Hang every handler in its place. Called once, when Django has loaded the rooms."""
    OUTCOMES.add("project-start-changed", follow_start)
    OUTCOMES.add("project-basics-changed", keep_summary)
    ROWS.add("progress-recorded", update_to_keep)
    PANELS.add("work_item", latest_panel)
    PANELS.add("work_item", changes_panel)
    PANELS.add("work_item", comments_panel)
    PANELS.add("work_item_changes", changes_panel)
    for question in (latest_question, changes_question, comments_question):
        QUESTIONS.add("work_item", question)
    PANELS.add("comment_subject", task_named)
    SIGHTS.add("project", asked_into)
    GATES.add("sign_in_link", why_link_opens_too_much)
    for place in ("person-disabled", "work-handed-over"):
        OUTCOMES.add(place, hand_over_tasks)
        OUTCOMES.add(place, hand_over_seats)
    PANELS.add("open_work", open_tasks)
    PANELS.add("open_work", open_seats)
    PANELS.add("person", projects_panel)
    PANELS.add("administration", organisation_card)
    PANELS.add("calendar_change", calendar_moves)
    for kind in CALENDAR_EVENTS:
        EVENTS.add(kind, follow_calendar)
