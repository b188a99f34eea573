"""Writes: one-time ways in."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.lib.registry import GATES
from tongzhou.people.access import can_manage_people
from tongzhou.people.events import SignedInByLink, SignInLinkMade, SignInLinksMade
from tongzhou.people.models import SignInLink, System, User
from tongzhou.people.queries import hash_of
from tongzhou.timeline.actions import Subject, record

LINK_LIFETIME = timedelta(days=7)
MOST_LINKS = 1000


def make_sign_in_link(*, by: User | System, person: User, now: datetime, lifetime: timedelta = LINK_LIFETIME) -> str:
    """Make a one-time way in for `person` and return its token; only the hash is kept. Her older unused ones end.

    :raises Refused: if `by` may not, or the person is disabled.
    """
    require(isinstance(by, System) or can_manage_people(by))
    with transaction.atomic():
        token = _new_tokens(by, [person], now, lifetime)[0]
        record(SignInLinkMade(person.pk), by=by, now=now, subject=Subject("person", person.pk, person.name))
    return token


def make_sign_in_links(
    *, by: User, people: Sequence[User], vouched: Collection[int] = (), now: datetime
) -> list[tuple[User, str]]:
    """Make a one-time way in for each of `people`; return (person, token) in their order. One event.

    For the ids `vouched` the caller has made sure that `by` may, because she manages what they work on; still nobody
    but an administrator makes a way in for an administrator, or for who has a password.
    :raises Refused: if `by` may not, nobody or too many are named, or one of them is disabled.
    """
    require(can_manage_people(by) or all(one.pk in vouched and _has_no_other_way(one) for one in people))
    if not people:
        raise Refused("nobody-chosen", _("Choose at least one person."), "people")
    if len(people) > MOST_LINKS:
        raise Refused("too-many", _("At most %(count)s people at once.") % {"count": MOST_LINKS}, "people")
    with transaction.atomic():
        tokens = _new_tokens(by, people, now, LINK_LIFETIME)
        subject = Subject("person", people[0].pk, "、".join(person.name for person in people))
        record(SignInLinksMade([person.pk for person in people]), by=by, now=now, subject=subject)
    return list(zip(people, tokens, strict=True))


def _has_no_other_way(person: User) -> bool:
    return not person.has_usable_password() and not person.is_administrator


def use_sign_in_link(*, link: SignInLink, now: datetime) -> User:
    """Use up a link.

    :raises Refused: if somebody used it in the meantime, or it does not hold any more (link_holds).
    """
    if not link_holds(link):
        raise Refused("link-ended", _("This link does not hold any more."))
    with transaction.atomic():
        if not SignInLink.objects.filter(pk=link.pk, used_at__isnull=True, expires_at__gt=now).update(used_at=now):
            raise Refused("link-used", _("This link has been used already."))
        record(SignedInByLink(link.user_id), by=link.user, now=now, subject=Subject("person", link.user_id, link.user.name))
    return link.user


def link_holds(link: SignInLink) -> bool:
    """Whether who made the link would be let make it still.

    A manager makes links only for people as whom she could do no more than herself. Who got a password, a seat, a role or a
    project since then is none of them any more. The command line and administrators make them for everybody.
    """
    maker = link.made_by
    if maker is None or can_manage_people(maker):
        return True
    reasons = (gate(by=maker, person=link.user) for gate in GATES.at("sign_in_link"))
    return maker.is_active and _has_no_other_way(link.user) and not any(reasons)


def end_links(people: Sequence[int], now: datetime) -> int:
    """End the unused links of these people, within the caller's transaction; return how many."""
    return SignInLink.objects.filter(user_id__in=people, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)


def _new_tokens(by: User | System, people: Sequence[User], now: datetime, lifetime: timedelta) -> list[str]:
    if not all(person.is_active for person in people):
        raise Refused("person-disabled", _("This account is disabled."))
    end_links([person.pk for person in people], now)
    tokens = [secrets.token_urlsafe(24) for _person in people]
    SignInLink.objects.bulk_create(
        SignInLink(token_hash=hash_of(token), user=person, made_by_id=by.actor_id, made_at=now, expires_at=now + lifetime)
        for person, token in zip(people, tokens, strict=True)
    )
    return tokens
