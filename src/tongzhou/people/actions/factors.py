"""Writes: the ways in which a person says who she is: app codes, passkeys, recovery codes, the signing code."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import pairwise

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.lib.sealing import seal
from tongzhou.people.access import can_manage_people
from tongzhou.people.actions import guesses
from tongzhou.people.actions.proving import LONGEST_ANSWER, TOTP_SECONDS, ProofNeeded, digits, totp_step
from tongzhou.people.events import FactorAdded, FactorRemoved, FactorRenamed
from tongzhou.people.models import SigningCode, User
from tongzhou.people.queries.factors import PASSKEY, SIGNING_CODE, TOTP, factors_of
from tongzhou.timeline.actions import Subject, record
from tongzhou.workbooks.text import is_seen

RECOVERY_CODES = "recovery_codes"
CODE_DIGITS = 6
MOST_PASSKEYS = 10
LONGEST_NAME = 40
_KIND = Authenticator.Type


def set_signing_code(*, by: User, code: str, proven: bool, now: datetime) -> None:
    """Set one's own signing code, or another one.

    :param proven: whether she said within five minutes who she is; not asked of who has no way to say it yet.
    :raises Refused: if she has a password, the code is no six digits, or easily guessed.
    :raises ProofNeeded: if she has a way to say who she is, and did not.
    """
    typed = digits(code)
    with transaction.atomic():
        person = _proven(by, proven)
        if person.has_usable_password():
            raise Refused("has-password", _("Who has a password signs with it: no signing code is needed."), "code")
        if len(typed) != CODE_DIGITS or not (typed.isascii() and typed.isdecimal()):
            raise Refused("not-six-digits", _("A signing code is six digits."), "code")
        if _is_easy(typed, person):
            raise Refused("code-easy", _("This one is easily guessed: choose another."), "code")
        values = {"code_hash": make_password(typed), "set_at": now}
        SigningCode.objects.update_or_create(user=person, defaults=values)
        guesses.forget_guesses(person, guesses.SIGNING_CODE)
        record(FactorAdded(person.pk, SIGNING_CODE), by=by, now=now, subject=_subject(person))


def activate_totp(*, by: User, secret: str, code: str, proven: bool, now: datetime) -> list[str]:
    """Keep the secret of an authenticator app that shows `code` now; return recovery codes where she had none.

    :raises Refused: if the code is not the app's, or she has an app already.
    :raises ProofNeeded: if she has a way to say who she is, and did not.
    """
    with transaction.atomic():
        person = _proven(by, proven)
        if Authenticator.objects.filter(user=person, type=_KIND.TOTP).exists():
            raise Refused("totp-there", _("There is an app already: remove it first."), "code")
        step = totp_step(secret, digits(code), int(now.timestamp()) // TOTP_SECONDS)
        if step is None:
            raise Refused("wrong-answer", _("This is not the code of the app. Is the clock of the phone right?"), "code")
        data = {"secret": seal(secret), "used": step}
        Authenticator.objects.create(user=person, type=_KIND.TOTP, data=data, created_at=now)
        record(FactorAdded(person.pk, TOTP), by=by, now=now, subject=_subject(person))
        return _first_recovery_codes(person, now)


def add_passkey(*, by: User, name: str, credential: str, proven: bool, now: datetime) -> list[str]:
    """Keep a passkey that answered the challenge of this session; return recovery codes where she had none.

    :param credential: what the browser gave, as JSON.
    :raises Refused: if it does not answer the challenge, or she has too many.
    :raises ProofNeeded: if she has a way to say who she is, and did not.
    """
    given = _registered(credential)
    with transaction.atomic():
        person = _proven(by, proven)
        if Authenticator.objects.filter(user=person, type=_KIND.WEBAUTHN).count() >= MOST_PASSKEYS:
            raise Refused("too-many", _("At most %(count)s passkeys.") % {"count": MOST_PASSKEYS}, "name")
        called = _named(name)
        data = {"name": called, "credential": given}
        Authenticator.objects.create(user=person, type=_KIND.WEBAUTHN, data=data, created_at=now)
        record(FactorAdded(person.pk, PASSKEY, called), by=by, now=now, subject=_subject(person))
        return _first_recovery_codes(person, now)


def rename_passkey(*, by: User, passkey: Authenticator, name: str, now: datetime) -> None:
    """Call one's own passkey something else.

    :raises Refused: if it is not hers, or the name says nothing.
    """
    require(passkey.user_id == by.pk)
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=passkey.pk)
        row.data["name"] = _named(name)
        row.save(update_fields=["data"])
        record(FactorRenamed(by.pk, PASSKEY, row.data["name"]), by=by, now=now, subject=_subject(by))


def remove_factor(*, by: User, factor: Authenticator, proven: bool, now: datetime) -> None:
    """Remove one's own app or passkey; recovery codes go with the last of them.

    :raises Forbidden: if it is not hers. :raises ProofNeeded: if she did not say who she is.
    """
    require(factor.user_id == by.pk)
    with transaction.atomic():
        person = _proven(by, proven)
        kind, name = (PASSKEY, factor.data["name"]) if factor.type == _KIND.WEBAUTHN else (TOTP, "")
        if not Authenticator.objects.filter(pk=factor.pk).delete()[0]:
            return
        left = Authenticator.objects.filter(user=person)
        if not left.exclude(type=_KIND.RECOVERY_CODES).exists():
            left.delete()
        record(FactorRemoved(person.pk, kind, name), by=by, now=now, subject=_subject(person))


def renew_recovery_codes(*, by: User, proven: bool, now: datetime) -> list[str]:
    """Make new recovery codes; the old ones do not work any more.

    :raises Refused: if she has neither app nor passkey. :raises ProofNeeded: if she did not say who she is.
    """
    with transaction.atomic():
        person = _proven(by, proven)
        if not factors_of(person).second:
            raise Refused("nothing-to-recover", _("Recovery codes are for who has an app or a passkey."))
        Authenticator.objects.filter(user=person, type=_KIND.RECOVERY_CODES).delete()
        record(FactorAdded(person.pk, RECOVERY_CODES), by=by, now=now, subject=_subject(person))
        return _new_recovery_codes(person, now)


def clear_signing_code(*, by: User, person: User, now: datetime) -> bool:
    """Take away somebody's signing code, who sets another one herself; return whether there was one.

    :raises Forbidden: if `by` is no administrator.
    """
    require(can_manage_people(by))
    with transaction.atomic():
        count = SigningCode.objects.filter(user=person).delete()[0]
        guesses.forget_guesses(person, guesses.SIGNING_CODE)
        if count:
            record(FactorRemoved(person.pk, SIGNING_CODE), by=by, now=now, subject=_subject(person))
    return bool(count)


def clear_second_factors(*, by: User, person: User, now: datetime) -> bool:
    """Take away somebody's app, passkeys and recovery codes: the phone is lost. Return whether there were any.

    :raises Forbidden: if `by` is no administrator.
    """
    require(can_manage_people(by))
    with transaction.atomic():
        count = Authenticator.objects.filter(user=person).delete()[0]
        if count:
            record(FactorRemoved(person.pk, "second_factors"), by=by, now=now, subject=_subject(person))
    return bool(count)


def _proven(by: User, proven: bool) -> User:
    """Return who acts with her row locked, so that two at once add one after the other.

    :raises ProofNeeded: if she has a way to say who she is, and did not.
    """
    person = User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    require(person.is_active)
    if not proven and factors_of(person).methods:
        raise ProofNeeded
    return person


def _registered(credential: str) -> dict[str, object]:
    """Return what the browser gave, after it has answered the challenge of the session, which is gone then."""
    refused = Refused("passkey-unfit", _("The passkey was not added. Try once more."), "name")
    if len(credential) > LONGEST_ANSWER:
        raise refused
    try:
        given: dict[str, object] = json.loads(credential)
        webauthn.parse_registration_response(given)
        data = webauthn.complete_registration(given)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise refused from error
    finally:
        webauthn.clear_state()
    if not data.is_user_verified():
        raise refused
    return given


def _first_recovery_codes(person: User, now: datetime) -> list[str]:
    if Authenticator.objects.filter(user=person, type=_KIND.RECOVERY_CODES).exists():
        return []
    return _new_recovery_codes(person, now)


def _new_recovery_codes(person: User, now: datetime) -> list[str]:
    codes: list[str] = RecoveryCodes.activate(person).generate_codes()
    return codes


def _named(name: str) -> str:
    text = name.strip()[:LONGEST_NAME]
    if not is_seen(text):
        raise Refused("name-missing", _("A passkey needs a name."), "name")
    return text


def _is_easy(code: str, person: User) -> bool:
    """One digit over and over, a run up or down, or the end of the person's own numbers."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(code)}
    own = ("".join(sign for sign in text if sign.isdecimal())[-CODE_DIGITS:] for text in (person.phone, person.employee_number))
    return steps in ({0}, {1}, {9}) or code in own


def _subject(person: User) -> Subject:
    return Subject("person", person.pk, person.name)
