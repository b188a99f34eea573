"""The plan as it stands on a status date: forecast dates, planned and actual percent, deviations. Kept by plan version."""

from __future__ import annotations

from datetime import date
from threading import Lock

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from tongzhou.engine.schedule import collector_paused
from tongzhou.lib import clock
from tongzhou.lib.prepared import Given, Question, prepared
from tongzhou.lib.reading import read_once
from tongzhou.people.models import User
from tongzhou.people.queries.calendars import calendars_question
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.plan.queries.calendars import plan_days
from tongzhou.plan.queries.computing import compute, rules_of
from tongzhou.plan.queries.judged import Outlook
from tongzhou.projects.models import Project
from tongzhou.projects.queries.pins import pins_question
from tongzhou.projects.queries.team import team_questions

__all__ = ["Outlook", "outlook", "outlook_questions", "page_questions", "status_date"]

# A row takes about three kilobytes.
MOST_KEPT, MOST_ROWS = 64, 40_000
_cache: dict[tuple[int, date], Outlook] = {}
_guard = Lock()


def status_date(project: Project, asked: date | None = None) -> date:
    """Return the day as of which the project is judged: the one asked for, the project's own, or today."""
    return asked or project.status_date or clock.today()


def outlook(project: Project, as_of: date) -> Outlook:
    """Return the plan as it stands on `as_of`. Computed once a plan version, content of the calendars and day.

    A later version is computed from the one before it, as far as rows that were read are the same (ADR 0016).
    At most 9 queries; 2 more where departments have calendars or leave moves dates.
    """
    return read_once(("outlook", project.pk, as_of), lambda: _outlook(project, as_of))


def outlook_questions(project: Project) -> tuple[Question, Question]:
    """What `outlook` asks of a plan that it knows, to be asked ahead."""
    return _version.of(project.pk), calendars_question()


def page_questions(user: User, project: Project) -> tuple[Question, ...]:
    """What every page of a project asks, with its head and the frame around it, to be asked ahead."""
    return *outlook_questions(project), *team_questions(project), pins_question(user, clock.today())


def _outlook(project: Project, as_of: date) -> Outlook:
    row = next(iter(_version(project.pk)), None)
    version, days = row[0] if row else 0, plan_days(project, bool(row and row[1]))
    known = _cache.get((project.pk, as_of))
    if known is not None and (known.days != days or known.grounds.rules != rules_of(project)):
        known = None
    if known is not None and known.version == version:
        return known
    with collector_paused():
        found = compute(project, version, as_of, days, known)
    if not connection.in_atomic_block:
        # What a transaction sees may be rolled back, and its version number be used again.
        _keep((project.pk, as_of), found)
    return found


def _keep(key: tuple[int, date], found: Outlook) -> None:
    with _guard:
        _cache.pop(key, None)
        rows = len(found.items) + sum(len(one.items) for one in _cache.values())
        while _cache and (len(_cache) >= MOST_KEPT or rows > MOST_ROWS):
            rows -= len(_cache.pop(next(iter(_cache))).items)
        _cache[key] = found


@prepared
def _version(project: Given) -> QuerySet[Plan, tuple[int, bool]]:
    follows = Exists(WorkItem.objects.filter(project=OuterRef("project"), follows_owner=True))
    return Plan.objects.filter(project=project).values_list("version", follows)
