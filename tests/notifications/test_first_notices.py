"""Who is told of what: tasks given, leave, hand-over, reports; the actor never."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from support.cast import NOW, Cast, planned_project, small_table, task
from support.plans import run
from tongzhou.lib.telling import Told
from tongzhou.notifications.actions import mark_all_read, mark_read, mark_unread, notify, tell
from tongzhou.notifications.models import Notice
from tongzhou.notifications.queries.inbox import Wanted, inbox_of, unread_count
from tongzhou.people.actions import hand_over_work, take_leave
from tongzhou.people.models import User
from tongzhou.plan.actions import assign_owner, bring_in, change_details
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project, ProjectRole, Seat
from tongzhou.timeline.models import Event


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def told() -> list[tuple[str, str]]:
    tell(Event.objects.latest("pk").pk)
    return list(Notice.objects.order_by("person_id").values_list("person__name", "title"))


def test_who_is_given_a_task_is_told(cast: Cast, project: Project) -> None:
    assign_owner(by=cast.manager, item=task(project, "推广"), owner=cast.member, now=NOW)
    assert told() == [("成员", "你成为“推广”的负责人")]
    assert Notice.objects.get().link == f"/projects/S-1/tasks/{task(project, '推广').pk}/"


def test_who_takes_a_task_herself_is_not_told(cast: Cast, project: Project) -> None:
    assign_owner(by=cast.manager, item=task(project, "推广"), owner=cast.manager, now=NOW)
    assert told() == []


def mine(person: User) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("title", flat=True))


def test_whose_task_it_was_is_told_who_has_it_now(cast: Cast, project: Project) -> None:
    item = task(project, "设计")
    assign_owner(by=cast.manager, item=item, owner=cast.member, now=NOW)
    assert set(told()) == {("成员", "你成为“设计”的负责人"), ("郑十", "“设计”改由 成员 负责，你不再负责")}
    row = Notice.objects.get(person=cast.owner)
    assert (row.kind, row.link, row.text) == ("task", f"/projects/S-1/tasks/{item.pk}/", "小项目 S-1，由 陈一 指定")


def test_whose_task_is_nobodys_now_is_told(cast: Cast, project: Project) -> None:
    assign_owner(by=cast.manager, item=task(project, "设计"), owner=None, now=NOW)
    assert told() == [("郑十", "你不再负责“设计”，该任务暂无负责人")]


def test_who_gives_her_task_away_herself_is_not_told(cast: Cast, project: Project) -> None:
    WorkItem.objects.filter(pk=task(project, "设计").pk).update(owner=cast.manager)
    assign_owner(by=cast.manager, item=task(project, "设计"), owner=cast.member, now=NOW)
    assert told() == [("成员", "你成为“设计”的负责人")]


def test_what_came_back_before_anybody_was_told_is_no_loss(cast: Cast, project: Project) -> None:
    assign_owner(by=cast.manager, item=task(project, "设计"), owner=cast.member, now=NOW)
    event = Event.objects.latest("pk")
    assign_owner(by=cast.manager, item=task(project, "设计"), owner=cast.owner, now=NOW)
    tell(event.pk)
    assert mine(cast.owner) == ["你成为“设计”的负责人"]
    assert mine(cast.member) == []


def test_the_grid_tells_both_once_and_in_one_notice(cast: Cast, project: Project) -> None:
    """She loses two and gains one by one command: one notice, with who has hers now; undoing it tells the other way round."""
    names = {"设计": cast.member, "测试": cast.member, "推广": cast.owner}
    cells = [{"id": task(project, name).pk, "field": "owner", "value": person.pk} for name, person in names.items()]
    run(cast.manager, project, "set", cells=cells)
    told()
    assert mine(cast.owner) == ["你成为“推广”的负责人；你不再负责 2 个任务：设计、测试"]
    assert "现负责人：设计 → 成员、测试 → 成员" in Notice.objects.get(person=cast.owner).text
    assert mine(cast.member) == ["你新增负责 2 个任务：设计、测试"]
    run(cast.manager, project, "undo")
    told()
    assert mine(cast.member)[1:] == ["你不再负责 2 个任务：设计、测试"]


def test_who_hands_over_and_stays_is_told_what_went(cast: Cast, project: Project) -> None:
    chosen = [f"task-{task(project, '设计').pk}"]
    hand_over_work(by=cast.administrator, person=cast.owner, successor=cast.member, chosen=chosen, now=NOW)
    tell(Event.objects.filter(kind="tasks-handed-over").latest("pk").pk)
    assert mine(cast.owner) == ["“设计”改由 成员 负责，你不再负责"]


def test_an_import_that_gives_a_task_to_another_tells_both(cast: Cast, project: Project) -> None:
    items, links = small_table(cast)
    keys = dict(WorkItem.objects.filter(project=project).values_list("name", "pk"))
    items = [replace(spec, existing=keys[spec.name], keep_parent=True) for spec in items]
    items = [replace(spec, owner=cast.member.pk) if spec.name == "设计" else spec for spec in items]
    bring_in(by=cast.manager, project=project, items=items, links=links, now=NOW)
    told()
    assert (mine(cast.owner), mine(cast.member)) == (["“设计”改由 成员 负责，你不再负责"], ["你成为“设计”的负责人"])


def test_events_that_change_no_owner_say_nothing_of_it(cast: Cast, project: Project) -> None:
    change_details(by=cast.manager, item=task(project, "设计"), values={"name": "设计稿"}, now=NOW)
    assert Event.objects.latest("pk").data == {"item": task(project, "设计稿").pk}
    assert told() == []


def test_a_stand_in_is_told_of_the_leave(cast: Cast) -> None:
    days = (date(2024, 3, 4), date(2024, 3, 6))
    take_leave(by=cast.owner, person=cast.owner, days=days, stand_in=cast.member, note="", now=NOW)
    assert told() == [("成员", "你代理 郑十：03-04 – 03-06")]


def test_who_takes_over_is_told(cast: Cast, project: Project) -> None:
    chosen = [f"task-{task(project, '设计').pk}"]
    hand_over_work(by=cast.administrator, person=cast.owner, successor=cast.member, chosen=chosen, now=NOW)
    for event in Event.objects.filter(kind__in=("work-handed-over", "tasks-handed-over")):
        tell(event.pk)
    titles = list(Notice.objects.filter(person=cast.member).order_by("pk").values_list("title", flat=True))
    assert titles == ["你接手 郑十 的工作：1 项", "你成为“设计”的负责人"]


def test_what_one_may_not_see_any_more_vanishes(cast: Cast, project: Project) -> None:
    mention = Told((cast.member.pk,), "mention", "提到你")
    notify(told=mention, source="event:1", project=project.pk, now=NOW)
    notify(told=mention, source="event:2", project=None, now=NOW)
    assert (unread_count(cast.member), len(inbox_of(cast.member, Wanted()).rows)) == (2, 2)
    ProjectRole.objects.filter(user=cast.member).delete()
    Seat.objects.filter(holder=cast.member).delete()
    assert (unread_count(cast.member), len(inbox_of(cast.member, Wanted(unread=False)).rows)) == (1, 1)
    hidden = Notice.objects.get(source="event:1")
    assert mark_read(by=cast.member, notices=[hidden.pk], now=NOW) == 0


def test_reading_and_unreading_ones_own(cast: Cast) -> None:
    for at in range(3):
        notify(told=Told((cast.owner.pk,), "mention", f"{at}"), source=f"event:{at}", project=None, now=NOW)
    first, second, third = Notice.objects.order_by("pk")
    assert mark_read(by=cast.member, notices=[first.pk], now=NOW) == 0
    assert mark_read(by=cast.owner, notices=[first.pk, 10**9], now=NOW) == 1
    assert mark_all_read(by=cast.owner, until=second.pk, now=NOW) == 1
    assert [row.id for row in inbox_of(cast.owner, Wanted()).rows] == [third.pk]
    assert mark_unread(by=cast.owner, notice=first.pk) == 1
    assert unread_count(cast.owner) == 2


def test_the_inbox_asks_as_much_for_many_as_for_few(cast: Cast, project: Project, django_assert_num_queries: object) -> None:
    for count in (1, 40):
        for at in range(count):
            mention = Told((cast.member.pk,), "mention", f"{at}")
            notify(told=mention, source=f"event:{count}-{at}", project=project.pk, now=NOW)
        with django_assert_num_queries(3):  # type: ignore[operator]
            found = inbox_of(cast.member, Wanted())
        assert found.rows[0].project_name == project.name
