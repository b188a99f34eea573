"""Exception reports: told at once, on the record until they are closed; overdue ones are escalated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.escalations.actions import Matter, close_case, open_case
from tongzhou.escalations.models import Case
from tongzhou.escalations.queries import open_case_of
from tongzhou.lib.access import Refused, Stale, require
from tongzhou.people.models import System, User
from tongzhou.plan.models import WorkItem
from tongzhou.progress import access, events
from tongzhou.progress.models import ExceptionReport
from tongzhou.progress.queries.exceptions import exception_address, lead_departments
from tongzhou.projects.access import Standing, standing
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import participants
from tongzhou.rhythm.actions import cancel_due, set_due
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

KIND = "exception"
LONGEST = 2000
LAST_DAYS = 3660


@dataclass(frozen=True)
class Filed:
    """What is reported: kind, why, what it affects, what is proposed, and by when it should be over."""

    kind: str
    reason: str
    impact: str
    solution: str
    expected: date
    department: int | None = None


@dataclass(frozen=True)
class Handling:
    """Who handles it (id), what is done about it, and by when it should be over."""

    handler: int | None
    measure: str
    expected: date


def report_exception(*, by: User, project: Project, item: WorkItem | None, filed: Filed, now: datetime) -> ExceptionReport:
    """Report an exception on a task, or (None) on the project.

    :raises Refused: if `by` may not, or a field is missing or wrong.
    """
    at = standing(by, project)
    department = item.department_id if item is not None else _department(at, filed.department)
    require(access.can_file_exception(at, department, item.owner_id if item is not None else None))
    words = _words(filed, now)
    with transaction.atomic():
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        last = ExceptionReport.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
        row = ExceptionReport.objects.create(
            project=project,
            number=last + 1,
            work_item=item,
            task_name=item.name if item is not None else "",
            department_id=department,
            reported_by=by,
            reported_at=now,
            handler_id=item.owner_id if item is not None else None,
            **words,
        )
        set_due(KIND, row.pk, _end_of(row.expected))
        _record(row, events.ExceptionReported(row.pk, item.pk if item is not None else None), {}, by, now)
    return row


def handle_exception(
    *, by: User, report: ExceptionReport, handling: Handling, version: int | None, now: datetime
) -> ExceptionReport:
    """Write on the record who handles it, what is done and by when.

    :raises Refused: if `by` may not, it is closed, the handler takes no part, or (Stale) somebody wrote since `version`.
    """
    with transaction.atomic():
        row = _writable(by, report, version)
        before = _told(row)
        if handling.handler is not None and not participants(row.project).filter(pk=handling.handler).exists():
            raise Refused("person-unknown", _("Choose people who take part in the project."), "handler")
        row.handler_id, row.measure = handling.handler, _text(handling.measure, "measure", needed=False)
        row.expected = _expected(handling.expected, now) if handling.expected != row.expected else row.expected
        if _told(row) == before:
            return row
        set_due(KIND, row.pk, _end_of(row.expected))
        _keep(row, events.ExceptionHandled(row.pk), before, by, now)
    return row


def close_exception(*, by: User, report: ExceptionReport, result: str, version: int | None, now: datetime) -> ExceptionReport:
    """Close an exception with what came of it.

    :raises Refused: as handle_exception, or without a result.
    """
    with transaction.atomic():
        row = _writable(by, report, version)
        before = _told(row)
        row.result, row.closed_at, row.closed_by = _text(result, "result"), now, by
        cancel_due(KIND, row.pk)
        _keep(row, events.ExceptionClosed(row.pk), before, by, now)
        case = open_case_of(KIND, row.pk)
        if case is not None:
            close_case(by=System(), case=case, result=row.result, now=now)
    return row


def reopen_exception(*, by: User, report: ExceptionReport, expected: date, now: datetime) -> ExceptionReport:
    """Take up again an exception that was closed too early.

    :raises Refused: if `by` may not, it is open, or the day cannot be.
    """
    with transaction.atomic():
        row = _locked(report)
        require(_may_handle(by, row))
        if row.closed_at is None:
            raise Refused("not-closed", _("This exception is open."))
        before = _told(row)
        row.expected, row.closed_at, row.closed_by = _expected(expected, now), None, None
        set_due(KIND, row.pk, _end_of(row.expected))
        _keep(row, events.ExceptionReopened(row.pk), before, by, now)
    return row


def exception_is_overdue(key: int, *, now: datetime) -> None:
    """The exception with this id was not over on the day that was said, so a case opens."""
    row = ExceptionReport.objects.select_related("project", "work_item").filter(pk=key, closed_at=None).first()
    if row is not None and _end_of(row.expected) <= now:
        why = _("Not resolved by %(day)s. Reason: %(reason)s") % {"day": row.expected.isoformat(), "reason": row.reason}
        open_case(by=System(), matter=matter_of(row), why=why[:LONGEST], now=now)


def keep_decision(*, case: Case, decision: str, by: User, now: datetime) -> None:
    """Outcome "escalation-decided": what was decided about an exception stands among its measures."""
    row = ExceptionReport.objects.filter(pk=case.key, closed_at=None).first() if case.kind == KIND else None
    if row is not None:
        line = _("%(name)s decided: %(decision)s") % {"name": by.name, "decision": decision}
        row.measure = f"{row.measure}\n{line}".strip()
        row.version += 1
        row.save(update_fields=["measure", "version"])


def matter_of(row: ExceptionReport) -> Matter:
    """Return what a case about an exception is about."""
    owner = row.work_item.owner_id if row.work_item is not None else None
    title = f"{row.get_kind_display()} · {row.task_name or row.project.name}"
    return Matter(KIND, row.pk, row.project, title, exception_address(row.project.number, row.pk), row.department_id, owner)


def _department(at: Standing, department: int | None) -> int | None:
    """Return the department that an exception of the project concerns: the one that is said, else one's own only one."""
    own = at.heads | at.liaisons
    if department is None and len(own) == 1 and not at.roles & access.FILES_ANYWHERE:
        return next(iter(own))
    return department


