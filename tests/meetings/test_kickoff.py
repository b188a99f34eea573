"""A kickoff until its minutes are written: planned, moved, called off, who came, what the project said, two who write."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from meetings.ground import (
    AFTER,
    END,
    HOUR,
    START,
    crowd,
    fresh,
    part,
    plan_of,
    planned,
    told,
)
from support.cast import NOW, Cast, small_project, task
from support.checks import kinds_since, refused, said, unchanged
from tongzhou.lib.access import Forbidden, Stale
from tongzhou.meetings.actions import (
    Task,
    add_action,
    add_decision,
    add_item,
    cancel_meeting,
    change_meeting,
    plan_meeting,
    remove_action,
    remove_decision,
    remove_item,
    set_attendees,
    take_minutes,
    write_part,
)
from tongzhou.meetings.models import ActionItem, AgendaItem
from tongzhou.meetings.queries import stands
from tongzhou.meetings.queries.invited import tag_of_list
from tongzhou.meetings.queries.live import SOURCES, live_of, shifts
from tongzhou.meetings.queries.queue import meetings_owed
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle
from tongzhou.rhythm.queries import due_at
from tongzhou.timeline.models import Event


def test_a_kickoff_is_planned_with_its_agenda_and_its_people(cast: Cast) -> None:
    row = planned(cast)
    kind, data, changes = said()
    people = {cast.head.pk, cast.other_head.pk, cast.manager.pk, cast.member.pk}
    assert (kind, set(data["people"]), data["meeting"]) == ("meeting-planned", people, row.pk)
    assert (changes[0][3]["title"], changes[0][3]["host"], changes[0][3]["recorder"]) == ("启动会", "李四", "成员")
    assert [item.key for item in row.items.all()] == [
        "objectives", "scope", "departments", "process", "milestones", "communication", "risks", "resources"
    ]  # fmt: skip
    assert row.items.all()[2].title == "各部门角色与职责"
    assert stands(row, NOW).state == "planned"
    assert (due_at("minutes", row.pk), due_at("minutes-reminder", row.pk)) == (END + 24 * HOUR, END + 20 * HOUR)
    settle(NOW)
    assert told(cast.other_head)[-1] == "邀请你参会：启动会，03-01 10:00"
    assert [(owed.kind, owed.key) for owed in meetings_owed(cast.other_head, NOW)] == [("参会", f"attend-{row.pk}")]


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"title": " "}, "needed", "title"),
        ({"title": "长" * 121}, "too-long", "title"),
        ({"place": "长" * 201}, "too-long", "place"),
        ({"starts_at": NOW - timedelta(days=367)}, "time-range", "starts_at"),
        ({"starts_at": NOW + timedelta(days=1200)}, "time-range", "starts_at"),
        ({"length": 0}, "length-range", "length"),
        ({"length": 1441}, "length-range", "length"),
        ({"link": "javascript:alert(1)"}, "link-unfit", "link"),
        ({"link": "https://"}, "link-unfit", "link"),
        ({"link": "http://[1"}, "link-unfit", "link"),
        ({"link": "https://a.example/ b"}, "link-unfit", "link"),
        ({"host": 10**15}, "person-unknown", "host"),
        ({"recorder": 10**15}, "person-unknown", "recorder"),
    ],
)
def test_what_cannot_be_planned_is_refused_at_its_field(cast: Cast, values: dict[str, Any], code: str, field: str) -> None:
    project = small_project(cast)
    with refused(code, field):
        planned(cast, project, **values)


def test_who_may_not_plan_and_what_a_project_has_not(cast: Cast) -> None:
    project = small_project(cast)
    given: dict[str, Any] = {"project": project, "plan": plan_of(cast), "people": [], "now": NOW}
    for person in (cast.head, cast.general_lead, cast.liaison, cast.member, cast.quality, cast.stranger):
        with refused("forbidden", kind=Forbidden):
            plan_meeting(by=person, kind="kickoff", **given)
    with refused("kind-unknown", "kind"):
        plan_meeting(by=cast.manager, kind="weekly", **given)
    with refused("person-unknown", "people"):
        plan_meeting(by=cast.manager, kind="kickoff", **given | {"people": [cast.stranger.pk]})
    plan_meeting(by=cast.manager, kind="kickoff", **given)
    with refused("planned-already", "kind"):
        plan_meeting(by=cast.manager, kind="kickoff", **given)
    light = small_project(cast, "S-2", "light")
    with refused("kind-unknown", "kind"):
        plan_meeting(by=cast.manager, kind="kickoff", **given | {"project": light})


def test_a_meeting_is_moved_and_all_who_are_invited_know(cast: Cast) -> None:
    row = planned(cast)
    settle(NOW)
    later = plan_of(cast, starts_at=START + 24 * HOUR)
    changed = change_meeting(by=cast.head, meeting=row, plan=later, version=1, now=NOW)
    assert said()[:2] == ("meeting-changed", {"meeting": row.pk, "moved": True, "host": None, "recorder": None})
    assert due_at("minutes", row.pk) == END + 48 * HOUR
    with refused("stale", kind=Stale):
        change_meeting(by=cast.manager, meeting=row, plan=plan_of(cast, title="别的"), version=1, now=NOW)
    count = Event.objects.count()
    change_meeting(by=cast.manager, meeting=changed, plan=later, version=2, now=NOW)
    assert Event.objects.count() == count
    with refused("forbidden", kind=Forbidden):
        change_meeting(by=cast.other_head, meeting=changed, plan=later, now=NOW)
    settle(NOW)
    assert told(cast.other_head)[-1].startswith("时间或地点有变：启动会，03-02 10:00")
    # Who hosts it from now on is invited.
    change_meeting(by=cast.manager, meeting=changed, plan=plan_of(cast, host=cast.general_lead.pk), now=NOW)
    assert row.attendees.filter(person=cast.general_lead).exists()


def test_the_same_moment_in_another_zone_is_no_change(cast: Cast) -> None:
    row = planned(cast)
    here = plan_of(cast, starts_at=START.astimezone(ZoneInfo("Asia/Shanghai")))
    with unchanged():
        change_meeting(by=cast.head, meeting=row, plan=here, version=1, now=NOW)
    change_meeting(by=cast.head, meeting=row, plan=replace(here, title="项目启动会"), version=1, now=NOW)
    _kind, data, changes = said()
    assert (data["moved"], changes[0][3]) == (False, {"title": "项目启动会"})


def test_who_hosts_it_or_takes_its_minutes_from_now_on_is_told(cast: Cast) -> None:
    row = planned(cast)
    settle(NOW)
    before = {person.pk: len(told(person)) for person in (cast.other_head, cast.manager, cast.member)}
    duties = plan_of(cast, host=cast.general_lead.pk, recorder=cast.other_head.pk)
    changed = change_meeting(by=cast.manager, meeting=row, plan=duties, now=NOW)
    settle(NOW)
    assert told(cast.general_lead)[-1] == "你改任会议主持人：启动会，03-01 10:00"
    assert told(cast.other_head)[before[cast.other_head.pk] :] == ["你改任会议记录人：启动会，03-01 10:00"]
    assert [len(told(person)) - before[person.pk] for person in (cast.manager, cast.member)] == [0, 0]
    # With another time each of those who are invited is told once.
    moved = replace(duties, host=cast.head.pk, starts_at=START + HOUR)
    change_meeting(by=cast.manager, meeting=changed, plan=moved, now=NOW)
    settle(NOW)
    assert told(cast.head)[-1] == "你改任会议主持人：启动会，03-01 11:00"
    assert told(cast.other_head)[before[cast.other_head.pk] + 1 :] == ["时间或地点有变：启动会，03-01 11:00，三楼会议室"]


def test_attendees_are_changed_and_marked(cast: Cast) -> None:
    row = planned(cast)
    present = {cast.head.pk: "present", cast.member.pk: "present", cast.other_head.pk: "excused", cast.liaison.pk: "invited"}
    set_attendees(by=cast.member, meeting=row, presences=present, now=AFTER)
    kind, data, changes = said()
    assert (kind, data) == ("attendees-changed", {"meeting": row.pk, "invited": [cast.liaison.pk]})
    assert changes[0][3]["attendees"]["吴八"] == "请假"
    assert dict(row.attendees.values_list("person_id", "presence")) == present
    count = Event.objects.count()
    set_attendees(by=cast.member, meeting=row, presences=present, now=AFTER)
    assert Event.objects.count() == count
    with refused("host-invited", "people"):
        set_attendees(by=cast.member, meeting=row, presences={cast.member.pk: "present"}, now=AFTER)
    with refused("presence-unknown", "people"):
        set_attendees(by=cast.member, meeting=row, presences=present | {cast.head.pk: "late"}, now=AFTER)
    with refused("person-unknown", "people"):
        set_attendees(by=cast.member, meeting=row, presences=present | {cast.stranger.pk: "present"}, now=AFTER)
    with refused("forbidden", kind=Forbidden):
        set_attendees(by=cast.liaison, meeting=row, presences=present, now=AFTER)


def test_who_saves_an_older_list_removes_nobody_who_was_invited_since(cast: Cast) -> None:
    row = planned(cast)
    shown = dict(row.attendees.values_list("person_id", "presence"))
    tag = tag_of_list(shown)
    set_attendees(by=cast.manager, meeting=row, presences=shown | {cast.liaison.pk: "invited"}, shown=tag, now=NOW)
    marked = dict.fromkeys(shown, "present")
    with refused("stale", kind=Stale):
        set_attendees(by=cast.head, meeting=row, presences=marked, shown=tag, now=AFTER)
    # The list as it is now is no conflict.
    with unchanged():
        set_attendees(by=cast.head, meeting=row, presences=shown | {cast.liaison.pk: "invited"}, shown=tag, now=AFTER)


def test_many_are_marked_with_as_few_questions_as_some(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    row = planned(cast)
    people = crowd(row.project, 150)
    there = dict(row.attendees.values_list("person_id", "presence"))
    with django_assert_max_num_queries(25):
        set_attendees(by=cast.head, meeting=row, presences=there | dict.fromkeys(people, "invited"), now=NOW)
    with django_assert_max_num_queries(25):
        set_attendees(by=cast.head, meeting=row, presences=there | dict.fromkeys(people, "present"), now=AFTER)
    assert row.attendees.filter(presence="present").count() == 150


def test_a_meeting_is_called_off_with_a_reason(cast: Cast) -> None:
    row = planned(cast)
    with refused("needed", "reason"):
        cancel_meeting(by=cast.head, meeting=row, reason=" ", now=NOW)
    cancel_meeting(by=cast.head, meeting=row, reason="改期", now=NOW)
    assert (stands(fresh(row), AFTER).state, due_at("minutes", row.pk)) == ("cancelled", None)
    with refused("cancelled"):
        take_minutes(by=cast.head, meeting=row, now=AFTER)
    settle(END + 24 * HOUR)
    assert "minutes-overdue" not in kinds_since(0)
    # Another one can be planned then.
    planned(cast, row.project)


def test_the_minutes_keep_what_the_project_said_and_what_changed_since_is_marked(cast: Cast) -> None:
    row = planned(cast)
    take_minutes(by=cast.member, meeting=row, now=AFTER)
    assert said()[0] == "minutes-taken"
    departments = part(row, "departments").live["rows"]
    assert [(one["name"], one["role"], one["head"]) for one in departments] == [
        ("研发部", "牵头", "李四"),
        ("市场部", "配合", "吴八"),
    ]
    assert [one["name"] for one in part(row, "milestones").live["rows"]] == ["项目开始", "定型"]
    assert [one["name"] for one in part(row, "process").live["rows"]] == ["阶段", "推广"]
    project = row.project
    project.participations.filter(department=cast.marketing).update(duty="推广方案")
    task(project, "定型").delete()
    now = live_of(project, ["departments", "milestones"])
    found = shifts(part(row, "departments").live, now["departments"])
    assert [(one.what, one.name, one.fields) for one in found] == [("changed", "市场部", (("职责", "", "推广方案"),))]
    assert [(one.what, one.name) for one in shifts(part(row, "milestones").live, now["milestones"])] == [("gone", "定型")]
    # Nothing is taken by itself; one part is taken anew, the others stay.
    take_minutes(by=cast.head, meeting=row, items=[part(row, "departments").pk], now=AFTER)
    assert part(row, "departments").live["rows"][1]["duty"] == "推广方案"
    assert len(part(row, "milestones").live["rows"]) == 2
    count = Event.objects.count()
    take_minutes(by=cast.head, meeting=row, items=[part(row, "departments").pk], now=AFTER)
    assert Event.objects.count() == count
    with refused("forbidden", kind=Forbidden):
        take_minutes(by=cast.liaison, meeting=row, now=AFTER)


def test_the_minutes_keep_long_texts_whole(cast: Cast) -> None:
    row = planned(cast)
    project, said_first = row.project, "目标" * 5_000
    Project.objects.filter(pk=project.pk).update(objective=said_first)
    take_minutes(by=cast.member, meeting=row, now=AFTER)
    assert [one["goal"] for one in part(row, "objectives").live["rows"] if one["id"] == "core"] == [said_first]
    # A change at its end is one.
    project.objective = said_first + "不变"
    found = shifts(part(row, "objectives").live, live_of(project, ["objectives"])["objectives"])
    assert [(one.row, one.fields[0][1:]) for one in found] == [("core", (said_first, said_first + "不变"))]


def test_of_very_many_risks_the_first_stand_in_the_minutes_and_how_many_more_there_are(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    row = planned(cast)
    rows = [WorkItem(project=row.project, name=f"任务{n}", rank=f"z{n:03}", risk_point=f"风险{n}") for n in range(200)]
    WorkItem.objects.bulk_create([*rows, WorkItem(project=row.project, name="停工", rank="zz", state="blocked")])
    with django_assert_max_num_queries(11):
        kept = live_of(row.project, list(SOURCES))["risks"]["rows"]
    assert [(one["name"], one["text"]) for one in kept[198:]] == [("任务198", "风险198"), ("任务199", "风险199"), ("停工", "")]
    more = [WorkItem(project=row.project, name=f"更多{n}", rank=f"zzz{n}", risk_point="x", state="blocked") for n in range(9)]
    WorkItem.objects.bulk_create([*more, WorkItem(project=row.project, name="完成", rank="zzzz", risk_point="x", state="done")])
    with django_assert_max_num_queries(13):
        kept = live_of(row.project, list(SOURCES))["risks"]["rows"]
    assert [one["id"] for one in kept].count("risk-more") == 1 and len(kept) == 200 + 1 + 10
    assert kept[200] == {"id": "risk-more", "name": "……另有 9 项", "kind": "风险点"}


def test_two_who_write_the_same_part_lose_nothing(cast: Cast) -> None:
    row = planned(cast)
    item = part(row, "scope")
    write_part(by=cast.member, item=item, text="一\r\n二 ", version=1, now=AFTER)
    assert said() == ("minutes-written", {"meeting": row.pk, "item": item.pk}, [
        ("agenda_item", item.pk, {"text": ""}, {"text": "一\n二"})
    ])  # fmt: skip
    with refused("stale", kind=Stale):
        write_part(by=cast.head, item=item, text="三", version=1, now=AFTER)
    with pytest.raises(Stale) as caught:
        write_part(by=cast.head, item=item, text="三", version=1, now=AFTER)
    assert caught.value.current == {"version": 2, "text": "一\n二", "edited_by": "成员"}
    # The same text again is no conflict, and no event.
    count = Event.objects.count()
    write_part(by=cast.head, item=item, text="一\n二", version=1, now=AFTER)
    assert Event.objects.count() == count
    with refused("too-long", "text"):
        write_part(by=cast.head, item=item, text="长" * 20_001, version=2, now=AFTER)
    with refused("forbidden", kind=Forbidden):
        write_part(by=cast.other_head, item=item, text="三", version=2, now=AFTER)


def test_parts_decisions_and_action_items_come_and_go(cast: Cast) -> None:
    row = planned(cast)
    own = add_item(by=cast.member, meeting=row, title="样机排期", now=AFTER)
    with refused("needed", "title"):
        add_item(by=cast.member, meeting=row, title=" ", now=AFTER)
    with refused("part-of-kind"):
        remove_item(by=cast.member, item=part(row, "scope"), now=AFTER)
    remove_item(by=cast.member, item=AgendaItem.objects.get(pk=own.pk), now=AFTER)
    assert not row.items.filter(pk=own.pk).exists()
    with refused("row-gone", kind=Stale):
        remove_item(by=cast.member, item=own, now=AFTER)
    with refused("row-gone", kind=Stale):
        write_part(by=cast.head, item=own, text="周三", version=1, now=AFTER)
    decision = add_decision(by=cast.member, meeting=row, text="先做样机", now=AFTER)
    with refused("needed", "decision"):
        add_decision(by=cast.member, meeting=row, text="", now=AFTER)
    remove_decision(by=cast.head, decision=decision, now=AFTER)
    assert said()[2][0][2:] == ({"decision": "先做样机"}, {"decision": ""})
    given: dict[str, Any] = {"by": cast.member, "meeting": row, "now": AFTER}
    action = add_action(task=Task("排期", cast.other_head.pk, date(2024, 3, 4)), **given)
    for wrong, code, field in (
        (Task("", cast.other_head.pk, date(2024, 3, 4)), "needed", "what"),
        (Task("排期", cast.stranger.pk, date(2024, 3, 4)), "person-unknown", "who"),
        (Task("排期", cast.other_head.pk, date(2024, 2, 4)), "before-meeting", "due"),
    ):
        with refused(code, field):
            add_action(task=wrong, **given)
    remove_action(by=cast.head, action=action, now=AFTER)
    count = Event.objects.count()
    remove_action(by=cast.head, action=action, now=AFTER)
    assert (Event.objects.count(), ActionItem.objects.count()) == (count, 0)
