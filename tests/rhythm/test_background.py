"""后台任务: administrators see what failed, let it be tried again or give it up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from support.api import Program, program_of
from support.cast import NOW, Cast
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden
from tongzhou.people.models import System
from tongzhou.rhythm.actions import drop_due, try_again
from tongzhou.rhythm.models import Due
from tongzhou.rhythm.queries.background import dead_by_kind, listed, overdue_since

HOUR = timedelta(hours=1)
PAGE = "/admin/background/"


def due(key: int, kind: str = "plan-calendar", next_at: datetime = NOW, **more: Any) -> Due:
    return Due.objects.create(kind=kind, key=key, at=NOW, next_at=next_at, lane=Due.Lane.SOON, **more)


@pytest.fixture
def rows(cast: Cast) -> list[Due]:
    """Three that failed, one that is tried again, one that is due, two that wait."""
    return [
        due(1, dead_at=NOW, attempts=10, error="ConnectionError: 打印机着火"),
        due(2, dead_at=NOW + HOUR, attempts=10, error="LookupError"),
        due(3, "event", dead_at=NOW, attempts=10, part="people.actions.listen"),
        due(4, attempts=2, error="TimeoutError", next_at=NOW + HOUR),
        due(5, next_at=NOW - HOUR),
        due(6, next_at=clock.now() + 3 * HOUR),
        due(7, next_at=clock.now() + 2 * HOUR),
    ]


@pytest.fixture
def administrator(cast: Cast) -> Client:
    return client_of(cast.administrator)


def test_the_page_begins_with_what_failed(administrator: Client, rows: list[Due]) -> None:
    shown = administrator.get(PAGE)
    assert [row.key for row in shown.context["rows"]] == [2, 3, 1]
    assert shown.context["groups"] == [("event", "变更的后续处理", 1), ("plan-calendar", "计划跟随日历", 2)]
    text = shown.content.decode()
    assert [word for _address, word in shown.context["tabs"]] == ["已失败 3", "重试中 1", "已到期 1", "等待中 2"]
    assert "打印机着火" in text and "people.actions.listen" in text and "从 2024-03-01 08:00 起到期" in text


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ("state=retried", [4]),
        ("state=due", [5]),
        ("state=waiting", [7, 6]),
        ("state=dead&kind=event", [3]),
        ("state=nonsense&kind=event", [3]),
        ("kind=no-such", []),
        ("kind=%00&page=-1", [2, 3, 1]),
        ("page=99999999", []),
        ("page=%D9%A3", [2, 3, 1]),
    ],
)
def test_the_page_is_filtered(administrator: Client, rows: list[Due], asked: str, keys: list[int]) -> None:
    shown = administrator.get(f"{PAGE}?{asked}")
    assert (shown.status_code, [row.key for row in shown.context["rows"]]) == (200, keys)


def test_an_empty_page_says_so(administrator: Client, cast: Cast) -> None:
    text = administrator.get(PAGE).content.decode()
    assert "没有失败的任务" in text and "查看等待中的任务" in text
    assert "目前没有" in administrator.get(f"{PAGE}?state=retried").content.decode()


def test_queries_do_not_grow_with_rows(administrator: Client, rows: list[Due], django_assert_max_num_queries: Any) -> None:
    for key in range(100, 160):
        due(key, dead_at=NOW)
        due(1000 + key, next_at=clock.now() + HOUR)
    for state, count in (("dead", 13), ("waiting", 14)):
        with django_assert_max_num_queries(count):
            shown = administrator.get(f"{PAGE}?state={state}")
        assert (len(shown.context["rows"]), bool(shown.context["later"])) == (50, True)
    assert len(listed("waiting", clock.now(), offset=50)) == 12


def test_one_is_tried_again(cast: Cast, rows: list[Due], administrator: Client) -> None:
    answer = administrator.post(f"{PAGE}again/", {"kind": "plan-calendar", "id": rows[0].pk}, follow=True)
    assert "已重新尝试 1 个任务。" in answer.content.decode()
    again = Due.objects.get(pk=rows[0].pk)
    assert (again.dead_at, again.attempts, again.error) == (None, 0, "")
    assert said()[:2] == ("due-tried-again", {"kind": "plan-calendar", "count": 1})


def test_all_of_a_kind_are_tried_again(cast: Cast, rows: list[Due], administrator: Client) -> None:
    administrator.post(f"{PAGE}again/", {"kind": "plan-calendar"})
    assert [(kind, count) for kind, _label, count in dead_by_kind()] == [("event", 1)]


def test_one_is_given_up(cast: Cast, rows: list[Due], administrator: Client) -> None:
    administrator.post(f"{PAGE}drop/", {"id": rows[2].pk})
    assert not Due.objects.filter(pk=rows[2].pk).exists()
    assert said()[:2] == ("due-dropped", {"kind": "event", "key": 3})


@pytest.mark.parametrize(
    "sent", [{}, {"id": "x"}, {"id": "9" * 5000}, {"kind": "\0"}, {"id": "４"}, {"kind": "event", "id": "0"}]
)
def test_bad_input_changes_nothing(administrator: Client, rows: list[Due], sent: dict[str, str]) -> None:
    with unchanged():
        for place in ("again", "drop"):
            assert administrator.post(f"{PAGE}{place}/", sent).status_code == 302


def test_only_administrators_may(cast: Cast, rows: list[Due]) -> None:
    with refused("forbidden", kind=Forbidden):
        try_again(by=cast.manager, kind="event", now=NOW)
    with refused("forbidden", kind=Forbidden):
        drop_due(by=cast.manager, row=rows[0].pk, now=NOW)
    with refused("nothing-failed", "kind"):
        try_again(by=System(), kind="rhythm-care", now=NOW)
    with refused("nothing-failed", "id"):
        drop_due(by=System(), row=rows[3].pk, now=NOW)


def test_what_nobody_takes_is_noticed(rows: list[Due]) -> None:
    assert overdue_since(NOW) == NOW - HOUR
    assert overdue_since(NOW - 2 * HOUR) is None


def test_programs_do_the_same(cast: Cast, rows: list[Due]) -> None:
    program: Program = program_of(cast.administrator, "read", "write", "admin")
    told = program.ask("GET", "background-jobs?state=dead&limit=2").json()
    assert ([item["key"] for item in told["items"]], told["count"], told["next"] is None) == ([2, 3], 3, False)
    assert told["items"][0]["label"] == "计划跟随日历"
    assert program.ask("GET", "background-jobs?state=waiting&kind=plan-calendar").json()["count"] == 2
    assert program.ask("POST", "background-jobs/again", {"kind": "plan-calendar"}).json() == {"count": 2}
    with unchanged():
        refusal = program.ask("POST", "background-jobs/again", {"kind": "plan-calendar"})
    assert (refusal.status_code, list(refusal.json()["errors"])) == (422, ["kind"])
    assert program.ask("GET", "background-jobs?state=x").status_code == 422
    path = f"background-jobs/{rows[2].pk}"
    assert [program.ask("DELETE", path).status_code for _time in (1, 2)] == [204, 404]
