"""Confirmations of a project as a list filters them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tongzhou.confirmations.models import Confirmation, Confirmer
from tongzhou.people.models import User
from tongzhou.projects.models import Project

SORTS = ("title", "asked_at", "due")


@dataclass(frozen=True)
class Wanted:
    """What the address asks of the list. `state` "" (open), mine (waits for me), closed, withdrawn or all."""

    state: str = ""
    words: str = ""
    sort: str = ""


def confirmations_of(project: Project, user: User, wanted: Wanted) -> QuerySet[Confirmation]:
    """Return the confirmations that are asked for, the nearest date first."""
    open_ = Q(closed_at__isnull=True, withdrawn_at__isnull=True)
    mine = Confirmer.objects.filter(person=user, answer="").values("confirmation_id")
    states = {
        "": open_,
        "mine": open_ & Q(pk__in=mine),
        "closed": Q(closed_at__isnull=False),
        "withdrawn": Q(withdrawn_at__isnull=False),
        "all": Q(),
    }
    rows = Confirmation.objects.select_related("asker").filter(states.get(wanted.state, open_), project=project)
    for word in wanted.words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word))
    if wanted.sort.lstrip("-") in SORTS:
        return rows.order_by(wanted.sort, "-pk")
    return rows.order_by("due", "pk") if wanted.state in ("", "mine") else rows.order_by("-asked_at", "-pk")


@dataclass(frozen=True)
class Summary:
    """How what waits to be confirmed in a project stands: how many, objected to, overdue, and asked of the reader."""

    open: int
    objected: int
    late: int
    mine: int


def summary_of(project: Project, user: User, now: datetime) -> Summary:
    """Return how the confirmations of a project stand for `user`. One query."""
    answers = Confirmer.objects.filter(confirmation=OuterRef("pk"))
    rows = Confirmation.objects.filter(project=project, closed_at__isnull=True, withdrawn_at__isnull=True)
    marked = rows.annotate(
        is_objected=Exists(answers.filter(answer=Confirmer.Answer.OBJECTED)),
        is_mine=Exists(answers.filter(person=user, answer="")),
    )
    counts = marked.aggregate(
        open=Count("pk"),
        objected=Count("pk", Q(is_objected=True)),
        late=Count("pk", Q(is_objected=False, due__lte=now)),
        mine=Count("pk", Q(is_mine=True)),
    )
    return Summary(**counts)
