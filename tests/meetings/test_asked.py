"""Meetings where nothing asks for them, the tab among the others, until when people confirm, one tap on a phone."""

from __future__ import annotations

import pytest

from meetings.ground import planned
from support.cast import NOW, Cast, planned_project, small_project
from support.web import client_of, send_json
from tongzhou.lib import clock
from tongzhou.meetings.actions import Plan, Sending, plan_meeting, send_minutes
from tongzhou.projects.access import ASKED
from tongzhou.projects.models import Project

LIST = "/projects/S-1/meetings/"
API = "/api/v1/projects/S-1/meetings"


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> Project:
    """A project that is asked for no minutes at all."""
    project = small_project(cast)
    monkeypatch.setitem(ASKED, (project.kind, project.weight), frozenset({"objectives"}))
    return project


def test_where_no_minutes_are_asked_there_are_no_meetings(cast: Cast, quiet: Project) -> None:
    client = client_of(cast.manager)
    assert LIST not in client.get("/projects/S-1/start/").content.decode()
    never = client.get("/projects/S-9/meetings/")
    for path in (LIST, f"{LIST}new/kickoff/"):
        answer = client.get(path)
        assert (answer.status_code, len(answer.content)) == (404, len(never.content))
    assert client.post(f"{LIST}new/kickoff/").status_code == 404
    assert client.get(API).status_code == 404
    body = {"kind": "kickoff", "title": "会", "starts_at": "2024-03-01T10:00+08:00", "host": cast.head.pk, "people": []}
    assert send_json(client, API, body).status_code == 404


def test_a_meeting_that_is_there_stays_to_be_seen(cast: Cast, quiet: Project) -> None:
    row = planned(cast, quiet)
    client = client_of(cast.manager)
    assert LIST in client.get("/projects/S-1/start/").content.decode()
    assert row.title in client.get(LIST).content.decode()
    assert client.get(API).json()["count"] == 1


def test_the_tabs_stand_in_the_order_of_the_work(cast: Cast) -> None:
    small_project(cast)
    page = client_of(cast.manager).get("/projects/S-1/objectives/").content.decode()
    words = ("目标", "范围", "角色与权限", "沟通机制", "资源承诺", "启动与纪要", "项目章程")
    bar = page.partition("tz-toolbar")[2]
    places = [bar.index(f">{word}</a>") for word in words]
    assert places == sorted(places)


def test_who_confirms_has_two_working_days(cast: Cast) -> None:
    """The first of March 2024 is a Friday: two days later nobody works."""
    row = planned(cast)
    after = row.ends_at
    with clock.pretend(after):
        page = client_of(cast.head).get(f"{LIST}{row.pk}/").content.decode()
    assert 'value="2024-03-05T18:00"' in page


@pytest.mark.parametrize(("weight", "first"), [("light", True), ("standard", False)])
def test_one_tap_on_a_phone_confirms_where_nobody_signs(cast: Cast, weight: str, first: bool) -> None:
    project = planned_project(cast, weight=weight)
    with clock.pretend(NOW):
        plan = Plan("任务启动", NOW, 15, cast.manager.pk)
        row = plan_meeting(by=cast.manager, project=project, kind="start", plan=plan, people=[cast.member.pk], now=NOW)
        send_minutes(by=cast.manager, meeting=row, sending=Sending(row.ends_at.replace(day=5)), now=NOW)
        page = client_of(cast.member).get("/").content.decode()
    assert "任务启动 第1版" in page
    assert ('class="tz-btn is-first"' in page) is first
