"""The one writer of an item's state, percent and actual dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, Stale, require
from tongzhou.lib.registry import ROWS
from tongzhou.lib.rows import Insert, Update, Write, insert_row
from tongzhou.people.models import System, User
from tongzhou.plan import access
from tongzhou.plan.actions.agreed import require_unsigned
from tongzhou.plan.actions.baselines import cut_baseline
from tongzhou.plan.actions.scheduling import count_change, locked_plan, reschedule, successors_of
from tongzhou.plan.actions.steady import Said, Step, keep_steady, told_item
from tongzhou.plan.events import ProgressRecorded, ProgressUnchanged
from tongzhou.plan.models import Baseline, ProgressMark, WorkItem
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

State = WorkItem.State
CACHED = ("state", "percent", "done_quantity", "actual_start", "actual_finish")
FULL = 10000
MOST = Decimal(10) ** 12
MOST_UNCHANGED = 500


@dataclass(frozen=True)
class Report:
    """What is said of an item: state, percent in basis points, actual days where known.

    Where the item has a quantity, percent follows from `done_quantity` (in the item's unit).
    """

    state: str
    percent: int
    actual_start: date | None = None
    actual_finish: date | None = None
    done_quantity: Decimal | None = None
    seen: int | None = None
    """The version of the item that was shown to the reporter; another one now is Stale."""


@dataclass(frozen=True)
class Told:
    """A report on an item as of a day, with its words for whoever keeps them."""

    item: WorkItem
    report: Report
    status_date: date
    words: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Recorded:
    """What a report came to."""

    report: Report
    step: Step
    loosened: set[int]
    """Items whose links it loosened, or made count again."""
    is_first: bool
    """Whether the first baseline was cut for it."""
    moves: bool
    """Whether dates may follow from it."""
    kept: list[Any]
    """The rows that other rooms keep of it."""


def record_progress(
    *,
    by: User | System,
    item: WorkItem,
    report: Report,
    status_date: date,
    now: datetime,
    words: Mapping[str, Any] | None = None,
) -> Recorded:
    """Record a report as of `status_date`; reports about an earlier day than the last one change the past only.

    Whoever makes ROWS of "progress-recorded" gets `words`; the rows are kept in the same transaction.
    :raises Refused: if `by` may not report, the item is a summary, the day is to come, or the numbers contradict each other.
    """
    with transaction.atomic():
        count_change(item.project)
        done = record_one(by, Told(item, report, status_date, words or {}), now)
        if done.moves:
            reschedule(done.step.row.project, None, done.loosened, None if done.is_first else done.step)
        else:
            keep_steady(done.step)
    return done


def record_reports(*, by: User | System, project: Project, told: Sequence[Told], now: datetime) -> None:
    """Record many reports on one project at once, as an import brings them; the plan is scheduled once, at the end.

    :raises Refused: as record_progress, for the first report that is refused; then none is kept.
    """
    with transaction.atomic():
        plan = locked_plan(project)
        loosened: set[int] = set()
        for one in told:
            loosened |= record_one(by, replace(one, report=_derived(one)), now).loosened
        reschedule(project, plan, loosened)


def record_unchanged(
    *, by: User, items: Sequence[WorkItem], status_date: date, now: datetime, seen: Mapping[int, int] | None = None
) -> int:
    """Report 「无变化」 on several items, of one or more projects; one event a project. Return how many it were.

    Whoever makes ROWS of "progress-recorded" is told of each, with `unchanged` among the words. `seen` are the versions that
    were shown, by the item's id.
    :raises Refused: as a whole, naming the item, if one may not be reported on, is a summary, or if there are none or too many.
    :raises Stale: as a whole, naming them, if there are other versions now than were seen.
    """
    wanted = {item.pk: item for item in items}
    if not 0 < len(wanted) <= MOST_UNCHANGED:
        raise Refused("how-many", _("Choose 1 to %(most)s tasks.") % {"most": MOST_UNCHANGED}, "tasks")
    with transaction.atomic():
        projects = {item.project_id: item.project for item in wanted.values()}
        for key in sorted(projects):
            below = [item.pk for item in wanted.values() if item.project_id == key]
            _unchanged_in(by, projects[key], {row: (seen or {}).get(row) for row in below}, status_date, now)
    return len(wanted)


def _unchanged_in(by: User, project: Project, keys: Mapping[int, int | None], status_date: date, now: datetime) -> None:
    """Report on the items that are the keys; what each points to is the version that was shown, where it was."""
    plan = locked_plan(project)
    rows = list(WorkItem.objects.filter(pk__in=keys, project=project).select_related("project", "owner").order_by("pk"))
    _check_unchanged(by, project, rows, now)
    if len(rows) != len(keys):
        raise Stale("item-gone", _("Somebody else removed this task in the meantime."))
    _check_seen(rows, keys)
    _check_status_date(project, status_date, now)
    if not Baseline.objects.filter(project=project).exists():
        cut_baseline(by=by, project=project, now=now)
    known = _known_of(rows, status_date)
    marks = [
        ProgressMark(work_item=row, status_date=status_date, **{name: getattr(known[row.pk], name) for name in CACHED})
        for row in rows
    ]
    ProgressMark.objects.bulk_create(
        marks, update_conflicts=True, unique_fields=["work_item", "status_date"], update_fields=list(CACHED)
    )
    latest = Q(reported_on__isnull=True) | Q(reported_on__lte=status_date)
    WorkItem.objects.filter(latest, pk__in=keys).update(reported_on=status_date, version=F("version") + 1)
    plan.version += 1
    plan.save(update_fields=["version"])
    event = ProgressUnchanged([row.pk for row in rows], status_date.isoformat())
    subject = Subject("work_item", rows[0].pk, rows[0].name) if len(rows) == 1 else Subject("project", project.pk, project.name)
    record(event, by=by, now=now, subject=subject, project=project.pk)
    for row in rows:
        for kept in _rows_of(by, Told(row, known[row.pk], status_date, {"unchanged": True}), now):
            insert_row(kept)


def _check_unchanged(by: User, project: Project, rows: list[WorkItem], now: datetime) -> None:
    reporter = access.Reporter(standing(by, project), timezone.localtime(now).date())
    for row in rows:
        require(
            reporter.may_report(row.department_id, row.owner_id, row.stand_in_id),
            _("You may not report on “%(task)s”; nothing is saved.") % {"task": row.name},
        )
    summary = WorkItem.objects.filter(parent__in=rows).select_related("parent").first()
    if summary is not None and summary.parent is not None:
        message = _("“%(task)s” is a summary: report on the tasks below it. Nothing is saved.") % {"task": summary.parent.name}
        raise Refused("summary", message, "tasks")


def _check_seen(rows: list[WorkItem], seen: Mapping[int, int | None]) -> None:
    names = [f"“{row.name}”" for row in rows if seen[row.pk] not in (None, row.version)]
    if names:
        message = _("Changed since this page was opened: %(tasks)s. Nothing is saved.") % {"tasks": "、".join(names)}
        raise Stale("items-changed", message)


def _known_of(rows: list[WorkItem], status_date: date) -> dict[int, Report]:
    """Return what was known of each item on a day."""
    found = {row.pk: Report(State.TODO, 0) for row in rows}
    marks = ProgressMark.objects.filter(work_item__in=rows, status_date__lte=status_date).order_by("status_date")
    for mark in marks:
        found[mark.work_item_id] = Report(mark.state, mark.percent, mark.actual_start, mark.actual_finish, mark.done_quantity)
    return found


def _may_report(by: User | System, item: WorkItem, now: datetime) -> bool:
    if isinstance(by, System):
        return True
    return access.can_report_or_stand_in(standing(by, item.project), by, item, timezone.localtime(now).date())


def _check_status_date(project: Project, status_date: date, now: datetime) -> None:
    if status_date > max(timezone.localtime(now).date(), project.status_date or status_date.min):
        raise Refused("status-in-future", _("Nobody can report on a day to come."))


def record_one(by: User | System, told: Told, now: datetime) -> Recorded:
    """Record a report under the plan's lock. The caller schedules, where it moves something.

    :raises Refused: as record_progress, and if it cancels a milestone that is signed.
    """
    status_date, found = told.status_date, told_item(told.item)
    row = found.row
    require(_may_report(by, row, now), _("You may not report on this task."))
    if found.is_summary:
        raise Refused("summary", _("A summary has no progress of its own: report on the tasks below it."))
    if told.report.seen not in (None, row.version):
        raise Stale("item-changed", _("Somebody else reported on this task in the meantime. Yours is not saved yet."))
    _check_status_date(row.project, status_date, now)
    settled = normalised(told.report, row, status_date)
    first = not found.has_baseline
    if first:
        cut_baseline(by=by, project=row.project, now=now)
    fresh = {name: getattr(settled, name) for name in CACHED}
    before, after = differences(_known(row, status_date), fresh)
    was = Said(row.state, row.percent, row.actual_start, row.actual_finish)
    writes = _written(row, status_date, fresh)
    if row.state == State.CANCELLED and not was.cancelled:
        require_unsigned(row.project, {}, [row.pk])
    kept = _rows_of(by, Told(row, settled, status_date, told.words), now)
    event = ProgressRecorded(row.pk, status_date.isoformat(), settled.state, settled.percent)
    change = ChangeOf("work_item", row.pk, row.name, before, after, (*writes, *map(Insert, kept)))
    record(event, by=by, now=now, subject=Subject("work_item", row.pk, row.name), project=row.project_id, changes=[change])
    now_said = Said(row.state, row.percent, row.actual_start, row.actual_finish)
    # The links of a cancelled item do not count.
    loosened = successors_of({row.pk}) if was.cancelled != now_said.cancelled else set()
    moves = first or was.placed != now_said.placed or (found.overtakes and was.percent != now_said.percent)
    return Recorded(settled, Step(row, was), loosened, first, moves, kept)


def _rows_of(by: User | System, told: Told, now: datetime) -> list[Any]:
    """Return the rows that other rooms keep of a report, not yet written."""
    said = {"report": told.report, "status_date": told.status_date, "words": dict(told.words)}
    return [row_of(by=by, item=told.item, now=now, **said) for row_of in ROWS.at("progress-recorded")]


def normalised(report: Report, item: WorkItem, status_date: date) -> Report:
    """Complete a report (§5.17) and check it.

    :raises Refused: with the field that is wrong.
    """
    if report.state not in State.values:
        raise Refused("state-unknown", _("Choose a state."), "state")
    if not 0 <= report.percent <= FULL:
        raise Refused("percent-range", _("Percent lies between 0 and 100."), "percent")
    report = _agree(_counted(report, item))
    start, finish = report.actual_start, report.actual_finish
    if start is None and (report.percent or report.state in (State.DOING, State.DONE)):
        start = min(item.actual_start or item.start or status_date, status_date)
    if report.state == State.DONE and finish is None:
        finish = max(min(status_date, item.finish or status_date), start or status_date)
    if report.state != State.DONE:
        finish = None
    _check_days(start, finish, status_date)
    return replace(report, actual_start=start, actual_finish=finish)


def _counted(report: Report, item: WorkItem) -> Report:
    """Let the percent follow from the quantity, where the item has one."""
    if item.quantity is None:
        return replace(report, done_quantity=None)
    done = report.done_quantity
    if done is None:
        if report.percent not in (item.percent, FULL if report.state == State.DONE else item.percent):
            raise Refused("percent-from-quantity", _("This task is counted: say how much is done, percent follows."), "percent")
        full = report.state == State.DONE or report.percent == FULL
        return replace(
            report, done_quantity=max(item.quantity, item.done_quantity or item.quantity) if full else item.done_quantity
        )
    if not done.is_finite() or not 0 <= done < MOST or done != round(done, 2):
        raise Refused("quantity-range", _("A quantity is a number from 0, with two decimals at most."), "done_quantity")
    if report.state == State.DONE and done < item.quantity:
        missing = f"{(item.quantity - done).normalize():f}{item.unit}"
        raise Refused(
            "quantity-missing", _("%(missing)s are still missing: it is not done yet.") % {"missing": missing}, "done_quantity"
        )
    return replace(report, percent=quantity_percent(done, item.quantity), done_quantity=done)


def _derived(told: Told) -> Report:
    """Give the quantity that an imported percent means, where the item has one and the sheet does not say it."""
    quantity, report = told.item.quantity, told.report
    if quantity is None or report.done_quantity is not None or report.state == State.DONE:
        return report
    return replace(report, done_quantity=round(quantity * report.percent / FULL, 2))


def quantity_percent(done: Decimal, quantity: Decimal) -> int:
    """Return the basis points that `done` of `quantity` are, rounded down, at most 10000."""
    return min(int(done * FULL / quantity), FULL)


def _agree(report: Report) -> Report:
    if report.state == State.DONE:
        return replace(report, percent=FULL)
    if report.percent == FULL and report.state in (State.TODO, State.DOING):
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
    """Return what was known of an item on a day before this report: what the item keeps, unless the day lies further back."""
    known: WorkItem | ProgressMark | None = row
    if row.reported_on is None or row.reported_on > status_date:
        marks = ProgressMark.objects.filter(work_item=row, status_date__lte=status_date)
        known = marks.order_by("-status_date").first() if row.reported_on is not None else None
    return {name: getattr(known or WorkItem(), name) for name in CACHED}


def _written(row: WorkItem, status_date: date, fresh: Mapping[str, Any]) -> list[Write]:
    """Return what is to be written of a report: what is known as of its day, in place of what was; and on the item, if it is
    the latest. Nobody else writes there while the plan is locked."""
    mark = ProgressMark(work_item=row, status_date=status_date, **fresh)
    writes: list[Write] = [Insert(mark, once_by=("work_item", "status_date"), else_set=CACHED)]
    if row.reported_on is None or status_date >= row.reported_on:
        for name, value in fresh.items():
            setattr(row, name, value)
        row.reported_on = status_date
        row.version += 1
        writes.append(Update(row, (*CACHED, "reported_on", "version")))
    return writes
