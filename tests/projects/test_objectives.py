"""Objectives and their measured values: every exit of the actions, and their state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from support.cast import NOW, Cast, small_project
from support.checks import refused, said, unchanged
from tongzhou.lib.access import Forbidden, Stale
from tongzhou.projects import actions
from tongzhou.projects.actions import Goal, Reading
from tongzhou.projects.models import Measurement, Objective, Project
from tongzhou.projects.queries.communication import communication_of
from tongzhou.projects.queries.objectives import ObjectiveRow, objectives_of
from tongzhou.projects.queries.scope import scope_of

TEN = Decimal(10)


@pytest.fixture
def project(cast: Cast) -> Project:
    return small_project(cast)


@pytest.fixture
def repurchase(cast: Cast) -> Goal:
    """复购率 15% → 25% by the end of May, as the sources have it."""
    return Goal("提升复购率", "复购率", Decimal(15), Decimal(25), "%", due=date(2024, 5, 31), owner=cast.owner)


def objective_of(cast: Cast, project: Project, goal: Goal) -> Objective:
    return actions.add_objective(by=cast.manager, project=project, goal=goal, now=NOW)


def shown(project: Project) -> ObjectiveRow:
    return objectives_of(project)[0]


def test_an_objective_is_added_with_numbers_as_people_write_them(cast: Cast, project: Project, repurchase: Goal) -> None:
    row = objective_of(cast, project, repurchase)
    kind, data, changes = said()
    assert (kind, data) == ("objective-added", {"project": project.pk, "objective": row.pk})
    after = changes[0][3]
    assert (after["baseline"], after["target"], after["owner"], after["due"]) == ("15", "25", cast.owner.pk, "2024-05-31")
    assert (shown(project).says, shown(project).lacks) == ("15% → 25%", ())


def test_units_and_directions(cast: Cast, project: Project) -> None:
    for goal in (
        Goal("首月销量", target=Decimal(5000), unit="台"),
        Goal("投诉率", target=Decimal("0.5"), unit="%", falls=True),
        Goal("市场占有率排名", baseline=Decimal(8), target=Decimal(5), unit="名"),
        Goal("按时交付率", target=Decimal(100), unit="%", is_kpi=True),
    ):
        objective_of(cast, project, goal)
    rows = objectives_of(project)
    assert [(row.says, row.falls) for row in rows] == [
        ("至少 5000台", False),
        ("至多 0.5%", True),
        ("第8名 → 第5名", True),
        ("至少 100%", False),
    ]
    assert (rows[2].meets(Decimal(4)), rows[2].meets(Decimal(6)), rows[2].told(Decimal(4))) == (True, False, "第4名")
    assert replace(rows[2], baseline=None).says == "第5名以内"
    assert replace(rows[2], falls=False).says == "8名 → 5名", "people are counted in the same unit"
    assert rows[0].lacks == ("衡量指标", "基线值", "完成期限", "责任人")
    assert rows[3].lacks == ("衡量指标", "完成期限", "责任人"), "a KPI may stand without a baseline"


@pytest.mark.parametrize(
    ("code", "field", "values"),
    [
        ("name-missing", "name", {"name": "\u200b "}),
        ("text-too-long", "name", {"name": "长" * 201}),
        ("text-too-long", "metric", {"metric": "长" * 201}),
        ("text-too-long", "unit", {"unit": "长" * 21}),
        ("number-range", "target", {"target": Decimal("NaN")}),
        ("number-range", "target", {"target": Decimal(10) ** 5000}),
        ("number-range", "baseline", {"baseline": Decimal("-Infinity")}),
        ("number-fine", "baseline", {"baseline": Decimal("0.00001")}),
    ],
)
def test_an_objective_is_refused(
    cast: Cast, project: Project, repurchase: Goal, code: str, field: str, values: dict[str, Any]
) -> None:
    with refused(code, field), unchanged():
        objective_of(cast, project, replace(repurchase, **values))


def test_who_may_not_and_whom_it_cannot_be_given_to(cast: Cast, project: Project, repurchase: Goal) -> None:
    row = objective_of(cast, project, repurchase)
    for person in (cast.general_lead, cast.head, cast.owner):
        with refused("forbidden", kind=Forbidden):
            actions.add_objective(by=person, project=project, goal=repurchase, now=NOW)
        with refused("forbidden", kind=Forbidden):
            actions.change_objective(by=person, objective=row, goal=repurchase, now=NOW)
        with refused("forbidden", kind=Forbidden):
            actions.move_objective(by=person, objective=row, before=None, now=NOW)
        with refused("forbidden", kind=Forbidden):
            actions.remove_objective(by=person, objective=row, now=NOW)
    cast.stranger.is_active = False
    with refused("person-disabled", "owner"):
        objective_of(cast, project, replace(repurchase, owner=cast.stranger))


def test_an_objective_changes_and_an_older_version_is_stale(cast: Cast, project: Project, repurchase: Goal) -> None:
    row = objective_of(cast, project, repurchase)
    later = replace(repurchase, target=Decimal(30), owner=cast.member)
    changed = actions.change_objective(by=cast.manager, objective=row, goal=later, version=1, now=NOW)
    changes = [("objective", row.pk, {"target": "25", "owner": cast.owner.pk}, {"target": "30", "owner": cast.member.pk})]
    data = {"project": project.pk, "objective": row.pk, "owner_before": cast.owner.pk}
    assert (changed.version, said()) == (2, ("objective-changed", data, changes))
    with unchanged():
        actions.change_objective(by=cast.manager, objective=row, goal=later, version=2, now=NOW)
    with refused("stale", kind=Stale), unchanged():
        actions.change_objective(by=cast.manager, objective=row, goal=repurchase, version=1, now=NOW)
    with refused("stale", kind=Stale):
        actions.remove_objective(by=cast.manager, objective=row, version=1, now=NOW)
    actions.remove_objective(by=cast.manager, objective=row, version=2, now=NOW)
    assert said()[0] == "objective-removed"
    with refused("row-gone", kind=Stale):
        actions.change_objective(by=cast.manager, objective=row, goal=repurchase, version=1, now=NOW)


def test_objectives_have_an_order(cast: Cast, project: Project, repurchase: Goal) -> None:
    rows = [objective_of(cast, project, replace(repurchase, name=name)) for name in "甲乙丙"]
    actions.move_objective(by=cast.manager, objective=rows[2], before=rows[0].pk, now=NOW)
    assert [row.name for row in objectives_of(project)] == ["丙", "甲", "乙"]
    actions.move_objective(by=cast.manager, objective=rows[2], before=None, now=NOW)
    assert [row.name for row in objectives_of(project)] == ["甲", "乙", "丙"]
    with refused("row-unknown", "before"):
        actions.move_objective(by=cast.manager, objective=rows[2], before=10**9, now=NOW)


def test_values_are_measured_corrected_and_removed_on_the_record(cast: Cast, project: Project, repurchase: Goal) -> None:
    row, day = objective_of(cast, project, repurchase), date(2024, 3, 1)
    measured = actions.measure_objective(by=cast.owner, objective=row, reading=Reading(day, Decimal("17.50"), "抽样"), now=NOW)
    data = {"project": project.pk, "objective": row.pk, "what": "added"}
    before, after = {"on": None, "value": None, "note": None}, {"on": "2024-03-01", "value": "17.5", "note": "抽样"}
    assert said() == ("objective-measured", data, [("measurement", measured.pk, before, after)])
    with refused("measured-already", "on"):
        actions.measure_objective(by=cast.owner, objective=row, reading=Reading(day, TEN), now=NOW)
    with refused("day-to-come", "on"):
        actions.measure_objective(by=cast.owner, objective=row, reading=Reading(day + timedelta(1), TEN), now=NOW)
    with refused("number-range", "value"):
        actions.measure_objective(by=cast.owner, objective=row, reading=Reading(day, Decimal("Infinity")), now=NOW)
    with refused("text-too-long", "note"):
        actions.measure_objective(by=cast.owner, objective=row, reading=Reading(day, TEN, "长" * 501), now=NOW)
    actions.correct_measurement(
        by=cast.liaison, measurement=measured, reading=Reading(day, Decimal(18), "抽样"), version=1, now=NOW
    )
    assert said()[2] == [("measurement", measured.pk, {"value": "17.5"}, {"value": "18"})]
    with refused("stale", kind=Stale):
        actions.correct_measurement(by=cast.owner, measurement=measured, reading=Reading(day, TEN), version=1, now=NOW)
    with refused("stale", kind=Stale):
        actions.remove_measurement(by=cast.owner, measurement=measured, version=1, now=NOW)
    actions.remove_measurement(by=cast.manager, measurement=measured, version=2, now=NOW)
    assert said()[1]["what"] == "removed"
    assert not Measurement.objects.exists()
    for person in (cast.head, cast.other_liaison, cast.general_lead, cast.member):
        with refused("forbidden", kind=Forbidden):
            actions.measure_objective(by=person, objective=row, reading=Reading(day, TEN), now=NOW)


def test_a_correction_does_not_take_the_day_of_another_value(cast: Cast, project: Project, repurchase: Goal) -> None:
    row = objective_of(cast, project, repurchase)
    one, other = (
        actions.measure_objective(by=cast.manager, objective=row, reading=Reading(date(2024, 2, day), TEN), now=NOW)
        for day in (1, 2)
    )
    with refused("measured-already", "on"):
        actions.correct_measurement(by=cast.manager, measurement=other, reading=Reading(one.on, TEN), now=NOW)
    with unchanged():
        actions.correct_measurement(by=cast.manager, measurement=other, reading=Reading(other.on, TEN), now=NOW)


@pytest.mark.parametrize(
    ("measured", "day", "state"),
    [
        ({}, "2024-03-20", "unmeasured"),
        ({}, "2024-06-01", "missed"),
        ({"2024-04-16": "25"}, "2024-04-20", "reached"),
        ({"2024-04-16": "26"}, "2024-06-20", "reached"),
        ({"2024-04-16": "26", "2024-05-01": "24"}, "2024-06-01", "missed"),
        # On 16 April 44 of 89 days had passed (49.4 %); more than 10 points less of the way is behind.
        ({"2024-04-16": "18.95"}, "2024-04-20", "on_way"),
        ({"2024-04-16": "18.9"}, "2024-04-20", "behind"),
        ({"2024-04-16": "10"}, "2024-04-15", "unmeasured"),
        ({"2024-04-16": "24.9999"}, "2024-05-31", "on_way"),
    ],
)
def test_the_state_of_an_objective(
    cast: Cast, project: Project, repurchase: Goal, measured: dict[str, str], day: str, state: str
) -> None:
    row = objective_of(cast, project, repurchase)
    for on, value in measured.items():
        Measurement.objects.create(objective=row, on=date.fromisoformat(on), value=Decimal(value), at=NOW)
    assert shown(project).state(date.fromisoformat(day), TEN) == state


def test_what_falls_is_reached_below_its_target(cast: Cast, project: Project) -> None:
    row = objective_of(cast, project, Goal("故障", target=Decimal(0), unit="次", falls=True, baseline=Decimal(0)))
    Measurement.objects.create(objective=row, on=date(2024, 3, 5), value=Decimal(3), at=NOW)
    assert shown(project).state(date(2024, 3, 6), TEN) == "on_way"
    Measurement.objects.create(objective=row, on=date(2024, 3, 6), value=Decimal(0), at=NOW)
    assert shown(project).state(date(2024, 3, 6), TEN) == "reached"


def test_reads_ask_the_same_of_few_and_many(
    cast: Cast, project: Project, repurchase: Goal, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        row = objective_of(cast, project, replace(repurchase, name=f"目标{number}"))
        actions.measure_objective(by=cast.manager, objective=row, reading=Reading(date(2024, 2, 1), TEN), now=NOW)
    with django_assert_num_queries(2):
        assert len(objectives_of(project)) == 12
    with django_assert_num_queries(1):
        scope_of(project)
    with django_assert_num_queries(1):
        communication_of(project)
