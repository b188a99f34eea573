"""What the rhythm asks of plans."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from tongzhou.notifications.actions import notify
from tongzhou.notifications.models import Notice
from tongzhou.people.queries import unknown_years
from tongzhou.plan.actions import follow
from tongzhou.plan.notices import told_of_unknown_year
from tongzhou.plan.queries.years import last_planned_day, managers_of, projects_into
from tongzhou.projects.models import Project
from tongzhou.rhythm.actions import owe
from tongzhou.rhythm.queries import due_at

YEARS = "plan-years"
MORNING = time(8)


def follow_calendars(key: int, *, due_at: datetime, now: datetime) -> None:
    """Handler of due rows "plan-calendar": bring the dates of the project `key` to its calendars as they are now."""
    project = Project.objects.filter(pk=key).first()
    if project is not None:
        follow(project=project, now=now)


def look_for_unknown_years(now: datetime) -> None:
    """Outcome "rhythm-cared", each hour: next morning the managers hear of years that plans reach and nobody knows yet."""
    last, today = last_planned_day(), timezone.localtime(now).date()
    years = unknown_years(today, last) if last is not None and last >= today else []
    wanted = [year for year in years if due_at(YEARS, year) is None]
    if wanted:
        owe(YEARS, wanted, _next_morning(now))


def tell_of_unknown_year(key: int, *, due_at: datetime, now: datetime) -> None:
    """Handler of due rows "plan-years": tell the managers of plans that reach into the year `key`, once for each plan."""
    if not unknown_years(date(key, 1, 1), date(key, 1, 1)):
        return
    told = set(Notice.objects.filter(source__startswith=_source(key, "")).values_list("source", flat=True))
    projects = [project for project in projects_into(key) if _source(key, project.pk) not in told]
    managers: dict[int, list[int]] = defaultdict(list)
    for manager, project_id in managers_of(project.pk for project in projects):
        managers[project_id].append(manager)
    for project in projects:
        if managers[project.pk]:
            notice = told_of_unknown_year(project, key, managers[project.pk])
            notify(told=notice, source=_source(key, project.pk), project=project.pk, now=now)


def _source(year: int, project: int | str) -> str:
    return f"year-unknown:{year}:{project}"


def _next_morning(now: datetime) -> datetime:
    local = timezone.localtime(now)
    day = local.date() + timedelta(days=local.time() >= MORNING)
    return timezone.make_aware(datetime.combine(day, MORNING))