def _words(filed: Filed, now: datetime) -> dict[str, Any]:
    if filed.kind not in ExceptionReport.Kind.values:
        raise Refused("kind-unknown", _("Choose what kind of exception it is."), "kind")
    return {
        "kind": filed.kind,
        "reason": _text(filed.reason, "reason"),
        "impact": _text(filed.impact, "impact"),
        "solution": _text(filed.solution, "solution"),
        "expected": _expected(filed.expected, now),
    }


def _expected(day: date, now: datetime) -> date:
    today = timezone.localtime(now).date()
    if not today <= day <= today + timedelta(days=LAST_DAYS):
        raise Refused("expected-range", _("Choose a day from today on."), "expected")
    return day


def _end_of(day: date) -> datetime:
    """Return the instant at which a day is over."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _may_handle(by: User, row: ExceptionReport) -> bool:
    return access.can_handle_exception(standing(by, row.project), row, lead_departments(row.project))


def _locked(report: ExceptionReport) -> ExceptionReport:
    row = ExceptionReport.objects.select_for_update(of=("self",)).select_related("project", "work_item").get(pk=report.pk)
    row.project = report.project
    return row


def _writable(by: User, report: ExceptionReport, version: int | None) -> ExceptionReport:
    row = _locked(report)
    require(_may_handle(by, row))
    if row.closed_at is not None:
        raise Refused("exception-closed", _("This exception is closed."))
    if version is not None and row.version != version:
        raise Stale("stale", _("Somebody else changed this in the meantime. Look at the page again."))
    return row


def _keep(row: ExceptionReport, event: object, before: dict[str, Any], by: User, now: datetime) -> None:
    row.version += 1
    row.save()
    _record(row, event, before, by, now)


def _record(row: ExceptionReport, event: object, before: dict[str, Any], by: User, now: datetime) -> None:
    old, new = differences(before, _told(row))
    label = row.task_name or row.project.name
    subject, change = Subject("exception_report", row.pk, label), ChangeOf("exception_report", row.pk, label, old, new)
    record(event, by=by, now=now, subject=subject, project=row.project_id, changes=[change])


def _told(row: ExceptionReport) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "reason": row.reason,
        "impact": row.impact,
        "solution": row.solution,
        "expected": row.expected.isoformat(),
        "handler_id": row.handler_id,
        "measure": row.measure,
        "result": row.result,
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
    }


def _text(text: str, field: str, *, needed: bool = True) -> str:
    text = text.strip()
    if needed and not text:
        raise Refused("needed", _("This is needed."), field)
    if len(text) > LONGEST:
        raise Refused("too-long", _("At most %(limit)s characters.") % {"limit": LONGEST}, field)
    return text
