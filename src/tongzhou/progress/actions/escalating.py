"""Escalating by hand what a task suffers from: its block, else the task itself."""

from __future__ import annotations

from datetime import datetime

from tongzhou.escalations.actions import Matter, climb_case, open_case
from tongzhou.escalations.models import Case
from tongzhou.escalations.queries import open_case_of
from tongzhou.lib.web import project_address
from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions.blocks import matter_of
from tongzhou.progress.queries.blocks import open_block

KIND = "task"


def escalate_task(*, by: User, item: WorkItem, reason: str, now: datetime) -> Case:
    """Escalate a task with a reason: about its block where it has one; a case that is open climbs.

    :raises Refused: as open_case and climb_case.
    """
    block = open_block(item.pk)
    if block is not None:
        block.work_item = item
        matter = matter_of(block)
    else:
        link = f"{project_address('plan', item.project.number)}?task={item.pk}"
        matter = Matter(KIND, item.pk, item.project, item.name, link, item.department_id, item.owner_id)
    case = open_case_of(matter.kind, matter.key)
    if case is None:
        return open_case(by=by, matter=matter, why=reason, now=now)
    case.project = item.project
    return climb_case(by=by, case=case, reason=reason, now=now)
