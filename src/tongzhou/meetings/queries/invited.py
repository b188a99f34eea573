"""Whom seats and roles name for a meeting."""

from __future__ import annotations

from collections.abc import Mapping

from tongzhou.engine.canonical import digest
from tongzhou.projects.models import Project, ProjectRole, Seat
from tongzhou.projects.queries.comments import participants

LEFT_OUT = (ProjectRole.Kind.OBSERVER, ProjectRole.Kind.ADVISER)


def usually_invited(project: Project) -> list[int]:
    """Return who is invited unless somebody chooses otherwise: every seat and every role but those who look on. One query."""
    seats = Seat.objects.filter(participation__project=project).values("holder")
    roles = ProjectRole.objects.filter(project=project).exclude(kind__in=LEFT_OUT).values("user")
    people = participants(project)
    return list((people.filter(pk__in=seats) | people.filter(pk__in=roles)).order_by("pk").values_list("pk", flat=True))


def tag_of_list(presences: Mapping[int, str]) -> str:
    """Return what tells a list of attendees, with how each attends by id, from any other. No query."""
    return digest({str(key): value for key, value in presences.items()})
