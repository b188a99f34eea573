"""What the rhythm asks of reports."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone, translation

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.lib.access import Refused
from tongzhou.projects.models import Project
from tongzhou.reports import actions
from tongzhou.reports.papers import drafted_parts
from tongzhou.reports.queries import week_of, weekly_cut
from tongzhou.reports.queries.rhythm import WEEKLY
from tongzhou.rhythm.actions import cancel_rhythm
from tongzhou.rhythm.queries import calendar_for
from tongzhou.timeline.models import Event


def draft_weekly(key: int, *, due_at: datetime, now: datetime) -> None:
    """Handler of due rows "weekly-report": draft the report of the project `key` on the week of its slot.

    Called outside a transaction, for gathering takes its time; a draft that is there already is left alone.
    """
    project = Project.objects.filter(pk=key).first()
    if project is None:
        cancel_rhythm(WEEKLY, key)
        return
    try:
        cut = weekly_cut(project, week_of(timezone.localtime(due_at).date()))
    except Refused:
        # The plan begins later, or is looked at as of an earlier day: this week has no report.
        return
    if cut.has_tasks and (cut.done or not cut.complete):
        with translation.override("zh-hans"):
            parts = drafted_parts(cut)
        actions.draft_report(project=project, week=cut.week, parts=parts, now=now)


def calendar_of_project(key: int) -> WorkingCalendar:
    """By which calendar the slots of a project move on days off."""
    own = Project.objects.filter(pk=key).values_list("calendar_id", flat=True).first()
    return calendar_for(project_calendar=own)


def begin_weekly_reports(event: int) -> None:
    """Handler of "project-created": from now on the project's weekly report is drafted each Friday."""
    key = Event.objects.values_list("project_id", flat=True).get(pk=event)
    project = Project.objects.filter(pk=key or 0).first()
    if project is not None:
        actions.begin_rhythm(project)
