"""What the island is told of a plan: people by pinyin, the strict schedule, older baselines, and who was faster."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from support.cast import NOW, Cast, planned_project, task
from support.plans import run
from support.web import client_of, send_json
from tongzhou.plan.actions import cut_baseline
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.projects.models import Project

LATE = "2024-06-03"


def data(cast: Cast, query: str = "") -> dict[str, Any]:
    return json.loads(client_of(cast.manager).get(f"/projects/S-1/plan/data?date={LATE}{query}").content)


def row_of(found: dict[str, Any], project: Project, name: str) -> list[Any]:
    return next(row for row in found["rows"] if row[0] == task(project, name).pk)


def test_people_are_found_by_pinyin_and_initials(cast: Cast) -> None:
    planned_project(cast)
    found = next(row for row in data(cast)["people"] if row[0] == cast.manager.pk)
    assert found[1] == cast.manager.name
    assert found[3:] == [cast.manager.pinyin, cast.manager.initials]
    assert found[3]


def test_the_strict_schedule_ignores_the_status_date(cast: Cast) -> None:
    project = planned_project(cast)
    item = WorkItem.objects.get(pk=task(project, "推广").pk)
    forecast, strict = data(cast), data(cast, "&mode=strict")
    assert (forecast["mode"], strict["mode"]) == ("forecast", "strict")
    origin = date.fromisoformat(strict["origin"])
    shown = row_of(strict, project, "推广")
    assert [(day - origin).days for day in (item.start, item.finish) if day] == shown[8:10]
    first = date.fromisoformat(forecast["origin"]).toordinal() + row_of(forecast, project, "推广")[8]
    assert first > date.fromisoformat(LATE).toordinal() > item.start.toordinal() if item.start else False


def test_an_older_baseline_can_be_drawn_and_judges_nothing(cast: Cast) -> None:
    project = planned_project(cast)
    cut_baseline(by=cast.manager, project=project, now=NOW)
    cells = [{"id": task(project, "推广").pk, "field": "start", "value": "2024-03-25"}]
    run(cast.manager, project, "set", cells=cells)
    cut_baseline(by=cast.manager, project=project, now=NOW)
    latest, first, unknown = data(cast), data(cast, "&baseline=0"), data(cast, "&baseline=99")
    assert [number for number, _day in latest["baselines"]] == list(range(len(latest["baselines"])))
    assert len(latest["baselines"]) >= 2
    new, old = row_of(latest, project, "推广"), row_of(first, project, "推广")
    assert new[13] != old[13]
    assert new[4] == old[4]
    assert row_of(unknown, project, "推广") == new


def test_who_was_faster_is_named(cast: Cast) -> None:
    project = planned_project(cast)
    seen = Plan.objects.get(project=project).version
    run(cast.liaison, project, "set", cells=[{"id": task(project, "设计").pk, "field": "remark", "value": "改"}])
    for dry in (True, False):
        body = {"command": "remove", "ids": [task(project, "设计").pk], "version": seen, "dry": dry}
        answer = send_json(client_of(cast.manager), "/projects/S-1/plan/commands/", body)
        assert answer.status_code == 412
        assert cast.liaison.name in answer.json()["detail"]
        assert cast.manager.name not in answer.json()["detail"]
    assert WorkItem.objects.filter(pk=task(project, "设计").pk).exists()


def test_a_cell_saved_alone_can_be_taken_back(cast: Cast) -> None:
    project = planned_project(cast)
    item, client = task(project, "推广"), client_of(cast.manager)
    assert send_json(client, f"/projects/S-1/tasks/{item.pk}/edit/", {"field": "duration", "value": 4}).status_code == 200
    assert data(cast)["undo"]
    run(cast.manager, project, "undo")
    assert task(project, "推广").duration == item.duration
