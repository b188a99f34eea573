"""Writes: a person says anew who she is, before a step that asks for it."""

from __future__ import annotations

import hmac
import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongzhou.lib.access import Forbidden, Refused, require
from tongzhou.lib.sealing import unseal
from tongzhou.people.access import signed_in, token_of
from tongzhou.people.actions import guesses
from tongzhou.people.events import Authenticated, AuthenticationFailed
from tongzhou.people.models import SigningCode, User
from tongzhou.people.queries.factors import (
    PASSKEY,
    PASSWORD,
    PROOF,
    RECOVERY_CODE,
    SIGNING_CODE,
    TOTP,
    authenticated_since,
    factors_of,
)
from tongzhou.timeline.actions import Subject, record

TOTP_SECONDS, TOTP_AROUND = 30, 1
LONGEST_ANSWER = 20_000


class ProofNeeded(Forbidden):
    """The step asks who it is first: by the page people/proof_page.html, by the dialog, or by fields of the form itself."""

    def __init__(self) -> None:
        super().__init__("proof-needed", _("Confirm first that it is you; then do it again."), "proof")


def require_proof(request: HttpRequest) -> tuple[datetime, str]:
    """Return since when and how it is known who asks.

    :raises ProofNeeded: if that is more than five minutes ago, or a program asks.
    """
    known = authenticated_since(request)
    if known is None:
        raise ProofNeeded
    return known


def authenticate(*, request: HttpRequest, given: Mapping[str, str], now: datetime) -> tuple[datetime, str]:
    """Check the answer of who asks, and note it in her session: `authenticated_since` tells it for five minutes.

    :param given: the fields of people/proof.html as they were sent: `proof_method`, a key of METHODS that she has, and
        `proof_<method>`, what she typed, or the JSON of her passkey.
    :raises Refused: if it is wrong ("wrong-answer"), there were too many ("locked"), or she has no such method; field "proof".
    :raises Forbidden: if a program asks.
    """
    person, method = signed_in(request), given.get("proof_method", "")
    require(token_of(request) is None)
    # A wrong answer also ends what was known before.
    request.session.pop(PROOF, None)
    answer, address = given.get(f"proof_{method}", ""), get_adapter(request).get_client_ip(request)
    check_answer(person=person, method=method, answer=answer, address=address, now=now)
    request.session[PROOF] = {"person": person.pk, "method": method, "at": now.timestamp()}
    return now, method


def check_answer(*, person: User, method: str, answer: str, address: str, now: datetime) -> None:
    """Check an answer by one method; right or wrong, it is on the record, and each one counts.

    :raises Refused: as `authenticate`.
    """
    if method not in factors_of(person).methods:
        raise Refused("method-unknown", _("Choose how to confirm that it is you."), "proof")
    kinds = (guesses.PROOF, guesses.SIGNING_CODE) if method == SIGNING_CODE else (guesses.PROOF,)
    for kind in kinds:
        guesses.count_guess(person, kind, now)
    subject = Subject("person", person.pk, person.name)
    if not answer or len(answer) > LONGEST_ANSWER or not _CHECKS[method](person, answer, now):
        record(AuthenticationFailed(person.pk, method, address), by=person, now=now, subject=subject)
        raise Refused("wrong-answer", _WRONG[method](), "proof")
    with transaction.atomic():
        guesses.forget_guesses(person, *kinds)
        record(Authenticated(person.pk, method, address), by=person, now=now, subject=subject)


def check_signing_code(*, person: User, code: str, now: datetime, address: str = "") -> None:
    """Check a person's signing code.

    :raises Refused: if it is wrong, locked, or she has none that holds.
    """
    check_answer(person=person, method=SIGNING_CODE, answer=code, address=address, now=now)


def check_totp(person: User, code: str, now: datetime) -> bool:
    """Return whether this is a code of her app for now, half a minute more or less, that was not used before."""
    typed, step = digits(code), int(now.timestamp()) // TOTP_SECONDS
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(user=person, type=Authenticator.Type.TOTP).first()
        if row is None:
            return False
        counter = totp_step(unseal(row.data["secret"]), typed, step, after=int(row.data.get("used", 0)))
        if counter is None:
            return False
        row.data["used"], row.last_used_at = counter, now
        row.save(update_fields=["data", "last_used_at"])
    return True


def totp_step(secret: str, typed: str, step: int, after: int = 0) -> int | None:
    """Return the half-minute whose code was typed, of those around `step` that lie after `after`; None if there is none."""
    around = range(max(step - TOTP_AROUND, after + 1), step + TOTP_AROUND + 1)
    return next((one for one in around if _same(format_hotp_value(hotp_value(secret, one)), typed)), None)


def check_recovery_code(person: User, code: str, now: datetime) -> bool:
    """Return whether this is one of her recovery codes, each of which works once."""
    row = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    if row is None or not row.wrap().validate_code(digits(code)):
        return False
    Authenticator.objects.filter(pk=row.pk).update(last_used_at=now)
    return True


def digits(text: str) -> str:
    """Return digits as people type them, full width and with spaces, as plain ones."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if not sign.isspace() and sign != "-")


def _check_password(person: User, answer: str, _now: datetime) -> bool:
    return check_password(answer, person.password)


def _check_signing_code(person: User, answer: str, _now: datetime) -> bool:
    kept = SigningCode.objects.filter(user=person).values_list("code_hash", flat=True).first()
    return kept is not None and check_password(digits(answer), kept)


def _check_passkey(person: User, answer: str, now: datetime) -> bool:
    """The challenge is in the session, and is gone afterwards, whatever the answer was."""
    try:
        given = json.loads(answer)
        webauthn.parse_authentication_response(given)
        row = webauthn.complete_authentication(person, given)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    finally:
        webauthn.clear_state()
    Authenticator.objects.filter(pk=row.pk).update(last_used_at=now)
    return True


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


_CHECKS = {
    PASSWORD: _check_password,
    PASSKEY: _check_passkey,
    TOTP: check_totp,
    SIGNING_CODE: _check_signing_code,
    RECOVERY_CODE: check_recovery_code,
}
_WRONG = {
    PASSWORD: lambda: _("The password is not right."),
    PASSKEY: lambda: _("The passkey did not confirm it. Try once more."),
    TOTP: lambda: _("The code is not right, or was used already. Wait for the next one."),
    SIGNING_CODE: lambda: _("The signing code is not right. After five wrong ones it is locked for 15 minutes."),
    RECOVERY_CODE: lambda: _("The recovery code is not right, or was used already."),
}
