"""My tasks: the groups, the filters, one save in place, no change for several."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q
from django.http import HttpResponse
from django.test import Client

from support.cast import Cast, planned_project, task
from support.checks import unchanged
from support.web import BAD_BODIES, client_of, send_json
from tongzhou.lib import clock
from tongzhou.people.models import Leave
from tongzhou.plan.actions import Report, record_progress
from tongzhou.plan.models import WorkItem
from tongzhou.progress.models import ProgressUpdate
from tongzhou.progress.queries.mine import my_tasks, owed_by
from tongzhou.projects.access import visible_to
from tongzhou.projects.models import Project, ProjectRole

WEDNESDAY = datetime(2024, 3, 6, 1, tzinfo=UTC)
Limit = Callable[..., Any]


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


@pytest.fixture
def owner(cast: Cast) -> Client:
    return client_of(cast.owner)


def groups(cast: Cast, day: int) -> list[tuple[str, str]]:
    with clock.pretend(datetime(2024, 3, day, 1, tzinfo=UTC)):
        return [(row.name, row.group) for row in my_tasks(cast.owner)]


def door(project: Project, name: str = "设计") -> str:
    return f"/projects/S-1/tasks/{task(project, name).pk}/report/"


def sent(client: Client, project: Project, name: str = "设计", /, **body: Any) -> HttpResponse:
    with clock.pretend(WEDNESDAY):
        return send_json(client, door(project, name), body)


def now(project: Project, name: str = "设计") -> tuple[str, int]:
    row = task(project, name)
    return row.state, row.percent


def test_the_groups_follow_the_day(cast: Cast, project: Project) -> None:
    assert groups(cast, 1) == [("设计", "soon"), ("测试", "soon")]
    assert groups(cast, 4) == [("设计", "report"), ("测试", "soon")]
    item = task(project, "设计")
    record_progress(by=cast.owner, item=item, report=Report("doing", 1000), status_date=date(2024, 3, 4), now=WEDNESDAY)
    assert groups(cast, 5) == [("设计", "doing"), ("测试", "soon")]
    assert groups(cast, 7) == [("测试", "report"), ("设计", "late")]
    # Friday is the day on which the regular ones are asked about.
    assert groups(cast, 8) == [("设计", "report"), ("测试", "report")]
    WorkItem.objects.filter(pk=item.pk).update(urgency="urgent")
    assert groups(cast, 5) == [("设计", "report"), ("测试", "soon")]


def test_a_row_says_how_far_it_is_behind(cast: Cast, project: Project) -> None:
    item = task(project, "设计")
    record_progress(by=cast.owner, item=item, report=Report("doing", 1000), status_date=date(2024, 3, 4), now=WEDNESDAY)
    with clock.pretend(WEDNESDAY):
        row = my_tasks(cast.owner)[0]
    found = (row.percent, row.planned, row.gap, row.points, row.far, row.dates, row.reported, row.late)
    assert found == ("10", "100", "behind", "90", True, "03-04 – 03-06", "03-04", False)


def test_who_stands_in_during_leave_sees_the_tasks(cast: Cast, project: Project) -> None:
    Leave.objects.create(user=cast.owner, first=date(2024, 3, 6), last=date(2024, 3, 6), stand_in=cast.member)
    with clock.pretend(WEDNESDAY):
        assert [(row.name, row.instead_of) for row in my_tasks(cast.member)] == [("设计", "郑十"), ("测试", "郑十")]
        assert "代 郑十" in client_of(cast.member).get("/my-tasks/").content.decode()
    assert my_tasks(cast.member) == []


def test_the_page_asks_the_same_number_of_queries(
    cast: Cast, project: Project, owner: Client, django_assert_max_num_queries: Limit
) -> None:
    planned_project(cast, "S-2")
    items = [WorkItem(project=project, name=f"任务{n}", rank=f"z{n:03}", owner=cast.owner) for n in range(100)]
    WorkItem.objects.bulk_create(items)
    with clock.pretend(WEDNESDAY), django_assert_max_num_queries(11):
        answer = owner.get("/my-tasks/")
    assert (answer.status_code, answer.content.count(b"data-task=")) == (200, 104)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["设计", "测试"]),
        ("group=soon", ["测试"]),
        ("group=late", []),
        ("q=设", ["设计"]),
        ("q=S-1 测", ["测试"]),
        ("state=doing", []),
        ("project=S-2", []),
        ("page=99999999999999999999", ["设计", "测试"]),
        ("page=-1&group=\x00", ["设计", "测试"]),
        ("group=nonsense", []),
    ],
)
def test_the_address_filters(project: Project, owner: Client, query: str, names: list[str]) -> None:
    with clock.pretend(WEDNESDAY):
        answer = owner.get(f"/my-tasks/?{query}")
    assert answer.status_code == 200
    assert [row.name for _name, _word, rows in answer.context["groups"] for row in rows] == names


def test_nothing_owed_says_so(cast: Cast, project: Project) -> None:
    page = client_of(cast.finance).get("/my-tasks/").content.decode()
    assert "没有由你负责的任务" in page


@pytest.mark.parametrize(
    ("body", "state", "percent"),
    [
        ({"percent": "60"}, "doing", 6000),
        ({"percent": 60}, "doing", 6000),
        ({"percent": "６０％"}, "doing", 6000),
        ({"percent": "33.33"}, "doing", 3333),
        ({"percent": "100"}, "done", 10000),
        ({"percent": "0"}, "todo", 0),
        ({"state": "doing"}, "doing", 0),
        ({"state": "done"}, "done", 10000),
        ({"state": "cancelled"}, "cancelled", 0),
        ({"done": "图纸"}, "todo", 0),
        ({"unchanged": True}, "todo", 0),
    ],
)
def test_one_save_in_place(project: Project, owner: Client, body: dict[str, Any], state: str, percent: int) -> None:
    answer = sent(owner, project, **body, row="mine")
    assert answer.status_code == 200, answer.content
    told = json.loads(answer.content)
    assert (now(project), told["state"]) == ((state, percent), state)
    assert told["html"].startswith("<li ") and ProgressUpdate.objects.count() == 1


def test_back_to_not_started_and_reopened(project: Project, owner: Client) -> None:
    sent(owner, project, percent="60")
    sent(owner, project, state="todo")
    assert (now(project), task(project, "设计").actual_start) == (("todo", 0), None)
    sent(owner, project, state="done")
    answer = sent(owner, project, state="doing")
    assert (answer.status_code, list(json.loads(answer.content)["errors"])) == (422, ["percent"])
    assert sent(owner, project, state="doing", percent="80").status_code == 200
    assert now(project) == ("doing", 8000)


def test_a_counted_task_by_its_quantity(project: Project, owner: Client) -> None:
    WorkItem.objects.filter(project=project, name="设计").update(quantity=Decimal(30), unit="家")
    assert sent(owner, project, done_quantity="１２").status_code == 200
    assert now(project) == ("doing", 4000)
    refused = json.loads(sent(owner, project, percent="50").content)
    assert list(refused["errors"]) == ["percent"] and "数量" in refused["detail"]
    assert sent(owner, project, done_quantity="45").status_code == 200
    assert (now(project), task(project, "设计").done_quantity) == (("done", 10000), Decimal(45))
    with clock.pretend(WEDNESDAY):
        assert "/ 30 家" in owner.get(f"/projects/S-1/tasks/{task(project, '设计').pk}/progress/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("percent", "abc"),
        ("percent", "101"),
        ("percent", "NaN"),
        ("percent", "-1"),
        ("percent", "60.123"),
        ("percent", True),
        ("percent", []),
        ("percent", "9" * 5001),
        ("state", "asleep"),
        ("state", {}),
        ("done", "x" * 2001),
        ("actual_start", "0001-01-01"),
        ("actual_start", "2024-03-07"),
        ("actual_finish", "9999-12-31"),
        ("help_department", "9" * 300),
        ("date", "0001-01-01"),
        ("date", "tomorrow"),
        ("date", 7),
        ("seen", "x"),
        ("seen", True),
    ],
)
def test_what_is_wrong_is_said_by_field(project: Project, owner: Client, field: str, value: Any) -> None:
    with unchanged():
        answer = sent(owner, project, **{"state": "doing"} | {field: value})
    assert answer.status_code == 422
    assert list(json.loads(answer.content)["errors"]) == [field]


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_bodies_that_are_none(project: Project, owner: Client, body: bytes) -> None:
    with unchanged():
        for path in ("/my-tasks/", door(project)):
            assert send_json(owner, path, body).status_code in (422, 200 if body[:1] == b"{" and path != "/my-tasks/" else 422)


def test_who_comes_second_sees_what_changed(cast: Cast, project: Project, owner: Client) -> None:
    seen = task(project, "设计").version
    assert sent(client_of(cast.manager), project, percent="30", seen=seen).status_code == 200
    with unchanged():
        answer = sent(owner, project, percent="60", seen=seen, row="mine")
    told = json.loads(answer.content)
    assert (answer.status_code, told["percent"], told["version"]) == (412, "30", seen + 1)
    assert told["html"].startswith("<li ")


def test_no_change_for_several(cast: Cast, project: Project, owner: Client) -> None:
    keys = [task(project, name).pk for name in ("设计", "测试")]
    with clock.pretend(WEDNESDAY):
        answer = send_json(owner, "/my-tasks/", {"tasks": keys})
    assert json.loads(answer.content) == {"count": 2}
    assert ProgressUpdate.objects.filter(unchanged=True).count() == 2


def test_no_change_for_several_is_refused_as_a_whole(cast: Cast, project: Project, owner: Client) -> None:
    mine, other = task(project, "设计").pk, task(project, "推广").pk
    stranger = client_of(cast.stranger)
    with unchanged(), clock.pretend(WEDNESDAY):
        answer = send_json(owner, "/my-tasks/", {"tasks": [mine, other]})
        assert (answer.status_code, "推广" in json.loads(answer.content)["detail"]) == (403, True)
        for tasks in ([], None, "x", [True], ["1"], [2**70], [-1], [mine] * 2 + [{}]):
            assert send_json(owner, "/my-tasks/", {"tasks": tasks}).status_code == 422
        assert send_json(owner, "/my-tasks/", {"tasks": [mine], "date": "0001-01-01"}).status_code == 422
        hidden, never = (send_json(stranger, "/my-tasks/", {"tasks": [key]}) for key in (mine, 999_999_999))
        assert (hidden.status_code, hidden.content) == (404, never.content)


def test_own_tasks_in_a_project_without_a_part_are_shown_while_it_is_open_for_a_leave(cast: Cast, project: Project) -> None:
    """Who was taken out of a project does not see his tasks there; while he is asked about others in it, his own too."""
    ProjectRole.objects.filter(user=cast.member).delete()
    WorkItem.objects.filter(pk=task(project, "推广").pk).update(owner=cast.member)
    with clock.pretend(WEDNESDAY):
        assert my_tasks(cast.member) == []
        Leave.objects.create(user=cast.owner, first=date(2024, 3, 6), last=date(2024, 3, 6), stand_in=cast.member)
        assert {row.name for row in my_tasks(cast.member)} == {"设计", "测试", "推广"}
        WorkItem.objects.filter(pk=task(project, "设计").pk).update(state="done")
        assert {row.name for row in my_tasks(cast.member)} == {"测试", "推广"}


def test_the_tasks_are_those_of_the_rule(cast: Cast, project: Project) -> None:
    """As told in one sentence: own, or asked instead, of what is open, in projects that she sees."""
    other = planned_project(cast, "S-2")
    WorkItem.objects.filter(project=other, name="推广").update(owner=cast.manager, stand_in=cast.member)
    WorkItem.objects.filter(project=other, name="定型").update(owner=cast.owner, stand_in=cast.stranger)
    Leave.objects.create(user=cast.owner, first=date(2024, 3, 1), last=date(2024, 3, 9), stand_in=cast.liaison)
    Leave.objects.create(user=cast.manager, first=date(2024, 3, 1), last=date(2024, 3, 9))
    with clock.pretend(WEDNESDAY):
        for who in cast.people.values():
            away = Leave.objects.filter(first__lte=WEDNESDAY.date(), last__gte=WEDNESDAY.date())
            of_leave = away.filter(Q(stand_in=who) | Q(stand_in=None, user__stand_in=who))
            of_item = Q(stand_in=who, owner__in=away.values("user"))
            asked = (of_item | Q(owner__in=of_leave.values("user"))) & ~Q(owner=who)
            rule = Q(owner=who) | asked
            rows = WorkItem.objects.filter(rule, project__in=visible_to(who), children=None).exclude(
                state__in=["done", "cancelled"]
            )
            assert sorted(row.id for row in my_tasks(who)) == sorted(rows.values_list("pk", flat=True)), who.name
            assert [row.id for row in owed_by(who)] != [] or not rows.exists()
    assert {row.name for row in my_tasks(cast.stranger)} == set()
