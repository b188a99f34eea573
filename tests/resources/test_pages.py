"""The pages of commitments: asking, answering in place and in the queue, conflicts, hidden amounts, the paper, notices."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from support.cast import NOW, Cast, planned_project, small_project
from support.checks import unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.notifications.models import Notice
from tongzhou.people.models import User
from tongzhou.projects.actions import seat
from tongzhou.projects.models import Project
from tongzhou.projects.queries.missing import missing_for
from tongzhou.resources.actions import Answer, CommitmentSpec, answer_commitments, ask_commitments, change_commitment
from tongzhou.resources.models import Commitment
from tongzhou.resources.papers import commitments_paper
from tongzhou.resources.queries import commitments_of
from tongzhou.rhythm.jobs import settle

LIST = "/projects/S-1/commitments/"
FIRST, LAST = NOW.date() + timedelta(days=3), NOW.date() + timedelta(days=14)
HOSTILE = "<script>alert(1)</script>\"'=1+1 𠮷🚀"


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def asked(cast: Cast, project: Project, *rows: CommitmentSpec) -> list[Commitment]:
    wanted = rows or (CommitmentSpec(cast.rd.pk, "people", "测试工程师", Decimal(2), "人", FIRST, LAST),)
    return ask_commitments(by=cast.manager, project=project, rows=wanted, now=NOW)


def money(cast: Cast, amount: str = "5000") -> CommitmentSpec:
    return CommitmentSpec(cast.rd.pk, "budget", "用户调研", Decimal(amount), "元")


def given(row: Commitment, answer: str, version: int = 1, **more: str) -> dict[str, str]:
    fields = {"line": str(row.pk), f"answer-{row.pk}": answer, f"version-{row.pk}": str(version)}
    return fields | {f"{name}-{row.pk}": text for name, text in more.items()}


def test_an_empty_table_says_what_to_do(cast: Cast, project: Project) -> None:
    page = client_of(cast.manager).get(LIST).content.decode()
    assert "提出第一项" in page
    assert f'<a href="{LIST}" aria-current="page">资源承诺</a>' in page
    page = client_of(cast.member).get(LIST).content.decode()
    assert "还没有提出资源需求" in page
    assert "提出第一项" not in page


def test_a_department_is_asked_in_place(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    fields = {"department_id": cast.rd.pk, "kind": "people", "what": HOSTILE, "amount": "２人"}
    with unchanged():
        answer = client.post(f"{LIST}new/", fields)
    assert answer.status_code == 422
    assert "人力和工时须填写起止日期" in answer.content.decode()
    assert client.post(f"{LIST}new/", fields | {"starts_on": FIRST, "ends_on": LAST}).status_code == 302
    row = Commitment.objects.get()
    assert (row.what, row.amount, row.unit) == (HOSTILE, 2, "人")
    page = client.get(LIST).content.decode()
    assert "<script>alert" not in page
    assert "𠮷🚀" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": ""},
        {"what": "a\0"},
        {"amount": "若干"},
        {"amount": "9" * 60},
        {"amount": "0人"},
        {"kind": "gold"},
        {"department_id": "9" * 30},
        {"starts_on": "0001-01-01"},
        {"ends_on": "9999-12-31"},
        {"work_item_id": "x"},
        {"ends_on": "2024-01-01"},
    ],
)
def test_what_cannot_be_asked_for_is_said_at_its_field(cast: Cast, project: Project, wrong: dict[str, str]) -> None:
    client = client_of(cast.manager)
    fields = {"department_id": cast.rd.pk, "kind": "people", "what": "电工", "amount": "2", "starts_on": FIRST, "ends_on": LAST}
    with unchanged():
        answer = client.post(f"{LIST}new/", fields | wrong)
    assert answer.status_code == 422
    assert "tz-error" in answer.content.decode()


def test_the_head_sees_what_she_promised_elsewhere_before_she_answers(cast: Cast, project: Project) -> None:
    other = small_project(cast, "S-2")
    row = asked(cast, other)[0]
    answer_commitments(by=cast.head, project=other, answers=[Answer(row.pk, "confirmed")], now=NOW)
    count = User.objects.filter(department=cast.rd, is_active=True).count()
    asked(cast, project, CommitmentSpec(cast.rd.pk, "people", "电工", Decimal(count), "人", FIRST, LAST))
    page = client_of(cast.head).get(LIST).content.decode()
    assert "等你答复" in page
    assert "小项目 S-2 2 人" in page
    assert "超出 2 人" in page
    assert "tz-load is-over" in page
    assert "等你答复" not in client_of(cast.manager).get(LIST).content.decode()


def test_several_lines_are_answered_at_once(cast: Cast, project: Project) -> None:
    one, two = asked(cast, project)[0], asked(cast, project, money(cast))[0]
    client = client_of(cast.head)
    wrong = given(one, "trimmed", offered="二") | given(two, "declined")
    wrong["line"] = [str(one.pk), str(two.pk)]  # type: ignore[assignment]
    with unchanged():
        answer = client.post(f"{LIST}answers/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "承诺数量须大于 0 且小于需求数量" in page
    assert page.count("请写明原因") == 2
    assert 'value="二"' in page
    with unchanged():
        assert client.post(f"{LIST}answers/", {"line": ["x", "9" * 40, str(one.pk)]}).status_code == 422
    right = given(one, "trimmed", offered="１人", reason=HOSTILE) | given(two, "confirmed")
    assert client.post(f"{LIST}answers/", right | {"line": [str(one.pk), str(two.pk)]}).status_code == 302
    page = client.get(LIST).content.decode()
    assert "<del>2 人</del>" in page
    assert "1 人" in page
    assert "<script>alert" not in page


def test_all_lines_are_promised_by_one_button(cast: Cast, project: Project) -> None:
    rows = [asked(cast, project)[0], asked(cast, project, money(cast))[0]]
    lines: dict[str, Any] = {"line": [str(row.pk) for row in rows], "all": "confirmed"}
    assert client_of(cast.head).post(f"{LIST}answers/", lines).status_code == 302
    assert {row.state for row in Commitment.objects.all()} == {"confirmed"}


def test_an_answer_to_a_line_that_changed_is_a_conflict(cast: Cast, project: Project) -> None:
    row = asked(cast, project)[0]
    client, manager = client_of(cast.head), client_of(cast.manager)
    fields = {"what": "测试工程师", "amount": "3人", "starts_on": FIRST, "ends_on": LAST, "version": "1"}
    assert manager.post(f"{LIST}{row.pk}/edit/", fields).status_code == 302
    with unchanged():
        answer = client.post(f"{LIST}answers/", given(row, "confirmed"))
    assert answer.status_code == 409
    assert "2.00 → 3.00" in answer.content.decode()
    assert client.post(f"{LIST}answers/", given(row, "confirmed", 2)).status_code == 302
    with unchanged():
        answer = manager.post(f"{LIST}{row.pk}/edit/", fields)
    assert answer.status_code == 409
    assert "已承诺" in answer.content.decode()
    assert manager.post(f"{LIST}{row.pk}/edit/", fields | {"amount": "4人", "version": "3"}).status_code == 302
    page = client.get(LIST).content.decode()
    assert "请重新答复" in page
    assert manager.post(f"{LIST}{row.pk}/withdrawal/", {"version": "4"}).status_code == 302
    assert "已撤回" in manager.get(f"{LIST}{row.pk}/").content.decode()


def test_the_queue_answers_in_place(cast: Cast, project: Project) -> None:
    row = asked(cast, project)[0]
    client = client_of(cast.head)
    key = f"commitments-{project.pk}-{cast.rd.pk}"
    page = client.get(f"/?open={key}").content.decode()
    assert "研发部：确认 1 项资源" in page
    assert "提交答复" in page
    assert key not in client_of(cast.manager).get("/").content.decode()
    queued = {"next": "queue", "department": str(cast.rd.pk)}
    with unchanged():
        answer = client.post(f"{LIST}answers/", given(row, "declined") | queued, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "请写明原因" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    done = client.post(f"{LIST}answers/", given(row, "confirmed") | queued, headers={"HX-Request": "true"})
    assert (done.status_code, done["HX-Trigger"]) == (204, "queue-changed")
    assert key not in client.get("/").content.decode()


def test_the_queue_shows_the_form_of_no_department_but_ones_own(cast: Cast, project: Project) -> None:
    theirs = CommitmentSpec(cast.marketing.pk, "budget", "展会", Decimal(73519), "元")
    asked(cast, project)
    asked(cast, project, theirs)
    client, queued = client_of(cast.head), {"next": "queue", "department": str(cast.marketing.pk)}
    with unchanged():
        answer = client.post(f"{LIST}answers/", queued, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "73519" not in answer.content.decode().replace(",", "")
    own = client_of(cast.other_head).post(f"{LIST}answers/", queued, headers={"HX-Request": "true"})
    assert "73519" in own.content.decode().replace(",", "")
    assert "<html" not in own.content.decode()


def test_a_conflict_about_anothers_line_says_no_amount(cast: Cast, project: Project) -> None:
    (row,) = asked(cast, project, CommitmentSpec(cast.marketing.pk, "budget", "展会", Decimal(73519), "元"))
    change_commitment(by=cast.manager, commitment=row, values={"amount": Decimal(84620)}, version=1, now=NOW)
    answer = client_of(cast.head).post(f"{LIST}answers/", given(row, "confirmed"))
    assert (answer.status_code, Commitment.objects.get().state) == (403, "asked")
    assert "84620" not in answer.content.decode().replace(",", "")
    said = client_of(cast.other_head).post(f"{LIST}answers/", given(row, "confirmed"))
    assert (said.status_code, "73519.00 → 84620.00" in said.content.decode()) == (409, True)


def test_anothers_line_does_not_join_those_that_wait_for_her(cast: Cast, project: Project) -> None:
    (row,) = asked(cast, project, CommitmentSpec(cast.marketing.pk, "tool", "展台", Decimal(1), "个"))
    fields: dict[str, Any] = given(row, "confirmed") | {"line": [str(row.pk), "999999"], "answer-999999": "confirmed"}
    answer = client_of(cast.head).post(f"{LIST}answers/", fields)
    assert answer.status_code == 422
    assert f'name="answer-{row.pk}"' not in answer.content.decode()
    again = client_of(cast.other_head).post(f"{LIST}answers/", fields)
    assert f'name="answer-{row.pk}"' in again.content.decode()


def test_amounts_of_money_are_hidden_from_who_may_not_read_them(cast: Cast, project: Project) -> None:
    row = asked(cast, project, money(cast, "73519"))[0]
    answer_commitments(
        by=cast.head, project=project, answers=[Answer(row.pk, "trimmed", 1, Decimal(62031), "只有 62031")], now=NOW
    )
    settle(clock.now())
    for person in (cast.member, cast.other_head, cast.administrator, cast.owner):
        client = client_of(person)
        for path in (LIST, f"{LIST}{row.pk}/", "/projects/S-1/record/", "/projects/S-1/", "/inbox/"):
            text = client.get(path).content.decode().replace(",", "")
            assert "73519" not in text, (person.name, path)
            assert "62031" not in text, (person.name, path)
    for person in (cast.manager, cast.general_lead, cast.quality, cast.finance, cast.head, cast.liaison):
        assert "62031" in client_of(person).get(LIST).content.decode()
    assert not Notice.objects.filter(text__contains="62031").exists()


def test_the_paper_holds_every_label_and_the_total_in_capitals(cast: Cast, project: Project) -> None:
    rows = [*asked(cast, project), *asked(cast, project, money(cast, "10050"))]
    answers = [Answer(rows[0].pk, "confirmed"), Answer(rows[1].pk, "trimmed", None, Decimal("5000"), "先做一期")]
    answer_commitments(by=cast.head, project=project, answers=answers, now=NOW)
    client = client_of(cast.manager)
    book = load_workbook(io.BytesIO(client.get("/projects/S-1/commitments.xlsx").content))
    cells = [str(cell.value) for sheet in book for line in sheet for cell in line if cell.value is not None]
    document = Document(io.BytesIO(client.get("/projects/S-1/commitments.docx").content))
    words = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    words += "\n".join(paragraph.text for paragraph in document.paragraphs)
    labels = (
        "项目名称",
        "提供部门",
        "资源类别",
        "资源内容",
        "需求数量",
        "使用时间",
        "对应任务",
        "承诺结果",
        "承诺数量",
        "说明",
    )
    for text in (
        *labels,
        "测试工程师",
        "先做一期",
        "伍仟元整",
        "负责人",
        "意见",
        "签字",
        "日期",
        "李四在线答复：确认 1 项，减少 1 项",
    ):
        assert text in words, text
        assert any(text in cell for cell in cells), text
    assert client.get("/projects/S-1/commitments.pptx").status_code == 404
    reduced = Document(io.BytesIO(client_of(cast.member).get("/projects/S-1/commitments.docx").content))
    text = "\n".join(cell.text for table in reduced.tables for row in table.rows for cell in row.cells)
    assert "5000" not in text.replace(",", "")


def test_a_paper_of_nothing_and_of_a_department_without_a_head(cast: Cast, project: Project) -> None:
    assert commitments_paper(project, [], {}).title == "资源承诺表"
    asked(cast, project)
    project.participations.get(department=cast.rd).seats.all().delete()
    opinions = commitments_paper(project, commitments_of(project), {"declaration": "逐项确认。"}).sections[-1].blocks[-1]
    assert opinions.rows[0].name == ""  # type: ignore[union-attr]
    assert "（还没有负责人）" in next(row.who for row in missing_for(project, cast.manager) if row.key == "commitments")


def test_the_start_page_says_who_has_not_answered(cast: Cast, project: Project) -> None:
    def row() -> Any:
        return next(one for one in missing_for(project, cast.manager) if one.key == "commitments")

    assert (row().done, row().optional, row().who) == (False, True, "项目经理 陈一")
    line = asked(cast, project)[0]
    assert (row().done, row().who) == (False, "研发部 李四")
    answer_commitments(by=cast.head, project=project, answers=[Answer(line.pk, "confirmed")], now=NOW)
    assert row().done
    light = small_project(cast, "L-1", weight="light")
    assert [one for one in missing_for(light, cast.manager) if "commitments" in one.key] == []


def test_a_light_project_has_none_of_it(cast: Cast) -> None:
    small_project(cast, "L-1", weight="light")
    client = client_of(cast.manager)
    assert client.get("/projects/L-1/commitments/")["Location"] == "/projects/L-1/"
    for path in ("/projects/L-1/", "/projects/L-1/start/", "/projects/L-1/plan/"):
        assert "承诺" not in client.get(path).content.decode()


def test_whom_it_concerns_is_told(cast: Cast, project: Project) -> None:
    line = asked(cast, project)[0]
    client_of(cast.head).post(f"{LIST}answers/", given(line, "confirmed"))
    fields = {"what": "电工", "amount": "3人", "starts_on": FIRST, "ends_on": LAST, "version": "2"}
    client_of(cast.manager).post(f"{LIST}{line.pk}/edit/", fields)
    client_of(cast.manager).post(f"{LIST}{line.pk}/withdrawal/", {"version": "3"})
    settle(clock.now())
    told = [(one.person.name, one.title) for one in Notice.objects.filter(kind="commitment").order_by("pk")]
    assert {name for name, title in told if "请你的部门答复" in title} == {"李四", "周七"}
    assert {name for name, title in told if "已答复：" in title} == {"陈一"}
    assert {name for name, title in told if "请重新答复" in title} == {"李四", "周七"}
    assert {name for name, title in told if "撤回了" in title} == {"李四", "周七"}


def test_who_answers_for_two_departments_is_told_of_the_lines_of_both(cast: Cast, project: Project) -> None:
    part = project.participations.get(department=cast.marketing)
    seat(by=cast.manager, participation=part, kind="head", holder=cast.head, now=NOW)
    wanted = [
        CommitmentSpec(one.pk, "tool", what, Decimal(2), "个") for one, what in ((cast.rd, "展台"), (cast.marketing, "样机"))
    ]
    asked(cast, project, *wanted)
    settle(clock.now())
    told = {one.person.name: (one.title, one.text) for one in Notice.objects.filter(kind="commitment")}
    assert "2 项" in told["李四"][0]
    assert {name: text for name, (_title, text) in told.items()} == {"李四": "展台、样机", "周七": "展台", "冯十二": "样机"}


def test_the_answers_of_each_department_are_told_as_its_own(cast: Cast, project: Project) -> None:
    part = project.participations.get(department=cast.marketing)
    seat(by=cast.manager, participation=part, kind="head", holder=cast.head, now=NOW)
    wanted = [CommitmentSpec(one.pk, "tool", "展台", Decimal(2), "个") for one in (cast.rd, cast.marketing, cast.marketing)]
    first, second, third = asked(cast, project, *wanted)
    answers = [Answer(first.pk, "confirmed"), Answer(second.pk, "confirmed"), Answer(third.pk, "declined", reason="没有")]
    answer_commitments(by=cast.head, project=project, answers=answers, now=NOW)
    settle(clock.now())
    told = Notice.objects.get(person=cast.manager, title__contains="已答复：").title
    assert told == (
        "研发部已答复：确认 1 项，减少 0 项，不予承诺 0 项（李四）；市场部已答复：确认 1 项，减少 0 项，不予承诺 1 项（李四）"
    )


def test_the_table_takes_as_many_queries_for_sixty_lines_as_for_three(
    cast: Cast, project: Project, django_assert_max_num_queries: Any
) -> None:
    client = client_of(cast.head)
    for count in (3, 57):
        asked(cast, project, *[CommitmentSpec(cast.rd.pk, "hours", "工时", Decimal(8), "小时", FIRST, LAST)] * count)
        client.get(LIST)
        with django_assert_max_num_queries(19):
            client.get(LIST)
