"""Writes: the written parts of a weekly report, sending it, a next edition."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.engine.slots import Slot
from tongzhou.lib.access import Refused, Stale, require
from tongzhou.papers import Paper, to_data
from tongzhou.people.models import System, User
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.reports.access import can_write_report
from tongzhou.reports.events import (
    ReportRhythmChanged,
    WeeklyReportDrafted,
    WeeklyReportEdited,
    WeeklyReportReopened,
    WeeklyReportSent,
)
from tongzhou.reports.models import WeeklyReport
from tongzhou.reports.queries import Week, Written, kept_report
from tongzhou.reports.queries.kept import PARTS
from tongzhou.reports.queries.rhythm import WEEKLY, rhythm_text
from tongzhou.rhythm.actions import cancel_rhythm, set_rhythm
from tongzhou.rhythm.queries import slot_of
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

FRIDAYS = Slot("weekly", time(17), "before", weekday=4)
"""When a weekly report is drafted unless the manager chose another time."""


def write_report(
    *, by: User, project: Project, week: Week, parts: Written, version: int | None = None, now: datetime
) -> WeeklyReport:
    """Keep the written parts of a week's report as its draft.

    :raises Refused: if `by` may not, the report was sent, or (Stale) somebody else wrote since `version`.
    """
    require(can_write_report(standing(by, project)))
    with transaction.atomic():
        row = _draft(project, week)
        if version is not None and (row.version if row else 0) != version:
            raise Stale("stale", _("Somebody else changed this in the meantime. Look at the page again."))
        before = {name: getattr(row, name) if row else "" for name in PARTS}
        old, new = differences(before, {name: getattr(parts, name) for name in PARTS})
        if row is not None and not new:
            return row
        row = row or WeeklyReport(project=project, week=week.first, version=0)
        for name, value in new.items():
            setattr(row, name, value)
        row.version, row.edited_at, row.edited_by = row.version + 1, now, by
        row.save()
        change = ChangeOf("weekly_report", row.pk, week.name, old, new)
        event = WeeklyReportEdited(week.name, row.edition)
        record(event, by=by, now=now, subject=_subject(row, week), project=project.pk, changes=[change])
    return row


def draft_report(*, project: Project, week: Week, parts: Written, now: datetime) -> WeeklyReport | None:
    """Let the product write the draft of a week's report; None where somebody has begun one, or sent it already."""
    with transaction.atomic():
        if _latest(project, week) is not None:
            return None
        values = {name: getattr(parts, name) for name in PARTS}
        row = WeeklyReport.objects.create(project=project, week=week.first, edited_at=now, **values)
        change = ChangeOf("weekly_report", row.pk, week.name, dict.fromkeys(PARTS, ""), values)
        event = WeeklyReportDrafted(week.name, row.edition)
        record(event, by=System(), now=now, subject=_subject(row, week), project=project.pk, changes=[change])
    return row


def begin_rhythm(project: Project) -> None:
    """Let the weekly report be drafted each Friday from now on, but in light projects."""
    if project.weight != Project.Weight.LIGHT:
        set_rhythm(WEEKLY, project.pk, FRIDAYS)


def change_rhythm(*, by: User, project: Project, slot: Slot | None, now: datetime) -> None:
    """Let the weekly report be drafted by itself at another time, or (None) not any more.

    :raises Refused: if `by` may not, or the slot never comes.
    """
    require(can_write_report(standing(by, project)))
    with transaction.atomic():
        old = slot_of(WEEKLY, project.pk)
        if old == slot:
            return
        if slot is None:
            cancel_rhythm(WEEKLY, project.pk)
        else:
            set_rhythm(WEEKLY, project.pk, slot)
        before, after = ({"report_rhythm": rhythm_text(one)} for one in (old, slot))
        change = ChangeOf("project", project.pk, project.name, before, after)
        subject = Subject("project", project.pk, project.name)
        record(ReportRhythmChanged(project.pk), by=by, now=now, subject=subject, project=project.pk, changes=[change])


@dataclass(frozen=True)
class Finished:
    """The paper that is to be sent, the day as of which it was gathered, and the version of the draft that it was made from."""

    paper: Paper
    as_of: date
    version: int


def send_report(*, by: User, project: Project, week: Week, finished: Finished, now: datetime) -> WeeklyReport:
    """Freeze the report of a week; from now on the page and the files show this paper.

    :raises Refused: if `by` may not, it was sent already, it tells of days to come, or (Stale) somebody wrote since the
        paper was made.
    """
    require(can_write_report(standing(by, project)))
    with transaction.atomic():
        row = _draft(project, week)
        if (row.version if row else 0) != finished.version:
            raise Stale("stale", _("Somebody else changed this in the meantime. Look at the page again."))
        if finished.as_of > timezone.localtime(now).date():
            raise Refused("day-to-come", _("A report tells of what was: this day is still to come."), "date")
        row = row or WeeklyReport(project=project, week=week.first, edited_at=now, edited_by=by)
        row.paper = to_data(finished.paper)
        row.fingerprint = hashlib.sha256(json.dumps(row.paper, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
        row.as_of, row.sent_at, row.sent_by_name = finished.as_of, now, by.name
        row.save()
        event = WeeklyReportSent(week.name, row.edition, row.fingerprint)
        record(event, by=by, now=now, subject=_subject(row, week), project=project.pk)
    return row


def reopen_report(*, by: User, project: Project, week: Week, now: datetime) -> WeeklyReport:
    """Begin the next edition of a report that was sent, with its written parts; the sent one stays.

    :raises Refused: if `by` may not, or the latest edition was not sent.
    """
    require(can_write_report(standing(by, project)))
    with transaction.atomic():
        sent = _latest(project, week)
        if sent is None or sent.sent_at is None:
            raise Refused("not-sent", _("This report was not sent yet: it can still be edited."))
        values = {name: getattr(sent, name) for name in PARTS}
        row = WeeklyReport.objects.create(
            project=project, week=week.first, edition=sent.edition + 1, edited_at=now, edited_by=by, **values
        )
        event = WeeklyReportReopened(week.name, row.edition)
        record(event, by=by, now=now, subject=_subject(row, week), project=project.pk)
    return row


def _latest(project: Project, week: Week) -> WeeklyReport | None:
    """Return the latest edition, and let nobody else begin one before this transaction ends."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    return kept_report(project, week)


def _draft(project: Project, week: Week) -> WeeklyReport | None:
    """Return the draft of a week, if there is one.

    :raises Refused: if the report was sent.
    """
    row = _latest(project, week)
    if row is not None and row.sent_at is not None:
        raise Refused("report-sent", _("This report was sent. A correction is a new edition."))
    return row


def _subject(row: WeeklyReport, week: Week) -> Subject:
    return Subject("weekly_report", row.pk, week.name)
