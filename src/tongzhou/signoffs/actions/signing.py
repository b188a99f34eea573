"""Writes: signing a place, on condition or not, refusing, and taking a signature back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Forbidden, Outdated, Refused, require
from tongzhou.lib.registry import HOLDS, OUTCOMES
from tongzhou.people.models import User
from tongzhou.signoffs.access import Capacity, capacity_of
from tongzhou.signoffs.actions.acts import append_act
from tongzhou.signoffs.actions.endings import make_final
from tongzhou.signoffs.actions.opening import checked_text, subject_of
from tongzhou.signoffs.events import SheetRefused, SheetSigned, SignatureWithdrawn
from tongzhou.signoffs.models import Ending, Place, Sheet, Signature, Withdrawal
from tongzhou.signoffs.queries.difference import told_differences
from tongzhou.signoffs.queries.facts import facts_of
from tongzhou.signoffs.queries.places import Standing, ending_of, latest_of, locked, standings
from tongzhou.signoffs.queries.wording import statement_of
from tongzhou.timeline.actions import record

FRESH = timedelta(minutes=5)
HASH = re.compile(r"[0-9a-f]{64}")
Decision = Signature.Decision


@dataclass(frozen=True)
class Said:
    """What a person decided, her opinion or condition or reason, and the hash of the sheet that was shown to her."""

    decision: str
    digest: str
    opinion: str = ""


@dataclass(frozen=True)
class Origin:
    """How and when a person proved who she is, and where the request came from."""

    method: str
    authenticated_at: datetime
    address: str = ""
    agent: str = ""
    request_id: str = ""


def sign_place(*, by: User, place: Place, said: Said, origin: Origin, now: datetime) -> Signature:
    """Sign a place: agree, agree on condition, or disagree with a reason. The last one who agrees makes the sheet final.

    :raises Refused: (Forbidden) if the seat is not hers today, (Outdated) if what was shown is not what stands there now;
        if she did not just prove who she is, the sheet ended, it is not her turn, the place is signed, or words are missing.
    """
    opinion = _check_words(said)
    with transaction.atomic():
        # What the last signature will write comes before the sheet, and the chain last: the order of locks.
        for hold in HOLDS.at(f"sheet:{place.sheet.kind}"):
            hold(place.sheet.key)
        # Nobody opens a next version, and nobody else signs, until this is written.
        sheet = locked(place.sheet_id)
        at = next(found for found in standings(sheet) if found.place.pk == place.pk)
        # As she is now, not as the request began: a leaver does not sign.
        person = User.objects.select_related("department").get(pk=by.pk)
        capacity = capacity_of(person, sheet.project, at.held, timezone.localtime(now).date())
        if capacity is None:
            raise Forbidden("not-your-seat", _("This seat is not yours today: its holder signs, or whom the holder let sign."))
        _check_shown(sheet, said.digest)
        _check_turn(sheet, at)
        _check_fresh(origin, now)
        signature = _signature(sheet, at, capacity, person, said, (opinion, origin, now))
        kind = "refused" if said.decision == Decision.REFUSE else "signed"
        act = append_act(project=sheet.project_id, kind=kind, payload=facts_of(signature), by=person, now=now)
        signature.act_number = act.number
        signature.save(force_insert=True)
        _settle(sheet, at, signature, capacity, person)
    return signature


def withdraw_signature(*, by: User, signature: Signature, reason: str = "", now: datetime) -> Withdrawal:
    """Take a signature (or a refusal) back while the sheet is not complete.

    :raises Refused: if it is not her own, was taken back already, or the sheet ended.
    """
    require(signature.person_id == by.pk)
    reason = checked_text(reason, "reason")
    with transaction.atomic():
        sheet = latest_of(signature.place.sheet)
        sheet = locked(sheet.pk)
        if not _can_be_withdrawn(sheet, signature):
            raise Refused("sheet-ended", _("This sheet is closed: what was signed stays."))
        if Withdrawal.objects.filter(signature=signature).exists():
            raise Refused("withdrawn-already", _("This was taken back already."))
        payload = {"sheet": sheet.pk, "place": signature.place_id, "round": signature.round, "reason": reason}
        act = append_act(project=sheet.project_id, kind="withdrawn", payload=payload, by=by, now=now)
        row = Withdrawal.objects.create(signature=signature, reason=reason, at=now, act_number=act.number)
        event = SignatureWithdrawn(sheet.pk, signature.place_id)
        record(event, by=by, now=now, subject=subject_of(sheet), project=sheet.project_id)
    return row


def _can_be_withdrawn(sheet: Sheet, signature: Signature) -> bool:
    """While the newest version is open: a signature of its own, or one that was carried over and is in force nowhere."""
    if ending_of(sheet):
        return False
    own = Sheet.objects.select_related("ending").get(pk=signature.place.sheet_id)
    return own.pk == sheet.pk or (sheet.places.filter(carried=signature).exists() and ending_of(own) != Ending.Kind.FINAL)


def _check_words(said: Said) -> str:
    if said.decision not in Decision.values:
        raise Refused("decision-needed", _("Choose: agree, agree on condition, or disagree."), "decision")
    missing = {
        Decision.CONDITION.value: _("Say on what condition."),
        Decision.REFUSE.value: _("Say why not."),
    }
    return checked_text(said.opinion, "opinion", missing.get(said.decision, ""))


def _check_shown(sheet: Sheet, shown: str) -> None:
    """Go on only if the hash that was shown is that of this sheet, and this sheet is the newest version."""
    latest = latest_of(sheet)
    if latest.pk == sheet.pk and shown == sheet.digest:
        return
    # Whatever else was sent than a hash (a NUL, which PostgreSQL does not even compare) was shown by nobody.
    versions = Sheet.objects.filter(project_id=sheet.project_id, kind=sheet.kind, key=sheet.key)
    same = versions.filter(digest=shown).first() if HASH.fullmatch(shown) else None
    text = _("What was shown is not what stands there now: look at version %(version)s before signing.")
    difference = told_differences(same, latest) if same is not None else []
    raise Outdated("sheet-changed", text % {"version": latest.version}, difference)


def _check_turn(sheet: Sheet, at: Standing) -> None:
    if at.signature is not None:
        raise Refused("signed-already", _("This place is signed already."))
    if ending_of(sheet):
        raise Refused("sheet-ended", _("This sheet is closed already."))
    if not at.is_open:
        raise Refused("not-yet", _("Others sign before: this place opens after them."))


def _check_fresh(origin: Origin, now: datetime) -> None:
    if not now - FRESH <= origin.authenticated_at <= now:
        text = _("Prove again who signs: the last time was more than five minutes ago.")
        raise Refused("authenticate-again", text, "password")


def _signature(
    sheet: Sheet, at: Standing, capacity: Capacity, person: User, said: Said, rest: tuple[str, Origin, datetime]
) -> Signature:
    opinion, origin, now = rest
    principal = capacity.principal
    return Signature(
        place=at.place,
        round=at.round,
        person=person,
        name=person.name,
        login=person.login,
        employee_number=person.employee_number,
        department=person.actor_department,
        title=person.title,
        capacity=at.place.capacity,
        principal=principal,
        principal_name=principal.name if principal else "",
        decision=said.decision,
        opinion=opinion,
        statement=statement_of(sheet, at.place.capacity, said.decision, person.name, principal.name if principal else ""),
        sheet_digest=sheet.digest,
        html_digest=sheet.html_digest,
        shared_digest=sheet.shared_digest,
        part_digest=at.place.part_digest,
        method=origin.method,
        authenticated_at=origin.authenticated_at,
        at=now,
        address=origin.address[:64],
        agent=_kept(origin.agent, 300),
        request_id=_kept(origin.request_id, 64),
    )


def _kept(text: str, length: int) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:length]


def _settle(sheet: Sheet, at: Standing, signature: Signature, capacity: Capacity, person: User) -> None:
    principal = capacity.principal.pk if capacity.principal else None
    subject, now = subject_of(sheet), signature.at
    event: Any
    if signature.decision == Decision.REFUSE:
        event = SheetRefused(sheet.pk, at.place.pk, principal)
        for handler in OUTCOMES.at(f"sheet-refused:{sheet.kind}"):
            handler(sheet=sheet, by=person, now=now)
    else:
        final = make_final(by=person, sheet=sheet, now=now)
        event = SheetSigned(sheet.pk, at.place.pk, signature.decision, final, principal)
    record(event, by=person, now=now, subject=subject, project=sheet.project_id)
