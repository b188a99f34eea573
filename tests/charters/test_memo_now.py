"""Signed and now: whatever a signed memo says and the project says otherwise today is marked, in the words of both days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from charters.ground import whole_project
from charters.memos import LATER, now_of, signed
from support.cast import NOW, Cast, task
from tongzhou.charters.queries.memo_cut import memo_of
from tongzhou.charters.queries.memo_now import Row
from tongzhou.lib import clock
from tongzhou.plan.actions import (
    Asked,
    DeliverableSpec,
    MilestoneSpec,
    add_deliverables,
    change_deliverable,
    change_details,
    remove_deliverable,
    run_command,
    set_key_milestones,
)
from tongzhou.plan.models import Deliverable
from tongzhou.projects.actions import (
    Goal,
    Part,
    add_objective,
    change_basics,
    change_objective,
    remove_participation,
    set_participation,
)
from tongzhou.projects.models import Objective, Project
from tongzhou.resources.actions import CommitmentSpec, ask_commitments, change_commitment, withdraw_commitment
from tongzhou.resources.models import Commitment

pytestmark = pytest.mark.django_db
Deed = Callable[[Cast, Project], Any]


@pytest.fixture
def project(cast: Cast) -> Project:
    """A project with something of every kind that a memo names, signed."""
    project = whole_project(cast)
    with clock.pretend(NOW):
        rows = [DeliverableSpec("测试报告", department_id=cast.rd.pk, due=date(2024, 3, 8), standard="含修复率")]
        add_deliverables(by=cast.manager, project=project, rows=rows, now=NOW)
        days = {"starts_on": date(2024, 3, 4), "ends_on": date(2024, 3, 8)}
        lines = [
            CommitmentSpec(cast.marketing.pk, "people", "操作工", Decimal(2), **days),
            CommitmentSpec(cast.marketing.pk, "budget", "推广费", Decimal(50000), **days),
        ]
        ask_commitments(by=cast.manager, project=project, rows=lines, now=NOW)
        goal = Goal("首月销量", "出货台数", Decimal(0), Decimal(5000), "台", due=date(2024, 6, 28))
        add_objective(by=cast.manager, project=project, goal=goal, now=NOW)
    typed(cast, project, "设计", "supporters", "市场部(确认卖点)", now=NOW)
    signed(cast, project)
    return project


def typed(cast: Cast, project: Project, name: str, field: str, value: Any, now: Any = LATER) -> None:
    """Type into a cell of the plan."""
    with clock.pretend(now):
        cells = [{"id": task(project, name).pk, "field": field, "value": value}]
        run_command(by=cast.manager, project=project, asked=Asked("set", {"cells": cells}), now=now)


def cell(name: str, field: str, value: Any) -> Deed:
    return lambda cast, project: typed(cast, project, name, field, value)


def details(name: str, **values: Any) -> Deed:
    return lambda cast, project: change_details(by=cast.manager, item=task(project, name), values=values, now=LATER)


def basics(**values: Any) -> Deed:
    return lambda cast, project: change_basics(by=cast.manager, project=project, values=values, now=LATER)


def part_of_marketing(kind: str, duty: str) -> Deed:
    return lambda cast, project: set_participation(
        by=cast.manager, project=project, department=cast.marketing, part=Part(kind, duty), now=LATER
    )


def goal(**values: Any) -> Deed:
    said = {"name": "首月销量", "metric": "出货台数", "target": Decimal(5000), "due": date(2024, 6, 28)} | values
    wanted = Goal(baseline=Decimal(0), unit="台", **said)
    return lambda cast, project: change_objective(
        by=cast.manager, objective=Objective.objects.get(name="首月销量"), goal=wanted, now=LATER
    )


def milestone(due: date) -> Deed:
    rows = [MilestoneSpec("样机定型", due)]
    return lambda cast, project: set_key_milestones(by=cast.manager, project=project, milestones=rows, now=LATER)


def deliverable(**values: Any) -> Deed:
    return lambda cast, project: change_deliverable(
        by=cast.manager, deliverable=Deliverable.objects.get(), values=values, now=LATER
    )


def line(what: str, **values: Any) -> Deed:
    return lambda cast, project: change_commitment(
        by=cast.manager, commitment=Commitment.objects.get(what=what), values=values, now=LATER
    )


def differing(project: Project) -> dict[str, Row]:
    return {f"{block.name}/{row.part}/{row.name}": row for block in now_of(project).blocks for row in block.differing}


FIELD_BY_FIELD = [
    (cell("推广", "start", "2024-03-06"), "市场部/tasks/推广", ("start", "2024-03-04", "2024-03-06", "晚 2 天")),
    (cell("推广", "finish", "2024-03-08"), "市场部/tasks/推广", ("finish", "2024-03-05", "2024-03-08", "晚 3 天")),
    (cell("推广", "finish", "2024-03-04"), "市场部/tasks/推广", ("finish", "2024-03-05", "2024-03-04", "早 1 天")),
    # What follows moves, too: nobody typed into it.
    (cell("设计", "duration", 4), "研发部/tasks/测试", ("finish", "2024-03-08", "2024-03-11", "晚 3 天")),
    (cell("设计", "duration", 4), "共同部分/milestones/定型", ("due", "2024-03-08", "2024-03-11", "晚 3 天")),
    (cell("设计", "duration", 4), "市场部/supports/设计", ("finish", "2024-03-06", "2024-03-07", "晚 1 天")),
    (cell("推广", "name", "推广方案"), "市场部/tasks/推广方案", ("name", "推广", "推广方案", "")),
    (cell("测试", "owner", "赵六"), "研发部/tasks/测试", ("owner", "郑十", "赵六", "")),
    (cell("测试", "predecessors", "1.1FS+1d"), "研发部/tasks/测试", ("start", "2024-03-07", "2024-03-08", "晚 1 天")),
    (cell("推广", "predecessors", "1.2"), "研发部/tasks/测试", ("handed", "", "市场部", "")),
    (details("设计", key_output="图纸"), "研发部/tasks/设计", ("output", "", "图纸", "")),
    (details("设计", delivery_standard="评审通过"), "研发部/tasks/设计", ("standard", "", "评审通过", "")),
    (details("定型", delivery_standard="设计冻结"), "共同部分/milestones/定型", ("standard", "", "设计冻结", "")),
    (cell("设计", "supporters", "市场部(试用反馈)"), "市场部/supports/设计", ("content", "确认卖点", "试用反馈", "")),
    (milestone(date(2024, 3, 15)), "共同部分/milestones/样机定型", ("due", "2024-03-08", "2024-03-15", "晚 7 天")),
    (basics(ends_on=date(2024, 7, 1)), "共同部分/basics/合作目标与周期", ("finish", "2024-06-28", "2024-07-01", "晚 3 天")),
    (basics(objective="占有率前五"), "共同部分/basics/合作目标与周期", ("objective", "首月销量 5000 台", "占有率前五", "")),
    (goal(target=Decimal(6000)), "共同部分/objectives/首月销量", ("target", "0台 → 5000台", "0台 → 6000台", "")),
    (goal(due=date(2024, 6, 30)), "共同部分/objectives/首月销量", ("due", "2024-06-28", "2024-06-30", "晚 2 天")),
    (goal(metric="签收台数"), "共同部分/objectives/首月销量", ("metric", "出货台数", "签收台数", "")),
    (part_of_marketing("support", "只做方案"), "市场部/duty/参与方式与职责", ("duty", "推广方案与渠道预热", "只做方案", "")),
    (part_of_marketing("supervise", "推广方案与渠道预热"), "市场部/duty/参与方式与职责", ("kind", "配合", "监督", "")),
    (deliverable(due=date(2024, 3, 11)), "研发部/deliverables/测试报告", ("due", "2024-03-08", "2024-03-11", "晚 3 天")),
    (deliverable(standard="含漏测率"), "研发部/deliverables/测试报告", ("standard", "含修复率", "含漏测率", "")),
    (deliverable(quantity=Decimal(2), unit="份"), "研发部/deliverables/测试报告", ("amount", "", "2 份", "")),
    (line("操作工", amount=Decimal(3)), "市场部/commitments/操作工", ("asked", "2 人", "3 人", "")),
    (line("操作工", ends_on=date(2024, 3, 15)), "市场部/commitments/操作工", ("finish", "2024-03-08", "2024-03-15", "晚 7 天")),
    (line("推广费", amount=Decimal(80000)), "市场部/commitments/推广费", ("version", "第 1 版", "第 2 版", "")),
]


@pytest.mark.parametrize(("deed", "row", "change"), FIELD_BY_FIELD)
def test_each_field_that_differs_is_marked_signed_and_now(
    cast: Cast, project: Project, deed: Deed, row: str, change: tuple[str, str, str, str]
) -> None:
    assert differing(project) == {}
    with clock.pretend(LATER):
        deed(cast, project)
    found = differing(project)
    assert row in found, sorted(found)
    assert change in [(one.field, one.before, one.after, one.moved) for one in found[row].changes]
    assert found[row].state == "changed"
    assert all(one.label not in ("", one.field) for one in found[row].changes)


def come(cast: Cast, project: Project) -> None:
    typed(cast, project, "推广", "supporters", "研发部(提供参数)")
    rows = [DeliverableSpec("宣传册", department_id=cast.marketing.pk)]
    add_deliverables(by=cast.manager, project=project, rows=rows, now=LATER)
    spec = CommitmentSpec(cast.rd.pk, "tool", "示波器", Decimal(1))
    ask_commitments(by=cast.manager, project=project, rows=[spec], now=LATER)
    add_objective(by=cast.manager, project=project, goal=Goal("占有率"), now=LATER)
    more = cast.departments["生产部"]
    set_participation(by=cast.manager, project=project, department=more, part=Part("support", "试产"), now=LATER)


def go(cast: Cast, project: Project) -> None:
    typed(cast, project, "设计", "supporters", "")
    remove_deliverable(by=cast.manager, deliverable=Deliverable.objects.get(), now=LATER)
    withdraw_commitment(by=cast.manager, commitment=Commitment.objects.get(what="操作工"), now=LATER)
    run_command(by=cast.manager, project=project, asked=Asked("remove", {"ids": [task(project, "推广").pk]}), now=LATER)


def test_what_came_is_marked(cast: Cast, project: Project) -> None:
    with clock.pretend(LATER):
        come(cast, project)
    came = {key for key, row in differing(project).items() if row.state == "added"}
    entries = ["研发部/supports/推广", "市场部/deliverables/宣传册", "研发部/commitments/示波器", "共同部分/objectives/占有率"]
    assert came == {*entries, "生产部/duty/参与方式与职责"}


def test_what_went_is_marked(cast: Cast, project: Project) -> None:
    with clock.pretend(LATER):
        go(cast, project)
    entries = ["市场部/supports/设计", "研发部/deliverables/测试报告", "市场部/commitments/操作工", "市场部/tasks/推广"]
    found = {key: row.state for key, row in differing(project).items()}
    assert found == dict.fromkeys(entries, "gone")


def test_a_department_that_left_is_marked_with_all_it_had(cast: Cast, project: Project) -> None:
    with clock.pretend(LATER):
        remove_participation(by=cast.manager, participation=project.participations.get(department=cast.marketing), now=LATER)
    found = {key: row.state for key, row in differing(project).items()}
    of_marketing = ["duty/参与方式与职责", "tasks/推广", "supports/设计", "commitments/操作工", "commitments/推广费"]
    assert found == {f"市场部/{row}": "gone" for row in of_marketing}
    assert memo_of(project).outside == ["市场部"]


def test_a_deliverable_of_another_department_says_whose_it_was_and_is(cast: Cast, project: Project) -> None:
    with clock.pretend(LATER):
        deliverable(department_id=cast.marketing.pk)(cast, project)
    found = differing(project)
    assert set(found) == {"研发部/deliverables/测试报告", "市场部/deliverables/测试报告"}
    for row in found.values():
        assert [(change.before, change.after) for change in row.changes] == [("研发部", "市场部")]


def test_a_milestone_that_became_a_key_milestone_is_the_same(cast: Cast, project: Project) -> None:
    with clock.pretend(LATER):
        rows = [MilestoneSpec("样机定型", date(2024, 3, 8)), MilestoneSpec("定型", date(2024, 3, 8), task(project, "定型").pk)]
        set_key_milestones(by=cast.manager, project=project, milestones=rows, now=LATER)
    assert differing(project) == {}
    typed(cast, project, "设计", "duration", 4)
    assert differing(project)["共同部分/milestones/定型"].changes[0].moved == "晚 3 天"


def test_a_project_of_another_name_is_marked(cast: Cast, project: Project) -> None:
    with clock.pretend(LATER):
        basics(name="新名字")(cast, project)
    [change] = differing(project)["共同部分/basics/合作目标与周期"].changes
    assert (change.label, change.after) == ("项目名称", "新名字")


def test_what_moved_and_moved_back_is_as_signed(cast: Cast, project: Project) -> None:
    typed(cast, project, "推广", "finish", "2024-03-08")
    assert now_of(project).moved == 1
    typed(cast, project, "推广", "finish", "2024-03-05", LATER + timedelta(hours=1))
    assert now_of(project).count == 0


def test_who_supports_a_task_is_said_once_for_each_department(cast: Cast, project: Project) -> None:
    typed(cast, project, "测试", "supporters", "市场部(试用); 吴八(反馈); 冯十二(试用)")
    [entry] = [row for row in memo_of(project).parts[f"head:{cast.marketing.pk}"]["supports"] if row["name"] == "测试"]
    assert [entry[name] for name in ("content", "helpers", "department", "owner")] == [
        "试用；反馈",
        "吴八、冯十二",
        "研发部",
        "郑十",
    ]
