"""Departments, people and one-time ways in: every exit."""

from datetime import timedelta
from typing import Any

import pytest

from support.cast import NOW, Cast
from support.checks import refused, said, unchanged
from tongzhou.lib.access import Forbidden
from tongzhou.people import actions, queries
from tongzhou.people.models import SignInLink, System, User
from tongzhou.people.queries.organisation import Asked, people_page


def test_the_administrator_adds_a_department(cast: Cast) -> None:
    made = actions.add_department(by=cast.administrator, name=" 法务部 ", parent=cast.rd, now=NOW)
    assert (made.name, made.parent) == ("法务部", cast.rd)
    assert said() == ("department-added", {"department": made.pk}, [])


@pytest.mark.parametrize(("name", "code"), [("  ", "name-missing"), ("研发部", "name-taken")])
def test_a_department_needs_a_name_of_its_own(cast: Cast, name: str, code: str) -> None:
    with refused(code, "name"):
        actions.add_department(by=cast.administrator, name=name, now=NOW)


def test_only_the_administrator_manages_people(cast: Cast) -> None:
    with refused("forbidden", kind=Forbidden):
        actions.add_department(by=cast.manager, name="法务部", now=NOW)
    with refused("forbidden", kind=Forbidden):
        actions.add_person(by=cast.manager, name="新人", now=NOW)
    with refused("forbidden", kind=Forbidden):
        actions.make_sign_in_link(by=cast.manager, person=cast.owner, now=NOW)


def test_a_person_gets_a_login_from_her_name(cast: Cast) -> None:
    first = actions.add_person(by=cast.administrator, name="吕小布", department=cast.rd, now=NOW)
    assert said() == ("person-added", {"person": first.pk}, [])
    second = actions.add_person(by=System(), name="吕小布", now=NOW)
    assert (first.login, second.login, first.department) == ("lvxiaobu", "lvxiaobu2", cast.rd)
    assert not first.has_usable_password()


@pytest.mark.parametrize(
    ("name", "login", "number", "code", "field"),
    [
        (" ", "", "", "name-missing", "name"),
        ("新人", "LISI", "", "login-taken", "login"),
        ("新人", "", "1001", "number-taken", "employee_number"),
    ],
)
def test_a_person_is_refused(cast: Cast, name: str, login: str, number: str, code: str, field: str) -> None:
    User.objects.filter(pk=cast.owner.pk).update(employee_number="1001")
    with refused(code, field):
        actions.add_person(by=cast.administrator, name=name, login=login, details={"employee_number": number}, now=NOW)


def test_a_link_works_once_and_within_its_time(cast: Cast) -> None:
    token = actions.make_sign_in_link(by=cast.administrator, person=cast.owner, now=NOW)
    assert said() == ("sign-in-link-made", {"person": cast.owner.pk}, [])
    assert token not in str(list(SignInLink.objects.values_list()))
    assert queries.link_by_token(token, NOW + timedelta(days=7)) is None
    link = queries.link_by_token(token, NOW + timedelta(days=7, seconds=-1))
    assert link is not None
    assert actions.use_sign_in_link(link=link, now=NOW) == cast.owner
    assert said() == ("signed-in-by-link", {"person": cast.owner.pk}, [])
    with refused("link-used"):
        actions.use_sign_in_link(link=link, now=NOW)
    assert queries.link_by_token(token, NOW) is None


def listed(cast: Cast, **asked: Any) -> list[str]:
    return [row["name"] for row in people_page(Asked(**asked), cast.administrator, NOW.date()).rows]


def test_a_disabled_person_has_no_way_in(cast: Cast) -> None:
    token = actions.make_sign_in_link(by=cast.administrator, person=cast.owner, now=NOW)
    cast.owner.is_active = False
    cast.owner.save()
    assert queries.link_by_token(token, NOW) is None
    with refused("person-disabled"):
        actions.make_sign_in_link(by=cast.administrator, person=cast.owner, now=NOW)
    with unchanged():
        assert cast.owner.name not in listed(cast)


def test_people_sort_by_pinyin_and_are_found_by_everything_that_names_them(cast: Cast) -> None:
    User.objects.filter(pk=cast.owner.pk).update(employee_number="G-77")
    assert listed(cast, department=cast.rd.pk) == ["成员", "李四", "郑十", "周七"]
    assert listed(cast, search="g-77") == ["郑十"]
    assert listed(cast, search="zhengshi") == ["郑十"]


def test_holidays_are_told_in_runs_with_make_up_days_apart(db: None) -> None:
    from datetime import date

    off, working = queries.days_off(date(2024, 4, 28), date(2024, 5, 11))
    assert [(first.isoformat(), last.isoformat()) for first, last, _name in off] == [("2024-05-01", "2024-05-05")]
    assert [day.isoformat() for day in working] == ["2024-04-28", "2024-05-11"]
