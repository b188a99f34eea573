"""Writes: departments, people, one-time ways in."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.access import can_manage_people
from tongzhou.people.events import DepartmentAdded, PersonAdded, SignedInByLink, SignInLinkMade
from tongzhou.people.models import Department, SignInLink, System, User
from tongzhou.people.queries import hash_of
from tongzhou.timeline.actions import Subject, record

LINK_LIFETIME = timedelta(days=7)


def add_department(*, by: User | System, name: str, parent: Department | None = None, now: datetime) -> Department:
    """Add a department.

    :raises Refused: if `by` may not, or the name is taken or empty.
    """
    require(isinstance(by, System) or can_manage_people(by))
    name = name.strip()
    if not name:
        raise Refused("name-missing", _("A department needs a name."), "name")
    with transaction.atomic():
        if Department.objects.filter(name=name).exists():
            raise Refused("name-taken", _("There is a department “%(name)s” already.") % {"name": name}, "name")
        department = Department.objects.create(name=name, parent=parent)
        record(DepartmentAdded(department.pk), by=by, now=now, subject=Subject("department", department.pk, name))
    return department


def add_person(
    *,
    by: User | System,
    name: str,
    login: str = "",
    department: Department | None = None,
    details: dict[str, str] | None = None,
    now: datetime,
) -> User:
    """Add a person without password; she signs in by link. `details`: employee_number, title, email, phone.

    Without `login` one is made from the name's pinyin.
    :raises Refused: if `by` may not, the name is empty, or login or number is taken.
    """
    require(isinstance(by, System) or can_manage_people(by))
    name = name.strip()
    if not name:
        raise Refused("name-missing", _("A person needs a name."), "name")
    with transaction.atomic():
        chosen = login.strip().lower() or _free_login(name)
        if User.objects.filter(login=chosen).exists():
            raise Refused("login-taken", _("The login “%(login)s” is taken.") % {"login": chosen}, "login")
        number = (details or {}).get("employee_number", "")
        if number and User.objects.filter(employee_number=number).exists():
            raise Refused("number-taken", _("The number “%(number)s” is taken.") % {"number": number}, "employee_number")
        person = User.objects.create_user(chosen, name, department=department, **(details or {}))
        record(PersonAdded(person.pk), by=by, now=now, subject=Subject("person", person.pk, name))
    return person


def make_sign_in_link(*, by: User | System, person: User, now: datetime, lifetime: timedelta = LINK_LIFETIME) -> str:
    """Make a one-time way in for `person` and return its token; only the hash is kept.

    :raises Refused: if `by` may not, or the person is disabled.
    """
    require(isinstance(by, System) or can_manage_people(by))
    if not person.is_active:
        raise Refused("person-disabled", _("This account is disabled."))
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        SignInLink.objects.create(token_hash=hash_of(token), user=person, made_at=now, expires_at=now + lifetime)
        record(SignInLinkMade(person.pk), by=by, now=now, subject=Subject("person", person.pk, person.name))
    return token


def use_sign_in_link(*, link: SignInLink, now: datetime) -> User:
    """Use up a link.

    :raises Refused: if somebody used it in the meantime.
    """
    with transaction.atomic():
        if not SignInLink.objects.filter(pk=link.pk, used_at__isnull=True).update(used_at=now):
            raise Refused("link-used", _("This link has been used already."))
        record(SignedInByLink(link.user_id), by=link.user, now=now, subject=Subject("person", link.user_id, link.user.name))
    return link.user


def _free_login(name: str) -> str:
    from pypinyin import lazy_pinyin

    base = "".join(part for part in "".join(lazy_pinyin(name)).lower() if part.isascii() and part.isalnum()) or "user"
    taken = set(User.objects.filter(login__startswith=base).values_list("login", flat=True))
    number, login = 2, base
    while login in taken:
        login, number = f"{base}{number}", number + 1
    return login
