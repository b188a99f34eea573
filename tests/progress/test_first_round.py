"""The first sync of a project: on or after its first day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from support.cast import NOW, Cast, planned_project
from tongzhou.lib import clock
from tongzhou.notifications.models import Notice
from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import keep_beats
from tongzhou.progress.models import SyncRound
from tongzhou.progress.queries.queue import reports_owed
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle

HOUR = timedelta(hours=1)
FRIDAY = NOW + 8 * HOUR
NEXT_FRIDAY = FRIDAY + timedelta(days=7)


def titles(person: User) -> list[str]:
    return list(Notice.objects.filter(person=person, kind="sync").order_by("pk").values_list("title", flat=True))


@pytest.mark.due_kind("sync-regular-reminder")
def test_nobody_is_asked_before_the_project_begins(cast: Cast) -> None:
    """The first round is the first slot on or after the project's first day, whatever begins or runs before."""
    project = planned_project(cast)
    with clock.pretend(NOW):
        keep_beats(NOW)
    WorkItem.objects.filter(project=project, name="设计").update(state="doing")
    with clock.pretend(NOW):
        assert reports_owed(cast.owner, NOW) == []
    settle(FRIDAY + HOUR)
    assert titles(cast.owner) == []
    assert not SyncRound.objects.filter(project=project).exists()
    settle(NEXT_FRIDAY - HOUR)
    assert titles(cast.owner) == ["请在 03-08 周五 17:00 前同步 2 项任务"]
    settle(NEXT_FRIDAY + HOUR)
    assert SyncRound.objects.get(project=project).slot_at == NEXT_FRIDAY
    Project.objects.filter(pk=project.pk).update(starts_on=date(2024, 3, 1))
    with clock.pretend(NOW):
        assert [row.key for row in reports_owed(cast.owner, NOW)] != []
