"""What a process keeps of a plan is never shown once it is old: whoever wrote, in whatever process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from support.cast import Cast, make_cast, planned_project, task
from support.elsewhere import elsewhere
from support.plans import run, set_one
from support.web import client_of
from tongzhou.people.actions import change_department, change_person
from tongzhou.people.models import System, WorkCalendar
from tongzhou.plan.actions.baselines import cut_baseline
from tongzhou.plan.actions.progress import Report
from tongzhou.plan.actions.scheduling import locked_plan, reschedule
from tongzhou.plan.queries.baselines import _known as lines_kept
from tongzhou.plan.queries.outlook import _cache as kept
from tongzhou.progress.actions import Words, report_progress, report_unchanged
from tongzhou.projects.actions import change_basics, give_role
from tongzhou.projects.models import Project

DAY, NOW = date(2024, 3, 8), datetime(2024, 3, 8, 9, tzinfo=UTC)
ADDRESSES = (
    "/projects/S-1/plan/data?date=2024-03-08",
    "/projects/S-1/plan/data?date=2024-03-08&mode=strict",
    "/projects/S-1/plan/data?date=2024-03-08&baseline=0",
    "/projects/S-1/board/data/?date=2024-03-08",
    "/api/v1/projects/S-1/tasks?date=2024-03-08",
)


def shown(clients: list[Client]) -> list[Any]:
    found = []
    for client in clients:
        for address in ADDRESSES:
            answer = client.get(address)
            assert answer.status_code == 200
            found.append(answer.json())
    return found


def changes(cast: Cast, project: Project) -> dict[str, Callable[[], Any]]:
    """Everything that the answers depend on, changed one by one."""
    return {
        "a name of a task": lambda: set_one(cast.manager, project, "设计", "name", "设计二"),
        "undone": lambda: run(cast.manager, project, "undo"),
        "redone": lambda: run(cast.manager, project, "redo"),
        "a stand-in": lambda: set_one(cast.manager, project, "测试", "stand_in", cast.member.name),
        "a report": lambda: report_progress(
            by=cast.owner,
            item=task(project, "设计二"),
            report=Report("doing", 6500),
            words=Words("x"),
            status_date=DAY,
            now=NOW,
        ),
        "no change": lambda: report_unchanged(by=cast.owner, items=[task(project, "设计二")], status_date=DAY, now=NOW),
        "a person's name": lambda: change_person(by=System(), person=cast.owner, values={"name": "郑十一"}, now=NOW),
        "a person's department": lambda: change_person(
            by=System(), person=cast.owner, values={"department": cast.marketing}, now=NOW
        ),
        "a department's name": lambda: change_department(by=System(), department=cast.rd, values={"name": "研发中心"}, now=NOW),
        "a role": lambda: give_role(by=System(), project=project, person=cast.stranger, role="member", now=NOW),
        "six days a week": lambda: WorkCalendar.objects.update_or_create(
            is_organisation=True, defaults={"name": "六天", "pattern": "one_day", "version": 9}
        ),
        "the threshold": lambda: change_basics(
            by=cast.manager, project=project, values={"deviation_threshold": Decimal("40")}, now=NOW
        ),
        "a new baseline": lambda: rebased(cast, project),
        "a row taken out": lambda: run(cast.manager, project, "remove", ids=[task(project, "推广").pk]),
    }


def rebased(cast: Cast, project: Project) -> None:
    """Cut a baseline as an import does: with the plan's next version."""
    with transaction.atomic():
        plan = locked_plan(project)
        cut_baseline(by=cast.manager, project=project, now=NOW)
        reschedule(project, plan)


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_is_never_old() -> None:
    cast = make_cast()
    project = planned_project(cast)
    clients = [client_of(who) for who in (cast.manager, cast.owner, cast.member)]
    before, same = shown(clients), []
    assert shown(clients) == before
    for what, write in changes(cast, project).items():
        elsewhere(write)
        after = shown(clients)
        kept.clear()
        lines_kept.clear()
        assert after == shown(clients), what
        if after == before:
            same.append(what)
        before = after
    assert same == []
