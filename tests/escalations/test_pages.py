"""The pages of cases: each form with good and bad input, who is told of each step, empty and many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from support.cast import NOW, Cast, planned_project
from support.checks import unchanged
from support.forms import BAD_TEXTS, assert_wrong, questions
from support.web import client_of
from tongzhou.escalations.actions import Matter, open_case
from tongzhou.escalations.models import Case, Level
from tongzhou.lib import clock
from tongzhou.notifications.models import Notice
from tongzhou.people.models import System
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle

LATER = NOW + timedelta(minutes=20)
HOURS = {"department": "4", "manager": "6", "lead": "8"}
LIMITS = "/projects/S-1/escalations/limits/"


@pytest.fixture
def project(cast: Cast) -> Iterator[Project]:
    found = planned_project(cast)
    with clock.pretend(LATER):
        yield found


def case_of(cast: Cast, project: Project, level: int = 1, key: int = 1, title: str = "接口联调") -> Case:
    matter = Matter("task", key, project, title, "/projects/S-1/plan/?task=1", cast.rd.pk, cast.owner.pk, cast.marketing.pk)
    case = open_case(by=System(), matter=matter, why="没有人答复", now=NOW)
    if level > Level.DEPARTMENT:
        case.level = level
        case.save()
    return case


def address(case: Case, act: str = "") -> str:
    return f"/projects/S-1/escalations/{case.pk}/{act}"


ACTS = {
    "climb/": ("manager", "reason", Level.DEPARTMENT),
    "hand-back/": ("general_lead", "decision", Level.LEAD),
    "decision/": ("general_lead", "decision", Level.LEAD),
    "closure/": ("manager", "result", Level.DEPARTMENT),
}


@pytest.mark.parametrize("act", ACTS)
def test_each_form_does_what_it_says(cast: Cast, project: Project, act: str) -> None:
    person, field, level = ACTS[act]
    case = case_of(cast, project, level)
    client = client_of(getattr(cast, person))
    assert f'name="{field}"' in client.get(address(case)).content.decode()
    answer = client.post(address(case, act), {field: " 周三前\n给出结论 ", "version": case.version})
    assert (answer.status_code, answer["Location"]) == (302, address(case))
    case.refresh_from_db()
    assert case.steps.order_by("-pk")[0].text == "周三前\n给出结论"
    page = client.get(address(case)).content.decode()
    assert "周三前\n给出结论" in page and "已保存" in page


@pytest.mark.parametrize("wrong", [*BAD_TEXTS, "too long"])
@pytest.mark.parametrize("act", ACTS)
def test_each_form_says_at_its_field_what_is_wrong(cast: Cast, project: Project, act: str, wrong: str) -> None:
    person, field, level = ACTS[act]
    case = case_of(cast, project, level)
    text = BAD_TEXTS.get(wrong, "长" * 2001)
    page = assert_wrong(client_of(getattr(cast, person)), address(case, act), {field: text, "version": case.version}, field)
    assert "还没有保存" in page
    assert re.search(rf'<textarea[^>]*name="{field}"[^>]*aria-invalid="true"', page)
    if wrong == "too long":
        assert text in page


@pytest.mark.parametrize("version", ["x", "0", "-1", "9" * 5000])
def test_a_version_that_is_none_changes_nothing(cast: Cast, project: Project, version: str) -> None:
    case = case_of(cast, project)
    client = client_of(cast.manager)
    with unchanged():
        answer = client.post(address(case, "climb/"), {"reason": "等不了", "version": version})
    assert answer.status_code == 422


def test_what_moved_meanwhile_is_not_moved_again(cast: Cast, project: Project) -> None:
    case = case_of(cast, project)
    Case.objects.filter(pk=case.pk).update(version=case.version + 1)
    client = client_of(cast.manager)
    with unchanged():
        answer = client.post(address(case, "climb/"), {"reason": "等不了", "version": case.version})
    assert answer.status_code == 412 and "他人" in answer.content.decode()


def test_at_the_top_nothing_climbs_and_at_the_bottom_nothing_is_handed_back(cast: Cast, project: Project) -> None:
    top, low = case_of(cast, project, Level.LEAD), case_of(cast, project, key=2)
    assert "已是最高一级" in assert_wrong(client_of(cast.manager), address(top, "climb/"), {"reason": "等不了"})
    assert_wrong(client_of(cast.head), address(low, "hand-back/"), {"decision": "不"}, "decision")
    assert "climb/" not in client_of(cast.manager).get(address(top)).content.decode()
    assert "hand-back/" not in client_of(cast.head).get(address(low)).content.decode()


@pytest.mark.parametrize("act", ACTS)
def test_what_is_closed_takes_no_more(cast: Cast, project: Project, act: str) -> None:
    _person, field, level = ACTS[act]
    case = case_of(cast, project, level)
    Case.objects.filter(pk=case.pk).update(closed_at=NOW, climbs_at=None)
    client = client_of(cast.general_lead)
    with unchanged():
        answer = client.post(address(case, act), {field: "好"})
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    page = client_of(cast.general_lead).get(address(case)).content.decode()
    assert "<textarea" not in page and "已关闭" in page


def test_the_limits_of_a_project_are_set_and_given_back(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    assert client.post(LIMITS, HOURS).status_code == 302
    assert "部门内 4 小时，项目经理 6 小时" in client.get("/projects/S-1/escalations/").content.decode()
    assert client.post(LIMITS, {"inherit": "1"}).status_code == 302
    assert "部门内 8 小时，项目经理 8 小时" in client.get("/projects/S-1/escalations/").content.decode()


BAD_HOURS = ["", "0", "401", "-1", "1.5", "一", "9" * 5000, "\x00", "1e3"]


@pytest.mark.parametrize("value", BAD_HOURS)
@pytest.mark.parametrize("path", [LIMITS, "/escalations/limits/"])
def test_limits_that_cannot_be_are_said_at_their_field(cast: Cast, project: Project, path: str, value: str) -> None:
    client = client_of(cast.manager if path == LIMITS else cast.administrator)
    page = assert_wrong(client, path, HOURS | {"manager": value}, "manager")
    assert 'name="department" value="4"' in page


def test_numbers_are_taken_as_people_type_them(cast: Cast, project: Project) -> None:
    assert client_of(cast.administrator).post("/escalations/limits/", HOURS | {"lead": "１２"}).status_code == 302
    assert "项目总负责人 12 小时" in client_of(cast.manager).get("/projects/S-1/escalations/").content.decode()


def notices() -> set[tuple[str, str, str]]:
    settle(LATER)
    return set(Notice.objects.filter(kind="escalation").values_list("person__name", "title", "link"))


def test_every_step_is_told_once_with_a_link_to_where_one_answers(cast: Cast, project: Project) -> None:
    case = case_of(cast, project)
    link = address(case)
    expected = {("李四", "升级到你（部门内），请决定：接口联调", link)}
    assert notices() == expected
    client_of(cast.owner).post(address(case, "climb/"), {"reason": "等不了"})
    expected |= {("陈一", "升级到你（项目经理），请决定：接口联调", link)}
    assert notices() == expected
    client_of(cast.manager).post(address(case, "climb/"), {"reason": "拍不了"})
    expected |= {("褚十六", "升级到你（项目总负责人），请决定：接口联调", link)}
    assert notices() == expected
    client_of(cast.general_lead).post(address(case, "hand-back/"), {"decision": "先借样机"})
    decided = "褚十六 已就「接口联调」作出决定"
    expected |= {("陈一", "带决定退回给你：接口联调", link), ("郑十", decided, link), ("李四", decided, link)}
    assert notices() == expected
    client_of(cast.manager).post(address(case, "decision/"), {"decision": "周三交"})
    mine = "陈一 已就「接口联调」作出决定"
    expected |= {(name, mine, link) for name in ("郑十", "李四", "褚十六")}
    assert notices() == expected
    client_of(cast.manager).post(address(case, "closure/"), {"result": "已交"})
    expected |= {(name, "升级事项已关闭：接口联调", link) for name in ("郑十", "李四", "褚十六")}
    assert notices() == expected
    assert Notice.objects.filter(kind="escalation").count() == len(expected)
    for person in (cast.head, cast.manager, cast.general_lead, cast.owner):
        assert client_of(person).get(link).status_code == 200


@pytest.mark.parametrize("query", ["", "?state=all", "?state=closed&level=3", "?q=%00x&sort=-climbs_at&page=999999999999"])
def test_where_nothing_is_escalated_the_page_says_so(cast: Cast, project: Project, query: str) -> None:
    page = client_of(cast.member).get(f"/projects/S-1/escalations/{query}").content.decode()
    assert ("没有升级的问题" if not query else "没有符合条件的事项") in page
    assert "<table" not in page


def test_pages_ask_as_much_for_sixty_cases_as_for_three(cast: Cast, project: Project) -> None:
    client, counts = client_of(cast.manager), []
    for many in (3, 60):
        for key in range(Case.objects.count() + 1, many + 1):
            case = case_of(cast, project, 1 + key % 3, key, f"第{key}件")
        for path in ("/projects/S-1/escalations/", address(case), "/projects/S-1/escalations.xlsx"):
            counts.append(questions(client, path))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 15
