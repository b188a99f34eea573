"""Who may report: as the plan says; and which tasks somebody may name."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.projects.access import visible_to


def seen_items(user: User, keys: Iterable[int]) -> QuerySet[WorkItem]:
    """Return the work items among `keys` in projects that `user` sees."""
    return WorkItem.objects.filter(pk__in=list(keys), project__in=visible_to(user).values("pk"))
