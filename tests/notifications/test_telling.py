"""Telling people: one row for a person and a source, and when it goes out."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from support.cast import NOW, Cast, small_project
from tongzhou.lib.telling import Told
from tongzhou.notifications.actions import notify, tell
from tongzhou.notifications.models import Notice
from tongzhou.notifications.queries import Choices, when
from tongzhou.projects.actions import add_comment, edit_comment
from tongzhou.projects.queries.comments import About
from tongzhou.timeline.models import Event


def told(*people: int, **more: object) -> Told:
    return Told(tuple(people), "mention", "有人提到你", **more)  # type: ignore[arg-type]


def test_a_person_is_told_once_for_a_source(cast: Cast) -> None:
    people = (cast.owner.pk, cast.member.pk)
    assert notify(told=told(*people), source="event:1", project=None, now=NOW) == 2
    assert notify(told=told(*people), source="event:1", project=None, now=NOW) == 0
    assert notify(told=told(*people, cast.head.pk), source="event:1", project=None, now=NOW) == 1
    assert notify(told=told(cast.owner.pk, cast.owner.pk), source="event:2", project=None, now=NOW) == 1
    assert Notice.objects.filter(person=cast.owner).count() == 2


def test_who_left_is_not_told(cast: Cast) -> None:
    cast.owner.is_active = False
    cast.owner.save()
    assert notify(told=told(cast.owner.pk, 10**9), source="event:1", project=None, now=NOW) == 0


def test_long_titles_are_cut_on_one_line(cast: Cast) -> None:
    notify(told=Told((cast.owner.pk,), "mention", "甲\n乙" * 200, "文" * 900), source="x", project=None, now=NOW)
    row = Notice.objects.get()
    assert (len(row.title), row.title[:3], row.title[-1], len(row.text)) == (200, "甲 乙", "…", 500)


def test_five_hundred_people_cost_as_many_queries_as_two(cast: Cast, django_assert_max_num_queries: object) -> None:
    from tongzhou.people.models import User

    people = User.objects.bulk_create([User(login=f"p{at}", name=f"人{at}") for at in range(300)])
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        notify(told=told(*(one.pk for one in people)), source="event:1", project=None, now=NOW)
    assert Notice.objects.count() == 300


def test_a_mention_is_told_once_even_when_the_comment_is_edited(cast: Cast) -> None:
    project = small_project(cast)
    about = About("project", project.pk, project.name)
    comment = add_comment(by=cast.manager, project=project, on=about, text="@成员 请看 @陈一", now=NOW)
    tell(Event.objects.latest("pk").pk)
    assert list(Notice.objects.values_list("person__name", "title", "link", "project_id")) == [
        ("成员", "陈一 在“小项目 S-1”的评论中提到了你", "/projects/S-1/comments/", project.pk)
    ]
    edit_comment(by=cast.manager, comment=comment, text="@成员 @李四 请看", now=NOW + timedelta(minutes=1))
    tell(Event.objects.latest("pk").pk)
    assert list(Notice.objects.order_by("pk").values_list("person__name", flat=True)) == ["成员", "李四"]


# 2024-03-01 is a Friday; the hours are those of Shanghai.
LOCAL = [
    (Choices(), "03-01 09:00", "03-01 09:00"),
    (Choices(pace="daily", hour=9), "03-01 09:00", "03-02 09:00"),
    (Choices(pace="daily", hour=17), "03-01 09:00", "03-01 17:00"),
    (Choices(pace="weekly", hour=9, weekday=0), "03-01 09:00", "03-04 09:00"),
    (Choices(pace="weekly", hour=9, weekday=4), "03-01 09:00", "03-08 09:00"),
    (Choices(quiet=True), "03-01 09:00", "03-01 09:00"),
    (Choices(quiet=True), "03-01 20:00", "03-02 08:00"),
    (Choices(quiet=True), "03-01 07:59", "03-01 08:00"),
    (Choices(quiet=True), "03-01 08:00", "03-01 08:00"),
    (Choices(quiet=True, quiet_days=(5, 6), quiet_from=time(0), quiet_to=time(0)), "03-02 12:00", "03-04 00:00"),
    (Choices(quiet=True, quiet_days=(5, 6), quiet_from=time(0), quiet_to=time(0)), "03-01 23:59", "03-01 23:59"),
    (Choices(quiet=True, pace="daily", hour=7), "03-01 09:00", "03-02 08:00"),
    (Choices(quiet=True, quiet_from=time(12), quiet_to=time(14)), "03-01 13:00", "03-01 14:00"),
]


@pytest.mark.parametrize(("choices", "told_at", "goes_out"), LOCAL)
def test_when_it_goes_out(choices: Choices, told_at: str, goes_out: str) -> None:
    assert when(choices, shanghai(told_at), urgent=False).at == shanghai(goes_out)
    assert when(choices, shanghai(told_at), urgent=True).at == shanghai(told_at)


def shanghai(text: str) -> datetime:
    return datetime.strptime(f"2024-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC) - timedelta(hours=8)
