"""Scope and communication plan: every exit of the actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any

import pytest

from support.cast import NOW, Cast, small_project
from support.checks import refused, said, unchanged
from tongzhou.engine.slots import Slot
from tongzhou.lib.access import Forbidden, Stale
from tongzhou.projects import actions
from tongzhou.projects.actions import ScopeLine
from tongzhou.projects.models import Project, ScopeItem
from tongzhou.projects.queries.communication import Rule, audience_of, communication_of, silence_confirms
from tongzhou.projects.queries.scope import scope_of

TEN = Decimal(10)


@pytest.fixture
def project(cast: Cast) -> Project:
    return small_project(cast)


def test_scope_says_who_does_what_is_excluded(cast: Cast, project: Project) -> None:
    sales = cast.departments["销售部"]
    added = actions.add_scope_line(by=cast.manager, project=project, line=ScopeLine("in", " 样机 "), now=NOW)
    out = actions.add_scope_line(by=cast.manager, project=project, line=ScopeLine("out", "售后培训", sales), now=NOW)
    assert said()[2] == [
        (
            "project",
            project.pk,
            {"scope": [["in", "样机"]]},
            {"scope": [["in", "样机"], ["out", "售后培训（由销售部负责）"]]},
        )
    ]
    assert [row.says for row in scope_of(project)] == ["样机", "售后培训（由销售部负责）"]
    line = ScopeLine("out", "售后培训", cast.marketing)
    changed = actions.change_scope_line(by=cast.manager, item=out, line=line, version=1, now=NOW)
    assert (changed.version, said()[0]) == (2, "scope-changed")
    with unchanged():
        actions.change_scope_line(by=cast.manager, item=out, line=line, version=2, now=NOW)
    with refused("stale", kind=Stale), unchanged():
        actions.change_scope_line(by=cast.manager, item=out, line=ScopeLine("out", "x"), version=1, now=NOW)
    with refused("department-unfit", "department"):
        actions.change_scope_line(by=cast.manager, item=added, line=ScopeLine("in", "样机", sales), now=NOW)
    with refused("text-missing", "text"):
        actions.add_scope_line(by=cast.manager, project=project, line=ScopeLine("in", " "), now=NOW)
    with refused("text-too-long", "text"):
        actions.add_scope_line(by=cast.manager, project=project, line=ScopeLine("in", "长" * 301), now=NOW)
    with refused("kind-unknown", "kind"):
        actions.add_scope_line(by=cast.manager, project=project, line=ScopeLine("x", "样机"), now=NOW)
    with refused("forbidden", kind=Forbidden):
        actions.remove_scope_line(by=cast.head, item=added, now=NOW)
    actions.remove_scope_line(by=cast.manager, item=added, version=1, now=NOW)
    assert [row.text for row in scope_of(project)] == ["售后培训"]


def test_lines_of_the_scope_have_an_order_and_keep_their_rows(cast: Cast, project: Project) -> None:
    lines = [ScopeLine("in", text) for text in "甲乙丙"]
    actions.set_scope(by=cast.manager, project=project, lines=lines, now=NOW)
    rows = {row.text: row for row in ScopeItem.objects.all()}
    actions.move_scope_line(by=cast.manager, item=rows["丙"], before=rows["甲"].pk, now=NOW)
    assert [row.text for row in scope_of(project)] == ["丙", "甲", "乙"]
    actions.set_scope(by=cast.manager, project=project, lines=[*lines[1:], ScopeLine("out", "丁")], now=NOW)
    assert [(row.text, row.id in {one.pk for one in rows.values()}) for row in scope_of(project)] == [
        ("乙", True),
        ("丙", True),
        ("丁", False),
    ]
    with unchanged():
        actions.set_scope(by=cast.manager, project=project, lines=[*lines[1:], ScopeLine("out", "丁")], now=NOW)


def test_the_usual_communication_plan_is_there_in_one_step(cast: Cast, project: Project) -> None:
    rows = actions.add_usual_rules(by=cast.manager, project=project, now=NOW)
    found = communication_of(project)
    assert [row.mechanism for row in found] == ["项目周例会", "每日站会（关键任务组）", "月度高层简报", "紧急协调通道"]
    assert (found[0].slot, found[0].minutes) == (Slot("weekly", time(10), "after", weekday=0), 60)
    assert [row.often for row in found] == ["每周1次", "每日10分钟", "每月1次", "实时"]
    assert len(rows) == 4
    with unchanged():
        assert actions.add_usual_rules(by=cast.manager, project=project, now=NOW) == []


def test_a_mechanism_is_added_changed_moved_and_removed(cast: Cast, project: Project) -> None:
    rule = Rule("周例会", slot=Slot("weekly", time(10), weekday=0), link="https://work.weixin.qq.com/g/1", channel="wecom")
    row = actions.add_rule(by=cast.manager, project=project, rule=rule, now=NOW)
    assert said()[2][0][3]["slot"] == "每周一 10:00"
    assert not silence_confirms(project)
    later = replace(rule, silence_confirms=True, frequency="每周")
    actions.change_rule(by=cast.manager, row=row, rule=later, version=1, now=NOW)
    assert said()[2] == [
        (
            "communication_rule",
            row.pk,
            {"frequency": "", "silence_confirms": False},
            {"frequency": "每周", "silence_confirms": True},
        )
    ]
    assert silence_confirms(project)
    with refused("stale", kind=Stale):
        actions.change_rule(by=cast.manager, row=row, rule=rule, version=1, now=NOW)
    other = actions.add_rule(by=cast.manager, project=project, rule=Rule("站会"), now=NOW)
    actions.move_rule(by=cast.manager, row=other, before=row.pk, now=NOW)
    assert [one.mechanism for one in communication_of(project)] == ["站会", "周例会"]
    actions.remove_rule(by=cast.manager, row=row, version=2, now=NOW)
    assert [one.mechanism for one in communication_of(project)] == ["站会"]
    with refused("forbidden", kind=Forbidden):
        actions.add_rule(by=cast.liaison, project=project, rule=rule, now=NOW)


@pytest.mark.parametrize(
    "link",
    [
        "http://example.com",
        "javascript:alert(1)",
        "https://",
        "https:///x",
        "https://user:secret@example.com/",
        "https://exam ple.com",
        "https://example.com/\u202e",
        "https://[::1",
        "https://example.com:99999999/",
        'https://example.com/"onclick',
        "//example.com",
        "HTTPS//example.com",
    ],
)
def test_a_link_is_https_and_names_a_server(cast: Cast, project: Project, link: str) -> None:
    with refused("link-unfit", "link"), unchanged():
        actions.add_rule(by=cast.manager, project=project, rule=Rule("群", link=link), now=NOW)


@pytest.mark.parametrize(
    ("code", "field", "values"),
    [
        ("mechanism-missing", "mechanism", {"mechanism": "\u2060"}),
        ("text-too-long", "mechanism", {"mechanism": "长" * 121}),
        ("text-too-long", "link", {"link": f"https://e.com/{'x' * 500}"}),
        ("audience-unknown", "audience", {"audience": "x"}),
        ("channel-unknown", "channel", {"channel": "x"}),
        ("minutes-range", "minutes", {"minutes": 0}),
        ("minutes-range", "minutes", {"minutes": 1441}),
    ],
)
def test_a_mechanism_is_refused(cast: Cast, project: Project, code: str, field: str, values: dict[str, Any]) -> None:
    with refused(code, field), unchanged():
        actions.add_rule(by=cast.manager, project=project, rule=replace(Rule("群"), **values), now=NOW)


def test_an_audience_names_people(cast: Cast, project: Project) -> None:
    assert audience_of(project, "heads") == [cast.head.pk, cast.other_head.pk]
    assert audience_of(project, "leads") == [cast.general_lead.pk, cast.head.pk, cast.other_head.pk]
    assert audience_of(project, "liaisons") == [cast.manager.pk, cast.liaison.pk, cast.other_liaison.pk]
    assert audience_of(project, "concerned") == []
    assert cast.member.pk in audience_of(project, "everybody")
