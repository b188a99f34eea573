"""关键里程碑: the named dates of the basic information."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.models import System, User
from tongzhou.plan import access
from tongzhou.plan.actions.agreed import refuse_signed
from tongzhou.plan.events import KeyMilestonesChanged
from tongzhou.plan.models import KeyMilestone, WorkItem
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import ChangeOf, Subject, record


@dataclass(frozen=True)
class MilestoneSpec:
    name: str
    due: date
    item: int | None = None


def set_key_milestones(*, by: User | System, project: Project, milestones: Sequence[MilestoneSpec], now: datetime) -> int:
    """Create or update the key milestones named; others stay. Return how many were new or different.

    :raises Refused: if `by` may not edit the plan, a task is not in it, or they are signed.
    """
    require(isinstance(by, System) or access.can_edit_plan(standing(by, project)))
    tied = {spec.item for spec in milestones if spec.item is not None}
    if WorkItem.objects.filter(project=project, pk__in=tied).count() != len(tied):
        raise Refused("task-unknown", _("There is no such task."), "task")
    with transaction.atomic():
        present = {row.name: row for row in KeyMilestone.objects.filter(project=project)}
        before, after = {}, {}
        for spec in milestones:
            row = present.get(spec.name)
            if row is not None and (row.due, row.work_item_id) == (spec.due, spec.item):
                continue
            refuse_signed(project)
            KeyMilestone.objects.update_or_create(
                project=project, name=spec.name, defaults={"due": spec.due, "work_item_id": spec.item}
            )
            before[spec.name], after[spec.name] = row.due if row else None, spec.due
        if after:
            subject = Subject("project", project.pk, project.name)
            change = ChangeOf("project", project.pk, project.name, before, after)
            record(KeyMilestonesChanged(project.pk), by=by, now=now, subject=subject, project=project.pk, changes=[change])
    return len(after)
