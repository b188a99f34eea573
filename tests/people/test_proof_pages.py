"""Pages that ask who it is, and those of one's own ways to say it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client, RequestFactory

from people.test_factors import CODE, NOW, PAGE, PASSWORD, SECRET, answered, totp, with_code, with_totp, wrong
from people.test_leaving import sign_in
from support.cast import Cast
from support.checks import refused, said
from support.softkey import SoftKey
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden
from tongzhou.people import actions, queries
from tongzhou.people.models import ApiToken


def test_the_page_asks_and_the_answer_holds_for_five_minutes(cast: Cast) -> None:
    with_code(cast.head)
    client = sign_in(cast.head)
    page = client.get(f"{PAGE}?next=/me/signing-code/")
    assert 'name="proof_signing_code"' in page.content.decode() and 'name="proof_password"' not in page.content.decode()
    bad = answered(client, "signing_code", "000000", next="/me/signing-code/")
    assert (bad.status_code, "签名码不正确" in bad.content.decode()) == (422, True)
    now = clock.now()
    with clock.pretend(now):
        right = answered(client, "signing_code", CODE, next="/me/signing-code/")
        assert (right.status_code, right["Location"]) == (302, "/me/signing-code/")
        assert client.get("/me/signing-code/").status_code == 200
    with clock.pretend(now + timedelta(minutes=5)):
        assert client.get("/me/signing-code/").status_code == 200
    with clock.pretend(now + timedelta(minutes=5, seconds=1)):
        assert client.get("/me/signing-code/")["Location"] == f"{PAGE}?next=/me/signing-code/"
    with clock.pretend(now - timedelta(seconds=1)):
        assert client.get("/me/signing-code/").status_code == 302, "the clock was put back"


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_it_goes_on_to_pages_of_ours_only(cast: Cast, next_page: str) -> None:
    with_code(cast.head)
    assert answered(sign_in(cast.head), "signing_code", CODE, next=next_page)["Location"] == "/me/factors/"


@pytest.mark.parametrize("fields", [{}, {"proof_method": "x"}, {"proof_method": "passkey", "proof_passkey": "{}"}])
def test_answers_that_nobody_should_send_are_refused_in_words(cast: Cast, fields: dict[str, str]) -> None:
    with_code(cast.head)
    answer = sign_in(cast.head).post(PAGE, fields)
    assert (answer.status_code, "请选择" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("answer", ["", "\x00", "９" * 30_000, "🔑", "0" * 5000])
@pytest.mark.parametrize("method", ["password", "totp", "recovery_code"])
def test_strange_answers_are_wrong_ones(cast: Cast, method: str, answer: str) -> None:
    cast.head.set_password(PASSWORD)
    cast.head.save()
    actions.activate_totp(by=cast.head, secret=SECRET, code=totp(NOW), proven=True, now=NOW)
    assert wrong(cast.head, method, answer) == "wrong-answer"


def test_the_dialog_is_told_by_204(cast: Cast) -> None:
    with_code(cast.head)
    client, asked = sign_in(cast.head), {"HX-Request": "true"}
    form = client.get(PAGE, headers=asked)
    assert "<html" not in form.content.decode() and "data-proof-form" in form.content.decode()
    assert client.post("/me/totp/removal/", headers=asked).status_code == 403
    fields = {"proof_method": "signing_code", "proof_signing_code": CODE}
    assert client.post(PAGE, fields, headers=asked).status_code == 204
    assert client.get(PAGE, headers=asked).status_code == 204


def test_signing_in_and_tokens_do_not_count(cast: Cast) -> None:
    cast.head.set_password(PASSWORD)
    cast.head.save()
    client = Client()
    client.post("/accounts/login/", {"login": "lisi", "password": PASSWORD})
    assert client.get("/me/totp/").status_code == 302
    answered(client, "password", PASSWORD)
    assert client.get("/me/totp/").status_code == 200
    request: Any = RequestFactory().get("/")
    request.user, request.session = cast.head, client.session
    assert queries.authenticated_since(request) is not None
    assert queries.proof_asked(request).methods == ()
    assert actions.require_proof(request)[1] == "password"
    request.api_token = ApiToken(user=cast.head, scopes=["read", "write", "admin"])
    assert queries.authenticated_since(request) is None
    with pytest.raises(actions.ProofNeeded):
        actions.require_proof(request)
    with refused("forbidden", kind=Forbidden):
        actions.authenticate(request=request, given={"proof_method": "password", "proof_password": PASSWORD}, now=NOW)
    request.api_token, request.user = None, cast.member
    assert queries.authenticated_since(request) is None, "somebody else's note"


def test_a_program_that_carries_a_token_is_not_the_person(cast: Cast) -> None:
    with_code(cast.head)
    token = actions.make_api_token(by=cast.head, person=cast.head, name="x", scopes=["read", "write"], days=9, now=clock.now())
    client = Client(headers={"Authorization": f"Bearer {token}"})
    assert answered(client, "signing_code", CODE).status_code == 302
    assert "/accounts/login/" in client.get(PAGE)["Location"]


def test_signing_in_asks_for_the_second_step(cast: Cast) -> None:
    cast.head.set_password(PASSWORD)
    cast.head.save()
    now = clock.now()
    codes = actions.activate_totp(by=cast.head, secret=SECRET, code=totp(now), proven=True, now=now)
    client = Client()
    first = client.post("/accounts/login/", {"login": "lisi", "password": PASSWORD})
    assert first["Location"] == "/accounts/second-step/"
    assert client.get("/me/").status_code == 302
    bad = client.post("/accounts/second-step/", {"code": "000000"})
    assert (bad.status_code, "不正确" in bad.content.decode(), said()[0]) == (200, True, "authentication-failed")
    before = client.session.session_key
    later = now + timedelta(seconds=60)
    with clock.pretend(later):
        assert client.post("/accounts/second-step/", {"code": totp(later)})["Location"] == "/"
    assert (client.get("/me/").status_code, client.session.session_key == before) == (200, False)
    other = Client()
    other.post("/accounts/login/", {"login": "lisi", "password": PASSWORD})
    assert other.post("/accounts/second-step/", {"code": codes[0]})["Location"] == "/"
    third = Client()
    third.post("/accounts/login/", {"login": "lisi", "password": PASSWORD})
    assert third.post("/accounts/second-step/", {"code": codes[0]}).status_code == 200
    third.post("/accounts/second-step/cancel/")
    assert third.get("/accounts/second-step/")["Location"].startswith("/accounts/login/")


def test_a_link_asks_for_the_second_step_too(cast: Cast) -> None:
    now = clock.now()
    actions.activate_totp(by=cast.head, secret=SECRET, code=totp(now), proven=False, now=now)
    token = actions.make_sign_in_link(by=cast.administrator, person=cast.head, now=now)
    client = Client()
    assert client.post(f"/enter/{token}/")["Location"] == "/accounts/second-step/"
    assert client.get("/me/").status_code == 302
    later = now + timedelta(seconds=60)
    with clock.pretend(later):
        client.post("/accounts/second-step/", {"code": totp(later)})
    assert client.get("/me/").status_code == 200


def test_the_pages_set_up_an_app_and_show_the_codes_once(cast: Cast) -> None:
    client = sign_in(cast.head)
    page = client.get("/me/totp/").content.decode()
    assert 'src="data:image/svg+xml' in page
    secret = client.session["mfa.totp.secret"]
    assert client.get("/me/totp/").content.decode().count(secret[:4]) == page.count(secret[:4]), "the same until it is used"
    assert client.post("/me/totp/", {"code": "1"}).status_code == 422
    before = client.session.session_key
    shown = client.post("/me/totp/", {"code": totp(clock.now(), secret)})
    assert len(shown.context["codes"]) == 10 and client.session.session_key != before
    assert "mfa.totp.secret" not in client.session
    assert [row.here for row in client.get("/me/").context["sessions"]] == [True]
    overview = client.get("/me/factors/").content.decode()
    assert shown.context["codes"][0] not in overview and "还剩 10 个" in overview
    assert client.post("/me/totp/removal/")["Location"] == f"{PAGE}?next=/me/totp/removal/"


def test_passkeys_are_said_to_need_https_or_localhost(cast: Cast) -> None:
    client = sign_in(cast.head)
    assert "https 地址" in client.get("/me/passkeys/", headers={"host": "127.0.0.1:8000"}).content.decode()
    assert "data-passkey-new" in client.get("/me/passkeys/", headers={"host": "localhost:8000"}).content.decode()


@pytest.mark.parametrize(
    "credential", ["", "{", "[]", "null", "{}", '{"id": 1}', "[" * 19_000, '{"response": {}, "rawId": "x"}']
)
def test_what_is_no_passkey_is_refused(cast: Cast, credential: str) -> None:
    client = sign_in(cast.head)
    host = {"host": "localhost:8000"}
    options = client.post("/me/passkeys/challenge/", headers=host).json()
    assert options["publicKey"]["rp"] == {"id": "localhost", "name": "同舟"}
    answer = client.post("/me/passkeys/", {"name": "电脑", "credential": credential}, headers=host)
    assert (answer.status_code, Authenticator.objects.count()) == (422, 0)


def test_the_overview_asks_the_same_for_one_and_many(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = sign_in(cast.head)
    with_totp(cast.head)
    client.get("/me/factors/")
    with django_assert_max_num_queries(15):
        client.get("/me/factors/")


LOCAL = {"host": "localhost:8000"}


def with_passkey(client: Client, key: SoftKey, name: str = "电脑") -> Any:
    options = client.post("/me/passkeys/challenge/", headers=LOCAL).json()["publicKey"]
    credential = json.dumps(key.made(options["challenge"]))
    return client.post("/me/passkeys/", {"name": name, "credential": credential}, headers=LOCAL)


def by_passkey(client: Client, key: SoftKey, challenge: str = "") -> Any:
    options = client.post("/me/authentication/passkey/", headers=LOCAL).json()["publicKey"]
    fields = {"proof_method": "passkey", "proof_passkey": json.dumps(key.given(challenge or options["challenge"]))}
    return client.post(PAGE, fields, headers=LOCAL)


def test_a_passkey_is_added_used_renamed_and_removed(cast: Cast) -> None:
    client, key = sign_in(cast.head), SoftKey()
    assert len(with_passkey(client, key).context["codes"]) == 10
    assert said()[:2] == ("factor-added", {"person": cast.head.pk, "factor": "passkey", "name": "电脑"})
    row = Authenticator.objects.get(type="webauthn")
    assert client.get("/me/passkeys/").status_code == 302, "another one asks first who adds it"
    assert by_passkey(client, key).status_code == 302
    assert said()[1]["method"] == "passkey"
    assert len(with_passkey(client, SoftKey(), "手机").content) == 0, "codes are shown with the first alone"
    client.post(f"/me/passkeys/{row.pk}/", {"name": "公司电脑"})
    assert said()[:2] == ("factor-renamed", {"person": cast.head.pk, "factor": "passkey", "name": "公司电脑"})
    assert client.post(f"/me/passkeys/{row.pk}/", {"name": " "}).status_code == 422
    assert sign_in(cast.member).post(f"/me/passkeys/{row.pk}/", {"name": "x"}).status_code == 404
    client.post(f"/me/passkeys/{row.pk}/removal/")
    assert said()[1] == {"person": cast.head.pk, "factor": "passkey", "name": "公司电脑"}


def test_a_passkey_answers_only_its_own_challenge_once(cast: Cast) -> None:
    client, key = sign_in(cast.head), SoftKey()
    with_passkey(client, key)
    assert by_passkey(client, SoftKey()).status_code == 422, "a passkey of nobody"
    assert by_passkey(client, key, challenge="AAAA").status_code == 422
    assert by_passkey(client, replace(key, verified=False)).status_code == 422, "no finger, no PIN"
    assert by_passkey(client, replace(key, host="evil.example")).status_code == 422
    assert by_passkey(client, replace(key, origin="https://evil.example")).status_code == 422
    options = client.post("/me/authentication/passkey/", headers=LOCAL).json()["publicKey"]
    fields = {"proof_method": "passkey", "proof_passkey": json.dumps(key.given(options["challenge"]))}
    assert [client.post(PAGE, fields, headers=LOCAL).status_code for _time in range(2)] == [302, 422]


def test_a_passkey_without_finger_or_pin_is_not_added(cast: Cast) -> None:
    assert with_passkey(sign_in(cast.head), SoftKey(verified=False)).status_code == 422
    assert not Authenticator.objects.exists()


def test_signing_in_takes_a_passkey_as_second_step(cast: Cast) -> None:
    key = SoftKey()
    with_passkey(sign_in(cast.head), key)
    cast.head.set_password(PASSWORD)
    cast.head.save()
    client = Client(headers=LOCAL)
    client.post("/accounts/login/", {"login": "lisi", "password": PASSWORD})
    options = client.get("/accounts/second-step/").context["js_data"]["request_options"]["publicKey"]
    for answer in ("", "[]", json.dumps(SoftKey().given(options["challenge"]))):
        assert client.post("/accounts/second-step/", {"credential": answer}).status_code == 200
    options = client.get("/accounts/second-step/").context["js_data"]["request_options"]["publicKey"]
    right = client.post("/accounts/second-step/", {"credential": json.dumps(key.given(options["challenge"]))})
    assert (right["Location"], client.get("/me/").status_code) == ("/", 200)
