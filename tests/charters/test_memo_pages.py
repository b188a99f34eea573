"""Screens, papers and operations of the memo."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from charters.ground import company_calendar, whole_project
from charters.memos import LATER, asked, move, opened_memo, signed
from charters.test_papers import READERS, in_order
from signoffs.sheets import sign
from support.api import Program
from support.cast import NOW, Cast, small_project, task
from support.web import client_of
from tongzhou.documents.models import IssuedPaper
from tongzhou.lib import clock
from tongzhou.people.actions import add_department
from tongzhou.people.models import System
from tongzhou.plan.actions import (
    Asked,
    DeliverableSpec,
    ItemSpec,
    LinkSpec,
    SupportSpec,
    add_deliverables,
    bring_in,
    run_command,
)
from tongzhou.projects.actions import Part, seat, set_participation
from tongzhou.projects.models import Project
from tongzhou.projects.queries.missing import missing_for
from tongzhou.resources.actions import CommitmentSpec, ask_commitments
from tongzhou.signoffs.models import Sheet

pytestmark = pytest.mark.django_db
HERE = "/projects/S-1/memo/"
HEADINGS = ["一、合作目标与周期", "二、各部门具体职责", "三、关键节点交付标准", "四、资源支持需求"]


@pytest.fixture
def project(cast: Cast) -> Project:
    return whole_project(cast)


def page(person: Any, path: str = HERE, at: Any = NOW) -> str:
    with clock.pretend(at):
        answer = client_of(person).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def ask(cast: Cast, method: str, path: str, body: Any = None, at: Any = NOW) -> Any:
    with clock.pretend(at):
        return Program(cast.manager).ask(method, f"projects/S-1/memo{path}", body)


def test_the_draft_shows_every_part_in_the_order_of_the_form(cast: Cast, project: Project) -> None:
    shown = page(cast.manager)
    in_order(shown, [*HEADINGS[:2], "样机设计与测试", "设计", "2024-03-06", *HEADINGS[2:]])
    assert "发起会签" in shown and "草案" in shown


def test_who_may_not_ask_sees_it_without_the_form(cast: Cast, project: Project) -> None:
    shown = page(cast.member)
    assert "样机设计与测试" in shown and "发起会签" not in shown


def test_what_is_missing_is_named_with_the_very_form(cast: Cast) -> None:
    small_project(cast)
    shown = page(cast.manager)
    assert "还缺 3 项才能会签" in shown
    assert '<a href="/projects/S-1/plan/">各部门的任务</a>' in shown
    assert "发起会签" not in shown


def test_a_department_without_a_head_is_named(cast: Cast, project: Project) -> None:
    bare = add_department(by=System(), name="法务部", now=NOW)
    set_participation(by=cast.manager, project=project, department=bare, part=Part("support", "合同"), now=NOW)
    shown = page(cast.manager)
    assert "法务部没有负责人" in shown and "发起会签" not in shown


def test_asking_refusing_and_the_next_version(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    with clock.pretend(NOW):
        answer = client.post(f"{HERE}sheets/", {"due": "2024-03-05"})
        assert (answer.status_code, answer["Location"]) == (302, HERE)
        sheet = Sheet.objects.get(kind="memo")
        sign(cast.head, sheet, f"head:{cast.rd.pk}")
        sign(cast.other_head, sheet, f"head:{cast.marketing.pk}", "refuse", "时间太紧 <b>")
    shown = page(cast.manager)
    assert "第 1 版会签中" in shown and "时间太紧 &lt;b&gt;" in shown and "请签署下一版" not in shown
    move(cast, project, "推广", date(2024, 3, 8))
    shown = page(cast.manager, at=LATER)
    assert "请签署下一版" in shown and "只有内容有改动的部门重新签署：市场部" in shown
    with clock.pretend(LATER):
        client.post(f"{HERE}sheets/", {"due": ""})
    assert "签于第 1 版，共同部分与本部门部分未变" in page(cast.manager, at=LATER)


@pytest.mark.parametrize("due", ["2024-13-01", "0001-01-01", "9999-12-31", "x" * 5000, "2020-01-01"])
def test_a_day_that_cannot_be_is_refused_in_words(cast: Cast, project: Project, due: str) -> None:
    with clock.pretend(NOW):
        answer = client_of(cast.manager).post(f"{HERE}sheets/", {"due": due})
    assert answer.status_code == 422
    assert not Sheet.objects.filter(kind="memo").exists()


def test_signed_and_now_shows_the_moved_date(cast: Cast, project: Project) -> None:
    signed(cast, project)
    assert "全部与签署时一致" in page(cast.head, f"{HERE}now/")
    move(cast, project, "推广", date(2024, 3, 8))
    shown = page(cast.other_head, f"{HERE}now/", at=LATER)
    assert "<del>2024-03-05</del> → <ins>2024-03-08</ins>" in shown and "晚 3 天" in shown
    assert shown.index("<h2>市场部") < shown.index("与签署时一致：共同部分、研发部")
    assert "你的部门" in shown and "测试</span>" not in shown
    every = page(cast.other_head, f"{HERE}now/?all=1", at=LATER)
    assert "测试</span>" in every
    assert every.index("<h2>市场部") < every.index("<h2>共同部分") < every.index("<h2>研发部")
    only = page(cast.head, f"{HERE}now/?department={cast.rd.pk}", at=LATER)
    assert "<h2>研发部" in only and "<h2>市场部" not in only
    assert "今天有 1 处与签署时不同" in page(cast.manager, at=LATER)


def test_before_it_is_signed_there_is_nothing_to_compare(cast: Cast, project: Project) -> None:
    opened_memo(cast, project)
    answer = client_of(cast.head).get(f"{HERE}now/")
    assert (answer.status_code, answer["Location"]) == (302, HERE)


def large_project(cast: Cast, project: Project) -> None:
    """Fourteen departments, eighty more tasks, each supported by one of the others, and a deliverable and a promise of each."""
    made = [add_department(by=System(), name=f"部门{n}", now=NOW) for n in range(12)]
    for one in made:
        part = set_participation(by=cast.manager, project=project, department=one, part=Part("support", "支持"), now=NOW)
        seat(by=cast.manager, participation=part, kind="head", holder=cast.head, now=NOW)
    help_of = {n: (SupportSpec(f"支持{n}", department=made[n % 7].pk),) for n in range(100, 180)}
    rows = [ItemSpec(str(n), f"任务{n}", department=made[n % 12].pk, supporters=given) for n, given in help_of.items()]
    links = [LinkSpec(str(n), str(n + 1)) for n in range(100, 179)]
    bring_in(by=cast.manager, project=project, items=rows, links=links, now=LATER)
    given = [DeliverableSpec(f"交付物{one.pk}", department_id=one.pk) for one in made]
    add_deliverables(by=cast.manager, project=project, rows=given, now=LATER)
    lines = [CommitmentSpec(one.pk, "tool", "设备", Decimal(1)) for one in made]
    ask_commitments(by=cast.manager, project=project, rows=lines, now=LATER)


@pytest.mark.parametrize("out", [False, True])
def test_pages_ask_no_more_of_the_database_for_a_large_plan(
    transactional_db: None, cast: Cast, out: bool, django_assert_max_num_queries: Any
) -> None:
    """Signed once, then grown; `out`: the next version is being signed."""
    company_calendar()
    project = whole_project(cast)
    signed(cast, project)
    with clock.pretend(LATER):
        large_project(cast, project)
    if out:
        opened_memo(cast, project, LATER)
    for person in (cast.manager, cast.head, cast.member):
        client = client_of(person)
        for path in (HERE, f"{HERE}now/?all=1", f"{HERE}now/"):
            with clock.pretend(LATER):
                client.get(path)
                with django_assert_max_num_queries(15):
                    answer = client.get(path)
            assert ("任务150" in answer.content.decode()) and (path != HERE or "支持150" in answer.content.decode()), path


def supported(cast: Cast, project: Project) -> None:
    """市场部 and, without taking part, 生产部 support a task of 研发部."""
    cells = [{"id": task(project, "设计").pk, "field": "supporters", "value": "吴八(确认卖点); 生产部(工艺评审)"}]
    with clock.pretend(NOW):
        run_command(by=cast.manager, project=project, asked=Asked("set", {"cells": cells}), now=NOW)


def test_what_a_department_supports_stands_in_its_part(cast: Cast, project: Project) -> None:
    supported(cast, project)
    shown = page(cast.manager)
    heads = ["配合的任务", "完成", "部门", "负责人", "支持内容", "配合人"]
    in_order(shown, ["推广方案与渠道预热", *heads, "设计", "2024-03-06", "研发部", "郑十", "确认卖点", "吴八", HEADINGS[2]])
    assert "配合部门未参与本项目：生产部" in shown and "工艺评审" not in shown
    for words in ("docx", "pdf"):
        in_order(read(cast, words), ["推广方案与渠道预热", *heads, "设计", "研发部", "郑十", "确认卖点", "吴八", HEADINGS[2]])


def test_a_light_project_knows_no_memo(cast: Cast) -> None:
    small_project(cast, weight="light")
    client = client_of(cast.manager)
    for path in (HERE, f"{HERE}now/", "/projects/S-1/memo.docx"):
        assert client.get(path).status_code == 404
    assert client.post(f"{HERE}sheets/").status_code == 404
    assert "备忘录" not in client.get("/projects/S-1/start/").content.decode()


# papers


def read(cast: Cast, words: str, query: str = "") -> str:
    with clock.pretend(LATER):
        answer = client_of(cast.manager).get(f"/projects/S-1/memo.{words}{query}")
    assert answer.status_code == 200, answer.status_code
    return READERS[words](answer)


@pytest.mark.parametrize("words", ["docx", "pdf"])
def test_the_paper_has_every_part_in_order_and_every_value(cast: Cast, project: Project, words: str) -> None:
    asked(cast, project)
    text = read(cast, words)
    labels = ["跨部门协作备忘录", "草案", *HEADINGS[:1], "合作目标", "首月销量", "合作周期", "2024年3月4日", HEADINGS[1]]
    rows = ["任务", "周期", "提交给", "设计", "2024年3月4日", "至 ", "测试"]
    in_order(text, [*labels, *rows, HEADINGS[2], "样机定型", HEADINGS[3], "操作工", "签字"])


def test_signed_it_carries_its_signatures_and_keeps_number_and_code(cast: Cast, project: Project) -> None:
    signed(cast, project)
    move(cast, project, "推广", date(2024, 3, 8))
    text = read(cast, "docx")
    assert "第 1 版" in text and "同意" in text and "2024年3月5日" in text
    read(cast, "pdf")
    paper = IssuedPaper.objects.get(kind="memo")
    assert paper.code in text.replace("-", "") and paper.sheet is not None


def test_a_departments_paper_is_its_own(cast: Cast, project: Project) -> None:
    text = read(cast, "docx", f"?department={cast.marketing.pk}")
    assert "（市场部）" in text and "推广" in text and "样机设计与测试" not in text
    read(cast, "docx")
    assert IssuedPaper.objects.filter(kind="memo").count() == 2
    assert set(IssuedPaper.objects.filter(kind="memo").values_list("version", flat=True)) == {1}


@pytest.mark.parametrize("query", ["?department=9999999", "?department=x", "?version=7", "?version=" + "9" * 5000])
def test_what_never_was_is_not_found(cast: Cast, project: Project, query: str) -> None:
    assert client_of(cast.manager).get(f"/projects/S-1/memo.docx{query}").status_code == 404


def test_other_endings_are_not_found(cast: Cast, project: Project) -> None:
    assert client_of(cast.manager).get("/projects/S-1/memo.xlsx").status_code == 404


# operations


def test_programs_read_ask_and_compare(cast: Cast, project: Project) -> None:
    told = ask(cast, "GET", "").json()
    assert (told["state"], told["signed"], told["differing"], told["versions"]) == ("draft", None, None, [])
    assert ask(cast, "GET", "/now").json()["version"] is None
    made = ask(cast, "POST", "/sheets", {"due": "2024-03-08"})
    assert (made.status_code, made.json()["version"], made.json()["ended"]) == (201, 1, "")
    assert ask(cast, "POST", "/sheets", {}).json()["title"] == "nothing-changed"
    sheet = Sheet.objects.get(kind="memo")
    for department, person in ((cast.rd, cast.head), (cast.marketing, cast.other_head)):
        sign(person, sheet, f"head:{department.pk}")
    move(cast, project, "推广", date(2024, 3, 8))
    told = ask(cast, "GET", "", at=LATER).json()
    assert (told["state"], told["signed"], told["differing"], told["again"]) == ("signed", 1, 1, ["市场部"])
    now = ask(cast, "GET", "/now", at=LATER).json()
    assert (now["version"], now["differing"], now["moved"]) == (1, 1, 1)
    rows = [row for block in now["blocks"] for row in block["rows"]]
    assert [(row["name"], row["state"]) for row in rows] == [("推广", "changed")]
    assert rows[0]["changes"][-1] == {
        "field": "finish",
        "label": "完成",
        "before": "2024-03-05",
        "after": "2024-03-08",
        "days": 3,
    }
    every = [row for block in ask(cast, "GET", "/now?all=true", at=LATER).json()["blocks"] for row in block["rows"]]
    assert len(every) > 5


def test_a_program_is_told_what_is_missing(cast: Cast) -> None:
    small_project(cast)
    answer = ask(cast, "POST", "/sheets", {})
    assert (answer.status_code, answer.json()["title"]) == (422, "memo-incomplete")
    assert set(answer.json()["errors"]) == {"objectives", "period", "tasks"}


# what is missing


def missing(person: Any) -> dict[str, Any]:
    with clock.pretend(NOW):
        rows = missing_for(Project.objects.get(number="S-1"), person)
    return {row.key: row for row in rows}


def test_the_memo_is_missing_before_the_work_begins_until_it_is_signed(cast: Cast, project: Project) -> None:
    row = missing(cast.manager)["memo"]
    assert (row.done, row.stage, row.optional, row.link) == (False, "planning", True, HERE)
    sheet = opened_memo(cast, project)
    assert missing(cast.manager)["memo"].note == "第 1 版会签中"
    for department, person in ((cast.rd, cast.head), (cast.marketing, cast.other_head)):
        sign(person, sheet, f"head:{department.pk}")
    assert missing(cast.manager)["memo"].done
