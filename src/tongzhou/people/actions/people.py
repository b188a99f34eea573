"""Writes: people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.access import can_manage_people
from tongzhou.people.events import PersonAdded, PersonChanged
from tongzhou.people.models import Department, System, User, name_keys
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record
from tongzhou.workbooks.text import is_seen

DETAILS = ("name", "login", "department", "employee_number", "title", "email", "phone", "is_administrator", "stand_in")


def add_person(
    *,
    by: User | System,
    name: str,
    login: str = "",
    department: Department | None = None,
    details: dict[str, Any] | None = None,
    now: datetime,
) -> User:
    """Add a person without password; she signs in by link. `details`: employee_number, title, email, phone …

    Without `login` one is made from the name's pinyin.
    :raises Refused: if `by` may not, the name is empty, or login or number is taken.
    """
    require(isinstance(by, System) or can_manage_people(by))
    name = name.strip()
    if not is_seen(name):
        raise Refused("name-missing", _("A person needs a name."), "name")
    with transaction.atomic():
        chosen = login.strip().lower() or free_logins([name])[0]
        _check_free(None, {"login": chosen, **(details or {})})
        person = User.objects.create_user(chosen, name, department=department, **(details or {}))
        record(PersonAdded(person.pk), by=by, now=now, subject=_subject(person))
    return person


def change_person(*, by: User | System, person: User, values: dict[str, Any], now: datetime) -> User:
    """Change any of DETAILS. What is stored beside the name follows it.

    :raises Refused: if `by` may not, the name is empty, login or number is taken, the stand-in cannot stand in,
        or nobody would be administrator.
    """
    require(isinstance(by, System) or can_manage_people(by))
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=person.pk)
        values = {name: _trimmed(name, values[name]) for name in DETAILS if name in values}
        before, after = differences({name: getattr(row, name) for name in values}, values)
        if not after:
            return row
        if not is_seen(after.get("name", "x")):
            raise Refused("name-missing", _("A person needs a name."), "name")
        _check_free(row, after)
        check_stand_in(row, after.get("stand_in"))
        if after.get("is_administrator") is False:
            check_other_administrator(row, "is_administrator")
        for name, value in (after | (name_keys(after["name"]) if "name" in after else {})).items():
            setattr(row, name, value)
        row.save()
        change = ChangeOf("person", row.pk, row.name, _words(before), _words(after))
        record(PersonChanged(row.pk), by=by, now=now, subject=_subject(row), changes=[change])
    return row


def set_stand_in(*, by: User, person: User, stand_in: User | None, now: datetime) -> User:
    """Say who is asked while this person is away.

    :raises Refused: if `by` may not, or the stand-in is the person herself or disabled.
    """
    require(by.pk == person.pk or can_manage_people(by))
    with transaction.atomic():
        row = User.objects.select_for_update(of=("self",)).select_related("stand_in").get(pk=person.pk)
        check_stand_in(row, stand_in)
        if row.stand_in_id != (stand_in.pk if stand_in else None):
            change = ChangeOf("person", row.pk, row.name, _words({"stand_in": row.stand_in}), _words({"stand_in": stand_in}))
            row.stand_in = stand_in
            row.save(update_fields=["stand_in"])
            record(PersonChanged(row.pk), by=by, now=now, subject=_subject(row), changes=[change])
    return row


def check_stand_in(person: User, stand_in: User | None) -> None:
    """:raises Refused: if `stand_in` is the person herself, or disabled."""
    if stand_in is None:
        return
    if stand_in.pk == person.pk:
        raise Refused("stand-in-herself", _("Nobody stands in for herself."), "stand_in")
    if not stand_in.is_active:
        raise Refused("person-disabled", _("This account is disabled."), "stand_in")


def check_other_administrator(person: User, field: str = "") -> None:
    """:raises Refused: if nobody else is administrator. The rows stay locked until the transaction ends."""
    active = User.objects.select_for_update().filter(is_administrator=True, is_active=True).order_by("pk")
    if not [key for key in active.values_list("pk", flat=True) if key != person.pk]:
        raise Refused("last-administrator", _("This is the last administrator: name another one first."), field)


def _check_free(person: User | None, values: dict[str, Any]) -> None:
    others = User.objects.exclude(pk=person.pk) if person else User.objects.all()
    login, number = values.get("login"), values.get("employee_number")
    if login and others.filter(login=login).exists():
        raise Refused("login-taken", _("The login “%(login)s” is taken.") % {"login": login}, "login")
    if number and others.filter(employee_number=number).exists():
        raise Refused("number-taken", _("The number “%(number)s” is taken.") % {"number": number}, "employee_number")


def _trimmed(name: str, value: Any) -> Any:
    value = value.strip() if isinstance(value, str) else value
    return value.lower() if name == "login" and isinstance(value, str) else value


def _words(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Department | User) else value for name, value in values.items()}


def _subject(person: User) -> Subject:
    return Subject("person", person.pk, person.name)


def free_logins(names: list[str], reserved: Iterable[str] = ()) -> list[str]:
    """Return a login for each of the names: their pinyin, with a number where somebody else has it. One query."""
    from pypinyin import lazy_pinyin

    taken = {*User.objects.values_list("login", flat=True), *reserved}
    found = []
    for name in names:
        base = "".join(part for part in "".join(lazy_pinyin(name)).lower() if part.isascii() and part.isalnum())[:50] or "user"
        login, number = base, 2
        while login in taken:
            login, number = f"{base}{number}", number + 1
        taken.add(login)
        found.append(login)
    return found
