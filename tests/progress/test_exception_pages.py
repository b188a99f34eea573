"""The pages of exceptions: reporting, handling, closing, reopening, with good and bad input; notices; empty and many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from support.cast import NOW, Cast, planned_project, task
from support.checks import unchanged
from support.forms import BAD_TEXTS, assert_wrong, questions
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.notifications.models import Notice
from tongzhou.progress.actions import Filed, report_exception
from tongzhou.progress.models import ExceptionReport
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle

LATER = NOW + timedelta(minutes=20)
LIST = "/projects/S-1/exceptions/"
NEW = f"{LIST}new/"


@pytest.fixture
def project(cast: Cast) -> Iterator[Project]:
    found = planned_project(cast)
    with clock.pretend(LATER):
        yield found


def filed(cast: Cast, project: Project, reason: str = "测试环境资源不足") -> ExceptionReport:
    words = Filed("resource", reason, "评审延迟 1 天", "协调技术部优先处理", date(2024, 3, 6))
    return report_exception(by=cast.owner, project=project, item=task(project, "设计"), filed=words, now=NOW)


def fields(project: Project, **values: Any) -> dict[str, Any]:
    words = {"kind": "resource", "reason": "测试环境资源不足", "impact": "评审延迟 1 天", "solution": "协调技术部优先处理"}
    return {**words, "expected": "2024-03-06", "task": str(task(project, "设计").pk), "department": "", **values}


def address(row: ExceptionReport, act: str = "") -> str:
    return f"{LIST}{row.pk}/{act}"


def test_an_exception_is_reported_by_its_form(cast: Cast, project: Project) -> None:
    client, key = client_of(cast.owner), task(project, "设计").pk
    page = client.get(f"{NEW}?task={key}&kind=delay").content.decode()
    assert f'<option value="{key}" selected>' in page and '<option value="delay" selected>' in page
    answer = client.post(NEW, fields(project))
    row = ExceptionReport.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, address(row))
    page = client.get(address(row)).content.decode()
    for text in ("资源冲突", "测试环境资源不足", "评审延迟 1 天", "协调技术部优先处理", "03-06", "郑十"):
        assert text in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, text) for name in ("reason", "impact", "solution") for text in BAD_TEXTS.values()),
        *((name, "长" * 2001) for name in ("reason", "impact", "solution")),
        ("kind", ""),
        ("kind", "nie"),
        ("expected", ""),
        ("expected", "2024-02-01"),
        ("expected", "2024-02-30"),
        ("expected", "0001-01-01"),
        ("expected", "9999-12-31"),
        ("expected", "morgen"),
        ("task", "0"),
        ("task", "x"),
        ("task", "9" * 5000),
        ("department", "0"),
        ("department", "\x00"),
    ],
)
def test_what_cannot_be_reported_is_said_at_its_field(cast: Cast, project: Project, name: str, value: str) -> None:
    page = assert_wrong(client_of(cast.manager), NEW, fields(project, **{name: value}), name)
    if name != "impact":
        assert "评审延迟 1 天" in page


@pytest.mark.parametrize("query", ["?task=x", "?task=" + "9" * 5000, "?task=%00", "?task=0&kind=%00", "?task=６０"])
def test_an_address_that_names_no_task_opens_the_form(cast: Cast, project: Project, query: str) -> None:
    assert client_of(cast.owner).get(f"{NEW}{query}").status_code == 200


HANDLING = {"measure": "向生产部借两台", "expected": "2024-03-07"}


def test_what_is_done_is_written_by_its_form(cast: Cast, project: Project) -> None:
    row, client = filed(cast, project), client_of(cast.head)
    answer = client.post(address(row, "handling/"), HANDLING | {"handler": cast.liaison.pk, "version": "1"})
    assert answer.status_code == 302
    page = client.get(address(row)).content.decode()
    assert "向生产部借两台" in page and "由 周七 处理" in page and "03-07" in page and "处理中" in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("measure", "\x00"),
        ("measure", "长" * 2001),
        ("handler", "0"),
        ("handler", "x"),
        ("handler", "外人"),
        ("expected", ""),
        ("expected", "2024-02-01"),
        ("expected", "9999-12-31"),
    ],
)
def test_handling_that_cannot_be_is_said_at_its_field(cast: Cast, project: Project, name: str, value: str) -> None:
    row = filed(cast, project)
    sent = str(cast.stranger.pk) if value == "外人" else value
    assert_wrong(client_of(cast.head), address(row, "handling/"), HANDLING | {name: sent}, name)


def test_what_others_wrote_meanwhile_is_not_written_over(cast: Cast, project: Project) -> None:
    row, client = filed(cast, project), client_of(cast.head)
    client.post(address(row, "handling/"), HANDLING | {"version": "1"})
    with unchanged():
        for act, values in (("handling/", HANDLING | {"measure": "不借"}), ("closure/", {"result": "好了"})):
            assert client.post(address(row, act), values | {"version": "1"}).status_code == 412


def test_closing_and_taking_up_again_by_their_forms(cast: Cast, project: Project) -> None:
    row, client = filed(cast, project), client_of(cast.head)
    for result in (*BAD_TEXTS.values(), "长" * 2001):
        assert_wrong(client, address(row, "closure/"), {"result": result}, "result")
    with unchanged():
        assert client.post(address(row, "reopening/")).status_code == 422
    assert client.post(address(row, "closure/"), {"result": "环境已扩容"}).status_code == 302
    page = client.get(address(row)).content.decode()
    assert "环境已扩容" in page and "重新打开" in page and "<textarea" not in page
    with unchanged():
        assert client.post(address(row, "closure/"), {"result": "又好了"}).status_code == 422
        assert client.post(address(row, "handling/"), HANDLING).status_code == 422
    assert client.post(address(row, "reopening/")).status_code == 302
    assert "<textarea" in client.get(address(row)).content.decode()


def notices() -> list[tuple[str, str, str]]:
    settle(LATER)
    return sorted(Notice.objects.filter(kind="exception").values_list("person__name", "title", "link"))


def test_every_notice_goes_out_once_and_leads_to_the_form(cast: Cast, project: Project) -> None:
    row, client = filed(cast, project), client_of(cast.head)
    words = "郑十 报备异常（资源冲突）：设计"
    expected = [(name, words, address(row)) for name in ("李四", "周七", "陈一")]
    assert notices() == sorted(expected)
    assert all(Notice.objects.filter(kind="exception").values_list("urgent", flat=True))
    client.post(address(row, "handling/"), HANDLING | {"handler": cast.liaison.pk})
    words = "李四 更新了异常处理措施：设计"
    expected += [(name, words, address(row)) for name in ("郑十", "周七")]
    assert notices() == sorted(expected)
    client.post(address(row, "closure/"), {"result": "环境已扩容"})
    expected += [(name, "异常已关闭：设计", address(row)) for name in ("郑十", "周七")]
    assert notices() == sorted(expected)
    client.post(address(row, "reopening/"))
    expected += [(name, "异常已重新打开：设计", address(row)) for name in ("郑十", "周七")]
    assert notices() == sorted(expected)
    for person in (cast.head, cast.liaison, cast.manager, cast.owner):
        assert client_of(person).get(address(row)).status_code == 200


@pytest.mark.parametrize("query", ["", "?state=overdue", "?kind=delay&state=all", "?q=%00x&sort=-expected&page=-1"])
def test_where_there_is_none_the_page_offers_the_form(cast: Cast, project: Project, query: str) -> None:
    page = client_of(cast.owner).get(f"{LIST}{query}").content.decode()
    assert ("没有未关闭的异常" if not query else "没有符合条件的异常") in page
    assert NEW in page and "<table" not in page


def test_pages_ask_as_much_for_sixty_as_for_three(cast: Cast, project: Project) -> None:
    client, counts = client_of(cast.manager), []
    for many in (3, 60):
        for number in range(ExceptionReport.objects.count() + 1, many + 1):
            row = filed(cast, project, f"第{number}件")
        for path in (LIST, f"{LIST}?state=all&sort=kind", address(row), NEW, "/projects/S-1/exceptions.xlsx"):
            counts.append(questions(client, path))
    assert counts[:5] == counts[5:]
    assert max(counts) <= 15
