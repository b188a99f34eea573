"""A light project from a pasted list: what is understood of each line, and that wrong lines write nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from support.cast import NOW, Cast
from support.checks import refused, unchanged
from support.web import client_of
from tongzhou.exchange.actions.quick_start import QuickStart, start_from_list
from tongzhou.exchange.queries.pasted_days import period_of
from tongzhou.exchange.queries.pasting import Line, pasted
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden
from tongzhou.people.models import User
from tongzhou.plan.models import Dependency, WorkItem
from tongzhou.projects.models import Project

# A Tuesday.
TODAY = date(2024, 3, 5)
LIST = """\
1 筹备
1.1 设计海报 张三 3/5-3/8
1.2、印刷 李四 3月11日 3天 依赖1.1
2 采购 @王五 下周五前
3. 布置现场 市场部 lisi 2天 依赖1.2、2 要带梯子
4 开幕 里程碑 依赖3
"""


def one(text: str, **choices: str) -> Line:
    return pasted(text, TODAY, choices).lines[0]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("3/5-3/8", (3, 5), (3, 8)),
        ("3/5~8", (3, 5), (3, 8)),
        ("3月5日至3月8日", (3, 5), (3, 8)),
        ("2024-03-05—2024-03-08", (3, 5), (3, 8)),
        ("3月10日", (3, 10), (3, 10)),
        ("3.10", (3, 10), (3, 10)),
        ("今天", (3, 5), (3, 5)),
        ("大后天", (3, 8), (3, 8)),
        ("周五", (3, 8), (3, 8)),
        ("周一", (3, 11), (3, 11)),
        ("本周一", (3, 4), (3, 4)),
        ("下周一", (3, 11), (3, 11)),
        ("下下周日", (3, 24), (3, 24)),
        ("周五前", None, (3, 8)),
        ("截止3/20", None, (3, 20)),
        ("月底", (3, 31), (3, 31)),
        ("下月底前", None, (4, 30)),
        ("明天-周五", (3, 6), (3, 8)),
        ("2/30", None, None),
        ("3/5-2/30", None, None),
        ("3/28-45", (3, 28), None),
    ],
)
def test_days(text: str, first: tuple[int, int] | None, last: tuple[int, int] | None) -> None:
    found = period_of(text, TODAY)
    assert found == tuple(date(2024, *day) if day else None for day in (first, last))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("- 印刷 李四", "印刷"),
        ("1. 印刷 李四", "印刷"),
        ("（3）印刷 李四", "印刷"),
        ("2.1 印刷 李四", "印刷"),
        ("[ ] 印刷 李四", "印刷"),
        ("印刷,李四,3天", "印刷"),
        ("印刷，李四负责", "印刷"),
        ("印刷 海报 三色\t李四\t3天", "印刷 海报 三色"),
        ("Logo 三稿 李四", "Logo 三稿"),
        ("李四 访谈 3天", "李四 访谈"),
    ],
)
def test_names(cast: Cast, text: str, name: str) -> None:
    line = one(text)
    assert (line.name, line.faults) == (name, [])
    if not name.startswith("李四"):
        assert line.owner == cast.head.pk


@pytest.mark.parametrize("word", ["李四", "@李四", "lisi", "@LiSi", "李四负责", "（李四）"])
def test_a_person_is_meant_by_name_pinyin_or_login(cast: Cast, word: str) -> None:
    assert one(f"印刷 {word}").owner == cast.head.pk


def test_several_people_support_the_first(cast: Cast) -> None:
    line = one("印刷 李四、王五 张三")
    assert (line.owner, line.supporters) == (cast.head.pk, [cast.people["王五"].pk, cast.people["张三"].pk])


def test_an_unknown_or_unclear_name_is_asked(cast: Cast) -> None:
    for text, name in (("印刷 钱多多", "钱多多"), ("印刷 @Bob", "Bob")):
        assert one(text).faults == [f"“{name}”是谁？"]
        assert one(text, **{name: "none"}).faults == []
        chosen = one(text, **{name: str(cast.head.pk)})
        assert (chosen.owner, chosen.faults) == (cast.head.pk, [])
        for nonsense in ("x", "9" * 5000, "²", "0"):
            assert one(text, **{name: nonsense}).faults
    twin = User.objects.create_user("lisi2", "李四", department=cast.marketing)
    found = pasted("印刷 李四", TODAY, {})
    assert found.unknown[0].candidates == ((cast.head.pk, "李四（研发部）"), (twin.pk, "李四（市场部）"))
    assert one("印刷 lisi2").owner == twin.pk


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("印刷 2/30", "日历里没有“2/30”这一天"),
        ("印刷 3/8-3/5", "完成早于开始"),
        ("印刷 依赖9", "清单里没有可等待的“9”"),
        ("印刷 依赖1", "清单里没有可等待的“1”"),
        ("@李四", "缺少任务名称"),
        ("长" * 301, "名称最多 300 个字"),
        ("印刷 0天", "“0天”"),
        ("印刷 999999999天", "工期"),
    ],
)
def test_wrong_lines(cast: Cast, text: str, fault: str) -> None:
    assert fault in "".join(one(text).faults)


def test_subtasks_by_indentation_and_by_number(cast: Cast) -> None:
    indented = pasted("筹备\n  设计\n    草稿\n  印刷\n开幕", TODAY, {}).lines
    assert [(line.parent, line.depth, line.leaf) for line in indented] == [
        (None, 0, False),
        (0, 1, False),
        (1, 2, True),
        (0, 1, True),
        (None, 0, True),
    ]
    assert [line.parent for line in pasted(LIST, TODAY, {}).lines] == [None, 0, 0, None, None, None]


def start(cast: Cast, text: str = LIST, name: str = "开幕式", **choices: str) -> Project:
    with clock.pretend(NOW):
        return start_from_list(by=cast.member, wanted=QuickStart(name, text, choices), now=NOW)


def test_a_list_becomes_a_light_project_with_dates_and_members(cast: Cast) -> None:
    project = start(cast)
    assert (project.weight, project.kind, project.number) == ("light", "temporary", "LX-2024-001")
    columns = ("name", "start", "finish", "owner__name", "is_milestone")
    rows = {row[0]: row[1:] for row in WorkItem.objects.order_by("rank").values_list(*columns)}
    days = {name: tuple(day.strftime("%m-%d") for day in row[:2]) for name, row in rows.items()}
    assert days == {
        "筹备": ("03-05", "03-13"),
        "设计海报": ("03-05", "03-08"),
        "印刷": ("03-11", "03-13"),
        "采购": ("03-05", "03-08"),
        "布置现场": ("03-14", "03-15"),
        "开幕": ("03-15", "03-15"),
    }
    assert [row[2] for row in rows.values()] == [None, "张三", "李四", "王五", "李四", None]
    assert rows["开幕"][3]
    assert WorkItem.objects.get(name="布置现场").remark == "要带梯子"
    assert WorkItem.objects.get(name="布置现场").department == cast.marketing
    assert Dependency.objects.count() == 4
    members = set(project.roles.values_list("user__name", "kind"))
    assert members == {("成员", "manager"), ("张三", "member"), ("李四", "member"), ("王五", "member")}


def test_wrong_lines_are_said_by_number_and_nothing_is_written(cast: Cast) -> None:
    for text in ("", " \n ", "印刷 2/30", "一 依赖2\n二 依赖1", "x\n" * 501, "印刷 @谁"):
        with refused("cycle" if "依赖2" in text else "lines-wrong", "predecessors" if "依赖2" in text else "text"):
            start(cast, text)
    with refused("name-missing", "name"):
        start(cast, name=" ")
    with pytest.raises(Exception, match="第 3 行"):
        start(cast, "一\n\n二 2/30")
    cast.member.is_active = False
    with refused("forbidden", kind=Forbidden):
        start(cast)


@pytest.fixture
def member(cast: Cast) -> Client:
    return client_of(cast.member)


def preview(client: Client, **fields: Any) -> str:
    answer = client.post("/projects/new/list/", fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_preview_says_what_was_understood_and_writes_nothing(cast: Cast, member: Client) -> None:
    with unchanged():
        said = preview(member, text="印刷 李四 3天\n采购 钱多多")
        assert "李四（研发部）" in said
        assert 'name="who-钱多多"' in said
        assert "<html" not in said
        assert "1 行待改" in said
        chosen = preview(member, **{"text": "采购 钱多多", "who-钱多多": str(cast.head.pk)})
        assert f'value="{cast.head.pk}" selected' in chosen
        for text in (
            "",
            "\0",
            "x" * 200_000,
            "1" * 5000,
            "\t\t\t",
            "依赖依赖",
            "<script>",
            "３/５-３/８ 甲",
            "甲 依赖1SS+99999999999999d",
        ):
            assert "<script>" not in preview(member, text=text)


def test_the_page_starts_the_project_and_offers_the_notice(cast: Cast, member: Client) -> None:
    assert "从清单开始" in member.get("/projects/new/list/").content.decode()
    assert 'href="/projects/new/list/"' in member.get("/projects/new/").content.decode()
    answer = member.post(
        "/projects/new/list/", {"name": "海报", "text": "设计 张三 3天\n印刷 钱多多 依赖1", "who-钱多多": "none"}
    )
    assert (answer.status_code, answer["Location"].endswith("/start/notice/")) == (302, True)
    said = member.get(answer["Location"]).content.decode()
    assert "@张三\n· 设计" in said
    assert "待定\n· 印刷" in said
    with unchanged():
        wrong = member.post("/projects/new/list/", {"name": "", "text": "印刷 2/30"})
        assert wrong.status_code == 422
        wrong = member.post("/projects/new/list/", {"name": "海报", "text": "印刷 2/30"})
        assert "第 1 行" in wrong.content.decode()
