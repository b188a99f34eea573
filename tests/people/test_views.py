"""The screens of the organisation, and the ways in."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user
from django.test import Client

from support.cast import NOW, Cast
from support.checks import unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.people.actions import make_sign_in_link
from tongzhou.people.models import System, User


@pytest.fixture
def administrator(cast: Cast) -> Client:
    return client_of(cast.administrator)


def test_a_link_signs_in_on_a_click_only(cast: Cast) -> None:
    token = make_sign_in_link(by=System(), person=cast.owner, now=clock.now())
    client = Client()
    with unchanged():
        shown = client.get(f"/enter/{token}/")
    assert (shown.status_code, shown.context["person"], get_user(client).is_authenticated) == (200, cast.owner, False)
    answer = client.post(f"/enter/{token}/")
    assert (answer.status_code, answer["Location"], get_user(client)) == (302, "/", cast.owner)
    again = Client().post(f"/enter/{token}/")
    assert again.status_code == Client().get(f"/enter/{token}/").status_code == 410
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("token", ["x", "0" * 32, "%00", "x" * 5000, "%ED%A0%80", "a%2Fb"])
def test_a_made_up_link_is_gone(db: None, token: str) -> None:
    for method in ("get", "post"):
        assert getattr(Client(), method)(f"/enter/{token}/").status_code in (404, 410)


def test_an_old_link_is_gone(cast: Cast) -> None:
    token = make_sign_in_link(by=System(), person=cast.owner, now=NOW)
    assert Client().post(f"/enter/{token}/").status_code == 410


def test_a_password_signs_in_and_a_wrong_one_does_not(cast: Cast) -> None:
    cast.owner.set_password("同舟共济-2024")
    cast.owner.save()
    client = Client()
    assert client.get("/accounts/login/").status_code == 200
    wrong = client.post("/accounts/login/", {"login": "zhengshi", "password": "x"})
    assert (wrong.status_code, get_user(client).is_authenticated) == (200, False)
    right = client.post("/accounts/login/?next=/projects/", {"login": "ZHENGSHI", "password": "同舟共济-2024"})
    assert (right.status_code, right["Location"], get_user(client)) == (302, "/projects/", cast.owner)
    away = Client().post("/accounts/login/?next=https://evil.example/", {"login": "zhengshi", "password": "同舟共济-2024"})
    assert away["Location"] == "/"
    out = client.post("/accounts/logout/")
    assert (out.status_code, get_user(client).is_authenticated) == (302, False)


def test_nobody_signs_up(db: None) -> None:
    for address in ("/accounts/signup/", "/accounts/password/reset/", "/accounts/email/"):
        assert Client().get(address).status_code == 404


def test_who_is_disabled_is_out_at_once(cast: Cast) -> None:
    client = client_of(cast.owner)
    assert client.get("/").status_code == 200
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    assert (client.get("/").status_code, client.get("/")["Location"]) == (302, "/accounts/login/?next=/")


def test_the_organisation_is_read_by_all_and_searched(cast: Cast) -> None:
    client = client_of(cast.stranger)
    for query in ("", "?q=研发", "?q=%00", "?q=" + "x" * 999, "?q=%25"):
        assert client.get(f"/departments/{query}").status_code == 200
    assert [person["name"] for person in client.get("/departments/?q=郑").context["people"]] == ["郑十"]
    assert client.post("/departments/").status_code == 405


def test_the_administrator_adds_departments_and_people(cast: Cast, administrator: Client) -> None:
    for address in ("/departments/new/", "/people/new/"):
        assert administrator.get(address).status_code == 200
    assert administrator.post("/departments/new/", {"name": "法务部", "parent": cast.rd.pk}).status_code == 302
    fields = {"name": "吕小布", "department": cast.rd.pk, "employee_number": "7", "email": "lv@example.com"}
    assert administrator.post("/people/new/", fields).status_code == 302
    made = User.objects.get(login="lvxiaobu")
    assert (made.department, made.employee_number, made.email) == (cast.rd, "7", "lv@example.com")
    answer = administrator.post(f"/people/{made.pk}/link/")
    assert answer.status_code == 200
    assert Client().get(answer.context["link"].partition("8000")[2] or answer.context["link"]).status_code == 200


@pytest.mark.parametrize(
    ("address", "fields", "wrong"),
    [
        ("/departments/new/", {"name": ""}, "name"),
        ("/departments/new/", {"name": "研发部"}, "name"),
        ("/departments/new/", {"name": "x" * 81}, "name"),
        ("/departments/new/", {"name": "x", "parent": "9" * 99}, "parent"),
        ("/people/new/", {"name": ""}, "name"),
        ("/people/new/", {"name": "x", "login": "lisi"}, "login"),
        ("/people/new/", {"name": "x", "login": "a b"}, "login"),
        ("/people/new/", {"name": "x", "email": "x"}, "email"),
        ("/people/new/", {"name": "x", "department": "x"}, "department"),
        ("/people/new/", {"name": "a\x00"}, "name"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(
    cast: Cast, administrator: Client, address: str, fields: dict[str, str], wrong: str
) -> None:
    with unchanged():
        answer = administrator.post(address, fields)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [wrong])


def test_only_the_administrator_may(cast: Cast) -> None:
    client = client_of(cast.manager)
    with unchanged():
        for address in ("/departments/new/", "/people/new/"):
            assert client.get(address).status_code == client.post(address, {"name": "x"}).status_code == 403
        assert client.post(f"/people/{cast.owner.pk}/link/").status_code == 403


def test_links_are_made_for_people_who_are_there(cast: Cast, administrator: Client) -> None:
    User.objects.filter(pk=cast.stranger.pk).update(is_active=False)
    with unchanged():
        for key in (cast.stranger.pk, 999999, "9" * 19, "9" * 5000):
            assert administrator.post(f"/people/{key}/link/").status_code == 404
        assert administrator.get(f"/people/{cast.owner.pk}/link/").status_code == 405


def test_ten_wrong_guesses_close_an_account_for_a_while(cast: Cast) -> None:
    cast.owner.set_password("同舟共济-2024")
    cast.owner.save()
    guesses = {"login": "zhengshi", "password": "x"}
    answers = [Client().post("/accounts/login/", guesses).status_code for _guess in range(10)]
    assert answers == [200] * 10
    right = Client()
    assert right.post("/accounts/login/", guesses | {"password": "同舟共济-2024"}).status_code in (200, 429)
    assert not get_user(right).is_authenticated
