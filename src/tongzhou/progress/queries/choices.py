"""Who can be asked to unblock a task."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.people.models import Department
from tongzhou.projects.access import rules_of
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import participants

Choices = list[tuple[str, str]]


def whom_groups(project: Project) -> list[tuple[str, Choices]]:
    """Return who can be asked to unblock a task, by group (the first without name): departments, then people. Two queries."""
    rows = participants(project).order_by("sort_key", "pk").values_list("pk", "name", "department__name")
    people = [(f"person-{key}", f"{name}（{unit}）" if unit else name) for key, name, unit in rows]
    if not rules_of(project).seats:
        return [("", [("", _("The manager"))]), (_("People"), people)]
    found = Department.objects.filter(participations__project=project).order_by("name")
    departments = [(f"department-{key}", name) for key, name in found.values_list("pk", "name")]
    return [("", [("", "—")]), (_("Departments"), departments), (_("People"), people)]


def whom_choices(project: Project) -> Choices:
    """Return them all in a row, as a form checks them."""
    return [choice for _word, choices in whom_groups(project) for choice in choices]
