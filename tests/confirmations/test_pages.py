"""The pages of confirmations: asking, answering, another text, withdrawing, good and bad; notices; empty and many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.cast import NOW, Cast, small_project
from support.checks import unchanged
from support.forms import BAD_TEXTS, assert_wrong, questions
from support.web import client_of
from tongzhou.confirmations.actions import Asking, ask_confirmation
from tongzhou.confirmations.models import Confirmation
from tongzhou.lib import clock
from tongzhou.notifications.models import Notice
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle

LATER = NOW + timedelta(minutes=20)
DUE = datetime(2024, 3, 5, 9, tzinfo=UTC)
NEW = "/projects/S-1/confirmations/new/"
LIST = "/projects/S-1/confirmations/"


@pytest.fixture
def project(cast: Cast) -> Iterator[Project]:
    found = small_project(cast)
    with clock.pretend(LATER):
        yield found


def asked(cast: Cast, project: Project, title: str = "口头结论", silence: str = "confirmed") -> Confirmation:
    asking = Asking(title, "上线日期改为 4 月 8 日", [cast.head.pk, cast.other_head.pk], DUE, silence)
    return ask_confirmation(by=cast.member, project=project, asking=asking, now=NOW)


def fields(cast: Cast, **values: Any) -> dict[str, Any]:
    known = {"title": "口头结论", "text": "一\n二", "people": [cast.head.pk, cast.other_head.pk]}
    return known | {"due": "2024-03-05T17:00", "silence": "confirmed"} | values


def address(row: Confirmation, act: str = "") -> str:
    return f"{LIST}{row.pk}/{act}"


def test_a_conclusion_is_asked_for_by_its_form(cast: Cast, project: Project) -> None:
    client = client_of(cast.member)
    page = client.get(NEW).content.decode()
    assert "李四（研发部）" in page and "成员（研发部）" not in page
    answer = client.post(NEW, fields(cast))
    row = Confirmation.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, address(row))
    assert (row.title, row.text, row.due, row.silence, row.confirmers.count()) == ("口头结论", "一\n二", DUE, "confirmed", 2)
    page = client.get(address(row)).content.decode()
    assert "到期未答复视为确认" in page and "2 人中已有 0 人确认" in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("title", text) for text in BAD_TEXTS.values()),
        *(("text", text) for text in BAD_TEXTS.values()),
        ("title", "长" * 121),
        ("text", "长" * 10_001),
        ("people", []),
        ("people", ["0"]),
        ("people", ["x"]),
        ("people", ["9" * 5000]),
        ("people", ["外人"]),
        ("due", ""),
        ("due", "昨天"),
        ("due", "2024-03-01T08:00"),
        ("due", "2025-06-01T08:00"),
        ("due", "0001-01-01T00:00"),
        ("due", "9999-12-31T00:00"),
        ("due", "2024-02-30T00:00"),
        ("silence", ""),
        ("silence", "nie"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(cast: Cast, project: Project, name: str, value: Any) -> None:
    sent = [cast.stranger.pk] if value == ["外人"] else value
    page = assert_wrong(client_of(cast.member), NEW, fields(cast) | {name: sent}, name)
    if name != "title":
        assert 'value="口头结论"' in page


@pytest.mark.parametrize(("answer", "reason", "word"), [("confirmed", "", "已确认"), ("objected", "日期不行", "有异议")])
def test_the_form_confirms_or_objects(cast: Cast, project: Project, answer: str, reason: str, word: str) -> None:
    row, client = asked(cast, project), client_of(cast.head)
    assert "/answer/" in client.get(address(row)).content.decode()
    sent = client.post(address(row, "answer/"), {"answer": answer, "reason": reason, "edition": "1"})
    assert (sent.status_code, sent["Location"]) == (302, address(row))
    page = client.get(address(row)).content.decode()
    assert word in page and reason in page


@pytest.mark.parametrize("reason", [*BAD_TEXTS.values(), "长" * 1001])
def test_an_objection_says_why(cast: Cast, project: Project, reason: str) -> None:
    row = asked(cast, project)
    values = {"answer": "objected", "reason": reason, "edition": "1"}
    assert_wrong(client_of(cast.head), address(row, "answer/"), values, "objection")


@pytest.mark.parametrize(
    "values", [{}, {"answer": "ja"}, {"edition": ""}, {"edition": "9" * 5000}, {"edition": "x"}, {"answer": "\x00"}]
)
def test_an_answer_that_is_none_is_refused_in_words(cast: Cast, project: Project, values: dict[str, str]) -> None:
    row = asked(cast, project)
    sent = {"answer": "confirmed", "edition": "1"} | values if values else {}
    client = client_of(cast.head)
    with unchanged():
        answer = client.post(address(row, "answer/"), sent)
    assert answer.status_code == 422 and "还没有保存" in answer.content.decode()


def test_who_read_another_text_reads_it_again(cast: Cast, project: Project) -> None:
    row = asked(cast, project)
    client = client_of(cast.head)
    with unchanged():
        answer = client.post(address(row, "answer/"), {"answer": "confirmed", "edition": "2"})
    assert answer.status_code == 412 and "请重新阅读" in answer.content.decode()


def test_who_is_not_asked_is_told_so_in_words(cast: Cast, project: Project) -> None:
    row = asked(cast, project)
    client = client_of(cast.liaison)
    with unchanged():
        answer = client.post(address(row, "answer/"), {"answer": "confirmed", "edition": "1"})
    assert answer.status_code == 422 and "没有请你确认此事" in answer.content.decode()
    assert "answer/" not in client_of(cast.liaison).get(address(row)).content.decode()


def test_another_text_by_its_form(cast: Cast, project: Project) -> None:
    row, client = asked(cast, project), client_of(cast.member)
    client_of(cast.head).post(address(row, "answer/"), {"answer": "confirmed", "edition": "1"})
    page = client.get(address(row, "text/")).content.decode()
    assert "已收到 1 份答复" in page and "上线日期改为 4 月 8 日" in page
    values = {"title": "口头结论", "text": "改为 4 月 9 日", "due": "2024-03-06T17:00"}
    assert client.post(address(row, "text/"), values).status_code == 302
    assert "第 2 版" in client.get(address(row)).content.decode()


@pytest.mark.parametrize(
    ("name", "value"), [("title", ""), ("text", "\x00"), ("text", " "), ("due", "2024-02-01T08:00"), ("due", "x")]
)
def test_another_text_that_cannot_be(cast: Cast, project: Project, name: str, value: str) -> None:
    row = asked(cast, project)
    values = {"title": "口头结论", "text": "改为 4 月 9 日", "due": "2024-03-06T17:00"} | {name: value}
    assert_wrong(client_of(cast.member), address(row, "text/"), values, name)


def test_withdrawing_by_its_form(cast: Cast, project: Project) -> None:
    row, client = asked(cast, project), client_of(cast.member)
    for reason in (*BAD_TEXTS.values(), "长" * 501):
        assert_wrong(client, address(row, "withdrawal/"), {"reason": reason}, "reason")
    assert client.post(address(row, "withdrawal/"), {"reason": "说法有误"}).status_code == 302
    page = client.get(address(row)).content.decode()
    assert "成员 已撤回：说法有误" in page and "<textarea" not in page


def notices() -> list[tuple[str, str]]:
    return sorted(Notice.objects.filter(kind="confirmation").values_list("person__name", "title"))


def test_every_notice_goes_out_once_and_leads_to_the_form(cast: Cast, project: Project) -> None:
    row = asked(cast, project)
    settle(LATER)
    expected = [("吴八", "成员 请你确认：口头结论"), ("李四", "成员 请你确认：口头结论")]
    assert notices() == sorted(expected)
    client_of(cast.head).post(address(row, "answer/"), {"answer": "objected", "reason": "日期不行", "edition": "1"})
    settle(LATER)
    expected += [("成员", "李四 对「口头结论」有异议")]
    assert notices() == sorted(expected)
    settle(DUE - timedelta(days=1))
    expected += [("吴八", "请在 03-05 17:00 前确认：口头结论")]
    assert notices() == sorted(expected)
    settle(DUE + timedelta(minutes=1))
    expected += [("成员", "确认期限已到：口头结论"), ("吴八", "到期未答复，视为确认：口头结论")]
    assert notices() == sorted(expected)
    assert set(Notice.objects.filter(kind="confirmation").values_list("link", flat=True)) == {address(row)}
    page = client_of(cast.head).get(address(row)).content.decode()
    assert "视为确认" in page and "answer/" in page


def test_a_new_text_and_the_end_are_told(cast: Cast, project: Project) -> None:
    row, client = asked(cast, project), client_of(cast.member)
    values = {"title": "口头结论", "text": "改为 4 月 9 日", "due": "2024-03-06T17:00"}
    client.post(address(row, "text/"), values)
    client.post(address(row, "withdrawal/"), {"reason": "说法有误"})
    settle(LATER)
    titles = [title for name, title in notices() if name == "李四"]
    assert titles == ["已撤回，无需确认：口头结论", "成员 请你确认：口头结论", "文字有修改，请重新确认：口头结论"]


@pytest.mark.parametrize("query", ["", "?state=mine", "?state=all", "?q=%00x&sort=-due&page=0"])
def test_where_nothing_is_asked_the_page_offers_to(cast: Cast, project: Project, query: str) -> None:
    page = client_of(cast.member).get(f"{LIST}{query}").content.decode()
    assert ("没有待确认的结论" if not query else "没有符合条件的确认") in page
    assert NEW in page and "<table" not in page


def test_pages_ask_as_much_for_sixty_as_for_three(cast: Cast, project: Project) -> None:
    client, counts = client_of(cast.head), []
    for many in (3, 60):
        for number in range(Confirmation.objects.count() + 1, many + 1):
            row = asked(cast, project, f"第{number}件")
        for path in (LIST, f"{LIST}?state=mine", address(row), NEW, "/projects/S-1/confirmations.xlsx"):
            counts.append(questions(client, path))
    assert counts[:5] == counts[5:]
    assert max(counts) <= 15
