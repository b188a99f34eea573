"""Every word of the plan island, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

LABELS = (
    gettext_noop("No."),
    gettext_noop("Task"),
    gettext_noop("Owner"),
    gettext_noop("Department"),
    gettext_noop("Start"),
    gettext_noop("Finish"),
    gettext_noop("Days"),
    gettext_noop("Progress"),
    gettext_noop("Predecessors"),
    gettext_noop("Not started"),
    gettext_noop("In progress"),
    gettext_noop("Done"),
    gettext_noop("Late"),
    gettext_noop("Blocked"),
    gettext_noop("Cancelled"),
    gettext_noop("Critical path"),
    gettext_noop("Baseline"),
    gettext_noop("Conflict"),
    gettext_noop("Deviation marked"),
    gettext_noop("Should have started"),
    gettext_noop("Today"),
    gettext_noop("As of"),
    gettext_noop("{days} days late"),
    gettext_noop("{days} days early"),
    gettext_noop("{year}"),
    gettext_noop("{month}/{year}"),
    gettext_noop("{month}"),
    gettext_noop("{month}/{day}"),
    gettext_noop("{start} to {finish}"),
    gettext_noop("Version {version}, {links} links"),
    gettext_noop("No owner"),
    gettext_noop("No department"),
    gettext_noop("Work breakdown"),
    gettext_noop("Gantt chart"),
    gettext_noop("Table"),
    gettext_noop("Width of the table"),
    gettext_noop("Show"),
    gettext_noop("Loading the plan…"),
    gettext_noop("The plan could not be loaded."),
    gettext_noop("Try again"),
    gettext_noop("This plan has no tasks yet"),
    gettext_noop("Bring the plan from a workbook, or begin with the first task."),
    gettext_noop("Import Excel"),
    gettext_noop("New task"),
    gettext_noop("No task matches “{query}”."),
    gettext_noop("Clear the filter"),
    gettext_noop("Search people"),
    gettext_noop("Nobody of this name"),
    gettext_noop("Nobody"),
    gettext_noop("Write a date like 2024-04-18."),
    gettext_noop("Write a number."),
    gettext_noop("Write a number from 0 to 100."),
    gettext_noop("{field} of {task}"),
    gettext_noop("{count} tasks will follow"),
    gettext_noop("Please confirm"),
    gettext_noop("Apply changes"),
    gettext_noop("Cancel"),
    gettext_noop("Saved: {field} of “{task}” is {value}."),
    gettext_noop(
        "Somebody else has changed the plan; it has been loaded again. Your change was not "
        "saved: {field} of “{task}” → {value}."
    ),
    gettext_noop("This did not work: {reason}"),
    gettext_noop("The server cannot be reached."),
    gettext_noop("Dismiss"),
    gettext_noop("The task could not be loaded."),
)


def plan_labels() -> dict[str, str]:
    """Return the labels keyed by their English text."""
    return {text: gettext(text) for text in LABELS}


FIELD_LABELS = {
    "name": gettext_noop("Task"),
    "milestone": gettext_noop("Milestone"),
    "start": gettext_noop("Start"),
    "finish": gettext_noop("Finish"),
    "duration": gettext_noop("Days"),
    "owner": gettext_noop("Owner"),
    "department": gettext_noop("Department"),
    "percent": gettext_noop("Progress"),
    "predecessors": gettext_noop("Predecessors"),
    "supporters": gettext_noop("Supporters"),
    "stand_in": gettext_noop("B-role stand-in"),
    "key_output": gettext_noop("Key output"),
    "delivery_standard": gettext_noop("Delivery standard"),
    "risk_point": gettext_noop("Risk point"),
    "resource_need": gettext_noop("Resource need"),
    "urgency": gettext_noop("Urgency"),
    "quantity": gettext_noop("Quantity"),
    "unit": gettext_noop("Unit"),
    "remark": gettext_noop("Remark"),
    "deadline": gettext_noop("Deadline"),
}


def field_label(name: str) -> str:
    """Return how people call a field of the commands."""
    return gettext(FIELD_LABELS[name])
