"""The pages: signing as people do, what is refused in place, and what each page asks the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from signoffs.sheets import LEAD, heads, opened, sign
from support.cast import NOW, Cast, planned_project, small_project
from support.checks import unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle
from tongzhou.signoffs.actions import Grant, delegate_seat, withdraw_signature
from tongzhou.signoffs.models import Sheet, Signature
from tongzhou.signoffs.queries.queue import signatures_owed

PASSWORD = "同舟共济-2024"
pytestmark = pytest.mark.django_db


def proven(person: User) -> Client:
    """A client whose person just said anew who she is."""
    client = client_of(person)
    session = client.session
    session["proof"] = {"person": person.pk, "method": "password", "at": clock.now().timestamp()}
    session.save()
    return client


def address(sheet: Sheet, what: str = "") -> str:
    return f"/projects/S-1/sheets/{sheet.pk}/{what}"


def form(sheet: Sheet, seat: str, **more: Any) -> dict[str, Any]:
    return {"place": sheet.places.get(seat=seat).pk, "digest": sheet.digest, "decision": "approve", "opinion": "", **more}


@pytest.fixture
def sheet(cast: Cast) -> Sheet:
    small_project(cast)
    return opened(cast)


def test_a_person_signs_with_her_password(cast: Cast, sheet: Sheet) -> None:
    cast.general_lead.set_password(PASSWORD)
    cast.general_lead.save()
    client = client_of(cast.general_lead)
    page = client.get(address(sheet)).content.decode()
    assert all(word in page for word in ("请以项目总负责人身份签署", sheet.digest, "待你签", "登录密码"))
    assert 'name="decision" value="approve" required>' in page
    asked = form(sheet, LEAD, proof_method="password", proof_password="wrong")
    wrong = client.post(address(sheet, "signature/"), asked)
    assert (wrong.status_code, "密码不正确" in wrong.content.decode()) == (422, True)
    assert not Signature.objects.exists()
    done = client.post(address(sheet, "signature/"), asked | {"proof_password": PASSWORD}, headers={"User-Agent": "Firefox"})
    assert (done.status_code, done["Location"]) == (302, address(sheet))
    row = Signature.objects.get()
    assert (row.method, row.agent, row.address, len(row.request_id)) == ("password", "Firefox", "127.0.0.1", 22)


class unchanged_signatures:
    """A wrong password is on the record; nothing is signed."""

    def __enter__(self) -> None:
        self.before = Signature.objects.count()

    def __exit__(self, *_error: object) -> None:
        assert Signature.objects.count() == self.before


def test_without_proof_nothing_is_signed(cast: Cast, sheet: Sheet) -> None:
    client = client_of(cast.general_lead)
    with unchanged():
        assert client.post(address(sheet, "signature/"), form(sheet, LEAD)).status_code == 422


def test_an_old_page_is_answered_with_the_difference(cast: Cast, sheet: Sheet) -> None:
    newer = opened(cast, shared={"items": [{"id": 1, "name": "设计", "finish": "2024-03-09"}], "budget": "120.00"})
    client = proven(cast.general_lead)
    with unchanged():
        for shown in (sheet, newer):
            answer = client.post(address(shown, "signature/"), form(shown, LEAD, digest=sheet.digest))
            assert answer.status_code == 409
            assert "2024-03-09" in answer.content.decode()


@pytest.mark.parametrize("decision", ["condition", "refuse"])
def test_missing_words_are_said_at_their_field(cast: Cast, sheet: Sheet, decision: str) -> None:
    client = proven(cast.general_lead)
    with unchanged():
        answer = client.post(address(sheet, "signature/"), form(sheet, LEAD, decision=decision))
    assert (answer.status_code, 'id="opinion-error"' in answer.content.decode()) == (422, True)


BAD = [
    {"decision": ""},
    {"decision": "\0"},
    {"digest": "\0"},
    {"digest": ""},
    {"opinion": "x" * 2001},
    {"opinion": "a\0b"},
]


@pytest.mark.parametrize("wrong", BAD)
def test_bad_input_signs_nothing(cast: Cast, sheet: Sheet, wrong: dict[str, str]) -> None:
    client = proven(cast.general_lead)
    with unchanged():
        answer = client.post(address(sheet, "signature/"), form(sheet, LEAD, **wrong))
    assert answer.status_code in (409, 422)


@pytest.mark.parametrize("place", ["0", "x", "9" * 5000, "-1", "１"])
def test_a_place_that_is_not_there(cast: Cast, sheet: Sheet, place: str) -> None:
    client = proven(cast.general_lead)
    with unchanged():
        answer = client.post(address(sheet, "signature/"), form(sheet, LEAD, place=place))
        assert answer.status_code == 404
        assert client.get(f"{address(sheet)}?place={place}").status_code == 200


def test_the_place_of_somebody_else(cast: Cast, sheet: Sheet) -> None:
    clients = [proven(person) for person in (cast.head, cast.manager, cast.administrator)]
    with unchanged():
        for client in clients:
            assert client.post(address(sheet, "signature/"), form(sheet, LEAD)).status_code == 403


def test_taking_back_and_voiding(cast: Cast, sheet: Sheet) -> None:
    one, _two = heads(cast)
    sign(cast.head, sheet, one)
    head, manager = client_of(cast.head), client_of(cast.manager)
    assert "撤回我的签署" in head.get(address(sheet)).content.decode()
    assert head.post(address(sheet, "withdrawal/"), {"reason": "看错"}).status_code == 302
    with unchanged():
        assert head.post(address(sheet, "withdrawal/")).status_code == 422
        assert manager.post(address(sheet, "void/"), {"reason": " "}).status_code == 422
    assert manager.post(address(sheet, "void/"), {"reason": "重写"}).status_code == 302
    assert "已作废" in head.get(address(sheet)).content.decode()


def test_a_page_that_was_changed_past_the_product_is_not_shown(cast: Cast, sheet: Sheet) -> None:
    from django.db import connection

    from tongzhou.timeline.actions import lifted

    with lifted(connection):
        Sheet.objects.update(html=b"<article>other</article>")
    page = client_of(cast.general_lead).get(address(sheet)).content.decode()
    assert "<article>other" not in page
    assert "绕过本产品改动过数据" in page


def test_carried_signatures_say_so(cast: Cast, sheet: Sheet) -> None:
    one, two = heads(cast)
    sign(cast.head, sheet, one)
    newer = opened(cast, parts={one: {"people": 4}, two: {"people": 5}, LEAD: {"people": 4}})
    page = client_of(cast.other_head).get(address(newer)).content.decode()
    assert "签于第 1 版，共同部分与本部门部分未变" in page
    assert sheet.digest[:8] in page


PAGES = ["sheets/", "sheets/{sheet}/", "sheets/{sheet}/verification/", "chain/", "delegations/", "task-list/"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_ask_little(cast: Cast, sheet: Sheet, path: str, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = client_of(cast.general_lead)
    for _version in range(2):
        client.get(f"/projects/S-1/{path.format(sheet=sheet.pk)}")
        with django_assert_max_num_queries(32):
            assert client.get(f"/projects/S-1/{path.format(sheet=sheet.pk)}").status_code == 200
        newer = opened(cast, shared={"budget": str(_version)})
        sign(cast.head, newer, heads(cast)[0])


class TestQueue:
    """What waits for a person on her workbench."""

    def test_each_holder_owes_her_own(self, cast: Cast, sheet: Sheet) -> None:
        owing = dict.fromkeys((cast.head, cast.other_head, cast.general_lead), 1)
        for person, count in (owing | dict.fromkeys((cast.manager, cast.stranger), 0)).items():
            assert len(signatures_owed(person, NOW)) == count
        row = signatures_owed(cast.head, NOW)[0]
        assert (row.title, row.second_line) == ("样机章程 第 1 版", "小项目 S-1 · 研发部负责人")
        assert row.link == f"/projects/S-1/sheets/{sheet.pk}/?next=queue&place={sheet.places.get(seat=heads(cast)[0]).pk}"
        sign(cast.head, sheet, heads(cast)[0])
        assert signatures_owed(cast.head, NOW) == []

    def test_a_delegate_owes_it_too(self, cast: Cast, sheet: Sheet) -> None:
        project = Project.objects.get(number="S-1")
        grant = Grant(cast.owner, NOW.date(), NOW.date())
        delegate_seat(by=cast.head, project=project, seat="", grant=grant, now=NOW)
        assert signatures_owed(cast.owner, NOW)[0].second_line == "小项目 S-1 · 研发部负责人（代李四）"
        assert signatures_owed(cast.owner, NOW + timedelta(days=1)) == []

    def test_in_order_the_next_one_waits(self, cast: Cast) -> None:
        small_project(cast)
        one, two = heads(cast)
        sheet = opened(cast, seats=(one, two), in_order=True)
        assert signatures_owed(cast.other_head, NOW) == []
        kept = sign(cast.head, sheet, one)
        assert len(signatures_owed(cast.other_head, NOW)) == 1
        withdraw_signature(by=cast.head, signature=kept, now=NOW)
        assert signatures_owed(cast.other_head, NOW) == []

    def test_it_asks_the_same_for_many(self, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        for number in ("S-1", "S-2", "S-3"):
            opened(cast, small_project(cast, number))
            with django_assert_num_queries(4):
                signatures_owed(cast.head, NOW)


def told(person: User) -> list[str]:
    from tongzhou.notifications.models import Notice

    settle(NOW + timedelta(minutes=1))
    return list(Notice.objects.filter(person=person, kind="sign").order_by("pk").values_list("title", flat=True))


def test_people_are_told(cast: Cast) -> None:
    small_project(cast)
    one, two = heads(cast)
    sheet = opened(cast, seats=(one, two), in_order=True)
    assert told(cast.head) == ["请以研发部负责人身份签署《小项目 S-1样机章程》"]
    assert told(cast.other_head) == []
    sign(cast.head, sheet, one)
    assert told(cast.other_head) == ["请以市场部负责人身份签署《小项目 S-1样机章程》"]
    assert told(cast.manager) == ["有新的签署：《小项目 S-1样机章程》"]
    sign(cast.other_head, sheet, two)
    assert told(cast.head)[-1] == told(cast.manager)[-1] == "已生效：《小项目 S-1样机章程》"


def test_changing_a_seat_is_told_to_its_holders_and_the_general_lead(cast: Cast) -> None:
    from tongzhou.notifications.models import Notice
    from tongzhou.projects.actions import seat as give_seat

    project = small_project(cast)
    settle(NOW + timedelta(minutes=1))
    Notice.objects.all().delete()
    part = project.participations.get(department=cast.rd)
    give_seat(by=cast.manager, participation=part, kind="head", holder=cast.owner, now=NOW)
    settle(NOW + timedelta(minutes=1))
    people = set(Notice.objects.filter(kind="seat").values_list("person__name", flat=True))
    assert people == {"李四", "郑十", "褚十六"}


class TestTaskList:
    """跨部门任务协作清单: approved by the general lead, then published."""

    def test_it_is_frozen_approved_and_compared(self, cast: Cast) -> None:
        project = planned_project(cast)
        manager, lead = client_of(cast.manager), proven(cast.general_lead)
        assert "尚未发布" in manager.get("/projects/S-1/task-list/").content.decode()
        assert manager.post("/projects/S-1/task-list/release/", {"due": "2199-01-01"}).status_code == 302
        sheet = Sheet.objects.get()
        page = lead.get(address(sheet)).content.decode()
        assert all(name in page for name in ("阶段", "设计", "测试", "定型", "推广"))
        assert lead.post(address(sheet, "signature/"), form(sheet, LEAD)).status_code == 302
        assert "与当前计划一致" in manager.get("/projects/S-1/task-list/").content.decode()
        WorkItem.objects.filter(project=project, name="设计").update(key_output="样机")
        shown = manager.get("/projects/S-1/task-list/").content.decode()
        assert "此后计划中有 1 项任务不同" in shown
        assert "<ins>样机</ins>" in shown
        assert manager.post("/projects/S-1/task-list/release/").status_code == 302
        assert Sheet.objects.latest("pk").version == 2
        with unchanged():
            again = manager.post("/projects/S-1/task-list/release/")
            assert (again.status_code, "没有改动" in again.content.decode()) == (422, True)

    def test_an_empty_seat_is_named(self, cast: Cast) -> None:
        project = planned_project(cast)
        project.roles.filter(kind="general_lead").delete()
        manager = client_of(cast.manager)
        assert "项目总负责人席位空缺" in manager.get("/projects/S-1/task-list/").content.decode()
        with unchanged():
            answer = manager.post("/projects/S-1/task-list/release/")
        assert (answer.status_code, "以下席位空缺：项目总负责人" in answer.content.decode()) == (422, True)

    def test_what_is_refused(self, cast: Cast) -> None:
        small_project(cast, "S-1")
        planned_project(cast, "S-2", "light")
        manager, liaison = client_of(cast.manager), client_of(cast.liaison)
        with unchanged():
            for number, data in (("S-1", {}), ("S-2", {}), ("S-1", {"due": "2001-01-01"})):
                assert manager.post(f"/projects/{number}/task-list/release/", data).status_code == 422
            assert liaison.post("/projects/S-1/task-list/release/").status_code == 403
