"""The projects beside every page: alarms first, then what changed lately, what is done last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from support.cast import NOW, Cast, planned_project, small_project
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project, ProjectSummary
from tongzhou.projects.queries.pins import MOST, pins_of
from tongzhou.timeline.models import Event

TODAY = date(2024, 4, 2)


def order(cast: Cast) -> list[str]:
    return [pin.number for pin in pins_of(cast.manager, TODAY)]


def test_an_alarm_comes_first_then_the_latest_change(cast: Cast, django_assert_num_queries: Callable[..., Any]) -> None:
    old, loud, new = small_project(cast, "S-1"), planned_project(cast, "S-2"), small_project(cast, "S-3")
    ProjectSummary.objects.filter(project=loud).update(alarm_from=TODAY + timedelta(days=1))
    assert order(cast) == ["S-3", "S-2", "S-1"]
    Event.objects.create(at=NOW, kind="comment-added", project_id=old.pk, data={"comment": 0, "mentioned": []})
    assert order(cast) == ["S-1", "S-3", "S-2"]
    ProjectSummary.objects.filter(project=loud).update(alarm_from=TODAY)
    assert order(cast) == ["S-2", "S-1", "S-3"]
    Project.objects.filter(pk=loud.pk).update(status_date=TODAY - timedelta(days=1))
    assert order(cast) == ["S-1", "S-3", "S-2"], "looked at as of a day before its alarm"
    ProjectSummary.objects.update_or_create(project=old, defaults={"state": "done"})
    with django_assert_num_queries(1):
        assert order(cast) == ["S-3", "S-2", "S-1"]
    assert WorkItem.objects.filter(project=new).count() == 0 and pins_of(cast.stranger, TODAY) == []


@pytest.mark.parametrize("limit", [1, 8, 50])
def test_there_are_not_too_many(cast: Cast, limit: int) -> None:
    Project.objects.bulk_create(Project(number=f"X-{n}", name=f"{n}", created_at=NOW) for n in range(20))
    cast.manager.project_roles.bulk_create(
        cast.manager.project_roles.model(project=one, user=cast.manager, kind="member") for one in Project.objects.all()
    )
    assert len(pins_of(cast.manager, TODAY, limit)) == min(limit, MOST)
