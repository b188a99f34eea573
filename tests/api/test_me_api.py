"""What programs do for the person whose token they hold: sessions, tokens, preferences, stand-in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from support.api import BASE, Program, program_of
from support.cast import Cast
from support.checks import said, unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.people.models import ApiToken, IdempotentAnswer, User


def browser(person: User) -> Client:
    """Return a signed-in browser that the list of sessions knows."""
    client = client_of(person)
    request = client.get("/me/").wsgi_request
    UserSession.objects.create_from_request(request)
    return client


def test_my_stand_in(cast: Cast) -> None:
    program = program_of(cast.member)
    assert program.ask("PUT", "me/stand-in", {"stand_in": cast.owner.pk}).json()["stand_in"]["name"] == "郑十"
    with unchanged():
        for wrong in ({"stand_in": cast.member.pk}, {"stand_in": 10**9}, {}, {"stand_in": "x"}):
            assert list(program.ask("PUT", "me/stand-in", wrong).json()["errors"]) == ["stand_in"]
    assert program.ask("PUT", "me/stand-in", {"stand_in": None}).json()["stand_in"] is None


def test_my_sessions_end_one_by_one_or_all(cast: Cast) -> None:
    here, there, theirs = browser(cast.member), browser(cast.member), browser(cast.owner)
    program = program_of(cast.member)
    rows = program.ask("GET", "me/sessions").json()
    assert (rows["count"], {row["here"] for row in rows["items"]}) == (2, {False})
    mine = here.get(f"{BASE}me/sessions").json()["items"]
    assert sorted(row["here"] for row in mine) == [False, True]
    other = next(row["id"] for row in mine if not row["here"])
    foreign = UserSession.objects.get(user=cast.owner).pk
    with unchanged():
        never = program.ask("DELETE", "me/sessions/999999999")
        assert program.ask("DELETE", f"me/sessions/{foreign}").content == never.content
        assert never.status_code == 404
    assert program.ask("DELETE", f"me/sessions/{other}").status_code == 204
    assert (there.get("/me/").status_code, here.get("/me/").status_code) == (302, 200)
    browser(cast.member)
    assert here.delete(f"{BASE}me/sessions").json() == {"count": 1}
    assert here.get("/me/").status_code == 200
    assert program.ask("DELETE", "me/sessions").json() == {"count": 1}
    assert (here.get("/me/").status_code, theirs.get("/me/").status_code) == (302, 200)


def test_an_administrator_signs_somebody_out(cast: Cast) -> None:
    client, administrator = browser(cast.member), program_of(cast.administrator, "read", "write", "admin")
    path = f"people/{cast.member.pk}/sessions"
    manager = program_of(cast.manager)
    with unchanged():
        assert manager.ask("GET", path).status_code == 403
        assert manager.ask("DELETE", path).status_code == 403
    assert administrator.ask("GET", path).json()["count"] == 1
    assert administrator.ask("DELETE", path).json() == {"count": 1}
    assert client.get("/me/").status_code == 302


def test_my_preferences(cast: Cast) -> None:
    program, path = program_of(cast.member), "me/preferences/plan.columns"
    assert program.ask("GET", path).json() == {"value": None}
    assert program.ask("PUT", path, {"value": ["name", "owner"]}).json() == {"value": ["name", "owner"]}
    assert program_of(cast.owner).ask("GET", path).json() == {"value": None}
    with unchanged():
        for method, body in (("GET", None), ("PUT", {"value": 1})):
            assert program.ask(method, "me/preferences/secrets", body).status_code == 404
        for wrong in ({}, {"value": "x" * 20_000}, {"value": 1, "more": 2}, {"values": 1}):
            assert program.ask("PUT", path, wrong).status_code == 422
        assert program.ask("PUT", path, b'{"value": ' + b"[" * 30 + b"]" * 30 + b"}").json()["title"] == "value-too-deep"
    assert program.ask("PUT", path, {"value": None}).json() == {"value": None}


def test_my_tokens_by_program(cast: Cast) -> None:
    program, other = program_of(cast.member, "read", "write"), program_of(cast.owner)
    made = program.ask("POST", "me/tokens", {"name": "报表", "scopes": ["read"], "days": 7})
    assert (made.status_code, said()[0]) == (201, "api-token-made")
    fresh = Client().get(f"{BASE}me", headers={"Authorization": f"Bearer {made.json()['token']}"})
    assert fresh.json()["login"] == cast.member.login
    rows = program.ask("GET", "me/tokens").json()
    assert [(row["name"], row["scopes"]) for row in rows["items"]] == [("报表", ["read"]), ("程序", ["read", "write"])]
    assert made.json()["token"] not in str(rows)
    path = f"me/tokens/{rows['items'][0]['id']}"
    with unchanged():
        assert other.ask("DELETE", path).content == other.ask("DELETE", "me/tokens/999999999").content
    assert program.ask("DELETE", path).status_code == 204
    assert Client().get(f"{BASE}me", headers={"Authorization": f"Bearer {made.json()['token']}"}).status_code == 401


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"scopes": ["read", "admin"]}, 403, "forbidden"),
        ({"scopes": ["write"], "days": 31}, 422, "days-invalid"),
        ({"scopes": []}, 422, "invalid"),
        ({"scopes": ["fly"]}, 422, "invalid"),
        ({"name": " "}, 422, "name-missing"),
        ({"days": 0}, 422, "invalid"),
    ],
)
def test_a_token_makes_none_beyond_itself(cast: Cast, body: dict[str, Any], status: int, code: str) -> None:
    # The administrator may hold a token that manages people; this one does not, and so makes none that does.
    program = program_of(cast.administrator, "read", "write")
    with unchanged():
        answer = program.ask("POST", "me/tokens", {"name": "报表", "scopes": ["read"], "days": 7} | body)
    assert (answer.status_code, answer.json()["title"]) == (status, code)


def test_reading_makes_no_token_and_a_session_makes_what_the_page_makes(cast: Cast) -> None:
    body = {"name": "报表", "scopes": ["read", "write", "admin"], "days": 366}
    reading, member = program_of(cast.administrator, "read"), client_of(cast.member)
    with unchanged():
        assert reading.ask("POST", "me/tokens", body).json()["title"] == "scope"
        assert member.post(f"{BASE}me/tokens", body, content_type="application/json").status_code == 403
    assert client_of(cast.administrator).post(f"{BASE}me/tokens", body, content_type="application/json").status_code == 201


def test_what_is_told_once_is_not_kept(cast: Cast) -> None:
    program, body = program_of(cast.member), {"name": "报表", "scopes": ["read"], "days": 7}
    first = program.ask("POST", "me/tokens", body, Idempotency_Key="t")
    with unchanged():
        again = program.ask("POST", "me/tokens", body, Idempotency_Key="t")
    assert (again.status_code, again.json(), again["Idempotent-Replayed"]) == (201, {"token": None}, "true")
    secret = first.json()["token"]
    assert secret.startswith("tz_")
    assert all(secret not in row.body for row in IdempotentAnswer.objects.all())
    assert ApiToken.objects.filter(user=cast.member, expires_at__gt=clock.now() + timedelta(days=6)).count() == 2


def test_constant_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    program: Program = program_of(cast.member)
    for path, queries in (("me/tokens", 3), ("me/sessions", 3), ("me/preferences/theme", 2), ("me", 2)):
        program.ask("GET", path)
        with django_assert_num_queries(queries):
            assert program.ask("GET", path).status_code == 200
        browser(cast.member)
        program_of(cast.member)
        with django_assert_num_queries(queries):
            program.ask("GET", path)
