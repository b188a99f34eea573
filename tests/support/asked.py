"""What people ask of each other in a project of the tests: to unblock, to handle, to decide, to confirm."""

from __future__ import annotations

from datetime import timedelta

from support.cast import NOW, Cast, task
from tongzhou.confirmations.actions import Asking as Wording
from tongzhou.confirmations.actions import ask_confirmation
from tongzhou.escalations.actions import climb_case
from tongzhou.escalations.models import Level
from tongzhou.lib import clock
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import Asking, Filed, block_task, escalate_task, report_exception
from tongzhou.projects.models import Project


def laddered(cast: Cast, project: Project) -> dict[str, int]:
    """Give the project what is asked of people: a block, an exception, a case with the general lead, a confirmation."""
    design = task(project, "设计")
    WorkItem.objects.filter(pk=design.pk).update(state=WorkItem.State.BLOCKED)
    until = NOW + timedelta(days=3)
    with clock.pretend(NOW):
        block = block_task(
            by=cast.manager, item=task(project, "设计"), asking=Asking(cast.manager.pk, None, until), reason="缺样机", now=NOW
        )
        case = escalate_task(by=cast.manager, item=design, reason="等不了", now=NOW)
        while case.level < Level.LEAD:
            case = climb_case(by=cast.manager, case=case, reason="等不了", now=NOW)
        filed = Filed("delay", "缺人", "晚一天", "加人", until.date())
        exception = report_exception(by=cast.manager, project=project, item=design, filed=filed, now=NOW)
        asking = Wording("结论", "上线改到周五", [cast.head.pk], until, "open")
        confirmation = ask_confirmation(by=cast.manager, project=project, asking=asking, now=NOW)
    WorkItem.objects.filter(pk=design.pk).update(state=WorkItem.State.TODO)
    return {"block_id": block.pk, "case_id": case.pk, "exception_id": exception.pk, "confirmation_id": confirmation.pk}
