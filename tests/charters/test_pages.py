"""Screens of charters: the draft as a paper, its texts in place, asking for signatures, what was signed, the downloads."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from charters.ground import company_calendar, in_force, opened, sheets, whole_project, write
from charters.memos import opened_memo
from signoffs.sheets import sign
from support.cast import NOW, Cast, small_project
from support.web import client_of
from tongzhou.charters.models import CharterPart
from tongzhou.documents.models import IssuedPaper
from tongzhou.lib import clock
from tongzhou.people.actions import add_department
from tongzhou.people.models import System
from tongzhou.plan.actions import ItemSpec, bring_in
from tongzhou.projects.actions import Part, ScopeLine, seat, set_participation, set_scope
from tongzhou.projects.models import Project

pytestmark = pytest.mark.django_db
HERE = "/projects/S-1/charter/"


@pytest.fixture
def project(cast: Cast) -> Project:
    return whole_project(cast)


def page(person: Any, path: str = HERE) -> str:
    answer = client_of(person).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_charter_is_shown_as_a_paper_with_the_links_to_each_form(cast: Cast, project: Project) -> None:
    shown = page(cast.manager)
    for text in (
        "小项目 S-1项目章程",
        "首月销量 5000 台",
        "样机与量产准备",
        "海外上市",
        "样机设计与测试",
        "样机定型",
        "项目周例会",
    ):
        assert text in shown
    for place in ("start/#basics", "start/#departments", "start/#people", "communication/", "objectives/", "scope/"):
        assert f'href="/projects/S-1/{place}"' in shown
    assert '?part=success#success"' in shown
    assert "发起会签" in shown
    assert "一、项目背景" in shown and "十二、结束条件" in shown


def test_who_may_not_write_sees_it_without_forms(cast: Cast, project: Project) -> None:
    shown = page(cast.member, f"{HERE}?part=success")
    assert "样机与量产准备" in shown
    for text in ("tz-charter-change", "<textarea", "发起会签"):
        assert text not in shown


def test_what_is_missing_is_named_with_the_very_form(cast: Cast) -> None:
    small_project(cast)
    shown = page(cast.manager)
    assert "还缺 6 项才能会签" in shown
    assert '<a href="/projects/S-1/scope/">包含的范围</a>' in shown
    assert "研发部、市场部的职责" in shown
    assert "发起会签" not in shown


def test_a_text_is_written_in_place(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    form = client.get(f"{HERE}?part=risks").content.decode()
    assert 'action="/projects/S-1/charter/parts/risks/"' in form
    assert 'name="version" value="0"' in form
    answer = client.post(f"{HERE}parts/risks/", {"text": "供应商延期", "version": "0"})
    assert (answer.status_code, answer["Location"]) == (302, f"{HERE}#risks")
    assert "供应商延期" in page(cast.manager)


def test_two_people_at_one_text_lose_nothing(cast: Cast, project: Project) -> None:
    write(cast, project, "risks", "供应商延期")
    answer = client_of(cast.manager).post(f"{HERE}parts/risks/", {"text": "关键人离职", "version": "0"})
    shown = answer.content.decode()
    assert answer.status_code == 412
    assert "供应商延期" in shown and "关键人离职" in shown and "陈一写的内容" in shown
    assert 'name="version" value="1"' in shown
    answer = client_of(cast.manager).post(f"{HERE}parts/risks/", {"text": "供应商延期；关键人离职", "version": "1"})
    assert answer.status_code == 302
    assert CharterPart.objects.get().text == "供应商延期；关键人离职"


@pytest.mark.parametrize(
    "fields",
    [{}, {"text": "x"}, {"text": "x", "version": "-1"}, {"text": "x", "version": "9" * 5000}, {"text": "x\0", "version": "0"}],
)
def test_input_that_cannot_be_is_answered_in_words(cast: Cast, project: Project, fields: dict[str, str]) -> None:
    answer = client_of(cast.manager).post(f"{HERE}parts/risks/", fields)
    assert answer.status_code == 422
    assert not CharterPart.objects.exists()


@pytest.mark.parametrize("due", ["2024-13-01", "0001-01-01", "9999-12-31", "x" * 5000, "2020-01-01"])
def test_a_day_that_cannot_be_is_refused_in_words(cast: Cast, project: Project, due: str) -> None:
    with clock.pretend(NOW):
        answer = client_of(cast.manager).post(f"{HERE}sheets/", {"due": due})
    assert answer.status_code == 422
    assert not sheets(project).exists()


def test_asking_for_signatures_and_what_follows(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    with clock.pretend(NOW):
        answer = client.post(f"{HERE}sheets/", {"due": "2024-03-05"})
        assert (answer.status_code, answer["Location"]) == (302, HERE)
        sheet = sheets(project).get()
        assert "第 1 版会签中" in page(cast.manager)
        sign(cast.other_head, sheet, f"head:{cast.marketing.pk}", "refuse", "职责不清楚 <b>")
        shown = page(cast.manager)
        assert "职责不清楚 &lt;b&gt;" in shown
        assert "请全部席位签署下一版" not in shown
        write(cast, project, "risks", "供应商延期")
        shown = page(cast.manager)
        assert "请全部席位签署下一版" in shown and "第 1 版相比，1 处改动" in shown
        client.post(f"{HERE}sheets/", {"due": ""})
    assert sheets(project).count() == 2
    assert client.get(f"{HERE}signed/")["Location"] == HERE


def test_what_was_signed_is_shown_as_it_was_frozen(cast: Cast, project: Project) -> None:
    write(cast, project, "risks", "<script>alert(1)</script> 𠮷 🚀 {{ x }}")
    in_force(cast, project)
    shown = page(cast.member, f"{HERE}signed/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 𠮷 🚀 {{ x }}" in shown
    assert "第 1 版已生效" in shown and "李四" in shown and "吴八" in shown
    assert "/verification/" not in shown
    assert "/verification/" in page(cast.head, f"{HERE}signed/")
    draft = page(cast.manager)
    assert "已生效" in draft and "tz-charter-change" not in draft
    answer = client_of(cast.manager).post(f"{HERE}parts/risks/", {"text": "改", "version": "1"})
    assert answer.status_code == 422
    assert "已签署的章程（第 1 版），须经变更。" in answer.content.decode()


def test_a_form_below_says_why_and_where_what_is_signed_stands(cast: Cast, project: Project) -> None:
    in_force(cast, project)
    client = client_of(cast.manager)
    answer = client.post("/projects/S-1/scope/lines/", {"kind": "in", "text": "只做样机"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "已签署的章程（第 1 版），须经变更。" in shown


@pytest.mark.parametrize("name", ["charter", "memo"])
def test_a_draft_does_not_take_the_place_of_what_is_being_signed(cast: Cast, name: str) -> None:
    project = whole_project(cast)
    client, taken = client_of(cast.manager), f"/projects/S-1/{name}.docx"
    (opened if name == "charter" else opened_memo)(cast, project)
    for query in ("", "?version=draft"):
        assert client.get(f"{taken}{query}").status_code == 200
    signing, draft = IssuedPaper.objects.order_by("pk")
    assert (signing.turn, draft.turn) == (1, 0)


PAPERS = ("charter.docx", "memo.docx", "duty-statement.docx", "basic-information.docx", "commitments.docx")


@pytest.mark.parametrize("name", PAPERS)
def test_who_reads_english_takes_the_same_paper(cast: Cast, name: str) -> None:
    whole_project(cast)
    client = client_of(cast.manager)

    def taken() -> tuple[int, str]:
        assert client.get(f"/projects/S-1/{name}").status_code == 200
        row = IssuedPaper.objects.latest("pk")
        return row.pk, row.title

    with translation.override("en"):
        first = taken()
    assert taken() == first


@pytest.mark.parametrize("path", ["", "signed/"])
def test_a_light_project_knows_no_charter(cast: Cast, path: str) -> None:
    small_project(cast, weight="light")
    client = client_of(cast.manager)
    never = client.get("/projects/X-1/charter/")
    answer = client.get(f"{HERE}{path}")
    assert (answer.status_code, answer.content) == (404, never.content)
    for where in ("/projects/S-1/", "/projects/S-1/plan/"):
        assert "章程" not in client.get(where).content.decode()
    for name in ("charter.docx", "charter.pdf"):
        assert client.get(f"/projects/S-1/{name}").status_code == 404
    assert client.post(f"{HERE}sheets/").status_code == 404
    assert client.post(f"{HERE}parts/risks/", {"text": "x", "version": "0"}).status_code == 404


def test_the_page_asks_no_more_of_the_database_for_a_large_charter(
    transactional_db: None, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    company_calendar()
    project = whole_project(cast)
    client = client_of(cast.manager)
    client.get(HERE)
    with django_assert_max_num_queries(15):
        client.get(HERE)
    _grow(cast, project)
    write(cast, project, "success", "长" * 100_000)
    sheet = opened(cast, project)
    write(cast, project, "risks", "长" * 100_000)
    sign(cast.head, sheet, f"head:{cast.rd.pk}")
    client.get(HERE)
    with django_assert_max_num_queries(15):
        assert client.get(HERE).status_code == 200
    again = opened(cast, project)
    for place in again.places.all():
        holder = {cast.rd.pk: cast.head, cast.marketing.pk: cast.other_head}.get(place.department_id, cast.member)
        sign(holder, again, place.seat)
    client.get(f"{HERE}signed/")
    for path in (HERE, f"{HERE}signed/"):
        with django_assert_max_num_queries(15):
            assert client.get(path).status_code == 200


def _grow(cast: Cast, project: Project) -> None:
    given = {"by": cast.manager, "project": project, "now": NOW}
    with clock.pretend(NOW):
        for number in range(12):
            department = add_department(by=System(), name=f"部门{number}", now=NOW)
            part = set_participation(department=department, part=Part("support", "配合"), **given)
            seat(by=cast.manager, participation=part, kind="head", holder=cast.member, now=NOW)
        set_scope(lines=[ScopeLine("in", f"第 {number} 项") for number in range(60)] + [ScopeLine("out", "海外")], **given)
        day = date(2024, 3, 8)
        items = [ItemSpec(f"9.{n}", f"点 {n}", is_milestone=True, typed_start=day, typed_finish=day) for n in range(60)]
        bring_in(items=items, links=[], **given)


def test_a_stranger_sees_what_was_never_there(cast: Cast, project: Project) -> None:
    client = client_of(cast.stranger)
    never = client.get("/projects/X-1/charter/").content
    for path in (HERE, f"{HERE}signed/", "/projects/S-1/charter.docx", "/projects/S-1/basic-information.pdf"):
        answer = client.get(path)
        assert (answer.status_code, answer.content) == (404, never)


def test_a_part_that_there_is_not(cast: Cast, project: Project) -> None:
    client: Client = client_of(cast.manager)
    assert client.post(f"{HERE}parts/budget/", {"text": "x", "version": "0"}).status_code == 404
    assert client.get(f"{HERE}?part=budget").status_code == 200
