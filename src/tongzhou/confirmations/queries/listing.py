"""Confirmations of a project as a list filters them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

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
