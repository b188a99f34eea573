"""Syncs by their rhythm: who is reminded, who is asked, what is counted, who is asked again, under a simulated clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from support.cast import NOW, Cast, planned_project, task
from support.checks import kinds_since, refused, said
from support.syncs import RHYTHM, begun
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden
from tongzhou.notifications.models import Notice
from tongzhou.people.models import CalendarDay, Leave, User, WorkCalendar
from tongzhou.plan.actions import Report
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import Words, close_sync, keep_beats, report_progress, report_unchanged, set_sync_rhythm
from tongzhou.progress.models import SyncBeat, SyncMiss, SyncResult, SyncRhythm, SyncRound
from tongzhou.progress.queries.beats import Rhythm
from tongzhou.progress.queries.misses import misses
from tongzhou.progress.queries.queue import reports_owed
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle
from tongzhou.rhythm.queries import due_at
from tongzhou.timeline.models import Event

# NOW is Friday 2024-03-01 09:00 in Shanghai.
HOUR = timedelta(hours=1)
FRIDAY = NOW + 8 * HOUR
NEXT_FRIDAY = FRIDAY + timedelta(days=7)


@pytest.fixture
def project(cast: Cast) -> Project:
    found = begun(planned_project(cast))
    with clock.pretend(NOW):
        keep_beats(NOW)
    return found


def titles(person: User, source: str = "") -> list[str]:
    rows = Notice.objects.filter(person=person, kind="sync", source__startswith=source).order_by("pk")
    return [row.title for row in rows]


def report(cast: Cast, project: Project, name: str, now: datetime, state: str = "doing") -> None:
    item = task(project, name)
    percent = 10000 if state == "done" else 1000
    with clock.pretend(now):
        report_progress(by=cast.owner, item=item, report=Report(state, percent), words=Words(), status_date=now.date(), now=now)


def change(project: Project, name: str, **values: Any) -> None:
    WorkItem.objects.filter(project=project, name=name).update(**values)


@pytest.mark.due_kind("sync-regular-reminder")
def test_two_hours_before_the_slot_one_is_reminded_once(cast: Cast, project: Project) -> None:
    settle(FRIDAY - 2 * HOUR - timedelta(minutes=1))
    assert titles(cast.owner) == []
    settle(FRIDAY - 2 * HOUR)
    assert titles(cast.owner) == ["请在 03-01 周五 17:00 前同步 2 项任务"]
    notice = Notice.objects.get(person=cast.owner, kind="sync")
    assert (notice.text, notice.link) == ("小项目 S-1：设计、测试", "/my-tasks/?group=report")
    settle(FRIDAY - HOUR)
    assert len(titles(cast.owner)) == 1
    assert not Notice.objects.filter(kind="sync").exclude(person=cast.owner).exists()


@pytest.mark.due_kind("sync-urgent-reminder")
def test_urgent_tasks_are_reminded_of_each_working_day(cast: Cast, project: Project) -> None:
    change(project, "设计", urgency="urgent", state="doing")
    for hours in (6, 6 + 24, 6 + 72):
        settle(NOW + hours * HOUR)
    assert titles(cast.owner, "sync-reminder") == [
        "请在 03-01 周五 17:00 前同步 2 项任务",
        "请在 03-04 周一 17:00 前同步 1 项任务",
    ]


@pytest.mark.due_kind("sync-regular")
def test_at_the_slot_it_is_counted_and_who_did_not_sync_is_asked_again(cast: Cast, project: Project) -> None:
    report(cast, project, "设计", FRIDAY - HOUR)
    count = Event.objects.count()
    settle(FRIDAY)
    row = SyncRound.objects.get()
    assert (row.project, row.urgency, row.slot_at) == (project, "regular", FRIDAY)
    assert (row.people, row.synced_people, row.tasks, row.synced_tasks) == (1, 0, 2, 1)
    result = SyncResult.objects.get()
    assert (result.owner, result.asked, result.department, result.tasks, result.missed) == (
        cast.owner,
        cast.owner,
        cast.rd,
        2,
        1,
    )
    assert [miss.work_item.name for miss in SyncMiss.objects.all()] == ["测试"]
    assert "sync-closed" in kinds_since(count)
    assert titles(cast.owner, "sync-missed") == ["1 项任务未在 03-01 周五 17:00 前同步"]
    listed = {row.person_id: (row.title, row.text, row.link) for row in Notice.objects.filter(source__startswith="sync-list")}
    told = ("小项目 S-1：1 人未在 03-01 周五 17:00 前同步", "郑十 1 项", "/projects/S-1/syncs/?state=missed")
    assert listed == {cast.manager.pk: told, cast.liaison.pk: told}


@pytest.mark.due_kind("sync-urgent")
def test_urgent_tasks_are_counted_each_working_day(cast: Cast, project: Project) -> None:
    change(project, "设计", urgency="urgent", state="doing")
    settle(FRIDAY)
    settle(FRIDAY + timedelta(days=1))
    settle(FRIDAY + timedelta(days=3))
    rounds = [(row.urgency, row.slot_at) for row in SyncRound.objects.order_by("slot_at", "urgency")]
    assert rounds == [("regular", FRIDAY), ("urgent", FRIDAY), ("urgent", FRIDAY + timedelta(days=3))]
    assert titles(cast.owner, "sync-missed") == ["2 项任务未在 03-01 周五 17:00 前同步", "1 项任务未在 03-04 周一 17:00 前同步"]


def test_a_report_of_the_last_four_hours_counts_and_an_older_one_does_not(cast: Cast, project: Project) -> None:
    report(cast, project, "设计", FRIDAY - 4 * HOUR)
    report(cast, project, "测试", FRIDAY - 4 * HOUR - timedelta(minutes=1))
    settle(FRIDAY)
    assert [miss.work_item.name for miss in SyncMiss.objects.all()] == ["测试"]


def test_who_reports_when_reminded_early_has_synced(cast: Cast, project: Project) -> None:
    with clock.pretend(NOW - 20 * HOUR):
        set_sync_rhythm(by=cast.manager, project=project, rhythm=Rhythm(lead_minutes=1440), now=NOW - 20 * HOUR)
    for name in ("设计", "测试"):
        report(cast, project, name, FRIDAY - 10 * HOUR)
    settle(FRIDAY)
    assert (SyncRound.objects.get().synced_tasks, titles(cast.owner, "sync-missed")) == (2, [])


def test_nothing_changed_for_all_in_one_tap_counts(cast: Cast, project: Project) -> None:
    items = list(WorkItem.objects.filter(project=project, name__in=["设计", "测试"]).select_related("project"))
    with clock.pretend(FRIDAY - HOUR):
        report_unchanged(by=cast.owner, items=items, status_date=None, now=FRIDAY - HOUR)
    settle(FRIDAY)
    assert SyncRound.objects.get().synced_people == 1
    assert not SyncMiss.objects.exists()


def test_what_was_missed_and_said_later_is_marked(cast: Cast, project: Project) -> None:
    settle(FRIDAY)
    report(cast, project, "设计", FRIDAY + HOUR)
    assert dict(misses().values_list("work_item__name", "late")) == {"设计": FRIDAY + HOUR, "测试": None}
    row = SyncRound.objects.get()
    assert (row.synced_tasks, SyncResult.objects.get().missed) == (0, 2)


def test_who_is_asked(cast: Cast, project: Project) -> None:
    change(project, "设计", state="cancelled")
    change(project, "定型", owner=cast.owner, state="doing")
    change(project, "推广", owner=cast.other_liaison, start=date(2024, 3, 9), typed_start=date(2024, 3, 9))
    settle(FRIDAY)
    assert [row.owner.name for row in SyncResult.objects.all()] == ["郑十"]
    assert [miss.work_item.name for miss in SyncMiss.objects.all()] == ["测试"]


def test_what_was_finished_in_time_counts_as_synced(cast: Cast, project: Project) -> None:
    report(cast, project, "设计", FRIDAY - HOUR, "done")
    settle(FRIDAY)
    assert (SyncRound.objects.get().tasks, SyncRound.objects.get().synced_tasks) == (2, 1)


def test_during_leave_the_stand_in_is_asked(cast: Cast, project: Project) -> None:
    Leave.objects.create(user=cast.owner, first=date(2024, 3, 1), last=date(2024, 3, 1), stand_in=cast.other_liaison)
    change(project, "测试", stand_in=cast.other_head)
    settle(FRIDAY - 2 * HOUR)
    settle(FRIDAY)
    asked = {row.asked: row.missed for row in SyncResult.objects.all()}
    assert asked == {cast.other_liaison: 1, cast.other_head: 1}
    assert titles(cast.owner) == []
    assert len(titles(cast.other_liaison, "sync-reminder")) == len(titles(cast.other_liaison, "sync-missed")) == 1


def test_where_nobody_stands_in_nobody_is_asked(cast: Cast, project: Project) -> None:
    Leave.objects.create(user=cast.owner, first=date(2024, 3, 1), last=date(2024, 3, 1))
    settle(FRIDAY)
    assert [(row.owner, row.asked, row.missed) for row in SyncResult.objects.all()] == [(cast.owner, None, 2)]
    assert (SyncRound.objects.get().people, titles(cast.owner)) == (0, [])
    assert [row.person for row in Notice.objects.filter(source__startswith="sync-list").order_by("person_id")]


def test_who_takes_no_part_in_the_project_is_not_asked(cast: Cast, project: Project) -> None:
    change(project, "设计", owner=cast.stranger)
    settle(FRIDAY)
    assert titles(cast.stranger) == []
    assert [(row.owner, row.asked) for row in SyncResult.objects.exclude(owner=cast.owner)] == [(cast.stranger, None)]


def test_one_notice_a_person_and_slot_over_all_projects(cast: Cast, project: Project) -> None:
    other = begun(planned_project(cast, "S-2"))
    change(other, "设计", urgency="urgent", state="doing")
    settle(FRIDAY - 2 * HOUR)
    settle(FRIDAY)
    assert titles(cast.owner) == ["请在 03-01 周五 17:00 前同步 4 项任务", "4 项任务未在 03-01 周五 17:00 前同步"]
    assert Notice.objects.filter(person=cast.manager, source__startswith="sync-list").count() == 2


def test_a_light_project_asks_only_who_owes_it(cast: Cast) -> None:
    begun(planned_project(cast, "S-3", "light"))
    keep(NOW)
    settle(FRIDAY - 2 * HOUR)
    assert titles(cast.owner) == []
    settle(FRIDAY)
    assert len(titles(cast.owner, "sync-missed")) == 1
    assert not Notice.objects.filter(source__startswith="sync-list").exists()


def keep(now: datetime) -> None:
    with clock.pretend(now):
        keep_beats(now)


def test_after_downtime_the_last_slot_is_caught_up_once(cast: Cast, project: Project) -> None:
    change(project, "设计", urgency="urgent", state="doing")
    settle(FRIDAY + timedelta(days=17, hours=1))
    rounds = [(row.urgency, row.slot_at) for row in SyncRound.objects.order_by("urgency")]
    assert rounds == [("regular", FRIDAY + timedelta(days=14)), ("urgent", FRIDAY + timedelta(days=17))]
    assert len(titles(cast.owner, "sync-missed")) == 2


def test_what_was_said_while_nothing_ran_is_late_not_missing(cast: Cast, project: Project) -> None:
    report(cast, project, "设计", FRIDAY + HOUR)
    settle(FRIDAY + 2 * HOUR)
    assert dict(misses().values_list("work_item__name", "late")) == {"设计": FRIDAY + HOUR, "测试": None}


@pytest.mark.parametrize(
    ("day_off", "slots"),
    [("before", [0, 6]), ("after", [0, 10]), ("skip", [0])],
)
def test_on_a_day_off_of_the_projects_calendar(cast: Cast, project: Project, day_off: str, slots: list[int]) -> None:
    calendar = WorkCalendar.objects.create(name="项目日历")
    CalendarDay.objects.create(calendar=calendar, first=date(2024, 3, 8), last=date(2024, 3, 8), working=False)
    Project.objects.filter(pk=project.pk).update(calendar=calendar)
    project.refresh_from_db()
    with clock.pretend(NOW):
        set_sync_rhythm(by=cast.manager, project=project, rhythm=Rhythm(regular_day_off=day_off), now=NOW)
    for day in range(12):
        settle(FRIDAY + timedelta(days=day))
    expected = [FRIDAY + timedelta(days=day) for day in slots]
    assert list(SyncRound.objects.order_by("slot_at").values_list("slot_at", flat=True)) == expected


def test_a_slot_that_moves_is_reminded_of_in_its_time(cast: Cast, project: Project) -> None:
    with clock.pretend(NOW):
        set_sync_rhythm(by=cast.manager, project=project, rhythm=Rhythm(regular_at=time(18), lead_minutes=30), now=NOW)
    settle(FRIDAY)
    assert titles(cast.owner) == []
    settle(FRIDAY + HOUR / 2)
    assert titles(cast.owner) == ["请在 03-01 周五 18:00 前同步 2 项任务"]


def test_without_lead_nobody_is_reminded(cast: Cast, project: Project) -> None:
    with clock.pretend(NOW):
        set_sync_rhythm(by=cast.manager, project=project, rhythm=Rhythm(lead_minutes=0), now=NOW)
    settle(FRIDAY - timedelta(minutes=1))
    assert titles(cast.owner) == []


def test_a_project_has_a_rhythm_of_its_own_and_may_follow_again(cast: Cast, project: Project) -> None:
    count = Event.objects.count()
    with clock.pretend(NOW):
        set_sync_rhythm(by=cast.manager, project=project, rhythm=Rhythm(regular_weekday=2, regular_at=time(9, 30)), now=NOW)
    assert kinds_since(count) == ["sync-rhythm-changed"]
    before = {"regular_weekday": 4, "regular_at": "17:00"}
    assert said()[2] == [("sync_rhythm", project.pk, before, {"regular_weekday": 2, "regular_at": "09:30"})]
    beat = SyncBeat.objects.get(rhythm__project=project)
    assert due_at("sync-regular", beat.pk) == datetime(2024, 3, 6, 1, 30, tzinfo=UTC)
    with clock.pretend(NOW):
        set_sync_rhythm(by=cast.manager, project=project, rhythm=None, now=NOW)
    assert due_at("sync-regular", beat.pk) is None
    assert not SyncRhythm.objects.filter(project=project).exists()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"urgent_weekday": 7}, ("weekday-invalid", "urgent_weekday")),
        ({"regular_weekday": -1}, ("weekday-invalid", "regular_weekday")),
        ({"regular_day_off": "keep"}, ("day-off-invalid", "regular_day_off")),
        ({"lead_minutes": 1441}, ("lead-range", "lead_minutes")),
        ({"lead_minutes": -1}, ("lead-range", "lead_minutes")),
    ],
)
def test_a_rhythm_that_is_none_is_refused(cast: Cast, project: Project, values: dict[str, Any], told: tuple[str, str]) -> None:
    with refused(*told):
        set_sync_rhythm(by=cast.manager, project=project, rhythm=Rhythm(**values), now=NOW)


@pytest.mark.parametrize("name", ["general_lead", "head", "liaison", "owner", "member", "stranger", "administrator"])
def test_only_the_manager_changes_that_of_a_project(cast: Cast, project: Project, name: str) -> None:
    with refused("forbidden", kind=Forbidden):
        set_sync_rhythm(by=getattr(cast, name), project=project, rhythm=Rhythm(), now=NOW)


def test_only_an_administrator_changes_that_of_the_organisation(cast: Cast, project: Project) -> None:
    with refused("forbidden", kind=Forbidden):
        set_sync_rhythm(by=cast.manager, project=None, rhythm=Rhythm(), now=NOW)
    with clock.pretend(NOW):
        set_sync_rhythm(by=cast.administrator, project=None, rhythm=Rhythm(regular_at=time(16)), now=NOW)
    beat = SyncBeat.objects.get()
    assert due_at("sync-regular", beat.pk) == FRIDAY - HOUR
    assert due_at("sync-regular-reminder", beat.pk) == FRIDAY - 3 * HOUR


def test_a_project_of_the_past_asks_nothing(cast: Cast, project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(status_date=date(2024, 2, 1))
    settle(FRIDAY)
    assert not SyncRound.objects.exists()


def test_where_all_is_done_nothing_is_asked(cast: Cast, project: Project) -> None:
    WorkItem.objects.filter(project=project).update(state="done")
    settle(FRIDAY)
    assert not SyncRound.objects.exists()
    assert not Notice.objects.filter(kind="sync").exists()


def test_the_next_slot_waits_after_each(cast: Cast, project: Project) -> None:
    settle(FRIDAY)
    beat = SyncBeat.objects.get()
    assert due_at("sync-regular", beat.pk) == NEXT_FRIDAY
    assert due_at("sync-regular-reminder", beat.pk) == NEXT_FRIDAY - 2 * HOUR


def test_care_keeps_what_is_right(cast: Cast, project: Project) -> None:
    beat = SyncBeat.objects.get()
    keep(FRIDAY - HOUR)
    # The reminder of 15:00 is still to be done.
    assert due_at("sync-regular-reminder", beat.pk) == FRIDAY - 2 * HOUR
    settle(FRIDAY - HOUR)
    keep(FRIDAY - HOUR)
    assert due_at("sync-regular-reminder", beat.pk) == NEXT_FRIDAY - 2 * HOUR
    assert due_at("sync-regular", beat.pk) == FRIDAY


def test_a_slot_costs_the_same_for_any_number_of_projects(cast: Cast, project: Project) -> None:
    """But for one row on the record of each project."""
    counts, beat = [], SyncBeat.objects.get()
    for number in range(8):
        begun(planned_project(cast, f"M-{number}"))
        if number in (1, 7):
            slot = FRIDAY + timedelta(days=7 * len(counts))
            with CaptureQueriesContext(connection) as caught, clock.pretend(slot), transaction.atomic():
                close_sync("regular", beat.pk, due_at=slot, now=slot)
            counts.append(len(caught) - SyncRound.objects.filter(slot_at=slot).count())
    assert counts[0] == counts[1] < 40


@pytest.mark.parametrize(("query", "shown"), [("", True), ("?state=missed", True), ("?state=synced&q=%00x&slot=nie", False)])
def test_the_page_names_who_is_missing(cast: Cast, project: Project, query: str, shown: bool) -> None:
    client = client_of(cast.manager)
    assert "还没有同步记录" in client.get("/projects/S-1/syncs/").content.decode()
    settle(FRIDAY)
    text = client.get(f"/projects/S-1/syncs/{query}").content.decode()
    assert ("设计、测试" in text) is shown
    assert client.get(f"/projects/S-1/syncs.xlsx{query}")["Content-Type"].endswith("sheet")
    assert client.get("/projects/S-1/syncs.exe").status_code == 404
    assert "未同步名单" in client.get("/projects/S-1/tracking/").content.decode()


def test_the_rhythm_is_set_by_a_form(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    assert client.post("/projects/S-1/syncs/rhythm/", RHYTHM).status_code == 302
    assert SyncRhythm.objects.get(project=project).regular_weekday == 3
    wrong = client.post("/projects/S-1/syncs/rhythm/", RHYTHM | {"regular_at": "25:00", "lead_minutes": "9" * 5000})
    assert wrong.status_code == 422 and "tz-error" in wrong.content.decode()
    assert client.post("/projects/S-1/syncs/rhythm/", {"inherit": "1"}).status_code == 302
    assert not SyncRhythm.objects.filter(project=project).exists()


def test_a_missed_slot_is_a_row_of_the_workbench(cast: Cast, project: Project) -> None:
    settle(FRIDAY)
    with clock.pretend(FRIDAY + timedelta(hours=17)):
        rows = reports_owed(cast.owner, clock.now())
        assert [(row.title, row.due_at, row.state) for row in rows] == [("设计", FRIDAY, "block"), ("测试", FRIDAY, "block")]
        text = client_of(cast.owner).get("/").content.decode()
    assert "昨天 17:00 已过" in text and "同步进度" in text
    report(cast, project, "设计", FRIDAY + HOUR)
    assert [row.due_at for row in reports_owed(cast.owner, FRIDAY + 2 * HOUR)] == [NEXT_FRIDAY, FRIDAY]
