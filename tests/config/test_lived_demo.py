"""The demo lives: what the clock did in the days before it is seen stands in inboxes, on pages and in queues."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, time

import pytest
from django.utils import timezone

from tongzhou.config.commands import seed
from tongzhou.config.demo.lived import at
from tongzhou.confirmations.models import Confirmation
from tongzhou.escalations.models import Case, Level
from tongzhou.escalations.queries.queue import cases_owed
from tongzhou.lib import clock
from tongzhou.lib.params import parse_day
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.queries.queue import meetings_owed
from tongzhou.notifications.models import Notice
from tongzhou.people.models import User
from tongzhou.progress.models import ExceptionReport, SyncMiss, SyncRound
from tongzhou.rhythm.jobs import settle
from tongzhou.rhythm.models import Due
from tongzhou.signoffs.queries.queue import signatures_owed

DAYS = ("2026-03-02", "2026-03-04", "2026-03-08", "2026-10-05")
"""A Monday, a Wednesday, a Sunday, and a day in a week of days off."""


@pytest.fixture(params=DAYS)
def morning(request: pytest.FixtureRequest, db: None) -> datetime:
    """Lay the demo; return the hour at which it is seen."""
    assert seed.run(Namespace(size="S", today=request.param)) == 0
    day = parse_day(request.param)
    assert day is not None
    return at(day, 9)


def person(name: str) -> User:
    return User.objects.get(name=name)


def test_the_engines_have_lived(morning: datetime) -> None:
    a_round_was_missed_and_chased()
    a_block_stands_on_a_step(morning)
    an_exception_was_decided()
    with clock.pretend(morning):
        for name in ("李四", "吴八"):
            assert [row.title for row in signatures_owed(person(name), morning) if "用户画像" in row.title]
    assert Confirmation.objects.filter(closed_at=None, subject_type="project").count() == 1
    a_kickoff_waits_for_its_amendment(morning)
    inboxes_hold_what_is_new()
    assert not Due.objects.filter(at__lte=morning).exists()


def a_kickoff_waits_for_its_amendment(morning: datetime) -> None:
    row = Meeting.objects.get(project__number="HYS-2024")
    assert row.sent_at is not None and row.minutes_due is not None and row.sent_at < row.minutes_due
    with clock.pretend(morning):
        assert [owed.key for owed in meetings_owed(person("孙七"), morning)] == [f"amend-{row.pk}"]


def a_round_was_missed_and_chased() -> None:
    rounds = SyncRound.objects.order_by("slot_at")
    assert {timezone.localtime(row.slot_at).time() for row in rounds} == {time(17)}
    missed = SyncMiss.objects.values_list("result__asked__name", flat=True)
    assert missed
    chased = Notice.objects.filter(source__startswith="sync-missed").values_list("person__name", flat=True)
    assert set(chased) == set(missed)
    assert any(row.synced_tasks < row.tasks for row in rounds)


def a_block_stands_on_a_step(morning: datetime) -> None:
    case = Case.objects.get(kind="block")
    assert (case.project.number, case.level, case.decided_at, case.closed_at) == ("KST-2024", Level.MANAGER, None, None)
    assert case.climbs_at is not None
    assert case.climbs_at > morning
    assert [row.title for row in cases_owed(person("张三"), morning)] == ["功能开发与测试"]


def an_exception_was_decided() -> None:
    row = ExceptionReport.objects.get(project__number="HYS-2024")
    case = Case.objects.get(kind="exception", key=row.pk)
    assert (case.level, case.decided_at is not None, case.closed_at) == (Level.MANAGER, True, None)
    assert row.measure.startswith("孙七")
    assert row.closed_at is None


def inboxes_hold_what_is_new() -> None:
    for name in ("吴八", "李四", "张三", "孙七", "王五"):
        unread = Notice.objects.filter(person__name=name, read_at=None).count()
        assert 0 < unread < 12, (name, unread)


def test_nothing_of_it_happens_again_when_the_server_begins(morning: datetime) -> None:
    settle(morning)
    count = Notice.objects.count()
    rounds, cases = SyncRound.objects.count(), Case.objects.count()
    settle(morning)
    assert (Notice.objects.count(), SyncRound.objects.count(), Case.objects.count()) == (count, rounds, cases)
    asked = SyncMiss.objects.values_list("result__asked", "result__round__slot_at").distinct()
    assert Notice.objects.filter(source__startswith="sync-missed").count() == len(asked)
