"""Who can be asked to unblock a task."""

from __future__ import annotations

from django.db.models import F, Value
from django.utils.translation import gettext as _

from tongzhou.people.models import Department
from tongzhou.projects.access import rules_of
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import participants

Choices = list[tuple[str, str]]


def whom_groups(project: Project) -> list[tuple[str, Choices]]:
    """Return who can be asked to unblock a task, by group (the first without name): departments, then people. One query."""
    people = (
        participants(project)
        .order_by()
        .annotate(kind=Value("person"))
        .values_list("kind", "pk", "name", "department__name", "sort_key")
    )
    units = Department.objects.filter(participations__project=project).order_by()
    departments = units.annotate(kind=Value("department"), unit=Value(""), place=F("name"))
    both = people.union(departments.values_list("kind", "pk", "name", "unit", "place"), all=True)
    found: dict[str, Choices] = {"person": [], "department": []}
    for kind, key, name, unit, _place in sorted(both, key=lambda row: (row[4], row[1])):
        found[kind].append((f"{kind}-{key}", f"{name}（{unit}）" if unit else name))
    if not rules_of(project).seats:
        return [("", [("", _("The manager"))]), (_("People"), found["person"])]
    return [("", [("", "—")]), (_("Departments"), found["department"]), (_("People"), found["person"])]


def whom_choices(project: Project) -> Choices:
    """Return them all in a row, as a form checks them."""
    return [choice for _word, choices in whom_groups(project) for choice in choices]
