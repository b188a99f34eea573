"""Giving a leaver's open tasks to somebody else, within the transaction that disables him."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.access import can_manage_people
from tongzhou.people.models import User
from tongzhou.plan.actions.scheduling import locked_plan
from tongzhou.plan.events import TasksHandedOver
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries.handing_over import tasks_to_hand_over
from tongzhou.projects.actions import enrol
from tongzhou.projects.models import ProjectRole
from tongzhou.timeline.actions import ChangeOf, Subject, record


def hand_over_tasks(
    *, by: User, person: User, successor: User | None, now: datetime, chosen: Collection[str] | None = None
) -> None:
    """Give open tasks to the successor, else to the task's stand-in, else to the person's; without one they stay.

    `chosen`: keys of `open_tasks`; None means all. One event a project.
    :raises Refused: if `by` may not, or the successor supervises the quality of one of the projects.
    """
    require(can_manage_people(by))
    rows = tasks_to_hand_over(person).select_related("project", "stand_in")
    wanted = [row for row in rows if chosen is None or f"task-{row.pk}" in chosen]
    for project, items in groupby(wanted, key=lambda row: row.project_id):
        judges = ProjectRole.objects.filter(project_id=project, kind=ProjectRole.Kind.QUALITY)
        heirs = _heirs(list(items), person, successor, set(judges.values_list("user_id", flat=True)))
        if heirs:
            _give(by, person, heirs, now)


def _heirs(items: list[WorkItem], person: User, successor: User | None, judges: set[int]) -> list[tuple[WorkItem, User]]:
    if successor is not None and successor.pk in judges:
        message = _("A quality supervisor owns no task of the project he judges.")
        raise Refused("supervisor-owns-nothing", message, "successor")
    found = [(item, successor or _stand_in(item, person, judges)) for item in items]
    return [(item, heir) for item, heir in found if heir is not None]


def _give(by: User, person: User, heirs: list[tuple[WorkItem, User]], now: datetime) -> None:
    project = heirs[0][0].project
    plan = locked_plan(project)
    for item, heir in heirs:
        WorkItem.objects.filter(pk=item.pk).update(owner=heir, version=item.version + 1)
    plan.version += 1
    plan.save(update_fields=["version"])
    enrol(by=by, project=project, people=[heir for _item, heir in heirs], now=now)
    changes = [ChangeOf("work_item", item.pk, item.name, {"owner": person.name}, {"owner": heir.name}) for item, heir in heirs]
    event, subject = TasksHandedOver(project.pk, person.pk, len(heirs)), Subject("person", person.pk, person.name)
    record(event, by=by, now=now, subject=subject, project=project.pk, changes=changes)


def _stand_in(item: WorkItem, person: User, judges: set[int]) -> User | None:
    fit = (one for one in (item.stand_in, person.stand_in) if one is not None and one.is_active and one.pk != person.pk)
    return next((one for one in fit if one.pk not in judges), None)
