"""Who stands in for somebody on leave sees the project and does what is asked there: on the days of the leave, and not more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from support.cast import Cast, planned_project, small_project, task
from support.checks import unchanged
from support.web import client_of, send_json
from tongzhou.lib import clock
from tongzhou.people.models import Leave, User
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.progress.models import ProgressUpdate
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
