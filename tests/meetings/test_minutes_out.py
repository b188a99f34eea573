"""Minutes of a kickoff: late, sent, objected to, silent, amended, signed, in the archive."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from meetings.ground import (
    AFTER,
    END,
    HOUR,
    UNTIL,
    answered,
    answers,
    confirmed,
    crowd,
    fresh,
    part,
    plan_of,
    planned,
    sent,
    signed,
    told,
    write,
)
from support.cast import NOW, Cast
from support.checks import kinds_since, refused
from tongzhou.confirmations.actions import confirm, object_to
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Stale
from tongzhou.meetings.actions import (
    Sending,
    Task,
    add_action,
    add_decision,
    add_item,
    cancel_meeting,
    change_meeting,
    open_sheet_of,
    remove_item,
    send_minutes,
    set_attendees,
    take_minutes,
    write_part,
)
from tongzhou.meetings.models import Edition
from tongzhou.meetings.queries import stands
from tongzhou.meetings.queries.queue import meetings_owed
from tongzhou.notifications.models import Notice
from tongzhou.projects.models import CommunicationRule, Seat
from tongzhou.rhythm.jobs import settle
from tongzhou.rhythm.queries import due_at
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.places import ending_of, standings
from tongzhou.timeline.models import Event


@pytest.mark.due_kind("minutes")
@pytest.mark.due_kind("minutes-reminder")
def test_the_host_is_reminded_before_24_hours_are_over_and_the_manager_told_after(cast: Cast) -> None:
    row = planned(cast)
    settle(NOW)
    settle(END + 20 * HOUR)
    assert told(cast.head)[-1] == "请在 03-02 11:00 前发出纪要：启动会"
    assert "纪要" not in "".join(told(cast.manager))
    owed = meetings_owed(cast.head, END + 20 * HOUR)
    assert [(one.key, one.due_at, one.state) for one in owed] == [(f"minutes-{row.pk}", END + 24 * HOUR, "")]
    settle(END + 24 * HOUR - timedelta(minutes=1))
    assert not stands(fresh(row), END + 24 * HOUR - timedelta(minutes=1)).late
    settle(END + 24 * HOUR)
    assert stands(fresh(row), END + 24 * HOUR).late
    assert told(cast.manager)[-1] == told(cast.head)[-1] == "纪要没有按时发出：启动会"
    assert [one.state for one in meetings_owed(cast.head, END + 24 * HOUR)] == ["block"]
    # Late is not never.
    sent(cast, row, now=END + 25 * HOUR)
    assert meetings_owed(cast.head, END + 25 * HOUR) == []


def test_minutes_that_are_out_in_time_remind_nobody(cast: Cast) -> None:
    row = planned(cast)
    sent(cast, row)
    assert (due_at("minutes", row.pk), due_at("minutes-reminder", row.pk)) == (None, None)
    settle(END + 24 * HOUR)
    assert not {"minutes-due-soon", "minutes-overdue"} & set(kinds_since(0))


def test_sent_minutes_are_frozen_and_everybody_invited_gets_them_once(cast: Cast) -> None:
    row = planned(cast)
    with refused("not-held"):
        sent(cast, row, now=NOW)
    with refused("forbidden", kind=Forbidden):
        sent(cast, row, by=cast.other_head)
    settle(NOW)
    write(cast, row, "scope", "不含售后培训")
    edition = sent(cast, row, by=cast.member)
    assert (edition.number, edition.sent_by_name) == (1, "成员")
    scope = next(one for one in edition.content["parts"] if one["key"] == "scope")
    assert scope["text"] == "不含售后培训"
    with refused("nothing-changed"):
        sent(cast, row)
    # Who sent it has it before her as it is: her answer stands in her queue.
    before = {person.pk: len(told(person)) for person in (cast.other_head, cast.manager)}
    settle(AFTER)
    for person in (cast.other_head, cast.manager):
        assert len(told(person)) == before[person.pk] + 1
    assert "请你确认：启动会 第1版" in told(cast.other_head)[-1]
    notice = Notice.objects.filter(person=cast.other_head).order_by("-pk")[0]
    assert "不含售后培训" in notice.text
    assert answers(row) == {"陈一": "", "成员": "", "吴八": ""}
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(note="x")
    with refused("minutes-are-out"):
        cancel_meeting(by=cast.head, meeting=fresh(row), reason="改期", now=AFTER)
    with refused("minutes-are-out", "starts_at"):
        change_meeting(by=cast.head, meeting=fresh(row), plan=plan_of(cast, starts_at=AFTER + 9 * HOUR), now=AFTER)


def test_an_objection_is_amended_and_only_who_must_is_asked_again(cast: Cast) -> None:
    row = planned(cast)
    take_minutes(by=cast.member, meeting=row, now=AFTER)
    sent(cast, row)
    answered(cast, row, cast.member, cast.manager)
    question = fresh(row).confirmation
    assert question is not None
    object_to(by=cast.other_head, confirmation=question, reason="职责写错了", edition=1, now=AFTER)
    settle(AFTER)
    assert told(cast.head)[-1] == "吴八 对「启动会 第1版」有异议"
    assert [one.key for one in meetings_owed(cast.head, AFTER)] == [f"amend-{row.pk}"]
    # What changes is said of the marketing department alone: the others' answers hold.
    row.project.participations.filter(department=cast.marketing).update(duty="推广方案与渠道预热")
    take_minutes(by=cast.member, meeting=row, now=AFTER)
    second = sent(cast, row, note="改正市场部职责")
    assert second.number == 2
    assert answers(row) == {"陈一": "confirmed", "成员": "confirmed", "吴八": ""}
    event = Event.objects.filter(kind="minutes-sent").order_by("-pk")[0]
    assert (event.data["asked"], set(event.data["told"])) == ([cast.other_head.pk], {cast.manager.pk, cast.member.pk})
    settle(AFTER)
    assert "无需再确认" in told(cast.manager)[-1]
    # A text that concerns everybody is asked of everybody.
    write(cast, row, "scope", "不含售后培训")
    sent(cast, row)
    assert answers(row) == {"陈一": "", "成员": "", "吴八": ""}
    question = fresh(row).confirmation
    assert question is not None
    with refused("text-changed", kind=Stale):
        confirm(by=cast.other_head, confirmation=question, edition=2, now=AFTER)


def test_silence_does_not_count_where_the_communication_plan_does_not_say_so(cast: Cast) -> None:
    row = planned(cast)
    sent(cast, row)
    answered(cast, row, cast.member, cast.manager)
    settle(UNTIL + HOUR)
    assert answers(row) == {"陈一": "confirmed", "成员": "confirmed", "吴八": ""}
    assert stands(fresh(row), UNTIL + HOUR).state == "out"
    # Late she may still answer.
    answered(cast, row, cast.other_head, now=UNTIL + HOUR)
    assert stands(fresh(row), UNTIL + HOUR).state == "confirmed"


def test_silence_counts_where_the_communication_plan_says_so_and_is_no_signature(cast: Cast) -> None:
    row = planned(cast)
    CommunicationRule.objects.create(project=row.project, mechanism="启动会", silence_confirms=True)
    sent(cast, row)
    answered(cast, row, cast.member, cast.manager)
    settle(UNTIL - timedelta(minutes=1))
    assert stands(fresh(row), UNTIL).state == "out"
    settle(UNTIL)
    done = fresh(row)
    assert answers(row) == {"陈一": "confirmed", "成员": "confirmed", "吴八": "assumed"}
    assert (stands(done, UNTIL).state, done.confirmed_at) == ("confirmed", UNTIL)
    # It is an entry of the system: her seat still has to sign.
    assert done.sheet is not None
    assert [one.is_settled for one in standings(done.sheet)] == [False, False]


def test_a_silence_and_an_objection_wait_for_the_amendment(cast: Cast) -> None:
    row = planned(cast)
    CommunicationRule.objects.create(project=row.project, mechanism="启动会", silence_confirms=True)
    sent(cast, row)
    question = fresh(row).confirmation
    assert question is not None
    object_to(by=cast.other_head, confirmation=question, reason="不对", edition=1, now=AFTER)
    settle(UNTIL)
    assert answers(row) == {"陈一": "assumed", "成员": "assumed", "吴八": "objected"}
    assert stands(fresh(row), UNTIL).state == "out"
    write(cast, row, "scope", "改正", UNTIL)
    with clock.pretend(UNTIL):
        again = Sending(UNTIL + 24 * HOUR, "改正范围")
        send_minutes(by=cast.head, meeting=fresh(row), sending=again, now=UNTIL)
    assert answers(row) == {"陈一": "", "成员": "", "吴八": ""}
    answered(cast, row, cast.other_head, now=UNTIL)
    settle(UNTIL + 24 * HOUR)
    assert stands(fresh(row), UNTIL + 24 * HOUR).state == "confirmed"


def test_when_all_confirmed_the_heads_sign_and_the_minutes_go_to_the_archive(cast: Cast) -> None:
    row, sheet = confirmed(cast)
    assert (sheet.kind, sheet.key, sheet.version) == ("kickoff-minutes", row.pk, 1)
    assert [place.capacity for place in sheet.places.all()] == ["研发部负责人", "市场部负责人"]
    assert kinds_since(0)[-3:] == ["sheet-opened", "minutes-confirmed", "confirmation-given"]
    signed(sheet, cast.head)
    assert stands(fresh(row), AFTER).state == "confirmed"
    signed(sheet, cast.other_head)
    done = fresh(row)
    assert (stands(done, AFTER).state, done.signed_at, done.archived_at) == ("archived", AFTER, AFTER)
    settle(AFTER)
    assert told(cast.manager)[-1] == "已归档：启动会"
    item = part(row, "scope")
    given: dict[str, Any] = {"meeting": done, "now": AFTER}
    for write_it in (
        lambda: write_part(by=cast.head, item=item, text="改", version=item.version, now=AFTER),
        lambda: take_minutes(by=cast.head, **given),
        lambda: add_decision(by=cast.head, text="改", **given),
        lambda: add_item(by=cast.head, title="改", **given),
        lambda: remove_item(by=cast.head, item=item, now=AFTER),
        lambda: add_action(by=cast.head, task=Task("改", cast.head.pk, date(2024, 3, 4)), **given),
        lambda: change_meeting(by=cast.head, plan=plan_of(cast, title="改"), **given),
        lambda: set_attendees(by=cast.head, presences={cast.head.pk: "present"}, **given),
        lambda: send_minutes(by=cast.head, sending=Sending(UNTIL), **given),
        lambda: cancel_meeting(by=cast.head, reason="改", **given),
        lambda: open_sheet_of(by=cast.head, **given),
    ):
        with refused("archived"):
            write_it()


def test_a_head_who_refuses_has_the_minutes_amended_and_all_sign_the_next_edition(cast: Cast) -> None:
    row, first = confirmed(cast)
    signed(first, cast.head)
    signed(first, cast.other_head, "refuse")
    assert stands(fresh(row), AFTER).state == "confirmed"
    later = AFTER + HOUR
    write(cast, row, "scope", "不含售后培训", later)
    sent(cast, row, now=later, note="改正")
    assert ending_of(Sheet.objects.select_related("ending").get(pk=first.pk)) == "voided"
    assert (stands(fresh(row), later).state, fresh(row).sheet) == ("out", None)
    answered(cast, row, cast.member, cast.manager, cast.other_head, now=later)
    second = fresh(row).sheet
    assert second is not None and second.version == 2
    signed(second, cast.head, now=later)
    signed(second, cast.other_head, now=later)
    assert stands(fresh(row), later).state == "archived"


def test_without_a_head_nothing_breaks_and_the_host_asks_later(cast: Cast) -> None:
    row = planned(cast)
    seat = Seat.objects.get(participation__project=row.project, participation__department=cast.marketing, kind="head")
    seat.delete()
    sent(cast, row)
    with refused("not-confirmed"):
        open_sheet_of(by=cast.head, meeting=fresh(row), now=AFTER)
    # The former head takes no part any more and is asked nothing.
    assert answers(row) == {"陈一": "", "成员": ""}
    answered(cast, row, cast.member, cast.manager)
    settle(AFTER)
    assert (fresh(row).sheet, fresh(row).confirmed_at) == (None, AFTER)
    assert "有部门没有人可以签字：启动会" in told(cast.head)
    assert [one.key for one in meetings_owed(cast.head, AFTER)] == [f"heads-{row.pk}"]
    with refused("seat-empty", "seats"):
        open_sheet_of(by=cast.head, meeting=fresh(row), now=AFTER)
    Seat.objects.create(participation=seat.participation, kind="head", holder=cast.other_head)
    sheet = open_sheet_of(by=cast.head, meeting=fresh(row), now=AFTER)
    with refused("sheet-open"):
        open_sheet_of(by=cast.head, meeting=fresh(row), now=AFTER)
    assert sheet.places.count() == 2


def test_where_no_department_takes_part_the_last_answer_is_kept_all_the_same(cast: Cast) -> None:
    row = planned(cast)
    sent(cast, row)
    row.project.participations.all().delete()
    answered(cast, row, cast.member, cast.manager, cast.other_head)
    settle(AFTER)
    assert answers(row) == {"陈一": "confirmed", "成员": "confirmed", "吴八": "confirmed"}
    assert (fresh(row).sheet, fresh(row).confirmed_at) == (None, AFTER)
    assert "有部门没有人可以签字：启动会" in told(cast.manager)
    with refused("no-departments", "seats"):
        open_sheet_of(by=cast.manager, meeting=fresh(row), now=AFTER)


def test_as_many_as_can_be_invited_can_be_asked_to_confirm(cast: Cast) -> None:
    row = planned(cast)
    there = list(row.attendees.values_list("person_id", flat=True))
    people = crowd(row.project, 200 - len(there))
    set_attendees(by=cast.head, meeting=row, presences=dict.fromkeys([*there, *people], "present"), now=AFTER)
    sent(cast, row)
    assert len(answers(row)) == 199
    # Nobody becomes host or recorder beside them.
    with refused("how-many", "host"):
        change_meeting(by=cast.manager, meeting=fresh(row), plan=plan_of(cast, recorder=cast.liaison.pk), now=AFTER)


def test_somebody_has_to_be_there_to_confirm(cast: Cast) -> None:
    row = planned(cast)
    only = {cast.head.pk: "present"}
    change_meeting(by=cast.manager, meeting=row, plan=plan_of(cast, recorder=None), now=NOW)
    set_attendees(by=cast.head, meeting=row, presences=only, now=AFTER)
    with refused("nobody-invited", "people"):
        sent(cast, row)
    set_attendees(by=cast.head, meeting=row, presences=only | {cast.other_head.pk: "present"}, now=AFTER)
    with refused("due-range", "due"):
        send_minutes(by=cast.head, meeting=fresh(row), sending=Sending(NOW), now=AFTER)


def test_a_host_who_left_the_project_writes_no_more(cast: Cast) -> None:
    row = planned(cast)
    Seat.objects.filter(holder=cast.head).delete()
    with refused("forbidden", kind=Forbidden):
        take_minutes(by=cast.head, meeting=row, now=AFTER)
