"""What a project is asked for, what is missing, its stages, and that what is signed does not change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from support.cast import NOW, Cast, planned_project, small_project
from support.checks import refused, said, unchanged
from tongzhou.lib.access import Forbidden, Refused, Stale
from tongzhou.lib.missing import Missing
from tongzhou.lib.registry import GATES, OUTCOMES, PANELS
from tongzhou.people.models import System
from tongzhou.projects import actions
from tongzhou.projects.access import ASKED, asked_of, stages_of
from tongzhou.projects.actions import Goal, Part, Reading, ScopeLine
from tongzhou.projects.models import Objective, Participation, Project
from tongzhou.projects.queries.communication import Rule
from tongzhou.projects.queries.missing import missing_for

TEN = Decimal(10)


@pytest.fixture
def project(cast: Cast) -> Project:
    return small_project(cast)


@pytest.fixture
def repurchase(cast: Cast) -> Goal:
    """复购率 15% → 25% by the end of May, as the sources have it."""
    return Goal("提升复购率", "复购率", Decimal(15), Decimal(25), "%", due=date(2024, 5, 31), owner=cast.owner)


@pytest.fixture
def signed() -> Iterator[dict[str, str]]:
    """Parts that are signed, with the reason not to change them; the gate as a room above hangs it."""
    reasons: dict[str, str] = {}

    def gate(project: Project, part: str) -> list[str]:
        return [reasons[part]] if part in reasons else []

    hung = GATES._entries["change-signed-part"]
    hung.append(gate)
    yield reasons
    hung.remove(gate)


def objective_of(cast: Cast, project: Project, goal: Goal) -> Objective:
    return actions.add_objective(by=cast.manager, project=project, goal=goal, now=NOW)


def test_what_is_asked_for_is_one_table() -> None:
    kinds, weights = Project.Kind.values, Project.Weight.values
    assert set(ASKED) == {(kind, weight) for kind in kinds for weight in weights}
    for (kind, weight), asked in ASKED.items():
        assert ("charter" in asked) != ("start-minutes" in asked), (kind, weight)
        if weight == "light":
            assert asked == {"start-minutes"}
        if kind == "temporary":
            assert not asked & {"charter", "memo", "duty-statement", "kickoff-minutes"}
    assert asked_of(Project(kind="project", weight="standard")) >= {"charter", "kickoff-minutes", "commitments", "deliverables"}


def test_a_light_project_is_under_way_from_its_first_day(cast: Cast) -> None:
    light, other = small_project(cast, "L-1", "light"), small_project(cast)
    assert (light.stage, stages_of(light)) == ("executing", ("executing", "closed"))
    assert other.stage == "initiating"
    keys = [row.key for row in missing_for(light, cast.manager)]
    assert keys[:2] == ["people", "tasks"]
    heavier = actions.change_weight(by=cast.manager, project=light, weight="standard", now=NOW)
    assert heavier.stage == "executing", "raising the weight asks nothing about the past"


def test_lowering_the_weight_leaves_no_stage_that_a_light_project_lacks(cast: Cast) -> None:
    project = actions.create_project(
        by=cast.manager, number="N-1", manager=cast.manager, lead=cast.rd, now=NOW, basics={"name": "小"}
    )
    assert actions.change_weight(by=cast.manager, project=project, weight="light", now=NOW).stage == "executing"


def test_nothing_goes_on_while_something_needed_is_missing(cast: Cast, project: Project) -> None:
    with pytest.raises(Refused) as refusal, unchanged():
        actions.move_stage(by=cast.manager, project=project, to="planning", now=NOW)
    assert (refusal.value.code, refusal.value.field) == ("stage-misses", "to")
    assert {"objectives", "scope", "departments", "communication", "period"} <= set(refusal.value.errors)
    with refused("stage-skipped", "to"):
        actions.move_stage(by=cast.manager, project=project, to="executing", now=NOW)
    with refused("stage-unknown", "to"):
        actions.move_stage(by=cast.manager, project=project, to="x", now=NOW)
    with refused("forbidden", kind=Forbidden):
        actions.move_stage(by=cast.general_lead, project=project, to="planning", now=NOW)


def own(project: Project, cast: Cast, stage: str = "initiating") -> dict[str, Missing]:
    return {row.key: row for row in missing_for(project, cast.manager, stage)}


def agreed(cast: Cast, project: Project, goal: Goal) -> None:
    """Do everything that this room asks for before the plan."""
    manager = cast.manager
    objective_of(cast, project, goal)
    actions.set_scope(by=manager, project=project, lines=[ScopeLine("in", "样机"), ScopeLine("out", "售后")], now=NOW)
    actions.add_usual_rules(by=manager, project=project, now=NOW)
    for department in (cast.rd, cast.marketing):
        kind = Participation.objects.get(project=project, department=department).kind
        actions.set_participation(by=manager, project=project, department=department, part=Part(kind, "负责"), now=NOW)
    values = {"ends_on": date(2024, 6, 1), "objective": "复购率"}
    actions.change_basics(by=manager, project=project, values=values, now=NOW)
    project.refresh_from_db()


def test_it_goes_on_when_all_is_there_past_what_is_optional_with_a_reason(
    cast: Cast, project: Project, repurchase: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = [panel for panel in PANELS.at("missing") if panel.__module__ == "tongzhou.projects.queries.missing"]
    monkeypatch.setitem(PANELS._entries, "missing", alone)
    agreed(cast, project, repurchase)
    rows = own(project, cast)
    assert [key for key, row in rows.items() if not row.done] == ["background"]
    with refused("reason-missing", "reason"):
        actions.move_stage(by=cast.manager, project=project, to="planning", now=NOW)
    moved = actions.move_stage(by=cast.manager, project=project, to="planning", reason="口头说明过", seen="initiating", now=NOW)
    data = {"project": project.pk, "before": "initiating", "after": "planning", "reason": "口头说明过"}
    changes = [("project", project.pk, {"stage": "initiating"}, {"stage": "planning"})]
    assert (moved.stage, said()) == ("planning", ("stage-moved", data, changes))
    with refused("stage-moved", kind=Stale):
        actions.move_stage(by=cast.manager, project=project, to="initiating", reason="x", seen="initiating", now=NOW)
    with refused("reason-missing", "reason"):
        actions.move_stage(by=cast.manager, project=project, to="initiating", now=NOW)
    with refused("text-too-long", "reason"):
        actions.move_stage(by=cast.manager, project=project, to="initiating", reason="长" * 501, now=NOW)
    actions.move_stage(by=cast.manager, project=project, to="initiating", reason="范围要重谈", now=NOW)
    with unchanged():
        actions.move_stage(by=cast.manager, project=project, to="initiating", now=NOW)


def test_the_product_itself_moves_a_stage_and_rooms_above_hear_of_it(cast: Cast, project: Project) -> None:
    heard: list[tuple[str, str]] = []

    def hear(**said: Any) -> None:
        heard.append((said["before"], said["project"].stage))

    OUTCOMES._entries["stage-moved"].append(hear)
    try:
        actions.move_stage(by=System(), project=project, to="planning", now=NOW)
    finally:
        OUTCOMES._entries["stage-moved"].remove(hear)
    assert (heard, project.stage) == ([("initiating", "planning")], "planning")
    hold = GATES._entries["move-stage"]
    hold.append(lambda project, to: ["章程尚未签完。"])
    try:
        with refused("stage-held", "to"):
            actions.move_stage(by=System(), project=project, to="executing", now=NOW)
    finally:
        hold.pop()


def test_the_plan_is_missing_until_it_has_tasks(cast: Cast) -> None:
    assert not own(small_project(cast), cast, "planning")["tasks"].done
    assert own(planned_project(cast, "S-2"), cast, "planning")["tasks"].done


def test_missing_rows_say_what_and_who(cast: Cast, project: Project) -> None:
    objective_of(cast, project, Goal("首月销量", target=Decimal(5000), unit="台"))
    actions.add_scope_line(by=cast.manager, project=project, line=ScopeLine("in", "样机"), now=NOW)
    part = project.participations.get(department=cast.marketing)
    actions.seat(by=cast.manager, participation=part, kind="liaison", holder=None, now=NOW)
    rows = own(project, cast)
    assert rows["objectives"].note == "缺少：首月销量：衡量指标、基线值、完成期限、责任人"
    assert rows["scope"].note == "还没有写明不包含什么"
    assert rows["seats"].note == "空缺：市场部接口人"
    assert rows["departments"].note == "未写职责：研发部、市场部"
    assert {row.who for row in rows.values() if row.who} >= {"项目经理 陈一"}
    assert rows["general-lead"].done


@pytest.mark.parametrize("part", ["objectives", "scope", "departments", "period", "communication", "background"])
def test_a_signed_part_does_not_change(
    cast: Cast, project: Project, repurchase: Goal, signed: dict[str, str], part: str
) -> None:
    manager = cast.manager
    objective = objective_of(cast, project, repurchase)
    line = actions.add_scope_line(by=manager, project=project, line=ScopeLine("in", "样机"), now=NOW)
    rule = actions.add_rule(by=manager, project=project, rule=Rule("群"), now=NOW)
    writes: dict[str, list[Any]] = {
        "objectives": [
            lambda: objective_of(cast, project, repurchase),
            lambda: actions.change_objective(
                by=manager, objective=objective, goal=replace(repurchase, target=Decimal(30)), now=NOW
            ),
            lambda: actions.remove_objective(by=manager, objective=objective, now=NOW),
            lambda: actions.change_basics(by=manager, project=project, values={"objective": "新"}, now=NOW),
        ],
        "scope": [
            lambda: actions.add_scope_line(by=manager, project=project, line=ScopeLine("in", "x"), now=NOW),
            lambda: actions.change_scope_line(by=manager, item=line, line=ScopeLine("in", "x"), now=NOW),
            lambda: actions.move_scope_line(by=manager, item=line, before=None, now=NOW),
            lambda: actions.remove_scope_line(by=manager, item=line, now=NOW),
            lambda: actions.set_scope(by=manager, project=project, lines=[], now=NOW),
        ],
        "departments": [
            lambda: actions.set_participation(
                by=manager, project=project, department=cast.marketing, part=Part("support", "新"), now=NOW
            ),
            lambda: actions.remove_participation(
                by=manager, participation=project.participations.get(department=cast.marketing), now=NOW
            ),
        ],
        "period": [lambda: actions.change_basics(by=manager, project=project, values={"ends_on": date(2024, 9, 1)}, now=NOW)],
        "communication": [
            lambda: actions.add_rule(by=manager, project=project, rule=Rule("x"), now=NOW),
            lambda: actions.add_usual_rules(by=manager, project=project, now=NOW),
            lambda: actions.change_rule(by=manager, row=rule, rule=Rule("x"), now=NOW),
            lambda: actions.move_rule(by=manager, row=rule, before=None, now=NOW),
            lambda: actions.remove_rule(by=manager, row=rule, now=NOW),
        ],
        "background": [lambda: actions.change_basics(by=manager, project=project, values={"background": "新"}, now=NOW)],
    }
    signed[part] = "章程已签署。"
    for write in writes[part]:
        with refused("part-signed"), unchanged():
            write()
    actions.change_basics(by=manager, project=project, values={"contact": "13800000000"}, now=NOW)
    reading = Reading(date(2024, 2, 1), TEN)
    actions.measure_objective(by=manager, objective=objective, reading=reading, now=NOW)
