"""Papers of this room: every label of the forms in their order, every value, drafts and what was signed."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.http import HttpResponse
from docx import Document
from pypdf import PdfReader

from charters.ground import in_force, opened, signed_by_all, whole_project, write
from support.cast import NOW, Cast, small_project
from support.web import client_of
from tongzhou.charters.models import CharterPart
from tongzhou.documents.models import IssuedPaper
from tongzhou.lib import clock
from tongzhou.plan.actions import DeliverableSpec, add_deliverables
from tongzhou.projects.actions import change_basics
from tongzhou.projects.models import Project

pytestmark = pytest.mark.django_db
SOURCE = [
    "项目名称",
    "项目编号",
    "项目周期",
    "项目负责人",
    "联系方式",
    "项目核心目标",
    "参与部门及职责",
    "关键里程碑",
    "交付物清单",
]
HARD = "𠮷野家 🚀 <b>&amp;</b> =1+1 {{ x }}"


def fetched(cast: Cast, path: str) -> HttpResponse:
    with clock.pretend(NOW):
        answer: HttpResponse = client_of(cast.manager).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer


def docx_text(answer: HttpResponse) -> str:
    document = Document(io.BytesIO(answer.content))
    return "\n".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))


def pdf_text(answer: HttpResponse) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def xlsx_text(answer: HttpResponse) -> str:
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return "\n".join(str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value is not None)


READERS = {"docx": docx_text, "pdf": pdf_text, "xlsx": xlsx_text}


def in_order(text: str, labels: list[str]) -> None:
    """Every label is there, each after the one before; a narrow column may break one."""
    text, at = "".join(text.split()), 0
    for label in ("".join(one.split()) for one in labels):
        found = text.find(label, at)
        assert found >= 0, label
        at = found + len(label)


@pytest.fixture
def project(cast: Cast) -> Project:
    project = whole_project(cast)
    with clock.pretend(NOW):
        change_basics(by=cast.manager, project=project, values={"contact": "13800001111", "background": "竞品上市"}, now=NOW)
        spec = DeliverableSpec("测试报告", department_id=cast.rd.pk, due=date(2024, 5, 1))
        add_deliverables(by=cast.manager, project=project, rows=[spec], now=NOW)
    return project


@pytest.mark.parametrize("ending", READERS)
def test_basic_information_has_the_labels_of_the_form_in_its_order(cast: Cast, project: Project, ending: str) -> None:
    text = READERS[ending](fetched(cast, f"/projects/S-1/basic-information.{ending}"))
    in_order(text, SOURCE)
    flat = "".join(text.split())
    for value in (
        "小项目S-1",
        "2024年3月4日至2024年6月28日",
        "陈一",
        "13800001111",
        "首月销量5000台",
        "研发部：样机设计与测试",
    ):
        assert value in flat, value
    for value in ("样机定型：2024年3月8日", "研发部：测试报告", "市场部：样机3台"):
        assert value in flat, value


@pytest.mark.parametrize("ending", READERS)
def test_a_light_project_has_basic_information_too(cast: Cast, ending: str) -> None:
    small_project(cast, weight="light")
    text = READERS[ending](fetched(cast, f"/projects/S-1/basic-information.{ending}"))
    in_order(text, SOURCE)
    for word in ("章程", "会签", "承诺", "备忘录"):
        assert word not in text


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_a_draft_says_so_and_leaves_room_to_sign_by_hand(cast: Cast, project: Project, ending: str) -> None:
    write(cast, project, "success", "投诉率不高于 1.5%")
    text = READERS[ending](fetched(cast, f"/projects/S-1/charter.{ending}"))
    assert "草案" in text
    heads = ["一、项目背景", "二、目标与成功标准", "三、项目范围", "四、参与部门与职责", "五、关键里程碑", "六、交付物"]
    heads += ["七、资源承诺", "八、项目角色与授权", "九、沟通机制", "十、假设与约束", "十一、主要风险", "十二、结束条件"]
    in_order(text, [*heads, "部门", "负责人", "意见", "签字", "日期", "研发部", "李四", "市场部", "吴八"])
    for value in ("竞品上市", "投诉率不高于", "海外上市", "样机定型"):
        assert value in text, value


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_a_signed_charter_carries_its_signatures_and_keeps_number_and_code(cast: Cast, project: Project, ending: str) -> None:
    sheet = opened(cast, project)
    fetched(cast, f"/projects/S-1/charter.{ending}")
    first = IssuedPaper.objects.get(kind="charter")
    assert first.sheet_id == sheet.pk
    signed_by_all(cast, sheet)
    text = READERS[ending](fetched(cast, f"/projects/S-1/charter.{ending}"))
    again = IssuedPaper.objects.get(kind="charter")
    assert (again.number, again.code) == (first.number, first.code)
    assert "第 1 版" in text and "草案" not in text
    in_order(text, ["研发部", "李四", "同意"])
    assert "2024年3月1日" in "".join(text.split())
    assert first.number in "".join(text.split())


def test_versions_are_fetched_each_as_it_was_frozen(cast: Cast, project: Project) -> None:
    write(cast, project, "risks", "第一稿")
    opened(cast, project)
    write(cast, project, "risks", "第二稿", version=1)
    opened(cast, project)
    write(cast, project, "risks", "第三稿", version=2)
    told = {asked: docx_text(fetched(cast, f"/projects/S-1/charter.docx?version={asked}")) for asked in ("1", "2", "draft", "")}
    assert [next(text for text in ("第一稿", "第二稿", "第三稿") if text in said) for said in told.values()] == [
        "第一稿",
        "第二稿",
        "第三稿",
        "第二稿",
    ]
    client = client_of(cast.manager)
    for asked in ("3", "0", "-1", "x", "9" * 5000, "\0"):
        assert client.get("/projects/S-1/charter.docx", {"version": asked}).status_code == 404
    assert client.get("/projects/S-1/charter.xlsx").status_code == 404
    assert client.get("/projects/S-1/charter.exe").status_code == 404


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_any_text_is_printed(cast: Cast, project: Project, ending: str) -> None:
    for kind in CharterPart.Kind.values:
        write(cast, project, kind, HARD)
    text = READERS[ending](fetched(cast, f"/projects/S-1/charter.{ending}"))
    assert text.count("=1+1 {{ x }}") == len(CharterPart.Kind.values)


def test_a_charter_in_force_is_what_is_handed_out(cast: Cast, project: Project) -> None:
    in_force(cast, project)
    assert "第 1 版" in docx_text(fetched(cast, "/projects/S-1/charter.docx"))
