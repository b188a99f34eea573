"""Writes: personal tokens, and answers to be given again."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.access import can_manage_people
from tongzhou.people.events import ApiTokenMade, ApiTokenRevoked
from tongzhou.people.models import ApiToken, System, User
from tongzhou.people.queries import hash_of
from tongzhou.people.queries.tokens import ADMIN, PREFIX, SCOPES, tokens_of
from tongzhou.timeline.actions import Subject, record

LONGEST_DAYS = 366
MOST_TOKENS = 20
# Writing down each use would make every read a write.
USE_IS_NOTED_EVERY = timedelta(minutes=10)


def make_api_token(*, by: User | System, person: User, name: str, scopes: list[str], days: int, now: datetime) -> str:
    """Make a token by which a program acts as `person` for `days` days; return its text, which nobody can see again.

    :raises Refused: if `by` is somebody else, the person is disabled, or name, scopes or days cannot be used.
    """
    require(isinstance(by, System) or by.pk == person.pk)
    if not person.is_active:
        raise Refused("person-disabled", _("This account is disabled."))
    name = name.strip()
    if not name:
        raise Refused("name-missing", _("A token needs a name: what is it for?"), "name")
    if not scopes or set(scopes) - set(SCOPES):
        raise Refused("scopes-invalid", _("Choose what the token may do."), "scopes")
    if ADMIN in scopes:
        require(can_manage_people(person), _("Only administrators make tokens that manage people."))
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused("days-invalid", _("A token is valid for 1 to %(days)s days.") % {"days": LONGEST_DAYS}, "days")
    if tokens_of(person).count() >= MOST_TOKENS:
        raise Refused("too-many-tokens", _("Revoke a token first: there are %(count)s.") % {"count": MOST_TOKENS})
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        made = ApiToken.objects.create(
            user=person,
            name=name[:80],
            token_hash=hash_of(text),
            scopes=[scope for scope in SCOPES if scope in scopes],
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
        record(ApiTokenMade(person.pk, made.name), by=by, now=now, subject=Subject("person", person.pk, person.name))
    return text


def make_token_by_token(*, token: ApiToken, name: str, scopes: list[str], days: int, now: datetime) -> str:
    """Make a token on behalf of a program that holds `token`; return its text.

    :raises Refused: as make_api_token, and if the new one could do what `token` cannot, or lived longer.
    """
    require(set(scopes) <= set(token.scopes), _("A token makes none that may do more than it."))
    if now + timedelta(days=days) > token.expires_at:
        last = timezone.localtime(token.expires_at).date().isoformat()
        raise Refused("days-invalid", _("A token makes none that lives longer than it: until %(day)s.") % {"day": last}, "days")
    return make_api_token(by=token.user, person=token.user, name=name, scopes=scopes, days=days, now=now)


def revoke_api_token(*, by: User, token: ApiToken, now: datetime) -> None:
    """End a token at once.

    :raises Refused: if it is somebody else's and `by` is no administrator.
    """
    require(by.pk == token.user_id or can_manage_people(by))
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now):
            event = ApiTokenRevoked(token.user_id, token.name)
            record(event, by=by, now=now, subject=Subject("person", token.user_id, token.user.name))


def note_token_use(*, token: ApiToken, now: datetime) -> None:
    """Keep when a token was last used, to some minutes."""
    if token.last_used_at is None or now - token.last_used_at > USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
