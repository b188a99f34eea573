"""The one writer of an item's state, percent and actual dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.lib.registry import OUTCOMES
from tongzhou.people.models import System, User
from tongzhou.plan import access
from tongzhou.plan.actions.scheduling import cut_baseline, fresh_item, locked_plan, reschedule, successors_of
from tongzhou.plan.events import ProgressRecorded
from tongzhou.plan.models import Baseline, ProgressMark, WorkItem
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

State = WorkItem.State
CACHED = ("state", "percent", "actual_start", "actual_finish")


@dataclass(frozen=True)
class Report:
    """What is said of an item: state, percent in basis points, actual days where known."""

    state: str
    percent: int
    actual_start: date | None = None
    actual_finish: date | None = None


@dataclass(frozen=True)
class Told:
    """A report on an item as of a day, with its words for whoever keeps them."""

    item: WorkItem
    report: Report
    status_date: date
    words: Mapping[str, Any] = field(default_factory=dict)


def record_progress(
    *,
    by: User | System,
    item: WorkItem,
    report: Report,
    status_date: date,
    now: datetime,
    words: Mapping[str, Any] | None = None,
) -> Report:
    """Record a report as of `status_date`; reports about an earlier day than the last one change the past only.

    Handlers of the outcome "progress-recorded" get `words` in the same transaction.
    :raises Refused: if `by` may not report, the item is a summary, the day is to come, or the numbers contradict each other.
    """
    with transaction.atomic():
        plan = locked_plan(item.project)
        settled, loosened = _record_one(by, Told(item, report, status_date, words or {}), now)
        reschedule(item.project, plan, loosened)
    return settled


def record_reports(*, by: User | System, project: Project, told: Sequence[Told], now: datetime) -> None:
    """Record many reports on one project at once, as an import brings them; the plan is scheduled once, at the end.

    :raises Refused: as record_progress, for the first report that is refused; then none is kept.
    """
    with transaction.atomic():
        plan = locked_plan(project)
        loosened: set[int] = set()
        for one in told:
            loosened |= _record_one(by, one, now)[1]
        reschedule(project, plan, loosened)


def _record_one(by: User | System, told: Told, now: datetime) -> tuple[Report, set[int]]:
    """Record a report under the plan's lock; return it with the items whose links it loosened. The caller schedules."""
    item, status_date = told.item, told.status_date
    may = isinstance(by, System) or access.can_report_item(standing(by, item.project), item.department_id, item.owner_id)
    require(may, _("You may not report on this task."))
    row = fresh_item(item)
    if WorkItem.objects.filter(parent=row).exists():
        raise Refused("summary", _("A summary has no progress of its own: report on the tasks below it."))
    if status_date > max(timezone.localtime(now).date(), item.project.status_date or status_date.min):
        raise Refused("status-in-future", _("Nobody can report on a day to come."))
    settled = normalised(told.report, row, status_date)
    if not Baseline.objects.filter(project=item.project).exists():
        cut_baseline(by=by, project=item.project, now=now)
    fresh = {name: getattr(settled, name) for name in CACHED}
    before, after = differences(_known(row, status_date), fresh)
    ProgressMark.objects.update_or_create(work_item=row, status_date=status_date, defaults=fresh)
    was_cancelled = row.state == State.CANCELLED
    if row.reported_on is None or status_date >= row.reported_on:
        _cache(row, settled, status_date)
    event = ProgressRecorded(row.pk, status_date.isoformat(), settled.state, settled.percent)
    subject, change = Subject("work_item", row.pk, row.name), ChangeOf("work_item", row.pk, row.name, before, after)
    record(event, by=by, now=now, subject=subject, project=row.project_id, changes=[change])
    for handler in OUTCOMES.at("progress-recorded"):
        handler(by=by, item=row, report=settled, status_date=status_date, now=now, words=dict(told.words))
    # The links of a cancelled item do not count.
    return settled, successors_of({row.pk}) if was_cancelled != (row.state == State.CANCELLED) else set()


def normalised(report: Report, item: WorkItem, status_date: date) -> Report:
    """Complete a report (§5.17) and check it.

    :raises Refused: with the field that is wrong.
    """
    if report.state not in State.values:
        raise Refused("state-unknown", _("Choose a state."), "state")
    if not 0 <= report.percent <= 10000:
        raise Refused("percent-range", _("Percent lies between 0 and 100."), "percent")
    report = _agree(report)
    start, finish = report.actual_start, report.actual_finish
    if start is None and (report.percent or report.state in (State.DOING, State.DONE)):
        start = min(item.actual_start or item.start or status_date, status_date)
    if report.state == State.DONE and finish is None:
        finish = max(min(status_date, item.finish or status_date), start or status_date)
    if report.state != State.DONE:
        finish = None
    _check_days(start, finish, status_date)
    return replace(report, actual_start=start, actual_finish=finish)


def _agree(report: Report) -> Report:
    if report.state == State.DONE:
        return replace(report, percent=10000)
    if report.percent == 10000 and report.state in (State.TODO, State.DOING):
        return replace(report, state=State.DONE)
    if report.state == State.TODO and report.percent:
        return replace(report, state=State.DOING)
    return report


def _check_days(start: date | None, finish: date | None, status_date: date) -> None:
    if start is not None and start > status_date:
        raise Refused("start-in-future", _("The actual start is after the status date."), "actual_start")
    if finish is not None and finish > status_date:
        raise Refused("finish-in-future", _("The actual finish is after the status date."), "actual_finish")
    if start is not None and finish is not None and finish < start:
        raise Refused("finish-before-start", _("The actual finish is before the actual start."), "actual_finish")


def _known(row: WorkItem, status_date: date) -> dict[str, Any]:
    """Return what was known of an item on a day before this report."""
    mark = ProgressMark.objects.filter(work_item=row, status_date__lte=status_date).order_by("-status_date").first()
    known = mark or WorkItem()
    return {name: getattr(known, name) for name in CACHED}


def _cache(row: WorkItem, settled: Report, status_date: date) -> None:
    for name in CACHED:
        setattr(row, name, getattr(settled, name))
    row.reported_on = status_date
    row.version += 1
    row.save(update_fields=[*CACHED, "reported_on", "version"])
