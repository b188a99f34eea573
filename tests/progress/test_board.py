"""The board: its data, what a drop does, who may drop where; the table and the board agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from support.cast import Cast, planned_project, task
from support.checks import said, unchanged
from support.web import BAD_BODIES, client_of, send_json
from tongzhou.lib import clock
from tongzhou.people.models import User
from tongzhou.plan.actions import Report
from tongzhou.plan.models import Plan, WorkItem
from tongzhou.progress.actions import Asking, Words, report_progress, unblock_task
from tongzhou.progress.models import Block
from tongzhou.progress.queries.board import board_card, board_data
from tongzhou.progress.queries.tracking import tracking
from tongzhou.projects.models import Project

FRIDAY = datetime(2024, 3, 8, 1, tzinfo=UTC)
DAY = date(2024, 3, 8)
Limit = Callable[..., Any]


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def sent(client: Client, project: Project, what: str, name: str = "设计", **body: Any) -> HttpResponse:
    with clock.pretend(FRIDAY):
        return send_json(client, f"/projects/S-1/tasks/{task(project, name).pk}/{what}/?date=2024-03-08", body)


def test_a_card_says_everything(cast: Cast, project: Project) -> None:
    found = board_data(cast.owner, project, DAY)
    item = task(project, "设计")
    assert found["phases"] == ["1 阶段"]
    owner = [name for _key, name in found["people"]].index("郑十")
    rd = [name for _key, name in found["departments"]].index("研发部")
    card = next(card for card in found["cards"] if card[0] == item.pk)
    # Late (1), should have started (2), deviates (4), critical (8); the owner may report (1).
    flags = card[5]
    assert card[:5] == [item.pk, item.version, "1.1 设计", 0, "todo"]
    may = dict(zip([one[0] for one in found["cards"]], found["may"], strict=True))
    assert (flags & 3, card[6:8], card[8], card[9:], may[item.pk]) == (3, [owner, rd], "03-06", [0, 100], 1)


def test_the_board_and_the_table_agree(cast: Cast, project: Project) -> None:
    sent(client_of(cast.owner), project, "report", state="doing", percent="40")
    cards = {card[0]: (card[4], bool(card[5] & 1), card[9], card[10]) for card in board_data(cast.owner, project, DAY)["cards"]}
    rows = {row.id: (row.state, row.late, row.percent, row.planned) for row in tracking(project, DAY) if row.leaf}
    assert cards == rows and len(cards) == 4


def test_the_board_asks_the_same_number_of_queries(cast: Cast, project: Project, django_assert_max_num_queries: Limit) -> None:
    items = [WorkItem(project=project, name=f"任务{n}", rank=f"z{n:03}", owner=cast.owner) for n in range(50)]
    WorkItem.objects.bulk_create(items)
    client = client_of(cast.manager)
    for path, most in (("/projects/S-1/board/", 20), ("/projects/S-1/board/data/", 15)):
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200


def waiting(cast: Cast, project: Project, name: str, asking: Asking, until: datetime) -> Block:
    item = task(project, name)
    words = Words(problem="样机没到", blocking=replace(asking, until=until))
    report_progress(by=cast.manager, item=item, report=Report("blocked", 3000), words=words, status_date=DAY, now=FRIDAY)
    return Block.objects.get(work_item=item, closed_at=None)


def test_card_and_row_say_for_whom_a_task_waits(cast: Cast, project: Project) -> None:
    day = timedelta(days=1)
    person = waiting(cast, project, "设计", Asking(person=cast.other_liaison.pk), FRIDAY + 5 * day)
    unit = waiting(cast, project, "测试", Asking(department=cast.head.department_id), FRIDAY + day)
    with clock.pretend(FRIDAY + 3 * day):
        found = board_data(cast.owner, project, DAY)["waits"]
        rows = {row.id: row.waits for row in tracking(project, DAY) if row.waits.block}
        page = client_of(cast.owner).get("/projects/S-1/tracking/").content.decode()
        overdue = client_of(cast.owner).get("/projects/S-1/tracking/?state=waits-long")
        by_name = client_of(cast.owner).get(f"/projects/S-1/tracking/?q={cast.other_liaison.name}")
    who = f"{cast.other_liaison.department.name} {cast.other_liaison.name}"
    texts = [f"等 {who}，已等 3 天", f"等 {cast.head.department.name}，已等 3 天 · 逾期"]
    assert found == [[person.work_item_id, texts[0], 0], [unit.work_item_id, texts[1], 1]]
    assert {key: (mark.block, mark.text, mark.overdue) for key, mark in rows.items()} == {
        person.work_item_id: (person.pk, texts[0], False),
        unit.work_item_id: (unit.pk, texts[1], True),
    }
    assert f'class="tz-waits" href="/projects/S-1/blocks/{person.pk}/"' in page
    assert f'class="tz-waits c-block" href="/projects/S-1/blocks/{unit.pk}/"' in page
    assert [one.row.name for one in overdue.context["shown"]] == ["测试"]
    assert [one.row.name for one in by_name.context["shown"]] == ["设计"]


def test_a_task_that_waits_no_more_has_no_mark(cast: Cast, project: Project) -> None:
    block = waiting(cast, project, "设计", Asking(person=cast.other_liaison.pk), FRIDAY + timedelta(days=5))
    unblock_task(by=cast.other_liaison, block=block, outcome="样机到了", now=FRIDAY)
    assert board_data(cast.owner, project, DAY)["waits"] == []
    assert [row.waits for row in tracking(project, DAY) if row.waits.block] == []


@pytest.mark.parametrize(("path", "rows"), [("board/data/", "waits"), ("tracking/", "shown"), ("tracking/?sort=name", "shown")])
def test_many_that_wait_ask_one_query_more_than_none(cast: Cast, project: Project, path: str, rows: str) -> None:
    client, counts = client_of(cast.manager), []
    for count in (0, 1, 60):
        items = [
            WorkItem(project=project, name=f"任务{count}-{n}", rank=f"z{count:02}{n:03}", state="blocked") for n in range(count)
        ]
        keys = [item.pk for item in WorkItem.objects.bulk_create(items)]
        at = {"opened_at": FRIDAY, "until": FRIDAY, "state_before": "doing"}
        Block.objects.bulk_create([Block(work_item_id=key, person=cast.head, **at) for key in keys])
        Plan.objects.filter(project=project).update(version=F("version") + 1)
        client.get(f"/projects/S-1/{path}")
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/projects/S-1/{path}")
        counts.append(len(queries))
    assert counts == [counts[0], counts[0] + 1, counts[0] + 1]
    assert len(json.loads(answer.content)[rows] if rows == "waits" else answer.context[rows]) >= 60


def test_everybody_gets_the_same_cards_and_her_own_rights(cast: Cast, project: Project) -> None:
    stand_in = task(project, "测试")
    WorkItem.objects.filter(pk=stand_in.pk).update(stand_in=cast.member)
    shown = {}
    for who in (cast.manager, cast.owner, cast.member, cast.liaison):
        answer = client_of(who).get("/projects/S-1/board/data/?date=2024-03-08")
        shown[who] = json.loads(answer.content)
        assert shown[who] == json.loads(json.dumps(board_data(who, project, DAY)))
        assert shown[who]["cards"] == shown[cast.manager]["cards"]
        for card, may in zip(shown[who]["cards"], shown[who]["may"], strict=True):
            assert board_card(who, project, DAY, card[0]) == [*card, may]
    assert set(shown[cast.manager]["may"]) == {7}
    hers = zip(shown[cast.member]["cards"], shown[cast.member]["may"], strict=True)
    assert [(card[0], may) for card, may in hers if may] == [(stand_in.pk, 1)]


@pytest.mark.parametrize(
    "query", ["view=person", "view=nonsense", "view=\x00", "date=0001-01-01", "tab=9&only=x&q=" + "x" * 500]
)
def test_any_address_is_a_page(cast: Cast, project: Project, query: str) -> None:
    assert client_of(cast.member).get(f"/projects/S-1/board/?{query}").status_code == 200


def test_a_drop_on_a_state_reports_it(cast: Cast, project: Project) -> None:
    answer = sent(client_of(cast.owner), project, "report", state="done", row="card", seen=task(project, "设计").version)
    card = json.loads(answer.content)["card"]
    assert (card[4], card[9], task(project, "设计").state) == ("done", 100, "done")


def test_a_refused_drop_returns_with_words(cast: Cast, project: Project) -> None:
    client = client_of(cast.member)
    with unchanged():
        answer = sent(client, project, "report", state="done", row="card")
    assert (answer.status_code, bool(json.loads(answer.content)["detail"])) == (403, True)


def test_who_drops_second_gets_the_card_as_it_is(cast: Cast, project: Project) -> None:
    seen = task(project, "设计").version
    sent(client_of(cast.manager), project, "report", state="doing", percent="30")
    answer = sent(client_of(cast.owner), project, "report", state="done", row="card", seen=seen)
    assert (answer.status_code, json.loads(answer.content)["card"][9]) == (412, 30)
    manager = client_of(cast.manager)
    with unchanged():
        assert sent(manager, project, "assign", owner=cast.member.pk, seen=seen).status_code == 412


def test_a_drop_on_a_person_assigns(cast: Cast, project: Project) -> None:
    for person in (cast.manager, cast.liaison, cast.head):
        WorkItem.objects.filter(name="设计").update(owner=cast.owner)
        assert sent(client_of(person), project, "assign", owner=cast.member.pk).status_code == 200
        assert task(project, "设计").owner == cast.member
    assert said()[0] == "work-item-changed"
    assert sent(client_of(cast.manager), project, "assign", owner=None).status_code == 200
    assert task(project, "设计").owner is None


def test_a_drop_on_a_department_moves_it(cast: Cast, project: Project) -> None:
    assert sent(client_of(cast.manager), project, "assign", department=cast.marketing.pk).status_code == 200
    assert task(project, "设计").department == cast.marketing


def test_who_may_not_give_it_away(cast: Cast, project: Project) -> None:
    clients = {person: client_of(person) for person in (cast.owner, cast.member, cast.quality, cast.other_head, cast.liaison)}
    with unchanged():
        for person in (cast.owner, cast.member, cast.quality, cast.other_head):
            assert sent(clients[person], project, "assign", owner=cast.member.pk).status_code == 403
        # A liaison gives his tasks to people, but to no other department.
        assert sent(clients[cast.liaison], project, "assign", department=cast.marketing.pk).status_code == 403


@pytest.mark.parametrize("body", [{}, {"owner": "x"}, {"owner": 2**70}, {"owner": 0}, {"department": True}, {"department": -1}])
def test_what_is_wrong_with_a_drop(cast: Cast, project: Project, body: dict[str, Any]) -> None:
    client = client_of(cast.manager)
    with unchanged():
        answer = sent(client, project, "assign", **body)
    assert (answer.status_code, list(json.loads(answer.content)["errors"])) == (422, [next(iter(body), "owner")])


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_bodies_that_are_none(cast: Cast, project: Project, body: bytes) -> None:
    client = client_of(cast.manager)
    with unchanged():
        answer = send_json(client, f"/projects/S-1/tasks/{task(project, '设计').pk}/assign/", body)
    assert answer.status_code == 422


def test_quality_owns_nothing_and_the_disabled_get_nothing(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    User.objects.filter(pk=cast.member.pk).update(is_active=False)
    with unchanged():
        for person in (cast.quality, cast.member):
            assert sent(client, project, "assign", owner=person.pk).status_code == 422
