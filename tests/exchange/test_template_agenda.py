"""The agenda of a template: kept with the project, and taken over by the meeting with which the project opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.test_template_start import start, wanted_of
from support.cast import NOW, Cast
from support.checks import kinds_since, refused, unchanged
from support.web import client_of
from tongzhou.exchange.queries.templates.document import AgendaItem
from tongzhou.exchange.queries.templates.listing import BUILT_IN, built_in
from tongzhou.exchange.queries.templates.reader import SHOWN
from tongzhou.exchange.queries.templates.taking import USUAL, document_from
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden
from tongzhou.meetings.actions import Plan, cancel_meeting, plan_meeting, preset_agenda, take_minutes
from tongzhou.meetings.models import AgendaPreset, Meeting
from tongzhou.meetings.queries.agenda import AgendaLine
from tongzhou.meetings.queries.kinds import KICKOFF
from tongzhou.meetings.queries.live import SOURCES
from tongzhou.people.models import System
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event

LAUNCH = BUILT_IN[0]


def opened(cast: Cast, project: Project, kind: str = "kickoff", people: tuple[int, ...] = ()) -> Meeting:
    plan = Plan("启动会", NOW + timedelta(hours=1), 60, cast.manager.pk)
    with clock.pretend(NOW):
        return plan_meeting(by=cast.manager, project=project, kind=kind, plan=plan, people=people, now=NOW)


def told(meeting: Meeting) -> list[tuple[str, str, str, int]]:
    return list(meeting.items.values_list("key", "title", "note", "minutes"))


def brought(key: str) -> list[tuple[str, str, str, int]]:
    return [(one.shows, one.title, one.note, one.minutes) for one in built_in(key).agenda]


def test_the_kickoff_takes_over_the_agenda_with_what_the_project_says(cast: Cast) -> None:
    project = start(cast, LAUNCH)
    meeting = opened(cast, project, people=(cast.head.pk,))
    assert told(meeting) == brought(LAUNCH)
    with clock.pretend(NOW):
        take_minutes(by=cast.manager, meeting=meeting, now=NOW)
    parts = {part.title: part for part in meeting.items.all()}
    goals = [row["name"] for row in parts["项目背景、目标与意义"].live["rows"]]
    assert "首月销量" in goals
    days = {row["name"]: row["day"] for row in parts["总周期与关键里程碑"].live["rows"]}
    assert days["项目开始"] == "2024-03-04"
    assert "样机定型" in days
    assert all(parts[title].live["rows"] for title in ("范围与不做的事", "各部门交付成果与职责边界", "资源与支持需求"))
    assert parts["确认事项与下一步"].live == {}


def test_whoever_plans_it_sees_the_agenda_and_how_long_it_takes(cast: Cast) -> None:
    project = start(cast, LAUNCH)
    client = client_of(cast.manager)
    page = client.get(f"/projects/{project.number}/meetings/new/kickoff/").content.decode()
    places = [page.index(one.title) for one in built_in(LAUNCH).agenda]
    assert places == sorted(places)
    assert 'value="105"' in page
    meeting = opened(cast, project)
    page = client.get(f"/projects/{project.number}/meetings/{meeting.pk}/").content.decode()
    assert "认证、长周期物料、产能三项重点讨论" in page
    assert "20 分钟" in page


def test_what_the_template_does_not_show_comes_after_it(cast: Cast) -> None:
    """Templates of the first version say only titles: no part of the minutes is lost."""
    project = start(cast, LAUNCH)
    lines = [AgendaLine("", "破冰", "每人一分钟", 5), AgendaLine("risks", "最怕什么")]
    preset_agenda(by=System(), project=project, lines=lines, now=NOW)
    found = told(opened(cast, project))
    assert found[:2] == [("", "破冰", "每人一分钟", 5), ("risks", "最怕什么", "", 0)]
    assert [key for key, *_rest in found[2:]] == [line.key for line in KICKOFF.agenda if line.key != "risks"]


def test_a_hand_over_opens_with_its_start(cast: Cast) -> None:
    """A process of the usual weight is asked for the minutes of its start: that meeting has the agenda, the kickoff its own."""
    project = start(cast, "service-improvement")
    assert told(opened(cast, project, "start")) == brought("service-improvement")
    assert [key for key, *_rest in told(opened(cast, project))] == [line.key for line in KICKOFF.agenda]


def test_a_light_project_has_none(cast: Cast) -> None:
    project = start(cast, LAUNCH, wanted_of(cast, LAUNCH, weight="light"))
    assert not AgendaPreset.objects.filter(project=project).exists()
    assert [key for key, *_rest in told(opened(cast, project, "start"))] == ["objectives", "scope", "people", "milestones"]


def test_the_agenda_is_kept_with_the_project_as_a_template(cast: Cast) -> None:
    """As it was used; before a meeting as it was brought; what was called off does not count."""
    project = start(cast, LAUNCH)
    assert document_from(project, "套路", USUAL).agenda == built_in(LAUNCH).agenda
    meeting = opened(cast, project)
    meeting.items.filter(order=9).update(title="下一步由谁做", minutes=8)
    kept = document_from(project, "套路", USUAL)
    assert kept.agenda[-1] == AgendaItem("下一步由谁做", 8)
    assert document_from(project, "套路", []).agenda == ()
    cancel_meeting(by=cast.manager, meeting=meeting, reason="改期", now=NOW)
    assert document_from(project, "套路", USUAL).agenda == built_in(LAUNCH).agenda


def test_what_cannot_be_kept_writes_nothing(cast: Cast) -> None:
    project = start(cast, LAUNCH)
    line = AgendaLine("risks", "风险")
    with unchanged():
        for code, lines in (
            ("part-unknown", [line] * 2),
            ("part-unknown", [AgendaLine("weather", "天气")]),
            ("title-unfit", [AgendaLine("", " ")]),
            ("title-unfit", [AgendaLine("", "长" * 201)]),
            ("title-unfit", [AgendaLine("", "短", "长" * 5001)]),
            ("too-many", [AgendaLine("", "一项")] * 101),
        ):
            with refused(code, "agenda"):
                preset_agenda(by=cast.manager, project=project, lines=lines, now=NOW)
        with pytest.raises(Forbidden):
            preset_agenda(by=cast.member, project=project, lines=[line], now=NOW)
    count = Event.objects.count()
    preset_agenda(by=cast.manager, project=project, lines=[replace(line, minutes=15)], now=NOW)
    assert kinds_since(count) == ["agenda-brought"]
    assert AgendaPreset.objects.get(project=project).minutes == 15


def test_templates_name_the_parts_that_meetings_know() -> None:
    assert set(SHOWN) <= set(SOURCES)
    for key in BUILT_IN[:4]:
        assert {one.shows for one in built_in(key).agenda} - {""} == set(SHOWN)
