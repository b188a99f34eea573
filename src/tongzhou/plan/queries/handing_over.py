"""Reads: the open tasks of a leaver."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongzhou.people.models import User
from tongzhou.people.queries.open_work import OpenWork
from tongzhou.plan.models import WorkItem

CLOSED = (WorkItem.State.DONE, WorkItem.State.CANCELLED)


def open_tasks(request: HttpRequest, person: User) -> list[OpenWork]:
    """Return what `person` owns and has not finished, by project. One query."""
    rows = tasks_to_hand_over(person).values_list("pk", "name", "finish", "project__name", "stand_in__name")
    return [
        OpenWork(f"task-{key}", project, _("Task"), name, finish.isoformat() if finish else "", stand_in or "")
        for key, name, finish, project, stand_in in rows
    ]


def tasks_to_hand_over(person: User) -> QuerySet[WorkItem]:
    """Return the open tasks of a person, in the order of projects and plans."""
    return WorkItem.objects.filter(owner=person).exclude(state__in=CLOSED).order_by("project_id", "rank")
