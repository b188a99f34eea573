"""Blocks: a task waits for somebody, who clears its way, needs longer, or says that it is another's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.escalations.actions import Matter, close_case, open_case
from tongzhou.escalations.models import Case
from tongzhou.escalations.queries import open_case_of
from tongzhou.lib.access import Refused, require
from tongzhou.lib.web import project_address
from tongzhou.people.models import Department, System, User
from tongzhou.people.queries import department_by_id
from tongzhou.plan.actions import Report, record_progress
from tongzhou.plan.models import WorkItem
from tongzhou.progress import access, events
from tongzhou.progress.models import Block
from tongzhou.progress.queries.blocks import OPEN, asked_of, default_until, open_block
from tongzhou.projects.access import rules_of
from tongzhou.projects.queries.comments import participants
from tongzhou.rhythm.actions import cancel_due, set_due
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

KIND = "block"
LATEST = timedelta(days=366)
LONGEST = 1000


@dataclass(frozen=True)
class Asking:
    """Who is to clear the way, a person or a department (ids; neither: the manager), and by when."""

    person: int | None = None
    department: int | None = None
    until: datetime | None = None


def checked(asking: Asking | None, item: WorkItem, now: datetime) -> Asking:
    """Return who is asked and by when. In a light project neither must be said: the manager, in two working days.

    :raises Refused: with the field that is missing or wrong.
    """
    asking, short = asking or Asking(), not rules_of(item.project).lead_department
    if asking.person is None and asking.department is None and not short:
        raise Refused("unblocker-missing", _("Say who must unblock it: a person or a department."), "unblocker")
    if asking.person is not None and asking.department is not None:
        raise Refused("unblocker-twice", _("Choose a person or a department, not both."), "unblocker")
    if asking.person is not None and not participants(item.project).filter(pk=asking.person).exists():
        raise Refused("person-unknown", _("Choose people who take part in the project."), "unblocker")
    if asking.department is not None:
        known = department_by_id(asking.department, "unblocker")
        if not known.participations.filter(project=item.project).exists():
            raise Refused("department-outside", _("This department takes no part in the project."), "unblocker")
    until = asking.until or (default_until(item.project, now, days=2) if short else None)
    if until is None:
        raise Refused("until-missing", _("Say until when."), "until")
    if not now < until <= now + LATEST:
        raise Refused("until-range", _("Choose a time from now on, within a year."), "until")
    return Asking(asking.person, asking.department, until)


def block_task(*, by: User, item: WorkItem, asking: Asking, reason: str, now: datetime) -> Block:
    """Name who must unblock a task that is reported as blocked, and by when; one that waits already waits for them now.

    In the transaction of the report, or by itself where a block came without anybody's name.
    :raises Refused: if `by` may not report on the task, it is not blocked, or as `checked`.
    """
    require(access.can_report(by, item, now), _("You may not report on this task."))
    with transaction.atomic():
        row = WorkItem.objects.select_for_update(of=("self",)).select_related("project").get(pk=item.pk)
        if row.state != WorkItem.State.BLOCKED:
            raise Refused("not-blocked", _("This task is not blocked."))
        asked = checked(asking, row, now)
        block = _kept(by, item, row, now)
        before = _told(block) if block else {}
        if block is None:
            block = Block(work_item=row, opened_at=now, opened_by=by, state_before=_state_before(item))
        block.work_item, block.reason = row, reason.strip()[:2000] or block.reason
        block.person_id, block.department_id = asked.person, asked.department
        block.until = asked.until or now
        block.save()
        set_due(KIND, block.pk, block.until)
        event = events.TaskBlocked(row.pk, block.pk, [one.id for one in asked_of(block, now)])
        _record(block, event, before, by, now)
    return block


def unblock_task(*, by: User, block: Block, outcome: str, now: datetime) -> Block:
    """Clear the way of a task: it is again what it was before, and its owner is told.

    :raises Refused: if `by` is not asked and may not report, or it is closed.
    """
    with transaction.atomic():
        row = _answered(by, block, now)
        item = row.work_item
        _end(row, by, Block.End.CLEARED, outcome.strip()[:LONGEST], now)
        if item.state == WorkItem.State.BLOCKED:
            day = item.project.status_date or timezone.localtime(now).date()
            day = max(day, item.reported_on) if item.reported_on else day
            report = Report(row.state_before, item.percent, item.actual_start, None, item.done_quantity)
            words = {"reporter_name": by.name, "done": _("Unblocked: %(what)s") % {"what": row.outcome or "—"}}
            # Whoever clears the way reports nothing of her own: the task is what it was.
            record_progress(by=System(), item=item, report=report, status_date=day, now=now, words=words)
    return row


def put_off_block(*, by: User, block: Block, until: datetime, reason: str, now: datetime) -> Block:
    """Say that it takes longer, until when and why.

    :raises Refused: as unblock_task, without a reason, or if `until` is not later than before.
    """
    with transaction.atomic():
        row = _answered(by, block, now)
        said = _reason(reason)
        if not max(now, row.until) < until <= now + LATEST:
            raise Refused("until-range", _("Choose a time after %(until)s.") % {"until": f"{row.until:%Y-%m-%d}"}, "until")
        before = _told(row)
        row.until, row.answer = until, said
        row.save()
        set_due(KIND, row.pk, until)
        _record(row, events.BlockPutOff(row.work_item_id, row.pk), before, by, now)
    return row


def pass_on_block(*, by: User, block: Block, asking: Asking, reason: str, now: datetime) -> Block:
    """Say that it is not oneself who can unblock it, and who can; naming nobody leaves it to the manager. The date stays.

    :raises Refused: as unblock_task, without a reason, or if it goes to the same again.
    """
    with transaction.atomic():
        row = _answered(by, block, now)
        said, before = _reason(reason), _told(row)
        if (asking.person, asking.department) == (row.person_id, row.department_id):
            raise Refused("same-again", _("It waits for them already: name somebody else."), "unblocker")
        if asking.person is not None or asking.department is not None:
            until = max(row.until, now + timedelta(minutes=1))
            checked(Asking(asking.person, asking.department, until), row.work_item, now)
        row.person_id, row.department_id, row.answer = asking.person, asking.department, said
        row.person = User.objects.filter(pk=asking.person or 0).first()
        row.department = Department.objects.filter(pk=asking.department or 0).first()
        row.save()
        asked = [one.id for one in asked_of(row, now)]
        if asked == [by.pk]:
            raise Refused("same-again", _("It would come back to you: name somebody else."), "unblocker")
        _record(row, events.BlockPassedOn(row.work_item_id, row.pk, asked), before, by, now)
    return row


def close_block(*, by: User | System, item: WorkItem, now: datetime) -> None:
    """End the open block of a task that is reported in another state. In the transaction of the report."""
    row = Block.objects.select_related("person", "department").filter(work_item=item, closed_at=None).first()
    if row is not None and item.state != WorkItem.State.BLOCKED:
        row.work_item = item
        _end(row, by, Block.End.REPORTED, "", now)


def block_is_overdue(key: int, *, now: datetime) -> None:
    """The block with this id was not cleared in time, so a case opens."""
    row = Block.objects.select_related("work_item__project", "person", "department").filter(pk=key, closed_at=None).first()
    if row is not None and row.work_item.state != WorkItem.State.BLOCKED:
        _end(row, System(), Block.End.REPORTED, "", now)
    elif row is not None and row.until <= now:
        asked = [one.id for one in asked_of(row, now)]
        open_case(by=System(), matter=matter_of(row), why=_why(row), now=now, asked=asked)


def escalate_block(*, by: User, block: Block, reason: str, now: datetime) -> Case:
    """Open a case about a block before its time runs out."""
    return open_case(by=by, matter=matter_of(block), why=reason, now=now)


def why_block_is_open(case: Case) -> list[str]:
    """Gate "close-escalation": a block is cleared first."""
    if case.kind != KIND or not Block.objects.filter(OPEN, pk=case.key).exists():
        return []
    return [_("The task is still blocked: the case closes when its way is clear.")]


def matter_of(block: Block) -> Matter:
    """Return what a case about a block is about; the department that must clear it answers first."""
    item = block.work_item
    own = block.person.department_id if block.person is not None else None
    department = block.department_id or own or item.department_id
    link = f"{project_address('plan', item.project.number)}?task={item.pk}"
    return Matter(KIND, block.pk, item.project, item.name, link, department, item.owner_id, item.department_id)


def _kept(by: User, before: WorkItem, row: WorkItem, now: datetime) -> Block | None:
    """Return the block that goes on; one that was left behind when the task was reported otherwise ends first."""
    block = open_block(row.pk)
    if block is None or before.state == WorkItem.State.BLOCKED:
        return block
    block.work_item = row
    _end(block, by, Block.End.REPORTED, "", now)
    return None


def _why(block: Block) -> str:
    whom = block.person or block.department
    words = {"whom": whom.name if whom else _("Project manager"), "reason": block.reason or "—"}
    return _("Not unblocked in time by %(whom)s. What blocks it: %(reason)s") % words


def _answered(by: User, block: Block, now: datetime) -> Block:
    """Return the block, locked, if `by` may answer it.

    :raises Refused: if it is closed; Forbidden if she is not asked and may not report on the task.
    """
    related = ("work_item__project", "work_item__owner", "person", "department")
    row = Block.objects.select_for_update(of=("self",)).select_related(*related).get(pk=block.pk)
    asked = any(one.id == by.pk for one in asked_of(row, now))
    require(asked or access.can_report(by, row.work_item, now), _("You are not asked to unblock this task."))
    if row.closed_at is not None:
        raise Refused("not-blocked", _("This task is not blocked any more."))
    return row


def _end(row: Block, by: User | System, end: str, outcome: str, now: datetime) -> None:
    before = _told(row)
    row.closed_at, row.closed_by, row.end, row.outcome = now, by if isinstance(by, User) else None, end, outcome
    row.save()
    cancel_due(KIND, row.pk)
    _record(row, events.TaskUnblocked(row.work_item_id, row.pk, end), before, by, now)
    case = open_case_of(KIND, row.pk)
    if case is not None:
        close_case(by=System(), case=case, result=outcome or _("The task is not blocked any more."), now=now)


def _record(block: Block, event: object, before: dict[str, Any], by: User | System, now: datetime) -> None:
    item = block.work_item
    old, new = differences(before, _told(block))
    change = ChangeOf("block", block.pk, item.name, old, new)
    subject = Subject("work_item", item.pk, item.name)
    record(event, by=by, now=now, subject=subject, project=item.project_id, changes=[change])


def _told(block: Block) -> dict[str, Any]:
    return {
        "reason": block.reason,
        "person_id": block.person_id,
        "department_id": block.department_id,
        "until": block.until.isoformat(),
        "answer": block.answer,
        "closed_at": block.closed_at.isoformat() if block.closed_at else None,
        "outcome": block.outcome,
    }


def _state_before(item: WorkItem) -> str:
    """Return what a task was before it was blocked, as it was loaded; of one that came blocked, what its percent says."""
    if item.state in (WorkItem.State.TODO, WorkItem.State.DOING):
        return str(item.state)
    return str(WorkItem.State.DOING if item.percent or item.actual_start else WorkItem.State.TODO)


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("needed", _("Say why."), "reason")
    if len(text) > LONGEST:
        raise Refused("too-long", _("At most %(limit)s characters.") % {"limit": LONGEST}, "reason")
    return text
