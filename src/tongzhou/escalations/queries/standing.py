"""Where cases stand: on which step, with whom, since when, and when they climb."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.escalations.models import Case, Level
from tongzhou.escalations.queries.ladder import answering_of
from tongzhou.people.models import User
from tongzhou.projects.queries.asked import Answering, Asked, principals_of

OPEN, OVERDUE, DECIDED, CLOSED = "open", "overdue", "decided", "closed"


@dataclass(frozen=True)
class CaseStands:
    """A case with who answers it now."""

    case: Case
    asked: Asked | None
    state: str

    @property
    def level_word(self) -> str:
        return str(Level(self.case.level).label)

    @property
    def state_word(self) -> str:
        return {OPEN: _("Waits for a decision"), OVERDUE: _("Overdue"), DECIDED: _("Decided"), CLOSED: _("Closed")}[self.state]

    @property
    def tone(self) -> str:
        """The colour of the state, one of the five of tasks."""
        return {OPEN: "doing", OVERDUE: "blocked", DECIDED: "done", CLOSED: "todo"}[self.state]

    @property
    def at_top(self) -> bool:
        return self.case.level == Level.LEAD


def stands(cases: Iterable[Case], now: datetime) -> list[CaseStands]:
    """Return the cases with who answers each and in what state it is. Three queries."""
    rows = list(cases)
    answering = Answering({case.project_id for case in rows}, timezone.localtime(now).date()) if rows else None
    found = []
    for case in rows:
        asked = answering_of(answering, case)[case.level] if answering and case.closed_at is None else None
        found.append(CaseStands(case, asked, state_of(case, now)))
    return found


def state_of(case: Case, now: datetime) -> str:
    if case.closed_at is not None:
        return CLOSED
    if case.decided_at is not None:
        return DECIDED
    return OVERDUE if case.climbs_at is not None and case.climbs_at <= now else OPEN


def asked_for(user: User, now: datetime) -> list[CaseStands]:
    """Return the cases that wait for the decision of `user`, the one whose time runs out first at the top.

    Two queries; three more where there are any in projects in which she, or somebody for whom she stands in, has a part.
    """
    today: date = timezone.localtime(now).date()
    people = principals_of(user, today)
    by_role, by_seat = Q(project__roles__user__in=people), Q(project__participations__seats__holder__in=people)
    keys = Case.objects.filter(closed_at__isnull=True, decided_at__isnull=True).filter(by_role | by_seat)
    rows = (
        Case.objects.filter(pk__in=keys.order_by().values("pk"))
        .select_related("project", "department")
        .order_by("climbs_at", "pk")
    )
    return [one for one in stands(rows, now) if one.asked is not None and one.asked.id == user.pk]
