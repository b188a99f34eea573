"""The tree of departments, the list of people, whose phone number one sees."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import close_old_connections, connection

from support.cast import NOW, Cast
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.lib.access import Forbidden, Refused
from tongzhou.people import actions
from tongzhou.people.access import phone_shown
from tongzhou.people.models import Department, Leave, System, User
from tongzhou.people.queries.organisation import Asked, Branch, below, flat, people_called, people_page, suggestions, tree

TODAY = date(2024, 3, 1)


def names(cast: Cast, viewer: str = "administrator", **asked: Any) -> list[str]:
    return [row["name"] for row in people_page(Asked(**asked), getattr(cast, viewer), TODAY).rows]


def branch(name: str) -> Branch:
    return next(one for one in flat(tree()) if one.name == name)


def test_the_tree_counts_people_with_all_below(cast: Cast) -> None:
    platform = actions.add_department(by=cast.administrator, name="平台部", parent=cast.rd, head=cast.liaison, now=NOW)
    User.objects.filter(pk=cast.stranger.pk).update(department=platform)
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    rd, own = branch("研发部"), User.objects.filter(department=cast.rd, is_active=True).count()
    assert (rd.people, rd.total, [child.name for child in rd.children]) == (own, own + 1, ["平台部"])
    assert (branch("平台部").head, branch("平台部").depth) == ("周七", 1)
    assert below(cast.rd.pk) == {cast.rd.pk, platform.pk}
    assert "外人" in names(cast, department=cast.rd.pk)


@pytest.mark.parametrize("search", ["李四", "lisi", "ls", "LISI", "G-77", "研发部 ls"])
def test_people_are_found_by_everything_that_names_them(cast: Cast, search: str) -> None:
    User.objects.filter(pk=cast.head.pk).update(employee_number="G-77")
    assert "李四" in names(cast, search=search)
    assert names(cast, search=search + "ZZ") == []


def test_states_are_filters_and_two_of_them_for_the_administrator_only(cast: Cast) -> None:
    Leave.objects.create(user=cast.owner, first=TODAY, last=TODAY)
    User.objects.filter(pk=cast.stranger.pk).update(is_active=False)
    assert names(cast, state="leave") == ["郑十"]
    assert names(cast, state="disabled") == ["外人"]
    assert "外人" in names(cast, state="disabled")
    cast.head.set_password("同舟共济-2024")
    cast.head.save()
    assert "李四" not in names(cast, state="no-password")
    assert "外人" not in names(cast, "manager", state="disabled")
    assert "李四" in names(cast, "manager", state="no-password")


@pytest.mark.parametrize("sort", ["name", "-name", "department", "number", "title", "login", "-login", "x", "password", "-"])
def test_the_list_sorts_by_what_it_shows(cast: Cast, sort: str) -> None:
    assert len(names(cast, sort=sort)) == User.objects.count()


def test_pages_have_fifty_rows_and_cost_the_same(cast: Cast, django_assert_num_queries: Any) -> None:
    client = client_of(cast.administrator)
    for count in (1, 120):
        User.objects.bulk_create(User(login=f"p{count}-{at}", name=f"人{at}", department=cast.rd) for at in range(count))
        with django_assert_num_queries(6):
            page = client.get("/departments/")
    listed = page.context["listed"]
    total = User.objects.count()
    assert (len(listed.rows), listed.total, listed.pages) == (50, total, -(-total // 50))
    for number in ("99", "0", "-1", "9" * 30, "x"):
        answer = client.get(f"/departments/?page={number}&department={'9' * 18}&sort=%00&state=x")
        assert answer.status_code == 200


def test_a_phone_number_is_for_oneself_the_head_and_the_administrator(cast: Cast) -> None:
    Department.objects.filter(pk=cast.rd.pk).update(head=cast.head)
    User.objects.filter(pk=cast.owner.pk).update(phone="13812345678")
    shown = {
        person: people_page(Asked(search="郑十"), getattr(cast, person), TODAY).rows[0]["phone"]
        for person in ("owner", "head", "administrator", "manager", "other_head")
    }
    whole, masked = "13812345678", "138****5678"
    assert shown == {"owner": whole, "head": whole, "administrator": whole, "manager": masked, "other_head": masked}
    page = f"/people/{cast.owner.pk}/"
    assert whole in client_of(cast.head).get(page).content.decode()
    assert whole not in client_of(cast.manager).get(page).content.decode()
    assert phone_shown(cast.manager, 0, None, "8888") == "****"
    assert phone_shown(cast.manager, 0, None, "") == ""


def test_a_department_changes_with_before_and_after(cast: Cast) -> None:
    values = {"name": " 研发中心 ", "parent": cast.marketing, "head": cast.head}
    actions.change_department(by=cast.administrator, department=cast.rd, values=values, now=NOW)
    kind, _data, changes = said()
    assert kind == "department-changed"
    assert changes[0][2:] == (
        {"name": "研发部", "parent": None, "head": None},
        {"name": "研发中心", "parent": "市场部", "head": "李四"},
    )


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"name": " "}, "name-missing", "name"),
        ({"name": "市场部"}, "name-taken", "name"),
        ({"parent": "itself"}, "parent-below", "parent"),
        ({"parent": "below"}, "parent-below", "parent"),
        ({"head": "disabled"}, "person-disabled", "head"),
        ({"is_active": False}, "department-in-use", "is_active"),
    ],
)
def test_a_change_of_a_department_is_refused(cast: Cast, values: dict[str, Any], code: str, field: str) -> None:
    platform = actions.add_department(by=System(), name="平台部", parent=cast.rd, now=NOW)
    objects = {"itself": cast.rd, "below": platform, "disabled": User(pk=0, is_active=False)}
    with refused(code, field):
        values = {name: objects.get(value, value) if isinstance(value, str) else value for name, value in values.items()}
        actions.change_department(by=cast.administrator, department=cast.rd, values=values, now=NOW)
    with refused("forbidden", kind=Forbidden):
        actions.change_department(by=cast.manager, department=cast.rd, values={"name": "x"}, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_moves_from_two_sides_make_no_circle() -> None:
    first, second = (actions.add_department(by=System(), name=name, now=NOW) for name in ("甲部", "乙部"))

    def move(pair: tuple[Department, Department]) -> str:
        close_old_connections()
        try:
            actions.change_department(by=System(), department=pair[0], values={"parent": pair[1]}, now=NOW)
            return "moved"
        except Refused as refused_:
            return refused_.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(move, [(first, second), (second, first)]))
    assert sorted(outcomes) == ["moved", "parent-below"]


def test_a_person_changes_and_what_is_stored_beside_the_name_follows(cast: Cast) -> None:
    values = {"name": "吕布", "login": "LvBu", "department": cast.marketing, "title": "将军"}
    made = actions.change_person(by=cast.administrator, person=cast.owner, values=values, now=NOW)
    assert (made.login, made.pinyin, made.initials) == ("lvbu", "lvbu", "lb")
    assert said()[2][0][3] == {"name": "吕布", "login": "lvbu", "department": "市场部", "title": "将军"}
    with unchanged():
        actions.change_person(by=cast.administrator, person=cast.owner, values=values, now=NOW)
    for wrong, code, field in (
        ({"name": " "}, "name-missing", "name"),
        ({"login": "lisi"}, "login-taken", "login"),
        ({"stand_in": made}, "stand-in-herself", "stand_in"),
    ):
        with refused(code, field):
            actions.change_person(by=cast.administrator, person=cast.owner, values=wrong, now=NOW)
    with refused("forbidden", kind=Forbidden):
        actions.change_person(by=cast.owner, person=cast.owner, values={"title": "x"}, now=NOW)


def test_people_are_named_by_what_people_type(cast: Cast) -> None:
    User.objects.filter(pk=cast.owner.pk).update(employee_number="1005")
    for text in ("郑十", "zhengshi", "ZHENGSHI", "1005", "郑十 (zhengshi)", "谁 (zhengshi)"):
        assert people_called(text) == [cast.owner], text
    assert ("郑十 (zhengshi)", "研发部") in suggestions("zs")
    assert suggestions(" ") == []
    options = client_of(cast.stranger).get("/people/suggestions/?successor=zhengshi").content.decode()
    assert 'value="郑十 (zhengshi)"' in options
    twin = actions.add_person(by=System(), name="郑十", now=NOW)
    answer = client_of(cast.owner).post("/me/stand-in/", {"stand_in": "郑十"})
    assert (answer.status_code, twin.login in answer.content.decode()) == (422, True)
    nobody = client_of(cast.owner).post("/me/stand-in/", {"stand_in": "没有人"})
    assert "没有叫这个名字的在职人员" in nobody.content.decode()


def test_the_pages_change_departments_and_people(cast: Cast) -> None:
    client = client_of(cast.administrator)
    page = f"/departments/{cast.rd.pk}/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"name": "研发中心", "head": "李四", "is_active": "on"}).status_code == 302
    assert client.post(page, {"name": "研发中心", "parent": cast.rd.pk, "is_active": "on"}).status_code == 422
    assert Department.objects.get(pk=cast.rd.pk).head == cast.head
    edit = f"/people/{cast.owner.pk}/edit/"
    fields = {"name": "郑十一", "login": "zhengshi", "phone": "１３８ １２３４ ５６７８", "is_administrator": "on"}
    assert client.get(edit).status_code == 200
    assert client.post(edit, fields).status_code == 302
    cast.owner.refresh_from_db()
    assert (cast.owner.phone, cast.owner.is_administrator, cast.owner.initials) == ("13812345678", True, "zsy")
    with unchanged():
        for wrong in ({"login": "a b"}, {"phone": "x"}, {"name": ""}, {"stand_in": "没有人"}, {"department": "9" * 30}):
            assert client.post(edit, fields | wrong).status_code == 422
    for never in (f"/people/{10**9}/", f"/people/{'9' * 30}/", f"/departments/{10**9}/", f"/people/{10**9}/edit/"):
        assert client.get(never).status_code == 404


def test_the_administrator_sees_what_needs_attention(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = client_of(cast.administrator)
    with django_assert_max_num_queries(15):
        page = client.get("/admin/")
    assert page.context["attention"]["homeless"] == 1
    assert page.context["attention"]["headless"] == Department.objects.count()
    assert page.context["attention"]["administrators"] == 1


def test_departments_stand_by_pinyin_and_number(cast: Cast) -> None:
    for name in ("研发二部", "研发一部", "研发十部", "安保部"):
        Department.objects.create(name=name)
    names = [one.name for one in tree()]
    assert names[0] == "安保部"
    assert [name for name in names if name.startswith("研发")] == ["研发一部", "研发二部", "研发部", "研发十部"]
