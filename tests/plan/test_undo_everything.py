"""Any commands in any order: the tree stays a tree, the stored schedule a fresh one, and undoing all brings the plan back."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.cast import NOW, Cast, launch_project, planned_project
from tongzhou.lib.access import Refused
from tongzhou.plan.actions import Asked, Report, locked_plan, record_progress, reschedule, run_command
from tongzhou.plan.models import Dependency, PlanEdit, Supporter, WorkItem
from tongzhou.plan.queries.tree import items_of
from tongzhou.projects.models import Project

DATES = ["3/6", "3月12日", "2024-04-01", "2024.3.9", ""]
CELLS = {
    "name": ["甲", "乙", ""],
    "start": DATES,
    "finish": DATES,
    "duration": ["3天", "2w", "4h", "x"],
    "owner": ["郑十", "zhouqi", ""],
    "department": ["研发部", "市场部", ""],
    "predecessors": ["1.1", "1.2FS+2d;1.1SS", "2完成后1天", "3FF", "1FS+3天内", "", "设计"],
    "milestone": ["是", "否"],
    "supporters": ["李四(评审); 市场部", "市场部", ""],
    "quantity": ["5家", "2.5", ""],
    "urgency": ["紧急", "常规"],
}


def state(project: Project) -> list[Any]:
    rows = WorkItem.objects.filter(project=project).order_by("pk").values()
    return [
        [{name: value for name, value in row.items() if name != "version"} for row in rows],
        [(item.code, item.id) for item in items_of(project)],
        list(Dependency.objects.filter(project=project).order_by("pk").values()),
        list(Supporter.objects.order_by("work_item", "pk").values_list("work_item", "user", "department", "content")),
    ]


def some_command(dice: random.Random, ids: list[int]) -> tuple[str, dict[str, Any]]:
    some = dice.sample(ids, min(len(ids), dice.choice([1, 1, 2, 3]))) if ids else []
    place = {"parent": dice.choice([None, *ids]), "before": None}
    cells = {name: dice.choice(CELLS[name]) for name in dice.sample(list(CELLS), 2)}
    written = [{"id": key, "field": name, "value": value} for key in some for name, value in cells.items()]
    texts = {"name": "贴"} | cells
    return dice.choice(
        [
            ("insert", place | {"rows": [{"name": "新"} | cells, {"name": "再新"}]}),
            ("remove", {"ids": some[:1]}),
            ("indent", {"ids": some}),
            ("outdent", {"ids": some}),
            ("move", place | {"ids": some}),
            ("set", {"cells": written}),
            ("paste", {"anchor": dice.choice([None, *ids]), "columns": list(texts), "rows": [list(texts.values())] * 3}),
        ]
    )


def wander(cast: Cast, project: Project, seed: int, steps: int) -> int:
    """Run random commands; return how many were kept."""
    dice, kept = random.Random(seed), 0
    for _step in range(steps):
        name, body = some_command(
            dice, list(WorkItem.objects.filter(project=project).order_by("pk").values_list("pk", flat=True))
        )
        before = state(project)
        try:
            answer = run_command(by=cast.manager, project=project, asked=Asked(name, body), now=NOW)
        except Refused:
            assert state(project) == before
            continue
        kept += state(project) != before
        assert answer.undo is None or isinstance(answer.undo, str)
        assert_sound(project)
    return kept


def assert_sound(project: Project) -> None:
    items = items_of(project)
    assert len(items) == WorkItem.objects.filter(project=project).count(), "a row hangs in a circle"
    assert len({(item.parent, item.rank) for item in items}) == len(items), "two siblings have one rank"
    stored = state(project)
    reschedule(project, locked_plan(project))
    assert state(project) == stored


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_undoing_everything_brings_the_plan_back(cast: Cast, seed: int) -> None:
    project = planned_project(cast, f"W-{seed}-{Project.objects.count()}")
    if seed % 2:
        report = Report("doing", 4000)
        item = WorkItem.objects.get(project=project, name="设计")
        record_progress(by=cast.manager, item=item, report=report, status_date=NOW.date(), now=NOW)
    start = state(project)
    kept = wander(cast, project, seed, 15)
    end = state(project)
    undone = 0
    while PlanEdit.objects.filter(project=project, undone_at=None).exists():
        run_command(by=cast.manager, project=project, asked=Asked("undo"), now=NOW)
        undone += 1
        assert_sound(project)
    assert state(project) == start
    assert undone == kept
    while PlanEdit.objects.filter(project=project).exclude(undone_at=None).exists():
        run_command(by=cast.manager, project=project, asked=Asked("redo"), now=NOW)
    assert state(project) == end


@pytest.mark.parametrize("seed", range(2))
def test_the_launch_project_comes_back(cast: Cast, seed: int) -> None:
    project = launch_project(cast)
    reschedule(project, locked_plan(project))
    start = state(project)
    assert wander(cast, project, seed, 25) > 5
    while PlanEdit.objects.filter(project=project, undone_at=None).exists():
        run_command(by=cast.manager, project=project, asked=Asked("undo"), now=NOW)
    assert state(project) == start
