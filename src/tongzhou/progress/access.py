"""Who may report: as the plan says; and what a person owes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from tongzhou.lib import clock
from tongzhou.people.models import User
from tongzhou.plan.access import asked_instead
from tongzhou.plan.models import WorkItem
from tongzhou.projects.access import visible_to


def tasks_of(user: User) -> QuerySet[WorkItem]:
    """Return the open leaves that `user` owns, or is asked about during their owner's leave, in projects that she sees."""
    asked = Q(owner=user) | asked_instead(user, clock.today())
    mine = WorkItem.objects.filter(asked, project__in=visible_to(user).values("pk"), children__isnull=True)
    return mine.exclude(state__in=[WorkItem.State.DONE, WorkItem.State.CANCELLED])


def seen_items(user: User, keys: Iterable[int]) -> QuerySet[WorkItem]:
    """Return the work items among `keys` in projects that `user` sees."""
    return WorkItem.objects.filter(pk__in=list(keys), project__in=visible_to(user).values("pk"))
