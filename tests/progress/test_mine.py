"""My tasks: the groups, the filters, one save in place, no change for several."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q
from django.http import HttpResponse
from django.test import Client

from support.cast import Cast, planned_project, task
from support.checks import kinds_since, refused, unchanged
from support.web import BAD_BODIES, client_of, send_json
from tongzhou.lib import clock
from tongzhou.lib.access import Stale
from tongzhou.people.models import Leave
from tongzhou.plan.actions import Report, record_progress
from tongzhou.plan.models import WorkItem
from tongzhou.progress import actions
from tongzhou.progress.models import ProgressUpdate
from tongzhou.progress.queries.mine import my_tasks, owed_by
from tongzhou.projects.access import visible_to
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.timeline.models import Event

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
    assert [row.name for *_head, parts in answer.context["groups"] for part in parts for row in part.tasks] == names


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


def shown(client: Client, number: str = "S-1") -> str:
    """Return what the form of a project's group sends, as the page has it."""
    with clock.pretend(WEDNESDAY):
        page = client.get("/my-tasks/?group=report")
    return next(part.seen for *_head, parts in page.context["groups"] for part in parts if part.number == number)


def tapped(client: Client, tasks: str) -> Any:
    with clock.pretend(WEDNESDAY):
        return client.post("/my-tasks/?group=report", {"tasks": tasks})


@pytest.fixture
def asked(project: Project) -> list[WorkItem]:
    """Both tasks of the owner run, and were never reported on: they are to be reported today."""
    WorkItem.objects.filter(project=project, name__in=["设计", "测试"]).update(start=date(2024, 3, 4), state="doing")
    return [task(project, "设计"), task(project, "测试")]


def test_one_tap_confirms_a_projects_group(project: Project, owner: Client, asked: list[WorkItem]) -> None:
    with clock.pretend(WEDNESDAY):
        page = owner.get("/my-tasks/").content.decode()
    assert page.count("data-unchanged-group") == 1
    assert "全部无变化（<span data-count>2</span>）" in page
    count, before = Event.objects.count(), [now(project, item.name) for item in asked]
    answer = tapped(owner, shown(owner))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my-tasks/?group=report")
    assert kinds_since(count)[-1] == "progress-unchanged"
    assert ProgressUpdate.objects.filter(unchanged=True, status_date=WEDNESDAY.date()).count() == 2
    assert [now(project, item.name) for item in asked] == before
    with clock.pretend(WEDNESDAY):
        page = owner.get("/my-tasks/").content.decode()
    assert "已确认 2 项任务无变化：设计、测试" in page
    assert "data-unchanged-group" not in page


def test_each_project_has_its_own_button(cast: Cast, project: Project, owner: Client, asked: list[WorkItem]) -> None:
    other = planned_project(cast, "S-2")
    WorkItem.objects.filter(project=other, name="设计").update(start=date(2024, 3, 4), state="doing")
    assert len(shown(owner, "S-2").split()) == 1
    assert tapped(owner, shown(owner, "S-2")).status_code == 302
    assert set(ProgressUpdate.objects.values_list("work_item__project__number", flat=True)) == {"S-2"}
    assert {part.split("-")[0] for part in shown(owner).split()} == {str(item.pk) for item in asked}


def test_what_was_changed_in_between_is_named_and_nothing_is_half(
    cast: Cast, project: Project, owner: Client, asked: list[WorkItem]
) -> None:
    seen = shown(owner)
    with clock.pretend(WEDNESDAY):
        send_json(client_of(cast.manager), door(project, "测试"), {"percent": "60"})
    with unchanged():
        answer = tapped(owner, seen)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert answer.context["refused"] == "打开本页之后已有变动：“测试”。没有保存任何内容，请核对后再确认。"
    assert shown(owner) != seen and str(task(project, "设计").pk) in page


def test_a_second_tap_says_the_same_twice_to_nobody(project: Project, owner: Client, asked: list[WorkItem]) -> None:
    seen = shown(owner)
    assert tapped(owner, seen).status_code == 302
    with unchanged():
        assert tapped(owner, seen).status_code == 412
    assert ProgressUpdate.objects.filter(unchanged=True).count() == 2


def test_a_group_with_a_task_that_is_not_hers_any_more_is_refused(
    cast: Cast, project: Project, owner: Client, asked: list[WorkItem]
) -> None:
    seen = shown(owner)
    WorkItem.objects.filter(pk=asked[1].pk).update(owner=cast.manager, department=cast.other_liaison.department)
    with unchanged():
        answer = tapped(owner, seen)
    assert (answer.status_code, "“测试”" in answer.context["refused"]) == (403, True)
    assert "data-unchanged-group" in answer.content.decode()


@pytest.mark.parametrize(
    "tasks", ["", "x", "1", "1-", "0-1", "1-0", "-1-1", "1-1 x", "1-1,2-1", "９-1", "\x00", f"{'9' * 40}-1"]
)
def test_a_form_that_names_nothing_that_was_shown(project: Project, owner: Client, tasks: str) -> None:
    with unchanged():
        assert tapped(owner, tasks).status_code == 422
        assert tapped(owner, " ".join(f"{key}-1" for key in range(10**9, 10**9 + 600))).status_code == 412


def test_one_that_she_may_not_see_answers_as_one_that_never_was(cast: Cast, project: Project, asked: list[WorkItem]) -> None:
    stranger, token = client_of(cast.stranger), re.compile(rb"[A-Za-z0-9]{64}")
    with unchanged():
        hidden, never = (tapped(stranger, f"{key}-1") for key in (asked[0].pk, 999_999_999))
    assert (hidden.status_code, never.status_code) == (412, 412)
    assert token.sub(b"", hidden.content) == token.sub(b"", never.content)


def test_two_at_once_confirm_once(cast: Cast, project: Project, asked: list[WorkItem]) -> None:
    """Who comes second under the plan's lock sees the other's version."""
    seen = {item.pk: item.version for item in asked}
    with clock.pretend(WEDNESDAY):
        actions.report_unchanged(by=cast.owner, items=asked, status_date=None, now=WEDNESDAY, seen=seen)
        with refused("items-changed", kind=Stale):
            actions.report_unchanged(by=cast.owner, items=asked, status_date=None, now=WEDNESDAY, seen=seen)


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
