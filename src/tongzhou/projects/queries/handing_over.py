"""Reads: where a person takes part, and the seats and roles that a leaver leaves behind."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.people.queries.open_work import OpenWork
from tongzhou.projects.access import visible_to
from tongzhou.projects.models import ProjectRole, Seat

# Nobody takes over that somebody looked on or was one of many.
PERSONAL = (ProjectRole.Kind.MEMBER, ProjectRole.Kind.OBSERVER)
MOST = 100


def open_seats(request: HttpRequest, person: User) -> list[OpenWork]:
    """Return the seats and roles of `person` that somebody must take over. Two queries."""
    seats = seats_of(person).values_list("pk", "kind", "participation__project__name", "participation__department__name")
    roles = roles_of(person).values_list("pk", "kind", "project__name")
    return [
        *(OpenWork(f"seat-{key}", project, _("Seat"), f"{department} · {Seat.Kind(kind).label}")
          for key, kind, project, department in seats),
        *(OpenWork(f"role-{key}", project, _("Role"), str(ProjectRole.Kind(kind).label)) for key, kind, project in roles),
    ]  # fmt: skip


def seats_of(person: User) -> QuerySet[Seat]:
    return Seat.objects.filter(holder=person).order_by("participation__project_id", "pk")


def roles_of(person: User) -> QuerySet[ProjectRole]:
    rows = ProjectRole.objects.filter(user=person).exclude(kind__in=PERSONAL)
    return rows.select_related("project").order_by("project_id", "pk")


def projects_panel(request: HttpRequest, person: User) -> dict[str, Any]:
    """Show the projects in which a person takes part, of those that the viewer sees. Three queries."""
    seen = {row["pk"]: row for row in visible_to(signed_in(request)).values("pk", "number", "name")}
    words: dict[int, list[str]] = {}
    for project, kind in ProjectRole.objects.filter(user=person).values_list("project_id", "kind"):
        words.setdefault(project, []).append(str(ProjectRole.Kind(kind).label))
    held = Seat.objects.filter(holder=person).values_list(
        "participation__project_id", "kind", "participation__department__name"
    )
    for project, kind, department in held:
        words.setdefault(project, []).append(f"{department} {Seat.Kind(kind).label}")
    rows = [{**seen[project], "roles": "、".join(words[project])} for project in sorted(words, reverse=True) if project in seen]
    return {"template": "projects/person_projects.html", "rows": rows[:MOST]}


def organisation_card(request: HttpRequest, subject: None) -> dict[str, str]:
    """Lead the administrator to the organisation's settings. No query."""
    note = _("Name of the organisation, numbers of projects")
    return {"href": reverse("organisation"), "icon": "settings", "word": _("Organisation"), "note": note}
