"""Reporting progress: the numbers go to the plan, the words stay here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused
from tongzhou.people.models import System, User
from tongzhou.people.queries import department_by_id
from tongzhou.plan.access import can_stand_in
from tongzhou.plan.actions import Report, record_progress, record_unchanged
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import status_date as status_date_of
from tongzhou.progress.actions.blocks import Asking, block_task, checked, close_block
from tongzhou.progress.events import HelpAsked
from tongzhou.progress.models import ProgressUpdate
from tongzhou.progress.queries.blocks import open_block
from tongzhou.timeline.actions import Subject, record


@dataclass(frozen=True)
class Words:
    """What the owner says beside the numbers. `reporter_name` where somebody without account said it in a sheet."""

    done: str = ""
    problem: str = ""
    help_needed: str = ""
    help_department: int | None = None
    reporter_name: str = ""
    blocking: Asking | None = None
    """Who must unblock the task, and by when, where it is reported as blocked."""


def report_progress(
    *, by: User | System, item: WorkItem, report: Report, words: Words, status_date: date, now: datetime
) -> ProgressUpdate:
    """Report on a work item as of `status_date`; return what is kept of it, with the item as it is now.

    Who reports a block says who must clear it, and by when; another state ends the block.

    :raises Refused: as plan.actions.record_progress, if there is no such department to help, or as block_task.
    """
    blocks = isinstance(by, User) and _blocks(item, report, status_date)
    if words.help_department is None and not blocks and item.state != WorkItem.State.BLOCKED:
        return _recorded(by, item, report, words, status_date, now)
    with transaction.atomic():
        if words.help_department is not None:
            department_by_id(words.help_department, "help_department")
        asking = _asking(item, words, now) if blocks else None
        made = _recorded(by, item, report, words, status_date, now)
        if asking is not None and isinstance(by, User):
            block_task(by=by, item=item, asking=asking, reason=words.problem, now=now)
        if item.state == WorkItem.State.BLOCKED:
            close_block(by=by, item=made.work_item, now=now)
        if words.help_department is not None:
            event, subject = HelpAsked(item.pk, words.help_department), Subject("work_item", item.pk, item.name)
            record(event, by=by, now=now, subject=subject, project=item.project_id)
    return made


def _recorded(
    by: User | System, item: WorkItem, report: Report, words: Words, status_date: date, now: datetime
) -> ProgressUpdate:
    said = asdict(replace(words, blocking=None))
    done = record_progress(by=by, item=item, report=report, status_date=status_date, now=now, words=said)
    return next(row for row in done.kept if isinstance(row, ProgressUpdate))


def _blocks(item: WorkItem, report: Report, status_date: date) -> bool:
    """Whether a report leaves the task blocked now: one about an earlier day changes the past only."""
    return report.state == WorkItem.State.BLOCKED and (item.reported_on is None or status_date >= item.reported_on)


def _asking(item: WorkItem, words: Words, now: datetime) -> Asking | None:
    """Return who is asked to unblock the task; None where it waits for somebody already and nothing else is said.

    :raises Refused: as blocks.checked.
    """
    if words.blocking is None and open_block(item.pk) is not None:
        return None
    return checked(words.blocking, item, now)


def report_unchanged(
    *, by: User, items: Sequence[WorkItem], status_date: date | None, now: datetime, seen: Mapping[int, int] | None = None
) -> int:
    """Report 「无变化」 on several items at once, as of `status_date`, without one as of each project's own day.

    `seen` are the versions that were shown, by the item's id.
    :raises Refused: as plan.actions.record_unchanged; then nothing is kept.
    """
    days: dict[date, list[WorkItem]] = {}
    for item in items:
        days.setdefault(status_date_of(item.project, status_date), []).append(item)
    if not days:
        raise Refused("how-many", _("Choose at least one task."), "tasks")
    with transaction.atomic():
        return sum(
            record_unchanged(by=by, items=found, status_date=day, now=now, seen=seen) for day, found in sorted(days.items())
        )


def update_to_keep(
    *, by: User | System, item: WorkItem, report: Report, status_date: date, now: datetime, words: dict[str, Any]
) -> ProgressUpdate:
    """Row of the plan's "progress-recorded": the report with its words, one row each."""
    stands_in = isinstance(by, User) and can_stand_in(by, item, timezone.localtime(now).date())
    return ProgressUpdate(
        work_item=item,
        on_behalf_of_id=item.owner_id if stands_in else None,
        done_quantity=report.done_quantity,
        unchanged=bool(words.get("unchanged")),
        status_date=status_date,
        reported_at=now,
        reported_by=by if isinstance(by, User) else None,
        reporter_name=words.get("reporter_name") or by.actor_name,
        state=report.state,
        percent=report.percent,
        actual_start=report.actual_start,
        actual_finish=report.actual_finish,
        done=words.get("done", ""),
        problem=words.get("problem", ""),
        help_needed=words.get("help_needed", ""),
        help_department_id=words.get("help_department"),
    )
