"""Programs read and write what was agreed; who wrote an older version hears what stands there; people are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from support.agreed import agreed
from support.api import Program, program_of
from support.cast import NOW, Cast, small_project
from support.checks import unchanged
from tongzhou.notifications.models import Notice
from tongzhou.people.models import System
from tongzhou.projects import actions
from tongzhou.projects.actions import Goal, Reading
from tongzhou.projects.models import Objective, Project
from tongzhou.rhythm.jobs import settle

HERE = "projects/S-1"


@pytest.fixture
def project(cast: Cast) -> Project:
    return small_project(cast)


@pytest.fixture
def keys(cast: Cast, project: Project) -> dict[str, int]:
    return agreed(cast, project)


@pytest.fixture
def program(cast: Cast) -> Program:
    return program_of(cast.manager)


def test_an_objective_with_its_values(project: Project, program: Program) -> None:
    body = {"name": "复购率", "metric": "复购率", "baseline": 15, "target": "25.50", "unit": "%", "due": "2099-05-31"}
    answer = program.ask("POST", f"{HERE}/objectives", body)
    made = answer.json()
    assert (answer.status_code, made["baseline"], made["target"], made["state"]) == (201, "15", "25.5", "unmeasured")
    assert made["lacks"] == ["责任人"]
    one = f"{HERE}/objectives/{made['id']}"
    answer = program.ask("POST", f"{one}/values", {"on": "2024-02-01", "value": "30", "note": "抽样"})
    value = answer.json()
    assert answer.status_code == 201
    assert program.ask("GET", one).json()["state"] == "reached"
    changed = program.ask(
        "PUT", f"{one}/values/{value['id']}", {"on": "2024-02-01", "value": 16}, **{"If-Match": answer["ETag"]}
    )
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    stale = program.ask("PUT", f"{one}/values/{value['id']}", {"on": "2024-02-01", "value": 1}, **{"If-Match": answer["ETag"]})
    assert (stale.status_code, stale.json()["current"]["value"]) == (412, "16")
    assert program.ask("DELETE", f"{one}/values/{value['id']}").status_code == 204
    assert program.ask("DELETE", one).status_code == 204
    assert program.ask("GET", one).status_code == 404


def test_who_wrote_an_older_version_hears_what_stands_there(project: Project, program: Program, keys: dict[str, int]) -> None:
    for tail, body, other in (
        (f"objectives/{keys['objective_id']}", {"name": "复购率", "target": 30}, {"name": "复购率", "target": 28}),
        (f"scope/lines/{keys['line_id']}", {"kind": "in", "text": "样机"}, {"kind": "in", "text": "样机与测试"}),
        (f"communication/{keys['rule_id']}", {"mechanism": "周例会"}, {"mechanism": "双周例会"}),
    ):
        first = program.ask("PUT", f"{HERE}/{tail}", body)
        assert first.status_code == 200, tail
        assert program.ask("PUT", f"{HERE}/{tail}", other).status_code == 200
        with unchanged():
            late = program.ask("PUT", f"{HERE}/{tail}", body, **{"If-Match": first["ETag"]})
        assert (late.status_code, late.json()["current"]["version"]) == (412, 3), tail


@pytest.mark.parametrize(
    ("tail", "body", "field"),
    [
        ("objectives", {"name": ""}, "name"),
        ("objectives", {"name": "x", "target": "NaN"}, "target"),
        ("objectives", {"name": "x", "target": "1e400"}, "target"),
        ("objectives", {"name": "x", "target": "0.00001"}, "target"),
        ("objectives", {"name": "x", "due": "0001-01-01"}, "due"),
        ("objectives", {"name": "x", "owner": 10**12}, "owner"),
        ("objectives", {"name": "x", "more": 1}, "more"),
        ("scope/lines", {"kind": "x", "text": "a"}, "kind"),
        ("scope/lines", {"kind": "in", "text": "长" * 301}, "text"),
        ("scope/lines", {"kind": "in", "text": "\u200b"}, "text"),
        ("communication", {"mechanism": "群", "link": "http://e.com"}, "link"),
        ("communication", {"mechanism": "群", "slot": {"pattern": "weekly", "at": "25:00"}}, "slot.at"),
        ("communication", {"mechanism": "群", "slot": {"pattern": "weekly", "at": "10:00", "weekday": 9}}, "slot.weekday"),
        ("communication", {"mechanism": "群", "slot": {"pattern": "monthly", "at": "10:00"}}, "slot.day"),
        ("communication", {"mechanism": "群", "slot": {"pattern": "monthly", "at": "10:00", "day": 0}}, "slot.day"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(project: Project, program: Program, tail: str, body: Any, field: str) -> None:
    with unchanged():
        answer = program.ask("POST", f"{HERE}/{tail}", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_the_part_of_a_department_is_not_written_over_a_version_that_was_not_read(
    cast: Cast, project: Project, program: Program
) -> None:
    here = f"{HERE}/departments/{cast.marketing.pk}"

    def versions() -> dict[int, int]:
        return {part["department"]["id"]: part["version"] for part in program.ask("GET", HERE).json()["participations"]}

    read = versions()[cast.marketing.pk]
    assert program.ask("PUT", here, {"kind": "support", "duty": "推广", "version": read}).status_code == 200
    assert versions()[cast.marketing.pk] == read + 1
    with unchanged():
        assert program.ask("PUT", here, {"kind": "support", "duty": "物料", "version": read}).status_code == 412
        assert program.ask("PUT", here, {"kind": "support", "version": 0}).status_code == 422
    assert program.ask("PUT", here, {"kind": "support", "duty": "物料"}).status_code == 200


def test_a_monthly_mechanism_says_when_it_recurs(project: Project, program: Program) -> None:
    slots = (
        ({"pattern": "monthly", "at": "17:00", "day": 5}, "每月 5 日 17:00"),
        ({"pattern": "monthly", "at": "17:00", "day": -1}, "每月最后一天 17:00"),
        ({"pattern": "monthly_working_day", "at": "17:00"}, "每月最后一个工作日 17:00"),
        ({"pattern": "daily", "at": "09:00"}, "每天 09:00"),
    )
    for slot, words in slots:
        answer = program.ask("POST", f"{HERE}/communication", {"mechanism": words, "slot": slot})
        assert (answer.status_code, answer.json()["recurs"]) == (201, words)


def test_the_stage_and_what_is_missing(project: Project, program: Program) -> None:
    rows = {row["key"]: row for row in program.ask("GET", f"{HERE}/missing").json()}
    assert (rows["objectives"]["done"], rows["objectives"]["who"]) == (False, "项目经理 陈一")
    answer = program.ask("PUT", f"{HERE}/stage", {"stage": "planning"})
    assert answer.status_code == 422
    assert "objectives" in answer.json()["errors"]
    Project.objects.update(stage="planning")
    back = program.ask("PUT", f"{HERE}/stage", {"stage": "initiating", "reason": "范围要重谈"})
    assert (back.status_code, back.json()["stage"]) == (200, "initiating")


def test_people_are_told_of_objectives_and_stages(cast: Cast, project: Project) -> None:
    settle(NOW)
    Notice.objects.all().delete()
    goal = Goal("首月销量", "销量", Decimal(0), Decimal(10), "台", due=date(2024, 5, 31), owner=cast.owner)
    row = actions.add_objective(by=cast.manager, project=project, goal=goal, now=NOW)
    settle(NOW)
    told = {(notice.person_id, notice.kind) for notice in Notice.objects.all()}
    assert (cast.owner.pk, "objective") in told
    assert cast.manager.pk not in {person for person, _kind in told}
    reading = Reading(date(2024, 2, 29), Decimal(10))
    actions.measure_objective(by=cast.owner, objective=row, reading=reading, now=NOW)
    actions.move_stage(by=System(), project=project, to="planning", now=NOW)
    settle(NOW)
    titles = {notice.title: notice.person_id for notice in Notice.objects.filter(person=cast.manager)}
    assert titles.keys() == {"首月销量：10台，已达成", "小项目 S-1：启动 → 计划"}
    leads = set(Notice.objects.filter(kind="stage").values_list("person_id", flat=True))
    assert {cast.general_lead.pk, cast.head.pk, cast.other_head.pk} <= leads
    actions.remove_objective(by=cast.manager, objective=Objective.objects.get(), now=NOW)
    settle(NOW)
