"""Who stands in for somebody on leave sees the project and does what is asked there: on the days of the leave, and not more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from support.cast import Cast, planned_project, small_project, task
from support.checks import unchanged
from support.web import client_of, send_json
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden
from tongzhou.people.models import Leave, User
from tongzhou.plan.actions import Report, add_item, record_progress
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.progress.models import ProgressUpdate
from tongzhou.progress.queries.board import REPORT, board_data
from tongzhou.projects.access import taken_part_in, visible_project, visible_to
from tongzhou.projects.models import Project

Limit = Callable[..., Any]
BEFORE, DURING, AFTER = (datetime(2024, 3, day, 1, tzinfo=UTC) for day in (4, 6, 8))
WAYS = ("named by the leave", "named by default", "B role of the task")


@pytest.fixture
def client(cast: Cast) -> Client:
    return client_of(cast.stranger)


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def plan_version(project: Project) -> int:
    return Plan.objects.get(project=project).version


def away(cast: Cast, way: str = WAYS[0]) -> Leave:
    """The owner is on leave from 5 to 7 March; the stranger, who takes part in nothing, stands in."""
    if way == WAYS[1]:
        User.objects.filter(pk=cast.owner.pk).update(stand_in=cast.stranger)
    elif way == WAYS[2]:
        WorkItem.objects.filter(name="设计").update(stand_in=cast.stranger)
    named = cast.stranger if way == WAYS[0] else None
    return Leave.objects.create(user=cast.owner, first=date(2024, 3, 5), last=date(2024, 3, 7), stand_in=named)


def report(client: Client, project: Project, name: str = "设计", at: datetime = DURING, **body: Any) -> int:
    with clock.pretend(at):
        answer = send_json(client, f"/projects/S-1/tasks/{task(project, name).pk}/report/", {"percent": 40, **body})
    return answer.status_code


@pytest.mark.parametrize("way", WAYS)
def test_the_project_is_seen_during_the_leave_only(cast: Cast, project: Project, client: Client, way: str) -> None:
    away(cast, way)
    key = task(project, "设计").pk
    for at, status in ((BEFORE, 404), (DURING, 200), (AFTER, 404)):
        with clock.pretend(at):
            found = [
                client.get(address).status_code
                for address in ("/projects/S-1/", "/projects/S-1/plan/", f"/projects/S-1/tasks/{key}/", "/api/v1/projects/S-1")
            ]
            listed = "小项目 S-1" in client.get("/projects/").content.decode()
            asked = "小项目 S-1" in client.get("/my-tasks/").content.decode()
        assert (found, listed, asked) == ([status] * 4, status == 200, status == 200)
        assert not taken_part_in(cast.stranger).exists()


def test_the_answer_outside_the_leave_is_that_of_what_never_was(cast: Cast, project: Project, client: Client) -> None:
    away(cast)
    with clock.pretend(AFTER):
        seen, never = client.get("/projects/S-1/"), client.get("/projects/S-9/")
    assert seen.status_code == 404
    assert seen.content.replace(b"S-1", b"S-9") == never.content


@pytest.mark.parametrize("way", WAYS)
def test_the_stand_in_reports_what_is_asked_in_the_owners_name(cast: Cast, project: Project, client: Client, way: str) -> None:
    away(cast, way)
    with unchanged():
        assert [report(client, project, at=at) for at in (BEFORE, AFTER)] == [404, 404]
    assert report(client, project) == 200
    told = ProgressUpdate.objects.get()
    assert (told.work_item.percent, told.on_behalf_of_id) == (4000, cast.owner.pk)


def test_what_is_not_asked_stays_closed(cast: Cast, project: Project, client: Client) -> None:
    """Standing in is no role: nothing of others is reported, nothing planned, said, taken away or changed."""
    away(cast, WAYS[2])
    number, key, version = "S-1", task(project, "设计").pk, plan_version(project)
    with unchanged(), clock.pretend(DURING):
        assert report(client, project, "推广") == 403, "a task of somebody else"
        assert report(client, project, "测试") == 403, "the owner's, for which the task names nobody"
        command = {"version": version, "command": "set", "cells": [{"id": key, "field": "name", "value": "新"}], "dry": False}
        assert send_json(client, f"/projects/{number}/plan/commands/", command).status_code in (403, 422)
        for address, fields in (
            (f"/projects/{number}/comments/", {"text": "好"}),
            (f"/projects/{number}/start/basics/", {"name": "新"}),
            (f"/projects/{number}/plan/import/", {}),
        ):
            assert client.post(address, fields).status_code in (403, 404, 405), address
        assert client.get(f"/projects/{number}/export/plan.xlsx").status_code in (403, 404)


def test_what_was_done_in_the_leave_stays_in_sight_what_was_done_before_does_not(
    cast: Cast, project: Project, client: Client
) -> None:
    away(cast)
    assert [report(client, project, name, percent=100) for name in ("设计", "测试")] == [200, 200]
    with clock.pretend(DURING):
        assert visible_to(cast.stranger).exists(), "a mistake can be mended"
        WorkItem.objects.filter(project=project).update(reported_on=date(2024, 3, 4))
        assert not visible_to(cast.stranger).exists()


def test_who_is_away_herself_or_stands_in_for_nobody_sees_nothing_more(cast: Cast, project: Project) -> None:
    away(cast)
    foreign = small_project(cast, "S-2")
    with clock.pretend(DURING):
        assert list(visible_to(cast.stranger)) == [project]
        WorkItem.objects.filter(project=project).update(owner=cast.manager)
        assert not visible_to(cast.stranger).exists()
        assert foreign not in visible_to(cast.stranger)


def test_it_costs_the_members_no_query_and_the_stand_in_one(
    cast: Cast, project: Project, django_assert_num_queries: Limit
) -> None:
    away(cast)
    with clock.pretend(DURING):
        for person, count in ((cast.manager, 1), (cast.stranger, 2)):
            with django_assert_num_queries(count):
                assert visible_project(person, "S-1") == project
        with django_assert_num_queries(1):
            assert list(visible_to(cast.stranger)) == [project]


def offered(person: User, project: Project) -> dict[str, tuple[bool, ...]]:
    """Return on which tasks the board, the tracking table and the task itself let her report, in one look each."""
    board = board_data(person, project, DURING.date())
    cards = {card[0]: bool(may & REPORT) for card, may in zip(board["cards"], board["may"], strict=True)}
    client = client_of(person)
    rows = {one.row.id: one.may for one in client.get("/projects/S-1/tracking/").context["shown"]}
    found = {}
    for item in WorkItem.objects.filter(project=project, children=None):
        drawer = client.get(f"/projects/S-1/tasks/{item.pk}/").context["can_report"]
        found[item.name] = (cards[item.pk], rows[item.pk], drawer)
    return found


def let_in(person: User, project: Project) -> dict[str, tuple[bool, ...]]:
    """Return on which tasks she may indeed, asked three times."""
    found = {}
    for item in WorkItem.objects.filter(project=project, children=None).select_related("project"):
        try:
            with transaction.atomic():
                record_progress(by=person, item=item, report=Report("doing", 100), status_date=DURING.date(), now=DURING)
                transaction.set_rollback(True)
            found[item.name] = (True,) * 3
        except Forbidden:
            found[item.name] = (False,) * 3
    return found


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("with_leave", [True, False])
def test_pages_offer_to_report_exactly_what_is_let_in(cast: Cast, project: Project, way: str, with_leave: bool) -> None:
    """Whoever sees the project: with a part in it, as its stand-in, or as a stand-in from outside."""
    leave = away(cast, way)
    WorkItem.objects.filter(name="推广").update(owner=cast.manager, stand_in=cast.stranger)
    WorkItem.objects.filter(name="定型").update(owner=cast.manager, stand_in=cast.member)
    if not with_leave:
        leave.delete()
    said = {}
    with clock.pretend(DURING):
        for person in cast.people.values():
            if visible_project(person, "S-1"):
                said[person.name] = offered(person, project)
                assert said[person.name] == let_in(person, project), person.name
    assert said["成员"]["定型"] == (True,) * 3
    assert with_leave == (cast.stranger.name in said)
    if with_leave:
        mine = {name for name, may in said[cast.stranger.name].items() if all(may)}
        assert mine == ({"设计"} if way == WAYS[2] else {"设计", "测试"})


def test_what_is_offered_costs_as_much_for_many_tasks(cast: Cast, project: Project, client: Client) -> None:
    away(cast)
    with clock.pretend(DURING):
        counts = []
        for number in (0, 40):
            for place in range(number):
                add_item(by=cast.manager, project=project, values={"name": f"加{place}", "owner_id": cast.owner.pk}, now=DURING)
            with CaptureQueriesContext(connection) as seen:
                assert client.get("/projects/S-1/tracking/").status_code == 200
                assert client.get("/projects/S-1/board/data/").status_code == 200
            counts.append(len(seen))
    assert counts[0] == counts[1]
