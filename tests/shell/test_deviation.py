"""What a project or a task lies behind is one number, and its mark agrees with it, wherever it is shown."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from support.cast import NOW, Cast, planned_project, task
from support.web import client_of
from tongzhou.engine.progress import deviation, shown_points
from tongzhou.lib import clock
from tongzhou.papers import Linked
from tongzhou.plan.actions import Report, add_item, keep_summary, record_progress
from tongzhou.plan.actions.baselines import cut_baseline
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import outlook
from tongzhou.plan.queries.item import sheet_of
from tongzhou.progress.queries.mine import my_task
from tongzhou.progress.queries.tracking import tracking
from tongzhou.projects.models import Project, ProjectSummary
from tongzhou.projects.queries.pins import pins_of
from tongzhou.reports.papers import answer, weekly_paper
from tongzhou.reports.queries import weekly_cut
from tongzhou.shell.queries.overview import overview_of

AWKWARD = (1, 3333, 6667, 1428, 9999, 4567)


@pytest.fixture
def project(cast: Cast) -> Project:
    """Tasks of lengths and percents that no decimal says exactly."""
    project = planned_project(cast)
    for place, days in enumerate((7, 11, 13)):
        add_item(by=cast.manager, project=project, values={"name": f"加做{place}", "duration": days}, now=NOW)
    cut_baseline(by=cast.manager, project=project, now=NOW)
    keep_summary(project=project)
    leaves = WorkItem.objects.filter(project=project, children=None).order_by("rank")
    for percent, row in zip(AWKWARD, leaves, strict=False):
        told = Report("doing", percent)
        with clock.pretend(NOW):
            record_progress(by=cast.manager, item=row, report=told, status_date=NOW.date(), now=NOW)
    return project


def said_of(client: Client, project: Project, name: str) -> Any:
    return next(row for row in client.get("/api/v1/projects").json()["items"] if row["number"] == project.number)[name]


def places(cast: Cast, project: Project, client: Client) -> set[float]:
    """Return what the list, its export, the workbench, the overview, the report and programs say of the project."""
    day = project.status_date or NOW.date()
    paper = answer(weekly_cut(project, asked=day))
    behind = re.search(r"(落后|超前) ([0-9.]+) 点", paper)
    listed = re.search(r"(落后|超前) ([0-9.]+)<", client.get("/projects/").content.decode())
    told = re.search(r"(落后|超前) ([0-9.]+)<", client.get("/").content.decode())
    exported = client.get("/projects/export/?format=csv").content.decode("utf-8-sig")
    (pin,) = pins_of(cast.manager, day)
    found = {said_of(client, project, "deviation_points"), pin.behind, float(overview_of(project, day).points)}
    for one in (behind, listed, told):
        found.add((-1 if one[1] == "超前" else 1) * float(one[2]) if one else 0.0)
    return found | {float(exported.splitlines()[1].split(",")[10])}


def test_the_project_is_equally_far_behind_everywhere(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    for days in (*range(30), -1, -4):
        day = NOW.date() + timedelta(days=days)
        Project.objects.filter(pk=project.pk).update(status_date=day)
        fresh = Project.objects.get(pk=project.pk)
        if days < 0:
            keep_summary(project=fresh)
        with clock.pretend(NOW + timedelta(days=40)):
            assert len(found := places(cast, fresh, client)) == 1, (day, found)
        total = outlook(fresh, day).total
        assert total is not None
        assert found == {float(total.shown)}


def test_a_task_is_equally_far_behind_everywhere(cast: Cast, project: Project) -> None:
    day = NOW.date() + timedelta(days=3)
    Project.objects.filter(pk=project.pk).update(status_date=day)
    project = Project.objects.get(pk=project.pk)
    client, found = client_of(cast.manager), outlook(project, day)
    rows = {row.id: row for row in tracking(project, day)}
    listed = {row.id: row.points for row in overview_of(project, day).deviations}
    sections = weekly_paper(weekly_cut(project, asked=day)).sections
    tables = [block for section in sections if section.heading == "偏差与措施" for block in section.blocks]
    printed = {row[0].text: row[3] for row in tables[0].rows if isinstance(row[0], Linked)}  # type: ignore[union-attr]
    for item in WorkItem.objects.filter(project=project, children=None).select_related("project", "owner"):
        judged = found.deviations[item.pk]
        shown = float(judged.shown)
        said = client.get(f"/api/v1/projects/{project.number}/tasks/{item.pk}?date={day}").json()["deviation_points"]
        with clock.pretend(NOW + timedelta(days=3)):
            mine = my_task(cast.manager, item)
        assert {said, sheet_of(item, day).deviation} == {shown}
        assert float(rows[item.pk].points or 0) == max(shown, 0)
        assert float(mine.points) * (-1 if mine.gap == "ahead" else 1) == shown
        assert (mine.far, item.pk in listed, item.name in printed) == (judged.marked,) * 3
        assert {float(listed.get(item.pk, shown)), float(printed.get(item.name, shown))} == {shown}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("points", "shown", "marked"),
    [
        (Fraction(10), "10.00", False),
        (Fraction(10) + Fraction(1, 10**9), "10.01", True),
        (Fraction("10.004"), "10.01", True),
        (Fraction("9.999"), "10.00", False),
        (Fraction("16.975"), "16.98", True),
        (Fraction("-3.335"), "-3.33", False),
    ],
)
def test_the_mark_agrees_with_what_is_shown(points: Fraction, shown: str, marked: bool) -> None:
    judged = deviation(points / 100 + Fraction(1, 7), Fraction(1, 7))
    assert (f"{float(judged.shown):.2f}", judged.marked) == (shown, marked)
    assert shown_points(Fraction("10.004")) == 10


def test_the_list_is_on_the_side_of_the_threshold_on_which_the_project_lies(cast: Cast) -> None:
    day = date(2024, 3, 4)
    kept = ProjectSummary(curve=[1, 2_000_000_000], curve_from=day, work=7, worked=7 * 1000)
    threshold = planned_project(cast).deviation_threshold
    assert kept.behind(day, threshold) == 10.0
    kept.curve, kept.alarm_from = [1, 2_000_000_001], day
    assert kept.behind(day, threshold) == 10.01
    kept.work = 0
    assert kept.behind(day, threshold) is None


def test_tasks_without_weight_are_shown_as_exactly(cast: Cast) -> None:
    project = planned_project(cast)
    WorkItem.objects.filter(project=project, children=None).update(is_milestone=True)
    keep_summary(project=project)
    told = Report("doing", 3333)
    with clock.pretend(NOW):
        record_progress(by=cast.manager, item=task(project, "设计"), report=told, status_date=NOW.date(), now=NOW)
        total = outlook(Project.objects.get(pk=project.pk), NOW.date()).total
        (pin,) = pins_of(cast.manager, NOW.date())
    assert total is not None
    assert pin.behind == float(total.shown)
