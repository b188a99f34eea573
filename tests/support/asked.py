"""What people ask of each other in a project of the tests: to unblock, to handle, to decide, to confirm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from support.cast import NOW, Cast, task
from support.met import met
from tongzhou.confirmations.actions import Asking as Wording
from tongzhou.confirmations.actions import ask_confirmation
from tongzhou.escalations.actions import climb_case
from tongzhou.escalations.models import Level
from tongzhou.lib import clock
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import Asking, Filed, block_task, close_exception, escalate_task, report_exception
from tongzhou.progress.models import SyncMiss, SyncResult, SyncRound
from tongzhou.progress.queries.sync_page import stamp_of
from tongzhou.projects.models import Project


def laddered(cast: Cast, project: Project) -> dict[str, Any]:
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
    asked = {"block_id": block.pk, "case_id": case.pk, "exception_id": exception.pk, "confirmation_id": confirmation.pk}
    return asked | met(cast, project)


def still_open(cast: Cast, project: Project) -> dict[str, Any]:
    """Give the project what good requests of programs need: a task that is blocked, a case that can climb, and so on.

    The task is 测试 of 研发部, owned by the task owner; the case is that of its block.
    """
    test, until = task(project, "测试"), NOW + timedelta(days=3)
    WorkItem.objects.filter(pk=test.pk).update(state=WorkItem.State.BLOCKED)
    with clock.pretend(NOW):
        asking = Asking(None, cast.rd.pk, until)
        block_task(by=cast.manager, item=task(project, "测试"), asking=asking, reason="缺样机", now=NOW)
        case = escalate_task(by=cast.manager, item=task(project, "测试"), reason="等不了", now=NOW)
        filed = Filed("delay", "缺人", "晚一天", "加人", until.date())
        closed = report_exception(by=cast.manager, project=project, item=test, filed=filed, now=NOW)
        close_exception(by=cast.manager, report=closed, result="好了", version=None, now=NOW)
    counts = {"people": 1, "synced_people": 0, "tasks": 1, "synced_tasks": 0}
    row = SyncRound.objects.create(project=project, urgency="regular", slot_at=NOW, closed_at=NOW, **counts)
    result = SyncResult.objects.create(round=row, department=cast.rd, owner=cast.owner, asked=cast.owner, tasks=1, missed=1)
    SyncMiss.objects.create(result=result, work_item=test)
    return {"blocked_id": test.pk, "climbing_id": case.pk, "closed_id": closed.pk, "slot": stamp_of(NOW)}
