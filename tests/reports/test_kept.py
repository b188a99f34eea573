"""The weekly report as people write, send and correct it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.test import Client
from docx import Document
from openpyxl import load_workbook

from support.api import program_of
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.documents.models import IssuedPaper
from tongzhou.lib.access import Forbidden, Stale
from tongzhou.papers import Paper
from tongzhou.plan.models import WorkItem
from tongzhou.projects.actions import change_basics, create_project
from tongzhou.reports.actions import Finished, reopen_report, send_report, write_report
from tongzhou.reports.models import WeeklyReport
from tongzhou.reports.queries import Week, Written

from .conftest import NOW, Cast

WEEK = Week(date(2024, 3, 4))
PAPER = Finished(Paper("周报"), date(2024, 3, 10), 0)
PAGE = "/projects/TS-2024/report/"
AT = "?week=2024-W10&date=2024-03-10"
PARTS = {
    "summary": "数据源已恢复。",
    "measures": "周三前补齐数据。",
    "coordination": "请技术部派一人。",
    "next_week": "完成需求评审。",
}


@pytest.fixture
def manager(cast: Cast) -> Client:
    return client_of(cast.people["陈一"])


def write(client: Client, version: int = 0, **parts: str) -> int:
    return int(client.post(f"{PAGE}edit/{AT}", PARTS | {"version": version} | parts).status_code)


def words_of(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_what_was_written_stands_in_the_report(cast: Cast, manager: Client) -> None:
    assert write(manager) == 302
    kind, _data, changes = said()
    assert (kind, changes[0][2]["summary"], changes[0][3]["summary"]) == ("weekly-report-edited", "", "数据源已恢复。")
    body = manager.get(PAGE + AT).content.decode()
    for text in (*PARTS.values(), "TS-2024-ZB02", "草稿"):
        assert text in body
    member = client_of(cast.people["张三"])
    assert "数据源已恢复。" in member.get(PAGE + AT).content.decode()
    assert member.get(f"{PAGE}edit/{AT}").status_code == 403
    with unchanged():
        assert write(manager, 1) == 302
        assert write(manager, 1, summary="x" * 4001) == 422


def test_who_writes_over_somebody_sees_it_first(cast: Cast, manager: Client) -> None:
    assert write(manager) == 302
    with unchanged():
        late = manager.post(f"{PAGE}edit/{AT}", {"summary": "我的版本", "version": "0"})
    assert late.status_code == 412
    body = late.content.decode()
    assert "数据源已恢复。" in body and "我的版本" in body
    # Having seen it, she may save over it.
    assert write(manager, late.context["form"]["version"].value(), summary="我的版本") == 302
    assert WeeklyReport.objects.get().summary == "我的版本"


def test_the_document_says_what_the_page_says(manager: Client) -> None:
    write(manager)
    answer = manager.get(f"/projects/TS-2024/report.docx{AT}")
    name = "客户投诉率下降项目 第 2 周进度报告 ZB-TS-2024-001.docx"
    assert unquote(answer["Content-Disposition"]) == f"attachment; filename*=utf-8''{name}"
    words = words_of(answer.content)
    for text in (*PARTS.values(), "TS-2024-ZB02", "客服部", "落后 30", "王五"):
        assert text in words, text


def test_an_older_edition_or_day_does_not_become_the_newest(cast: Cast, manager: Client) -> None:
    def taken(**asked: str) -> IssuedPaper:
        query = {"week": "2024-W10", **asked}
        assert manager.get("/projects/TS-2024/report.docx", query).status_code == 200
        return IssuedPaper.objects.order_by("-turn", "-version")[0]

    write(manager)
    first = taken()
    assert taken(date="2024-03-08") == first
    assert IssuedPaper.objects.count() == 2
    manager.post(f"{PAGE}send/", {"week": "2024-W10", "date": "2024-03-10"})
    reopen_report(by=cast.people["陈一"], project=cast.project, week=WEEK, now=NOW)
    second = taken()
    assert second != first
    assert taken(edition="1") == taken(date="2024-03-08", edition="1") == second
    program_of(cast.people["陈一"]).ask("GET", "projects/TS-2024/reports/weekly.docx?week=2024-W10&edition=1")
    assert taken() == second


def test_what_was_sent_stays_when_the_plan_goes_on(cast: Cast, manager: Client) -> None:
    write(manager)
    sent = manager.post(f"{PAGE}send/", {"week": "2024-W10", "date": "2024-03-10"})
    assert sent.status_code == 302
    row = WeeklyReport.objects.get()
    event, data, _changes = said()
    assert (event, data["fingerprint"]) == ("weekly-report-sent", row.fingerprint)
    assert hashlib.sha256(json.dumps(row.paper, ensure_ascii=False, sort_keys=True).encode()).hexdigest() == row.fingerprint
    before = [manager.get(path + AT).content for path in (PAGE, "/projects/TS-2024/report.xlsx")]
    change_basics(by=cast.people["陈一"], project=cast.project, values={"name": "改了名"}, now=NOW)
    WorkItem.objects.filter(project=cast.project).update(name="改了")
    page, book = (manager.get(path + AT) for path in (PAGE, "/projects/TS-2024/report.xlsx"))
    assert "用户反馈数据收集与分析" in page.content.decode() and "已发送" in page.content.decode()
    assert book.content == before[1]
    lines = [[cell.value for cell in line] for line in load_workbook(BytesIO(book.content)).worksheets[0]]
    assert "用户反馈数据收集与分析" in str(lines)
    with unchanged():
        assert manager.get(f"{PAGE}edit/{AT}").status_code == 200
        assert manager.post(f"{PAGE}edit/{AT}", PARTS | {"version": 1, "summary": "改"}).status_code == 422
        assert manager.post(f"{PAGE}send/", {"week": "2024-W10"}).status_code == 422


def test_a_correction_is_a_new_edition(cast: Cast, manager: Client) -> None:
    write(manager)
    manager.post(f"{PAGE}send/", {"week": "2024-W10", "date": "2024-03-10"})
    assert manager.post(f"{PAGE}next-edition/", {"week": "2024-W10"}).status_code == 302
    assert said()[0] == "weekly-report-reopened"
    assert write(manager, 1, summary="更正后的综述") == 302
    body = manager.get(PAGE + AT).content.decode()
    assert "更正后的综述" in body and "TS-2024-ZB02-2" in body
    first = manager.get(f"{PAGE}{AT}&edition=1").content.decode()
    assert "数据源已恢复。" in first and "更正后的综述" not in first
    for wrong in ("3", "0", "x", "9" * 30, "-1"):
        assert manager.get(f"{PAGE}{AT}&edition={wrong}").status_code == 404


def test_what_is_refused(cast: Cast) -> None:
    by, other = cast.people["陈一"], cast.people["张三"]
    with refused("forbidden", kind=Forbidden):
        write_report(by=other, project=cast.project, week=WEEK, parts=Written("x"), now=NOW)
    with refused("forbidden", kind=Forbidden):
        send_report(by=other, project=cast.project, week=WEEK, finished=PAPER, now=NOW)
    with refused("stale", kind=Stale):
        send_report(by=by, project=cast.project, week=WEEK, finished=replace(PAPER, version=3), now=NOW)
    with refused("forbidden", kind=Forbidden):
        reopen_report(by=other, project=cast.project, week=WEEK, now=NOW)
    with refused("not-sent"):
        reopen_report(by=by, project=cast.project, week=WEEK, now=NOW)
    create_project(by=by, number="K-1", manager=by, lead=cast.departments["客服部"], basics={"name": "空"}, now=NOW)
    answer = client_of(by).post("/projects/K-1/report/send/")
    assert (answer.status_code, "还没有任务" in answer.content.decode()) == (422, True)
    with refused("stale", kind=Stale):
        write_report(by=by, project=cast.project, week=WEEK, parts=Written("x"), version=7, now=NOW)


def test_the_page_asks_a_constant_number_of_queries(manager: Client, django_assert_max_num_queries: object) -> None:
    write(manager)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        manager.get(PAGE + AT)


def test_bad_weeks_change_nothing(manager: Client) -> None:
    with unchanged():
        for week in ("2024-W60", "x", "\x00", "0001-W01"):
            assert manager.post(f"{PAGE}send/", {"week": week}).status_code == 422
            assert manager.post(f"{PAGE}next-edition/", {"week": week}).status_code == 422


def test_no_report_of_a_day_to_come_is_sent(cast: Cast, manager: Client) -> None:
    by = cast.people["陈一"]
    with unchanged(), refused("day-to-come", "date"):
        send_report(
            by=by, project=cast.project, week=WEEK, finished=replace(PAPER, as_of=NOW.date() + timedelta(days=1)), now=NOW
        )


def test_a_report_is_sent_in_the_organisations_language_whoever_sends_it(cast: Cast, manager: Client) -> None:
    assert manager.post("/me/language/", {"language": "en"}).status_code == 302
    assert "Report" in manager.get(f"{PAGE}{AT}").content.decode()
    assert write(manager) == 302
    assert manager.post(f"{PAGE}send/{AT}").status_code == 302
    paper = WeeklyReport.objects.filter(sent_at__isnull=False).latest("sent_at").paper
    assert "周进度报告" in paper["title"] and "week" not in json.dumps(paper, ensure_ascii=False)
