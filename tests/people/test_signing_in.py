"""Sessions, links for many, preferences, and what is on the record of coming and going."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from people.test_leaving import sign_in
from support.cast import NOW, Cast
from support.checks import refused, said, unchanged
from support.web import BAD_BODIES, client_of, send_json
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden
from tongzhou.people import actions, queries
from tongzhou.people.models import Preference, SignInLink, System
from tongzhou.people.queries.sessions import device_of, sessions_of
from tongzhou.timeline.models import Event

PASSWORD = "同舟共济-2024"
PAGE = "/preferences/plan.columns/"


def test_coming_going_and_guessing_are_on_the_record(cast: Cast) -> None:
    cast.owner.set_password(PASSWORD)
    cast.owner.save()
    client = Client()
    client.post("/accounts/login/", {"login": "zhengshi", "password": "x"})
    event = Event.objects.order_by("-pk")[0]
    assert (event.kind, event.data, event.subject_id) == (
        "sign-in-failed",
        {"login": "zhengshi", "address": "127.0.0.1"},
        cast.owner.pk,
    )
    client.post("/accounts/login/", {"login": "nobody\0", "password": "x"})
    client.post("/accounts/login/", {"login": "zhengshi", "password": PASSWORD})
    assert said()[:2] == ("signed-in", {"person": cast.owner.pk, "address": "127.0.0.1"})
    client.post("/accounts/logout/")
    assert said()[:2] == ("signed-out", {"person": cast.owner.pk, "address": "127.0.0.1"})
    assert UserSession.objects.count() == 0


def test_a_new_password_is_on_the_record_and_ends_the_other_sessions(cast: Cast) -> None:
    here, there = sign_in(cast.owner), sign_in(cast.owner)
    answer = here.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 302
    assert said()[:2] == ("password-set", {"person": cast.owner.pk})
    assert (here.get("/me/").status_code, there.get("/me/").status_code) == (200, 302)
    assert [row.here for row in here.get("/me/").context["sessions"]] == [True]


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(cast: Cast) -> None:
    here, there, third = (sign_in(cast.owner) for _time in range(3))
    rows = here.get("/me/").context["sessions"]
    assert sorted((row.what, row.address, row.here) for row in rows) == [
        ("Chrome · Windows", "127.0.0.1", False),
        ("Chrome · Windows", "127.0.0.1", False),
        ("Chrome · Windows", "127.0.0.1", True),
    ]
    key = UserSession.objects.get(session_key=there.session.session_key).pk
    stranger = sign_in(cast.stranger)
    stranger.post("/me/sessions/", {"session": key})
    assert there.get("/me/").status_code == 200
    here.post("/me/sessions/", {"session": key})
    assert (there.get("/me/").status_code, said()[0]) == (302, "sessions-ended")
    here.post("/me/sessions/")
    assert (here.get("/me/").status_code, third.get("/me/").status_code) == (200, 302)
    client_of(cast.administrator).post(f"/people/{cast.owner.pk}/sessions/")
    assert here.get("/me/").status_code == 302
    assert sessions_of(cast.owner, clock.now()) == []
    with refused("forbidden", kind=Forbidden):
        actions.end_session(by=cast.member, person=cast.owner, session=key, now=NOW)


def test_a_session_is_seen_again_after_five_minutes_and_lasts_thirty_days(cast: Cast) -> None:
    client = sign_in(cast.owner)
    row = UserSession.objects.get(user=cast.owner)
    assert client.session.get_expiry_age() == 30 * 24 * 3600
    with clock.pretend(clock.now() + timedelta(minutes=4)):
        client.get("/me/")
    assert UserSession.objects.get().last_seen_at == row.last_seen_at
    later = clock.now() + timedelta(minutes=6)
    with clock.pretend(later):
        client.get("/me/", headers={"user-agent": "x" * 9000})
    assert UserSession.objects.get().last_seen_at == later


@pytest.mark.parametrize(
    ("agent", "what"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0", "微信 · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/1 Edg/1", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) wxwork/4 MicroMessenger/7", "企业微信 · Android"),
        ("curl/8", "未知浏览器"),
    ],
)
def test_browsers_are_told_in_words(agent: str, what: str) -> None:
    assert device_of(agent) == what


def test_a_new_link_ends_the_older_unused_ones_of_that_person(cast: Cast) -> None:
    first = actions.make_sign_in_link(by=cast.administrator, person=cast.owner, now=NOW)
    other = actions.make_sign_in_link(by=cast.administrator, person=cast.member, now=NOW)
    second = actions.make_sign_in_link(by=cast.administrator, person=cast.owner, now=NOW)
    later = NOW + timedelta(seconds=1)
    assert [queries.link_by_token(token, later) is not None for token in (first, other, second)] == [False, True, True]


def test_links_for_a_department_are_printed_with_codes(cast: Cast) -> None:
    client = client_of(cast.administrator)
    chosen = client.get(f"/people/links/?department={cast.rd.pk}").context["people"]
    assert {row["name"] for row in chosen} == {"李四", "周七", "郑十", "成员"}
    people = [cast.owner.pk, cast.stranger.pk, cast.head.pk]
    page = client.post("/people/links/", {"people": people})
    assert [(str(department), len(slips)) for department, slips in page.context["pages"]] == [("人力资源部", 1), ("研发部", 2)]
    kind, data, _changes = said()
    assert (kind, sorted(data["people"])) == ("sign-in-links-made", sorted(people))
    slip = page.context["pages"][0][1][0]
    assert slip.code.startswith("data:image/svg+xml")
    way = slip.address.partition("//")[2].partition("/")[2]
    assert Client().get(f"/{way}").context["person"] == cast.stranger
    assert page.content.decode().count("有效期至") >= 3


def test_links_for_nobody_strangers_or_disabled_people_are_refused(cast: Cast) -> None:
    client = client_of(cast.administrator)
    cast.stranger.is_active = False
    cast.stranger.save()
    with unchanged():
        for people in ([], [10**9], ["x"], [cast.stranger.pk], ["9" * 30]):
            assert client.post("/people/links/", {"people": people}).status_code == 422
    with refused("person-disabled"):
        actions.make_sign_in_links(by=cast.administrator, people=[cast.owner, cast.stranger], now=NOW)
    with refused("nobody-chosen", "people"):
        actions.make_sign_in_links(by=cast.administrator, people=[], now=NOW)
    with refused("forbidden", kind=Forbidden):
        actions.make_sign_in_links(by=cast.manager, people=[cast.owner], now=NOW)
    assert SignInLink.objects.count() == 0


def test_a_preference_is_kept_told_and_forgotten(cast: Cast) -> None:
    client = client_of(cast.owner)
    assert client.get(PAGE).json() == {"value": None}
    value = {"columns": ["name", "任务"], "width": 12.5}
    assert send_json(client, PAGE, {"value": value}).json() == {"value": value}
    assert client.get(PAGE).json() == {"value": value}
    assert said()[2][0][3] == {"value": value}
    assert client_of(cast.member).get(PAGE).json() == {"value": None}
    with unchanged():
        send_json(client, PAGE, {"value": value})
    send_json(client, PAGE, {"value": None})
    assert Preference.objects.count() == 0


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_is_no_preference_is_refused(cast: Cast, body: bytes) -> None:
    client = client_of(cast.owner)
    with unchanged():
        assert send_json(client, PAGE, body).status_code == 422


@pytest.mark.parametrize(
    "value",
    ["x" * 16 * 1024, "\0", {"\0": 1}, float("nan"), float("inf"), [[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]], "\ud800"],
    ids=["large", "nul", "nul in a key", "nan", "infinity", "deep", "surrogate"],
)
def test_a_value_that_databases_do_not_keep_is_refused(cast: Cast, value: Any) -> None:
    client = client_of(cast.owner)
    with unchanged():
        answer = send_json(client, PAGE, json.dumps({"value": value}).encode())
    assert answer.status_code == 422


def test_only_known_keys_are_kept(cast: Cast) -> None:
    client = client_of(cast.owner)
    assert client.get("/preferences/x/").status_code == send_json(client, "/preferences/x/", {"value": 1}).status_code == 404
    with refused("key-unknown", "key"):
        actions.set_preference(by=cast.owner, key="x", value=1, now=NOW)


def test_the_language_is_chosen_and_kept_for_the_next_session(cast: Cast) -> None:
    client = sign_in(cast.owner)
    assert client.post("/me/language/", {"language": "en"}).status_code == 302
    assert "My settings" in client.get("/me/").content.decode()
    assert "My settings" in sign_in(cast.owner).get("/me/").content.decode()
    assert client.post("/me/language/", {"language": "xx"}).status_code == 422


@pytest.mark.parametrize("value", [{"zh-hans": 1}, ["en"], 7])
def test_a_language_that_is_none_keeps_nobody_out(cast: Cast, value: Any) -> None:
    actions.set_preference(by=cast.owner, key="language", value=value, now=NOW)
    token = actions.make_sign_in_link(by=System(), person=cast.owner, now=clock.now())
    assert Client().post(f"/enter/{token}/").status_code == 302
