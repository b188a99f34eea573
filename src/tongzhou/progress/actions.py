"""Reporting progress: the numbers go to the plan, the words stay here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
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
from tongzhou.progress.events import HelpAsked
from tongzhou.progress.models import ProgressUpdate
from tongzhou.timeline.actions import Subject, record


@dataclass(frozen=True)
class Words:
    """What the owner says beside the numbers. `reporter_name` where somebody without account said it in a sheet."""

    done: str = ""
    problem: str = ""
    help_needed: str = ""
    help_department: int | None = None
    reporter_name: str = ""


def report_progress(
    *, by: User | System, item: WorkItem, report: Report, words: Words, status_date: date, now: datetime
) -> ProgressUpdate:
    """Report on a work item as of `status_date`; return what is kept of it, with the item as it is now.

    :raises Refused: as plan.actions.record_progress, or if there is no such department to help.
    """
    if words.help_department is None:
        return _recorded(by, item, report, words, status_date, now)
    with transaction.atomic():
        department_by_id(words.help_department, "help_department")
        made = _recorded(by, item, report, words, status_date, now)
        event, subject = HelpAsked(item.pk, words.help_department), Subject("work_item", item.pk, item.name)
        record(event, by=by, now=now, subject=subject, project=item.project_id)
    return made


def _recorded(
    by: User | System, item: WorkItem, report: Report, words: Words, status_date: date, now: datetime
) -> ProgressUpdate:
    done = record_progress(by=by, item=item, report=report, status_date=status_date, now=now, words=asdict(words))
    return next(row for row in done.kept if isinstance(row, ProgressUpdate))


def report_unchanged(*, by: User, items: Sequence[WorkItem], status_date: date | None, now: datetime) -> int:
    """Report 「无变化」 on several items at once, as of `status_date`, without one as of each project's own day.

    :raises Refused: as plan.actions.record_unchanged; then nothing is kept.
    """
    days: dict[date, list[WorkItem]] = {}
    for item in items:
        days.setdefault(status_date_of(item.project, status_date), []).append(item)
    if not days:
        raise Refused("how-many", _("Choose at least one task."), "tasks")
    with transaction.atomic():
        return sum(record_unchanged(by=by, items=found, status_date=day, now=now) for day, found in sorted(days.items()))


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
