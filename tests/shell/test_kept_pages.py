"""What a process keeps of its pages is never shown once it is old, whoever wrote; and another look costs little."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.template import Context
from django.test import Client
from django.test.utils import CaptureQueriesContext

from support.cast import Cast, make_cast, planned_project, small_project, task
from support.elsewhere import elsewhere
from support.plans import run, set_one
from support.web import client_of
from tongzhou.people.actions import change_department, change_person
from tongzhou.people.models import StatutoryYear, System, User, WorkCalendar
from tongzhou.plan.actions.progress import Report
from tongzhou.plan.models import KeyMilestone
from tongzhou.plan.queries.outlook import _cache as outlooks
from tongzhou.progress.actions import Words, report_progress
from tongzhou.projects.actions import add_comment, change_basics, give_role, seat
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import About
from tongzhou.ui.templatetags import ui
from tongzhou.ui.templatetags.pure import PureNode

DAY, NOW = date(2024, 3, 8), datetime(2024, 3, 8, 9, tzinfo=UTC)
LIST, OVERVIEW, TRACKING, DRAWER = "/projects/", "/projects/S-1/", "/projects/S-1/tracking/", "/projects/S-1/tasks/{task}/"
MOST = {LIST: 8, OVERVIEW: 14, TRACKING: 14, DRAWER: 15, "/projects/S-1/record/": 13}
"""Queries of another look, where no calendar of the organisation says by its version that nothing changed: one more."""
CHANGING = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"')


def shown(clients: list[Client], item: int) -> list[bytes]:
    found = []
    for client in clients:
        for address in (LIST, OVERVIEW, TRACKING, DRAWER.format(task=item)):
            answer = client.get(address, {"date": DAY.isoformat()} if address != LIST else {})
            assert answer.status_code == 200
            found.append(CHANGING.sub(b"", answer.content))
    return found


def anew(clients: list[Client], item: int) -> list[bytes]:
    """The same pages as a process shows them that keeps nothing."""

    def render(self: PureNode, context: Context) -> str:
        return self.nodelist.render(context.new({name: value.resolve(context) for name, value in self.values.items()}))

    outlooks.clear()
    ui._drawn.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PureNode, "render", render)
        return shown(clients, item)


def changes(cast: Cast, project: Project) -> dict[str, Callable[[], Any]]:
    """What the pages depend on, changed one by one."""
    on, system = About("project", project.pk, project.name), System()
    design = task(project, "设计")
    report, words = Report("doing", 6500), Words("x")
    part = project.participations.get(department=cast.marketing)
    basics = {"name": "改名的项目", "deviation_threshold": Decimal("40")}
    return {
        "a name of a task": lambda: set_one(cast.manager, project, "设计", "name", "<b>设计二"),
        "undone": lambda: run(cast.manager, project, "undo"),
        "a report": lambda: report_progress(by=cast.owner, item=design, report=report, words=words, status_date=DAY, now=NOW),
        "a comment": lambda: add_comment(by=cast.owner, project=project, on=on, text="@李四 看", now=NOW),
        "a person's name": lambda: change_person(by=system, person=cast.owner, values={"name": "郑十一"}, now=NOW),
        "my own name": lambda: change_person(by=system, person=cast.manager, values={"name": "陈一一"}, now=NOW),
        "a department's name": lambda: change_department(by=system, department=cast.rd, values={"name": "研发中心"}, now=NOW),
        "a seat": lambda: seat(by=cast.manager, participation=part, kind="head", holder=cast.member, now=NOW),
        "a role": lambda: give_role(by=system, project=project, person=cast.stranger, role="member", now=NOW),
        "the project": lambda: change_basics(by=cast.manager, project=project, values=basics, now=NOW),
        "another project": lambda: small_project(cast, "S-2"),
        "a key milestone": lambda: KeyMilestone.objects.create(project=project, name="评审", due=date(2024, 3, 20)),
        "a year": lambda: StatutoryYear.objects.update_or_create(year=2024, defaults={"announced": False}),
        "six days a week": lambda: WorkCalendar.objects.update_or_create(
            is_organisation=True, defaults={"name": "六天", "pattern": "one_day", "version": 9}
        ),
        "a row taken out": lambda: run(cast.manager, project, "remove", ids=[task(project, "推广").pk]),
        "an administrator": lambda: User.objects.filter(pk=cast.owner.pk).update(is_administrator=True),
    }


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_of_a_page_is_never_old() -> None:
    cast = make_cast()
    # A test that emptied the tables may have taken the years of the package with them.
    StatutoryYear.objects.update_or_create(year=2024, defaults={"announced": True})
    project = planned_project(cast)
    item = task(project, "设计").pk
    clients = [client_of(who) for who in (cast.manager, cast.owner)]
    before, same = shown(clients, item), []
    assert shown(clients, item) == before
    for what, write in changes(cast, project).items():
        elsewhere(write)
        after = shown(clients, item)
        assert after == anew(clients, item), what
        if after == before:
            same.append(what)
        before = after
    assert same == []


@pytest.mark.django_db(transaction=True)
def test_a_second_look_asks_few_queries() -> None:
    cast = make_cast()
    project = planned_project(cast)
    client, item = client_of(cast.manager), task(project, "设计").pk
    asked = {}
    for page in MOST:
        address = page.format(task=item)
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        asked[page] = len(seen)
    assert {page: count for page, count in asked.items() if count > MOST[page]} == {}
