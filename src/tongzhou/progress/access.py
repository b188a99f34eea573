"""Who may report: as the plan says; and what a person owes."""

from __future__ import annotations

from django.db.models import QuerySet

from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.projects.access import visible_to


def tasks_of(user: User) -> QuerySet[WorkItem]:
    """Return the leaves that `user` owns in projects that she sees and that are not over."""
    mine = WorkItem.objects.filter(owner=user, project__in=visible_to(user).values("pk"), children__isnull=True)
    return mine.exclude(state__in=[WorkItem.State.DONE, WorkItem.State.CANCELLED])
