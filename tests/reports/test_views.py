"""The report's page and workbook."""

import re
from html import unescape
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.test import Client
from openpyxl import load_workbook

from tongzhou.people.models import User

from .conftest import CAUSE, Cast, empty_project

AT = "?date=2024-03-10"
PAGE, BOOK = "/projects/TS-2024/report/", "/projects/TS-2024/report.xlsx"


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def manager(cast: Cast) -> Client:
    return client_of(cast.people["陈一"])


def text_of(body: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def test_the_page_shows_the_report(manager: Client) -> None:
    answer = manager.get(PAGE + AT)
    assert answer.status_code == 200
    text = text_of(answer.content.decode())
    assert "客户投诉率下降项目 第 2 周进度报告" in text
    assert "累计完成 14%，计划 24%，落后 10.00 点" in text
    assert CAUSE in text
    assert "偏差超过阈值" not in text


def test_the_workbook_holds_the_values_of_the_page(manager: Client) -> None:
    page = text_of(manager.get(PAGE + AT).content.decode())
    answer = manager.get(BOOK + AT)
    assert answer.status_code == 200
    name = unquote(answer["Content-Disposition"])
    assert name.startswith("attachment; filename*=utf-8''客户投诉率下降项目 第 2 周进度报告 ZB-") and name.endswith(".xlsx")
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows()]
    assert ["客服部", 0.7, 1, "落后 30", None, None] in rows
    assert ["产品部", 0, 0.1667, "落后 16.67", None, None] in rows
    assert ["用户反馈数据收集与分析", 1, 0.7, 30, CAUSE, "张三"] in rows
    assert ["需求文档撰写与评审", 0.1667, 0, 16.67, "等待《用户反馈分析报告》输出", "王五"] in rows
    for shown in (
        "客服部 70 / 100% 落后 30",
        f"用户反馈数据收集与分析 100% 70% 30.00 {CAUSE} 张三",
        "需求文档撰写与评审 16.67% 0% 16.67 等待",
    ):
        assert shown in page
    lead = next(row[0] for row in rows if str(row[0]).startswith("累计完成"))
    assert lead in page


def test_a_week_can_be_asked_for(manager: Client) -> None:
    body = manager.get(f"{PAGE}?week=2024-W09&date=2024-03-10").content.decode()
    assert "第 1 周进度报告" in body
    assert 'href="?week=2024-W10&amp;date=2024-03-10"' in body
    assert re.search(r'href="\?week=2024-W09[^"]*" class="is-on" aria-current="page"', body)


@pytest.mark.parametrize("week", ["2024-W54", "rubbish", "2024-W08", "2030-W01", "<script>"])
@pytest.mark.parametrize("address", [PAGE, BOOK])
def test_a_week_that_has_no_report_is_refused_with_a_reason(manager: Client, address: str, week: str) -> None:
    answer = manager.get(address, {"week": week, "date": "2024-03-10"})
    assert answer.status_code == 422
    assert "周" in text_of(answer.content.decode())


@pytest.mark.parametrize("address", ["report/", "report.xlsx"])
def test_a_stranger_gets_what_an_unknown_number_gives(cast: Cast, address: str) -> None:
    stranger = client_of(cast.people["外人"])
    hidden = stranger.get(f"/projects/TS-2024/{address}?week=rubbish")
    unknown = stranger.get(f"/projects/NO-SUCH/{address}?week=rubbish")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content == unknown.content


@pytest.mark.parametrize("address", [PAGE, BOOK])
def test_who_is_not_signed_in_is_asked_to(cast: Cast, address: str) -> None:
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("address", [PAGE, BOOK])
def test_the_report_is_only_read(manager: Client, address: str) -> None:
    assert manager.post(address).status_code == 405


def test_a_plan_without_tasks_says_what_to_do(db: None) -> None:
    made = empty_project()
    text = text_of(client_of(made.people["陈一"]).get(PAGE).content.decode())
    assert "计划里还没有任务。" in text
    assert "前往计划" in text
    assert client_of(made.people["陈一"]).get(BOOK).status_code == 200


def test_a_name_with_all_sorts_of_characters_is_a_safe_file_name(db: None) -> None:
    made = empty_project(name='=a/b\\c"d<e>&\r\n𠮷🚢')
    client = client_of(made.people["陈一"])
    assert "d<e>" not in client.get(PAGE).content.decode()
    answer = client.get(BOOK)
    assert answer.status_code == 200
    assert "=a_b_c_d_e_& 𠮷🚢 第 1 周进度报告 ZB-" in unquote(answer["Content-Disposition"])


def test_who_did_not_report_is_named(cast: Cast, manager: Client) -> None:
    text = text_of(manager.get(f"{PAGE}?date=2024-03-13").content.decode())
    assert "客服部 张三本周尚未填报" in text


def test_it_is_handed_out_in_three_formats_under_one_number(manager: Client) -> None:
    from pypdf import PdfReader

    from tongzhou.documents.models import IssuedPaper

    texts = {}
    for ending, begins in (("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        answer = manager.get(PAGE.replace("report/", f"report.{ending}") + AT)
        assert (answer.status_code, answer.content[: len(begins)]) == (200, begins)
        texts[ending] = answer.content
    row = IssuedPaper.objects.get()
    assert (row.kind, row.number[:3]) == ("weekly-report", "ZB-")
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(texts["pdf"])).pages).replace("\n", "").replace(" ", "")
    at = 0
    for label in ("部门进度", "本周完成", "下周", "偏差"):
        at = words.find(label, at)
        assert at >= 0, label
    assert row.number in words and CAUSE.replace(" ", "") in words
    assert manager.get(PAGE.replace("report/", "report.exe")).status_code == 404
