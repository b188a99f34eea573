"""A report that moves no date is kept by its difference, and leaves exactly what reading the whole plan would."""

from __future__ import annotations

import os
import random
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from support.cast import NOW, Cast, launch_project, make_cast, planned_project, task
from tongzhou.lib import clock
from tongzhou.lib.access import Refused
from tongzhou.plan.actions import Asked, Report, add_item, record_progress, run_command
from tongzhou.plan.models import Baseline, Plan, WorkItem
from tongzhou.plan.queries import keeping
from tongzhou.plan.queries.soundness import Unsound, unsound_of
from tongzhou.plan.queries.tree import items_of
from tongzhou.projects.actions import change_basics
from tongzhou.projects.models import Project, ProjectSummary

TODAY = NOW.date()
SEEDS = int(os.environ.get("TONGZHOU_EXAMPLES", "8"))


def told(cast: Cast, item: WorkItem, state: str, percent: int, day: date = TODAY, **more: Any) -> None:
    with clock.pretend(NOW):
        record_progress(by=cast.manager, item=item, report=Report(state, percent, **more), status_date=day, now=NOW)


def sound(project: Project) -> None:
    assert unsound_of(Project.objects.get(pk=project.pk)) == Unsound()


def link_at_random(cast: Cast, project: Project, dice: random.Random) -> None:
    """Let items, summaries among them, wait for each other in any way that makes no circle."""
    codes = {row.id: row.code for row in items_of(project)}
    for key in dice.choices(list(codes), k=6):
        kind, lag = dice.choice(["FS", "SS", "FF", "SF"]), dice.choice(["", "+1d", "-2d", "+3ed"])
        cell = {"id": key, "field": "predecessors", "value": f"{dice.choice(list(codes.values()))}{kind}{lag}"}
        with clock.pretend(NOW), suppress(Refused):
            run_command(by=cast.manager, project=project, asked=Asked("set", {"cells": [cell]}), now=NOW)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_any_reports_leave_what_the_whole_plan_would(cast: Cast, seed: int) -> None:
    dice, project = random.Random(seed), planned_project(cast)
    add_item(by=cast.manager, project=project, values={"name": "后加的", "is_milestone": bool(seed % 2)}, now=NOW)
    told(cast, task(project, "设计"), "doing", 100)
    add_item(by=cast.manager, project=project, values={"name": "更后加的"}, now=NOW)
    link_at_random(cast, project, dice)
    leaves = list(WorkItem.objects.filter(project=project, children__isnull=True))
    for _step in range(25):
        state = dice.choice(["todo", "doing", "doing", "blocked", "done", "cancelled"])
        percent = 10000 if state == "done" else 0 if state == "todo" else dice.choice([0, 1, 2500, 5000, 9999])
        told(cast, dice.choice(leaves), state, percent, NOW.date() - timedelta(days=dice.choice([0, 0, 0, 1, 9])))
        sound(project)


def test_a_large_plan_with_milestones_and_summaries(cast: Cast) -> None:
    project, dice = launch_project(cast, NOW.date()), random.Random(3)
    Project.objects.filter(pk=project.pk).update(status_date=None)
    leaves = list(WorkItem.objects.filter(project=project, children__isnull=True).exclude(state="cancelled"))
    for _step in range(40):
        told(cast, dice.choice(leaves), dice.choice(["doing", "doing", "blocked"]), dice.choice([100, 3000, 8000]))
    sound(project)


def test_a_steady_report_reads_one_task_and_raises_the_version(cast: Cast, django_assert_max_num_queries: Any) -> None:
    project = planned_project(cast)
    told(cast, task(project, "推广"), "doing", 500)
    told(cast, row := task(project, "设计"), "doing", 3000)
    before = Plan.objects.get(project=project).version
    dates = list(WorkItem.objects.filter(project=project).values_list("pk", "start", "finish", "slack", "critical"))
    with django_assert_max_num_queries(15):
        told(cast, row, "doing", 3700)
    assert Plan.objects.get(project=project).version == before + 1
    assert list(WorkItem.objects.filter(project=project).values_list("pk", "start", "finish", "slack", "critical")) == dates
    sound(project)


def test_a_report_that_moves_dates_steps_the_summary_too(cast: Cast, django_assert_max_num_queries: Any) -> None:
    project = planned_project(cast)
    told(cast, task(project, "推广"), "doing", 500)
    told(cast, task(project, "设计"), "doing", 3000)
    summary = ProjectSummary.objects.get(project=project)
    with django_assert_max_num_queries(20):
        told(cast, task(project, "设计"), "done", 10000, actual_finish=TODAY)
    after = ProjectSummary.objects.get(project=project)
    assert after.open_tasks == summary.open_tasks - 1
    assert after.finish != summary.finish
    sound(project)


def test_the_earliest_to_be_marked_gives_way_to_the_next(cast: Cast) -> None:
    project = planned_project(cast)
    for row in WorkItem.objects.filter(project=project, children__isnull=True):
        told(cast, row, "doing", 100)
    for row in WorkItem.objects.filter(project=project, children__isnull=True).order_by("finish"):
        before = ProjectSummary.objects.get(project=project).watch_from
        told(cast, row, "doing", 9900)
        after = ProjectSummary.objects.get(project=project).watch_from
        assert before is not None
        assert after is None or after >= before
        sound(project)


def test_a_project_looked_at_as_of_a_day_is_read_as_of_that_day(cast: Cast) -> None:
    project = planned_project(cast)
    told(cast, task(project, "设计"), "doing", 1000)
    Project.objects.filter(pk=project.pk).update(status_date=NOW.date() - timedelta(days=2))
    told(cast, task(project, "设计"), "doing", 7000)
    sound(project)


def test_another_threshold_counts_from_the_next_report(cast: Cast) -> None:
    project = planned_project(cast)
    told(cast, task(project, "设计"), "doing", 1000)
    change_basics(by=cast.manager, project=project, values={"deviation_threshold": 3}, now=NOW)
    told(cast, task(project, "设计"), "doing", 1500)
    sound(project)


def test_weights_of_nothing_count_evenly(cast: Cast) -> None:
    project = planned_project(cast)
    cells = [
        {"id": row.pk, "field": "milestone", "value": True} for row in WorkItem.objects.filter(project=project, children=None)
    ]
    with clock.pretend(NOW):
        run_command(by=cast.manager, project=project, asked=Asked("set", {"cells": cells}), now=NOW)
    for percent in (1000, 6000):
        told(cast, task(project, "设计"), "doing", percent)
        sound(project)


@pytest.mark.django_db(transaction=True)
def test_the_calendars_of_a_baseline_are_read_once_it_is_there_to_stay() -> None:
    """What is taken back leaves nothing behind; what was committed is not read again."""
    cast = make_cast()
    project = planned_project(cast)
    row = task(project, "设计")
    with pytest.raises(KeyError), transaction.atomic():
        told(cast, row, "doing", 1000)
        told(cast, row, "doing", 2000)
        gone = Baseline.objects.get(project=project).pk
        raise KeyError
    assert gone not in keeping._known
    told(cast, row, "doing", 1000)
    told(cast, row, "doing", 2000)
    with CaptureQueriesContext(connection) as caught:
        told(cast, row, "doing", 3000)
    assert not [one["sql"] for one in caught.captured_queries if '"plan_baseline"."calendar"' in one["sql"]]
    sound(project)
