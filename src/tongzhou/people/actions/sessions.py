"""Writes: where people are signed in, and what is recorded of signing in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from tongzhou.lib.access import require
from tongzhou.people.access import can_manage_people
from tongzhou.people.events import PasswordSet, SessionsEnded, SignedIn, SignedOut, SignInFailed
from tongzhou.people.models import System, User
from tongzhou.timeline.actions import Subject, record

LONGEST_LOGIN = 60


def end_session(*, by: User, person: User, session: int, now: datetime) -> bool:
    """End one session of a person; return whether there was one.

    :raises Refused: if `by` is neither she nor the administrator.
    """
    require(by.pk == person.pk or can_manage_people(by))
    return bool(_end(by, person, UserSession.objects.filter(user=person, pk=session), now))


def end_other_sessions(*, by: User, person: User, here: str | None, now: datetime) -> int:
    """End all sessions of a person but the one with the key `here`; return how many.

    :raises Refused: if `by` is neither she nor the administrator.
    """
    require(by.pk == person.pk or can_manage_people(by))
    return _end(by, person, UserSession.objects.filter(user=person).exclude(session_key=here or ""), now)


def end_all_sessions(person: User) -> int:
    """End all sessions of a person within the caller's transaction, which records it; return how many."""
    return _delete(UserSession.objects.filter(user=person))


def note_presence(*, key: str, address: str, agent: str, now: datetime) -> None:
    """Keep when and from where a session was last seen. No change of anybody's: not on the record."""
    length = UserSession._meta.get_field("user_agent").max_length
    UserSession.objects.filter(session_key=key).update(last_seen_at=now, ip=address, user_agent=agent[:length])


def record_sign_in(*, person: User, address: str, now: datetime) -> None:
    """Record a sign-in by password from a network address."""
    record(SignedIn(person.pk, address), by=person, now=now, subject=_subject(person))


def record_sign_out(*, person: User, address: str, now: datetime) -> None:
    record(SignedOut(person.pk, address), by=person, now=now, subject=_subject(person))


def record_failed_sign_in(*, login: str, address: str, now: datetime) -> None:
    """Record a wrong password, or a login that nobody has. The system is the actor: nobody knows who it was."""
    login = "".join(sign for sign in login.lower() if sign.isprintable())[:LONGEST_LOGIN]
    person = User.objects.filter(login=login).first()
    subject = _subject(person) if person else Subject("person", None, login)
    record(SignInFailed(login, address), by=System(), now=now, subject=subject)


def record_password(*, person: User, here: str | None, now: datetime) -> None:
    """Record a new password and end every session but the one with the key `here`: their passwords are no longer good."""
    with transaction.atomic():
        _delete(UserSession.objects.filter(user=person).exclude(session_key=here or ""))
        record(PasswordSet(person.pk), by=person, now=now, subject=_subject(person))


def _end(by: User, person: User, sessions: Iterable[UserSession], now: datetime) -> int:
    with transaction.atomic():
        count = _delete(sessions)
        if count:
            record(SessionsEnded(person.pk, count), by=by, now=now, subject=_subject(person))
    return count


def _delete(sessions: Iterable[UserSession]) -> int:
    rows = [(row.pk, row.session_key) for row in sessions]
    Session.objects.filter(session_key__in=[key for _pk, key in rows]).delete()
    UserSession.objects.filter(pk__in=[pk for pk, _key in rows]).delete()
    return len(rows)


def _subject(person: User) -> Subject:
    return Subject("person", person.pk, person.name)
