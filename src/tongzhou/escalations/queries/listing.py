"""The list of a project's cases: how they stand in one sentence, and a row for each, with who waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.utils.translation import gettext as _

from tongzhou.escalations.models import Case, CaseStep, Level
from tongzhou.escalations.queries.standing import CaseStands, stands
from tongzhou.lib.waiting import waited_words
from tongzhou.projects.models import Project

ANSWERS = (CaseStep.Kind.DECIDED, CaseStep.Kind.HANDED_BACK)


@dataclass(frozen=True)
class Summary:
    """How the cases of a project stand. `longest` waits for a decision the longest."""

    waiting: int = 0
    overdue: int = 0
    at_lead: int = 0
    decided: int = 0
    longest: Case | None = None
    between: str = ""
    waited: str = ""


@dataclass(frozen=True)
class Listed:
    """A case in the list. `answer` is what was decided last, by whom."""

    stands: CaseStands
    between: str
    waited: str
    answer: str


def summary_of(project: Project, now: datetime) -> Summary:
    """Return how the cases of a project stand. One query."""
    waits = Q(decided_at__isnull=True)
    counts = {"waits": waits, "late": waits & Q(climbs_at__lte=now), "at_lead": waits & Q(level=Level.LEAD), "decided": ~waits}
    rows = Case.objects.filter(project=project, closed_at__isnull=True).select_related("department", "origin")
    counted = rows.annotate(**{name: Window(Count("pk", filter=which)) for name, which in counts.items()})
    # What waits comes before what is decided, the oldest first; each row tells the counts of all.
    first: Any = counted.order_by(F("decided_at").asc(nulls_first=True), "opened_at", "pk").first()
    if first is None:
        return Summary()
    numbers = Summary(first.waits, first.late, first.at_lead, first.decided)
    if not first.waits:
        return numbers
    return replace(numbers, longest=first, between=between_of(first), waited=waited_words(first.opened_at, now))


def with_answers(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return cases with `said` and `said_by`: what was decided last, and by whom. No query of its own."""
    steps = CaseStep.objects.filter(case=OuterRef("pk"), kind__in=ANSWERS).order_by("-pk")
    return cases.annotate(said=Subquery(steps.values("text")[:1]), said_by=Subquery(steps.values("by_name")[:1]))


def listed(cases: Iterable[Case], now: datetime) -> list[Listed]:
    """Return the rows of cases `with_answers`. Three queries."""
    return [_listed(one, now) for one in stands(cases, now)]


def _listed(one: CaseStands, now: datetime) -> Listed:
    case: Any = one.case
    waited = waited_words(case.opened_at, now) if case.closed_at is None else ""
    answer = _("%(name)s decided: %(decision)s") % {"name": case.said_by, "decision": case.said} if case.said else ""
    return Listed(one, between_of(case), waited, answer)


def between_of(case: Case) -> str:
    """Return which department waits for which; the one that answers where it is its own matter."""
    giver = case.department.name if case.department is not None else ""
    waiter = case.origin.name if case.origin is not None else ""
    if not giver or not waiter or giver == waiter:
        return giver or waiter
    return _("%(waiter)s waits for %(giver)s") % {"waiter": waiter, "giver": giver}
