"""The summary that lists show agrees with the outlook on every day, without scheduling anything."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from support.cast import NOW, Cast, complaint_project, launch_project, planned_project, small_project, task
from tongzhou.lib import clock
from tongzhou.plan.actions import Asked, Report, add_item, keep_summary, record_progress, remove_item, run_command
from tongzhou.plan.queries import outlook
from tongzhou.plan.queries.grid import percent_number, planned_number
from tongzhou.plan.queries.outlook import Outlook
from tongzhou.projects.actions import change_basics
from tongzhou.projects.models import Project, ProjectSummary
from tongzhou.shell.queries.frame import light_of


def shown(project: Project, day: date) -> tuple[float | None, float, str]:
    summary = ProjectSummary.objects.get(project=project)
    planned = summary.planned(day)
    return (None if planned is None else planned / 100, summary.actual / 100, summary.light(day))


def expected(found: Outlook) -> tuple[float | None, float, str]:
    assert found.total is not None
    return planned_number(found.total.planned), percent_number(found.total.actual), light_of(found)


def agrees(project: Project, first: date, days: int) -> None:
    for number in range(days):
        day = first + timedelta(days=number)
        found = outlook(Project.objects.get(pk=project.pk), day)
        planned, actual, light = shown(project, day)
        wanted = expected(found)
        assert planned == pytest.approx(wanted[0], abs=0.011), day
        assert (actual, light) == (wanted[1], wanted[2]), day


def test_the_samples_agree_on_every_day_to_come(cast: Cast) -> None:
    agrees(launch_project(cast, date(2024, 4, 2)), date(2024, 4, 2), 90)
    agrees(complaint_project(cast, date(2024, 3, 10)), date(2024, 3, 10), 60)


def test_it_follows_every_change(cast: Cast) -> None:
    project = planned_project(cast)
    agrees(project, date(2024, 3, 1), 20)
    assert ProjectSummary.objects.get().state == "todo"
    with clock.pretend(NOW):
        record_progress(
            by=cast.owner, item=task(project, "设计"), report=Report("doing", 5000), status_date=NOW.date(), now=NOW
        )
    agrees(project, NOW.date(), 20)
    change_basics(by=cast.manager, project=project, values={"deviation_threshold": Decimal("0.5")}, now=NOW)
    agrees(project, NOW.date(), 20)
    fresh = Project.objects.get(pk=project.pk)
    for name, body in (
        ("set", {"cells": [{"id": task(project, "测试").pk, "field": "duration", "value": 9}]}),
        ("remove", {"ids": [task(project, "推广").pk]}),
        ("undo", {}),
    ):
        with clock.pretend(NOW):
            run_command(by=cast.manager, project=fresh, asked=Asked(name, body), now=NOW)
        agrees(project, NOW.date(), 20)
    assert ProjectSummary.objects.values_list("state", "tasks", "open_tasks").get() == ("doing", 4, 4)


def test_without_baseline_there_is_nothing_planned_and_without_tasks_no_summary(cast: Cast) -> None:
    project = small_project(cast)
    change_basics(by=cast.manager, project=project, values={"name": "改"}, now=NOW)
    assert not ProjectSummary.objects.exists()
    add_item(by=cast.manager, project=project, values={"name": "独"}, now=NOW)
    assert shown(project, NOW.date()) == (None, 0.0, "ok")
    summary = ProjectSummary.objects.get()
    assert summary.finish is not None
    assert [summary.light(summary.finish + timedelta(days=days)) for days in (0, 1)] == ["ok", "watch"]
    remove_item(by=cast.manager, item=task(project, "独"), now=NOW)
    assert not ProjectSummary.objects.exists()


def test_a_project_seen_as_of_a_day_counts_what_was_known_then(cast: Cast) -> None:
    project = launch_project(cast, date(2024, 4, 2))
    day = date(2024, 3, 15)
    change_basics(by=project.roles.get(kind="manager").user, project=project, values={"status_date": day}, now=NOW)
    assert shown(project, day)[1] == expected(outlook(Project.objects.get(pk=project.pk), day))[1]


def test_a_plan_of_centuries_has_a_short_curve(cast: Cast) -> None:
    project = planned_project(cast)
    line = project.baselines.get().lines.order_by("-pk")[0]
    line.start, line.start_at = date(1900, 1, 1), date(1900, 1, 1).toordinal() * 1440
    line.save()
    keep_summary(project=project)
    summary = ProjectSummary.objects.get()
    assert 3000 < len(summary.curve) <= 3663
    assert summary.planned(date(2100, 1, 1)) == 10000


def test_nothing_is_expected_before_the_first_day_is_over(cast: Cast) -> None:
    project = planned_project(cast, weight="light")
    first = min(line.start for line in project.baselines.get().lines.all())
    found = outlook(project, first)
    assert found.total is not None
    assert (found.total.planned, found.total.points, light_of(found)) == (0, 0, "ok")
    assert not any(judged.marked or judged.points > 0 for judged in found.deviations.values())
    assert shown(project, first) == (0, 0.0, "ok")
    next_day = outlook(project, first + timedelta(days=1))
    assert next_day.total is not None and next_day.total.planned > 0
    agrees(project, first, 20)
