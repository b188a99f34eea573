"""Blocks: who must clear the way and by when; cleared, put off, passed on; overdue ones climb by the clock alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from support.cast import NOW, Cast, planned_project, small_project, task
from support.checks import kinds_since, refused, said
from support.web import client_of
from tongzhou.escalations.models import Case
from tongzhou.escalations.queries import open_case_of
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden
from tongzhou.people.models import Leave, System
from tongzhou.plan.actions import Report
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import (
    Asking,
    Words,
    block_task,
    escalate_task,
    pass_on_block,
    put_off_block,
    report_progress,
    report_unchanged,
    unblock_task,
)
from tongzhou.progress.models import Block
from tongzhou.progress.queries.blocks import asked_of, to_unblock, waiting_for_others
from tongzhou.projects.models import Project, Seat
from tongzhou.rhythm.jobs import settle
from tongzhou.rhythm.queries import due_at
from tongzhou.timeline.models import Event

DAY = date(2024, 3, 1)
UNTIL = datetime(2024, 3, 4, 9, tzinfo=UTC)


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def blocked(cast: Cast, project: Project, asking: Asking | None = None, percent: int = 3000) -> Block:
    asking = asking or Asking(person=cast.other_liaison.pk, until=UNTIL)
    words = Words(problem="样机没到", blocking=asking)
    item = task(project, "设计")
    report_progress(by=cast.owner, item=item, report=Report("blocked", percent), words=words, status_date=DAY, now=NOW)
    return Block.objects.select_related("work_item__project", "person", "department").get(closed_at=None)


def names(block: Block) -> list[str]:
    return [one.name for one in asked_of(block, NOW)]


def test_a_blocked_task_names_who_must_unblock_it_and_by_when(cast: Cast, project: Project) -> None:
    count = Event.objects.count()
    block = blocked(cast, project)
    assert (
        kinds_since(count) == ["baseline-cut", "progress-recorded", "task-blocked"] or kinds_since(count)[-1] == "task-blocked"
    )
    assert said()[1] == {"item": block.work_item_id, "block": block.pk, "asked": [cast.other_liaison.pk]}
    assert (block.reason, block.until, block.opened_by, block.state_before) == ("样机没到", UNTIL, cast.owner, "todo")
    assert due_at("block", block.pk) == UNTIL
    assert [one.block.pk for one in to_unblock(cast.other_liaison, NOW)] == [block.pk]
    assert [one.block.pk for one in waiting_for_others(cast.owner, NOW)] == [block.pk]
    assert to_unblock(cast.head, NOW) == []


@pytest.mark.parametrize(
    ("person", "department", "until", "told"),
    [
        ("", "", UNTIL, ("unblocker-missing", "unblocker")),
        ("head", "", None, ("until-missing", "until")),
        ("head", "", NOW, ("until-range", "until")),
        ("head", "", NOW + timedelta(days=400), ("until-range", "until")),
        ("stranger", "", UNTIL, ("person-unknown", "unblocker")),
        ("", "人力资源部", UNTIL, ("department-outside", "unblocker")),
        ("head", "市场部", UNTIL, ("unblocker-twice", "unblocker")),
    ],
)
def test_what_must_be_said(
    cast: Cast, project: Project, person: str, department: str, until: datetime | None, told: tuple[str, str]
) -> None:
    code, field = told
    who = getattr(cast, person).pk if person else None
    asking = Asking(who, cast.departments[department].pk if department else None, until)
    with refused(code, field):
        blocked(cast, project, asking)
    assert task(project, "设计").state == "todo"


def test_without_a_word_the_report_is_refused(cast: Cast, project: Project) -> None:
    item = task(project, "设计")
    with refused("unblocker-missing", "unblocker"):
        report_progress(by=cast.owner, item=item, report=Report("blocked", 10), words=Words(), status_date=DAY, now=NOW)


def test_a_department_is_asked_by_its_seats(cast: Cast, project: Project) -> None:
    assert names(blocked(cast, project, Asking(department=cast.marketing.pk, until=UNTIL))) == ["吴八", "冯十二"]


def test_where_nobody_sits_the_manager_is_asked(cast: Cast, project: Project) -> None:
    project.participations.get(department=cast.marketing).seats.all().delete()
    assert names(blocked(cast, project, Asking(department=cast.marketing.pk, until=UNTIL))) == ["陈一"]


def test_during_leave_the_stand_in_is_asked(cast: Cast, project: Project) -> None:
    Leave.objects.create(user=cast.other_liaison, first=DAY, last=DAY, stand_in=cast.other_head)
    block = blocked(cast, project)
    assert names(block) == ["吴八"]
    assert [one.block.pk for one in to_unblock(cast.other_head, NOW)] == [block.pk]
    assert to_unblock(cast.other_liaison, NOW) == []


def test_clearing_the_way_restores_the_task(cast: Cast, project: Project) -> None:
    item = task(project, "设计")
    report_progress(by=cast.owner, item=item, report=Report("doing", 2000), words=Words(), status_date=DAY, now=NOW)
    block, count = blocked(cast, project), Event.objects.count()
    unblock_task(by=cast.other_liaison, block=block, outcome="样机已送到", now=NOW)
    item = task(project, "设计")
    assert (item.state, item.percent, item.actual_finish) == ("doing", 3000, None)
    assert kinds_since(count) == ["task-unblocked", "progress-recorded"]
    block.refresh_from_db()
    assert (block.end, block.outcome, block.closed_by, block.closed_at) == ("cleared", "样机已送到", cast.other_liaison, NOW)
    assert due_at("block", block.pk) is None
    assert item.updates.order_by("-pk")[0].reporter_name == "冯十二"
    with refused("not-blocked"):
        unblock_task(by=cast.other_liaison, block=block, outcome="", now=NOW)


def test_a_task_not_begun_is_again_not_begun(cast: Cast, project: Project) -> None:
    block = blocked(cast, project, percent=0)
    unblock_task(by=cast.other_liaison, block=block, outcome="", now=NOW)
    assert task(project, "设计").state == "todo"


@pytest.mark.parametrize("person", ["owner", "manager", "liaison"])
def test_who_reports_on_the_task_may_unblock_it(cast: Cast, project: Project, person: str) -> None:
    unblock_task(by=getattr(cast, person), block=blocked(cast, project), outcome="", now=NOW)
    assert Block.objects.get().closed_by == getattr(cast, person)


@pytest.mark.parametrize("person", ["head", "other_head", "general_lead", "quality", "member", "stranger"])
def test_nobody_else_answers(cast: Cast, project: Project, person: str) -> None:
    block, by = blocked(cast, project), getattr(cast, person)
    for action in (
        lambda: unblock_task(by=by, block=block, outcome="", now=NOW),
        lambda: put_off_block(by=by, block=block, until=UNTIL + timedelta(days=1), reason="x", now=NOW),
        lambda: pass_on_block(by=by, block=block, asking=Asking(), reason="x", now=NOW),
    ):
        with refused("forbidden", kind=Forbidden):
            action()


def test_it_takes_longer(cast: Cast, project: Project) -> None:
    block, later = blocked(cast, project), UNTIL + timedelta(days=2)
    put_off_block(by=cast.other_liaison, block=block, until=later, reason="物流延误", now=NOW)
    block.refresh_from_db()
    assert (block.until, block.answer, due_at("block", block.pk)) == (later, "物流延误", later)
    assert said()[2][0][2:] == (
        {"until": UNTIL.isoformat(), "answer": ""},
        {"until": later.isoformat(), "answer": "物流延误"},
    )
    with refused("until-range", "until"):
        put_off_block(by=cast.other_liaison, block=block, until=later, reason="x", now=NOW)
    with refused("needed", "reason"):
        put_off_block(by=cast.other_liaison, block=block, until=later + timedelta(1), reason=" ", now=NOW)


def test_it_is_somebody_elses(cast: Cast, project: Project) -> None:
    block = blocked(cast, project)
    pass_on_block(by=cast.other_liaison, block=block, asking=Asking(person=cast.head.pk), reason="归研发", now=NOW)
    assert said()[1]["asked"] == [cast.head.pk]
    block.refresh_from_db()
    assert (names(block), block.until, block.answer) == (["李四"], UNTIL, "归研发")
    with refused("same-again", "unblocker"):
        pass_on_block(by=cast.head, block=block, asking=Asking(person=cast.head.pk), reason="x", now=NOW)
    with refused("person-unknown", "unblocker"):
        pass_on_block(by=cast.head, block=block, asking=Asking(person=cast.stranger.pk), reason="x", now=NOW)
    pass_on_block(by=cast.head, block=block, asking=Asking(), reason="不清楚", now=NOW)
    block.refresh_from_db()
    assert names(block) == ["陈一"]
    with refused("same-again", "unblocker"):
        pass_on_block(by=cast.manager, block=block, asking=Asking(), reason="x", now=NOW)


def test_a_report_of_another_state_ends_it(cast: Cast, project: Project) -> None:
    block = blocked(cast, project)
    report_progress(
        by=cast.owner, item=task(project, "设计"), report=Report("doing", 4000), words=Words(), status_date=DAY, now=NOW
    )
    block.refresh_from_db()
    assert (block.end, block.closed_by) == ("reported", cast.owner)


def test_no_change_leaves_it_as_it_is(cast: Cast, project: Project) -> None:
    block = blocked(cast, project)
    report_unchanged(by=cast.owner, items=[task(project, "设计")], status_date=DAY, now=NOW)
    block.refresh_from_db()
    assert block.closed_at is None


def test_who_reports_it_blocked_again_may_name_somebody_else(cast: Cast, project: Project) -> None:
    block = blocked(cast, project)
    report_progress(
        by=cast.owner, item=task(project, "设计"), report=Report("blocked", 3500), words=Words(), status_date=DAY, now=NOW
    )
    assert Block.objects.get().until == UNTIL
    again = blocked(cast, project, Asking(department=cast.rd.pk, until=UNTIL + timedelta(days=1)))
    assert (again.pk, again.person, again.department) == (block.pk, None, cast.rd)


def test_a_report_about_an_earlier_day_blocks_nothing(cast: Cast, project: Project) -> None:
    item = task(project, "设计")
    report_progress(by=cast.owner, item=item, report=Report("doing", 2000), words=Words(), status_date=DAY, now=NOW)
    item = task(project, "设计")
    past = DAY - timedelta(days=1)
    report_progress(by=cast.owner, item=item, report=Report("blocked", 1000), words=Words(), status_date=past, now=NOW)
    assert not Block.objects.exists()


def test_who_can_unblock_what_came_blocked_is_named_later(cast: Cast, project: Project) -> None:
    item = task(project, "设计")
    report_progress(by=System(), item=item, report=Report("blocked", 2000), words=Words(), status_date=DAY, now=NOW)
    assert not Block.objects.exists()
    item = task(project, "设计")
    asking = Asking(person=cast.other_liaison.pk, until=UNTIL)
    with refused("forbidden", kind=Forbidden):
        block_task(by=cast.member, item=item, asking=asking, reason="x", now=NOW)
    block = block_task(by=cast.owner, item=item, asking=asking, reason="缺样机", now=NOW)
    assert block.state_before == "doing"
    unblock_task(by=cast.owner, block=block, outcome="", now=NOW)
    with refused("not-blocked"):
        block_task(by=cast.owner, item=task(project, "设计"), asking=asking, reason="x", now=NOW)


@pytest.mark.due_kind("block")
def test_an_overdue_block_climbs_to_the_general_lead_by_the_clock_alone(cast: Cast, project: Project) -> None:
    block = blocked(cast, project)
    settle(UNTIL - timedelta(minutes=1))
    assert open_case_of("block", block.pk) is None
    seen = []
    for hour in range(0, 24 * 6, 6):
        settle(UNTIL + timedelta(hours=hour))
        case = Case.objects.get()
        if not seen or seen[-1] != case.level:
            seen.append(case.level)
    assert seen == [1, 2, 3]
    case = Case.objects.get()
    assert (case.kind, case.key, case.title, case.department, case.owner) == (
        "block",
        block.pk,
        "设计",
        cast.marketing,
        cast.owner,
    )
    assert [step.asked_name for step in case.steps.all()] == ["吴八", "陈一", "褚十六", "褚十六"][: case.steps.count()]
    late = UNTIL + timedelta(days=7)
    unblock_task(by=cast.other_liaison, block=block, outcome="到货", now=late)
    case.refresh_from_db()
    assert case.closed_at == late


def test_a_block_that_was_put_off_is_not_overdue(cast: Cast, project: Project) -> None:
    block = blocked(cast, project)
    put_off_block(by=cast.other_liaison, block=block, until=UNTIL + timedelta(days=1), reason="x", now=NOW)
    settle(UNTIL)
    assert not Case.objects.exists()
    settle(UNTIL + timedelta(days=1))
    assert Case.objects.count() == 1


def test_escalating_by_hand_opens_a_case_and_lets_it_climb(cast: Cast, project: Project) -> None:
    from tongzhou.escalations.actions import close_case

    block, item = blocked(cast, project), task(project, "设计")
    case = escalate_task(by=cast.owner, item=item, reason="等不了", now=NOW)
    assert (case.kind, case.key, case.level) == ("block", block.pk, 1)
    assert escalate_task(by=cast.quality, item=item, reason="还是等不了", now=NOW).level == 2
    with refused("still-open", "result"):
        close_case(by=cast.manager, case=Case.objects.get(), result="好了", now=NOW)
    other = escalate_task(by=cast.owner, item=task(project, "测试"), reason="没有环境", now=NOW)
    assert (other.kind, other.level) == ("task", 1)
    with refused("forbidden", kind=Forbidden):
        escalate_task(by=cast.member, item=item, reason="x", now=NOW)


def test_in_a_light_project_the_manager_is_asked_in_two_working_days(cast: Cast) -> None:
    project = planned_project(cast, "L-1", "light")
    words = Words(problem="没有场地")
    report_progress(
        by=cast.owner, item=task(project, "设计"), report=Report("blocked", 0), words=words, status_date=DAY, now=NOW
    )
    block = Block.objects.get()
    assert names(block) == ["陈一"]
    # Friday morning: Tuesday at the end of work.
    assert block.until == datetime(2024, 3, 5, 10, tzinfo=UTC)
    settle(block.until)
    case = Case.objects.get()
    assert (case.level, case.steps.get().passed) == (3, [[1, "empty"], [2, "asked"]])


def test_lists_cost_the_same_for_many(cast: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for number in ("S-1", "S-2", "S-3"):
        project = planned_project(cast, number)
        for name in ("设计", "测试"):
            words = Words(blocking=Asking(person=cast.other_liaison.pk, until=UNTIL))
            report_progress(
                by=cast.owner, item=task(project, name), report=Report("blocked", 0), words=words, status_date=DAY, now=NOW
            )
    small_project(cast, "S-4")
    with django_assert_num_queries(7):
        assert len(to_unblock(cast.other_liaison, NOW)) == 6
    with django_assert_num_queries(5):
        assert len(waiting_for_others(cast.owner, NOW)) == 6
    with django_assert_num_queries(2):
        assert to_unblock(cast.stranger, NOW) == []
    assert WorkItem.objects.filter(state="blocked").count() == 6


def test_during_leave_the_stand_in_sees_the_block_and_clears_it(cast: Cast, project: Project) -> None:
    block = blocked(cast, project)
    path = f"/projects/S-1/blocks/{block.pk}/"
    stand_in = client_of(cast.stranger)
    days = {"first": DAY, "last": DAY + timedelta(days=3)}
    with clock.pretend(NOW):
        assert stand_in.get(path).status_code == 404
        leave = Leave.objects.create(user=cast.other_liaison, stand_in=cast.stranger, **days)
        assert [one.block for one in to_unblock(cast.stranger, NOW)] == [block]
        assert stand_in.get(path).status_code == 200
    with clock.pretend(NOW + timedelta(days=4)):
        assert (stand_in.get(path).status_code, to_unblock(cast.stranger, clock.now())) == (404, [])
    # Who left the project is asked nothing there any more, and lets nobody in.
    Seat.objects.filter(holder=cast.other_liaison).delete()
    with clock.pretend(NOW):
        assert stand_in.get(path).status_code == 404
        assert to_unblock(cast.stranger, NOW) == to_unblock(cast.other_liaison, NOW) == []
    leave.delete()


def test_who_stands_in_for_a_seat_or_the_manager_sees_what_waits_for_them(cast: Cast, project: Project) -> None:
    asked = blocked(cast, project, Asking(department=cast.marketing.pk, until=UNTIL))
    path = f"/projects/S-1/blocks/{asked.pk}/"
    days = {"first": DAY, "last": DAY + timedelta(days=3)}
    stand_in = client_of(cast.stranger)
    with clock.pretend(NOW):
        leave = Leave.objects.create(user=cast.other_head, stand_in=cast.stranger, **days)
        assert stand_in.get(path).status_code == 200
        leave.delete()
        Leave.objects.create(user=cast.manager, stand_in=cast.stranger, **days)
        assert stand_in.get(path).status_code == 404
        Block.objects.filter(pk=asked.pk).update(department=None)
        assert stand_in.get(path).status_code == 200
        unblock_task(by=cast.stranger, block=Block.objects.get(pk=asked.pk), outcome="到了", now=NOW)
        assert stand_in.get(path).status_code == 404
