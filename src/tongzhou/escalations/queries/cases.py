"""Cases: one by its number, those that are open about something, those of a project as a list filters them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from tongzhou.escalations.models import Case, Level
from tongzhou.people.models import User
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Project

SORTS = ("title", "level", "since", "climbs_at", "opened_at")


def case_or_404(user: User, number: str, case_id: int) -> Case:
    """Return a case of a project that `user` sees.

    :raises Http404: alike for an unknown id, one of another project, and a project that she may not see.
    """
    project = project_or_404(user, number)
    case = Case.objects.select_related("department", "origin", "owner", "opened_by").filter(project=project, pk=case_id).first()
    if case is None:
        raise Http404
    case.project = project
    return case


def open_case_of(kind: str, key: int) -> Case | None:
    """Return the open case about something, if there is one."""
    return Case.objects.select_related("project").filter(kind=kind, key=key, closed_at__isnull=True).first()


def open_case_about(kind: str, key: F | OuterRef) -> Subquery:
    """Return the id of the open case about the rows of a query, by the expression of their keys."""
    return Subquery(Case.objects.filter(kind=kind, key=key, closed_at__isnull=True).order_by().values("pk")[:1])


def open_cases_of(kind: str, keys: Collection[int]) -> dict[int, Case]:
    """Return the open cases about several things, by their keys. One query."""
    return {row.key: row for row in Case.objects.filter(kind=kind, key__in=keys, closed_at__isnull=True)}


@dataclass(frozen=True)
class Wanted:
    """What the address asks of the list. `state` "", open, decided, closed or all; `level` "", "1", "2" or "3"."""

    state: str = ""
    level: str = ""
    kind: str = ""
    words: str = ""
    sort: str = ""


def cases_of(project: Project, wanted: Wanted) -> QuerySet[Case]:
    """Return the cases that are asked for; those not closed unless it is said."""
    states = {
        "": Q(closed_at__isnull=True),
        "open": Q(closed_at__isnull=True, decided_at__isnull=True),
        "decided": Q(closed_at__isnull=True, decided_at__isnull=False),
        "closed": Q(closed_at__isnull=False),
        "all": Q(),
    }
    rows = Case.objects.filter(states.get(wanted.state, states[""]), project=project)
    rows = rows.select_related("department", "origin", "owner")
    if wanted.level.isdecimal() and wanted.level in {str(int(level)) for level in Level}:
        rows = rows.filter(level=int(wanted.level))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    for word in wanted.words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(why__icontains=word))
    if wanted.sort.lstrip("-") in SORTS:
        return rows.order_by(wanted.sort, "-pk")
    return rows.order_by("-level", "climbs_at", "-pk") if wanted.state != "closed" else rows.order_by("-closed_at", "-pk")
