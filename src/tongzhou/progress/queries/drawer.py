"""What a task's drawer says of its block, and what can be done about the task beside reporting."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tongzhou.escalations.access import can_escalate
from tongzhou.lib import clock
from tongzhou.people.access import signed_in
from tongzhou.plan.models import WorkItem
from tongzhou.progress import access
from tongzhou.progress.queries.blocks import open_blocks, waits_of
from tongzhou.projects.access import standing


def block_panel(request: HttpRequest, item: WorkItem) -> dict[str, Any]:
    """Return the panel of a task's drawer: for whom it waits. No query for a task that is not blocked, five for one that is."""
    user, now = signed_in(request), clock.now()
    at = standing(user, item.project)
    blocked = item.state == WorkItem.State.BLOCKED
    waits = waits_of(open_blocks(item.project, [item.pk]), now) if blocked else []
    return {
        "template": "progress/block_panel.html",
        "wait": waits[0] if waits else None,
        "unnamed": blocked and not waits and access.can_report(user, item, now),
        "may_escalate": can_escalate(at, (item.department_id,), item.owner_id),
        "may_file": access.can_file_exception(at, item.department_id, item.owner_id),
        "item": item.pk,
        "number": item.project.number,
    }
