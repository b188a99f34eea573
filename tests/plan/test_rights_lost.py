"""Undoing after the right to change was taken."""

from __future__ import annotations

import pytest

from support.cast import NOW, Cast, planned_project, task
from support.checks import unchanged
from support.plans import run, set_one
from tongzhou.lib.access import Forbidden
from tongzhou.plan.models import WorkItem
from tongzhou.projects.actions import seat

CELLS = (
    ("predecessors", ""),
    ("supporters", "市场部"),
    ("name", "检验"),
    ("duration", "5"),
    ("remark", "急"),
    ("stand_in", "成员"),
)


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "value"), CELLS)
def test_who_lost_the_seat_undoes_nothing(cast: Cast, field: str, value: str) -> None:
    project = planned_project(cast)
    WorkItem.objects.filter(pk=task(project, "设计").pk).update(owner=cast.liaison)
    set_one(cast.liaison, project, "测试", field, value)
    part = project.participations.get(department=cast.rd)
    seat(by=cast.manager, participation=part, kind="liaison", holder=cast.member, now=NOW)
    with unchanged(), pytest.raises(Forbidden):
        run(cast.liaison, project, "undo")
