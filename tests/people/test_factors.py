"""Ways to say who one is: the signing code, the app, recovery codes; asked anew before a step that needs it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.test import Client

from support.cast import NOW, Cast
from support.checks import refused, said
from support.web import client_of
from tongzhou.lib.access import Forbidden, Refused
from tongzhou.lib.sealing import Unreadable, seal, unseal
from tongzhou.people import actions
from tongzhou.people.actions.proving import check_answer
from tongzhou.people.models import GuessCount, SigningCode, User
from tongzhou.people.queries.factors import factors_of
from tongzhou.timeline.models import Event

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "同舟共济-2024"
CODE = "428157"
PAGE = "/me/authentication/"


def totp(moment: datetime, secret: str = SECRET) -> str:
    return str(format_hotp_value(hotp_value(secret, int(moment.timestamp()) // 30)))


def with_totp(person: User, moment: datetime = NOW) -> list[str]:
    return actions.activate_totp(by=person, secret=SECRET, code=totp(moment), proven=False, now=moment)


def with_code(person: User, code: str = CODE) -> None:
    actions.set_signing_code(by=person, code=code, proven=False, now=NOW)


def check(person: User, method: str, answer: str, now: datetime = NOW) -> None:
    check_answer(person=person, method=method, answer=answer, address="10.0.0.1", now=now)


def wrong(person: User, method: str, answer: str, now: datetime = NOW) -> str:
    """Return the code of the refusal."""
    with pytest.raises(Refused) as caught:
        check(person, method, answer, now)
    assert (caught.value.field, bool(caught.value.message)) == ("proof", True)
    return caught.value.code


def answered(client: Client, method: str, answer: str, path: str = PAGE, **more: str) -> Any:
    return client.post(path, {"proof_method": method, f"proof_{method}": answer, **more})


def test_a_signing_code_is_set_kept_as_a_hash_and_on_the_record(cast: Cast) -> None:
    with_code(cast.head, "４２８ 157")
    kept = SigningCode.objects.get(user=cast.head)
    assert kept.code_hash.startswith("argon2") and CODE not in kept.code_hash
    assert said()[:2] == ("factor-added", {"person": cast.head.pk, "factor": "signing_code", "name": ""})
    assert factors_of(cast.head).methods == ("signing_code",)
    check(cast.head, "signing_code", "428 157")
    assert said()[:2] == ("authenticated", {"person": cast.head.pk, "method": "signing_code", "address": "10.0.0.1"})


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", "not-six-digits"),
        ("12345", "not-six-digits"),
        ("1234567", "not-six-digits"),
        ("12a456", "not-six-digits"),
        ("\x00" * 6, "not-six-digits"),
        ("九八七六五四", "not-six-digits"),
        ("٣٤٥١٢٣", "not-six-digits"),
        ("9" * 5000, "not-six-digits"),
        ("777777", "code-easy"),
        ("123456", "code-easy"),
        ("987654", "code-easy"),
        ("135790", "code-easy"),
        ("246802", "code-easy"),
    ],
)
def test_what_is_no_signing_code_is_refused(cast: Cast, code: str, why: str) -> None:
    cast.head.phone = "138 0013 5790"
    cast.head.employee_number = "E-246802"
    cast.head.save()
    with refused(why, "code"):
        with_code(cast.head, code)


def test_who_has_a_password_has_no_use_for_a_signing_code(cast: Cast) -> None:
    with_code(cast.head)
    cast.head.set_password(PASSWORD)
    cast.head.save()
    assert factors_of(cast.head).methods == ("password",)
    assert wrong(cast.head, "signing_code", CODE) == "method-unknown"
    with refused("has-password", "code"):
        actions.set_signing_code(by=cast.head, code=CODE, proven=True, now=NOW)


def test_a_code_is_changed_only_by_who_said_who_she_is(cast: Cast) -> None:
    with_code(cast.head)
    with refused("proof-needed", "proof", kind=actions.ProofNeeded):
        with_code(cast.head, "918273")
    actions.set_signing_code(by=cast.head, code="918273", proven=True, now=NOW)
    assert wrong(cast.head, "signing_code", CODE) == "wrong-answer"
    check(cast.head, "signing_code", "918273")


def test_five_wrong_codes_lock_it_for_a_quarter_of_an_hour(cast: Cast) -> None:
    with_code(cast.head)
    assert [wrong(cast.head, "signing_code", f"00000{at}") for at in range(5)] == ["wrong-answer"] * 5
    assert said()[:2] == ("authentication-failed", {"person": cast.head.pk, "method": "signing_code", "address": "10.0.0.1"})
    count = Event.objects.count()
    assert wrong(cast.head, "signing_code", CODE) == "locked"
    assert wrong(cast.head, "signing_code", CODE, NOW + timedelta(minutes=14, seconds=59)) == "locked"
    assert Event.objects.count() == count
    check(cast.head, "signing_code", CODE, NOW + timedelta(minutes=15))
    assert list(GuessCount.objects.filter(user=cast.head).values_list("count", flat=True)) == [0, 0]


def test_a_right_code_forgets_the_wrong_ones_before(cast: Cast) -> None:
    with_code(cast.head)
    for _time in range(3):
        for at in range(4):
            wrong(cast.head, "signing_code", f"00000{at}")
        check(cast.head, "signing_code", CODE)


def test_ten_wrong_answers_of_any_kind_lock_for_ten_minutes(cast: Cast) -> None:
    with_totp(cast.head)
    cast.head.set_password(PASSWORD)
    cast.head.save()
    kinds = ["password", "totp"] * 5
    assert [wrong(cast.head, kind, "000000") for kind in kinds] == ["wrong-answer"] * 10
    assert wrong(cast.head, "password", PASSWORD) == "locked"
    check(cast.head, "password", PASSWORD, NOW + timedelta(minutes=10))


@pytest.mark.django_db(transaction=True)
def test_of_forty_guesses_at_once_five_are_looked_at(transactional_db: None) -> None:
    person = User.objects.create_user("wang", "王五")
    with_code(person)
    told: list[str] = []

    def guess(at: int) -> None:
        try:
            check(person, "signing_code", f"{at:06}")
            told.append("right")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=(at,)) for at in range(40)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (told.count("wrong-answer"), told.count("locked")) == (5, 35)


def test_an_administrator_takes_a_code_away_and_never_sees_it(cast: Cast) -> None:
    with_code(cast.head)
    admin = client_of(cast.administrator)
    page = admin.get(f"/people/{cast.head.pk}/").content.decode()
    assert "签名码" in page and CODE not in page and SigningCode.objects.get().code_hash not in page
    admin.post(f"/people/{cast.head.pk}/factors/", {"what": "signing_code"})
    assert said()[:2] == ("factor-removed", {"person": cast.head.pk, "factor": "signing_code", "name": ""})
    assert not SigningCode.objects.exists()
    assert actions.clear_signing_code(by=cast.administrator, person=cast.head, now=NOW) is False
    with refused("forbidden", kind=Forbidden):
        actions.clear_signing_code(by=cast.other_head, person=cast.head, now=NOW)


def test_an_app_is_added_by_its_code_and_its_secret_is_sealed(cast: Cast) -> None:
    with refused("wrong-answer", "code"):
        actions.activate_totp(by=cast.head, secret=SECRET, code="000000", proven=False, now=NOW)
    codes = with_totp(cast.head)
    assert (len(codes), len(set(codes)), {len(code) for code in codes}) == (10, 10, {8})
    row = Authenticator.objects.get(user=cast.head, type="totp")
    assert SECRET not in str(row.data) and unseal(row.data["secret"]) == SECRET
    assert said()[1] == {"person": cast.head.pk, "factor": "totp", "name": ""}
    with refused("totp-there", "code"):
        actions.activate_totp(by=cast.head, secret=SECRET, code=totp(NOW), proven=True, now=NOW)


def test_a_code_of_the_app_works_once(cast: Cast) -> None:
    with_totp(cast.head)
    assert wrong(cast.head, "totp", totp(NOW)) == "wrong-answer", "the code that was typed to add the app"
    later = NOW + timedelta(seconds=60)
    check(cast.head, "totp", totp(later), later)
    assert wrong(cast.head, "totp", totp(later), later) == "wrong-answer"
    assert wrong(cast.head, "totp", totp(later - timedelta(seconds=30)), later) == "wrong-answer", "an older one, too"
    check(cast.head, "totp", totp(later + timedelta(seconds=30)), later)
    far = later + timedelta(minutes=5)
    assert wrong(cast.head, "totp", totp(far + timedelta(minutes=1)), far) == "wrong-answer"


def test_a_recovery_code_works_once_and_new_ones_end_the_old(cast: Cast) -> None:
    codes = with_totp(cast.head)
    check(cast.head, "recovery_code", codes[3])
    assert wrong(cast.head, "recovery_code", codes[3]) == "wrong-answer"
    assert factors_of(cast.head).recovery_codes == 9
    with refused("proof-needed", "proof", kind=actions.ProofNeeded):
        actions.renew_recovery_codes(by=cast.head, proven=False, now=NOW)
    fresh = actions.renew_recovery_codes(by=cast.head, proven=True, now=NOW)
    assert wrong(cast.head, "recovery_code", codes[4]) == "wrong-answer"
    check(cast.head, "recovery_code", fresh[0])
    with refused("nothing-to-recover"):
        actions.renew_recovery_codes(by=cast.member, proven=True, now=NOW)


def test_recovery_codes_go_with_the_last_factor(cast: Cast) -> None:
    with_totp(cast.head)
    row = Authenticator.objects.get(user=cast.head, type="totp")
    with refused("proof-needed", "proof", kind=actions.ProofNeeded):
        actions.remove_factor(by=cast.head, factor=row, proven=False, now=NOW)
    with refused("forbidden", kind=Forbidden):
        actions.remove_factor(by=cast.member, factor=row, proven=True, now=NOW)
    actions.remove_factor(by=cast.head, factor=row, proven=True, now=NOW)
    assert not Authenticator.objects.exists()
    assert said()[1] == {"person": cast.head.pk, "factor": "totp", "name": ""}


def test_an_administrator_takes_a_lost_phone_away(cast: Cast) -> None:
    with_totp(cast.head)
    client_of(cast.administrator).post(f"/people/{cast.head.pk}/factors/", {"what": "second_factors"})
    assert (Authenticator.objects.count(), said()[1]["factor"]) == (0, "second_factors")
    assert client_of(cast.head).post(f"/people/{cast.head.pk}/factors/").status_code == 403


def test_what_was_sealed_with_another_key_is_not_read(settings: Any) -> None:
    closed = seal("geheim 密")
    assert "geheim" not in closed and unseal(closed) == "geheim 密"
    settings.SEALING_KEY = "another"
    with pytest.raises(Unreadable):
        unseal(closed)
