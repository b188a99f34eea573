"""Writes: leavers. A person is disabled, never deleted; rooms above hand over what is open."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.lib.registry import OUTCOMES
from tongzhou.people.access import can_manage_people
from tongzhou.people.actions.links import end_links
from tongzhou.people.actions.people import check_other_administrator
from tongzhou.people.actions.sessions import end_all_sessions
from tongzhou.people.events import PersonDisabled, PersonEnabled, WorkHandedOver
from tongzhou.people.models import ApiToken, Department, User
from tongzhou.timeline.actions import ChangeOf, Subject, record


def disable_person(*, by: User, person: User, successor: User | None = None, now: datetime) -> None:
    """Disable an account: sessions, tokens and links end at once; open work goes to the successor, else to stand-ins.

    Handlers at "person-disabled" are told (by, person, successor, now).
    :raises Refused: if `by` may not, it is his own or the last administrator's account, or the successor cannot take over.
    """
    require(can_manage_people(by))
    if by.pk == person.pk:
        raise Refused("not-yourself", _("Nobody disables her own account: another administrator does."))
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=person.pk)
        if not row.is_active:
            return
        _check_successor(row, successor)
        if row.is_administrator:
            check_other_administrator(row)
        User.objects.filter(pk=row.pk).update(is_active=False, disabled_at=now)
        end_all_sessions(row)
        end_links([row.pk], now)
        ApiToken.objects.filter(user=row, revoked_at__isnull=True).update(revoked_at=now)
        headed = _hand_over_departments(row, successor or _stand_in(row))
        change = ChangeOf("person", row.pk, row.name, {"is_active": True}, {"is_active": False})
        event = PersonDisabled(row.pk, successor.pk if successor else None)
        record(event, by=by, now=now, subject=_subject(row), changes=[change, *headed])
        for handler in OUTCOMES.at("person-disabled"):
            handler(by=by, person=row, successor=successor, now=now)


def enable_person(*, by: User, person: User, now: datetime) -> None:
    """Let a disabled person in again; what was handed over stays where it is.

    :raises Refused: if `by` may not.
    """
    require(can_manage_people(by))
    with transaction.atomic():
        if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True, disabled_at=None):
            change = ChangeOf("person", person.pk, person.name, {"is_active": False}, {"is_active": True})
            record(PersonEnabled(person.pk), by=by, now=now, subject=_subject(person), changes=[change])


def hand_over_work(*, by: User, person: User, successor: User, chosen: Collection[str], now: datetime) -> None:
    """Give chosen open work (keys of the rows at the place "open_work") to a successor.

    Handlers at "work-handed-over" are told (by, person, successor, chosen, now).
    :raises Refused: if `by` may not, nothing is chosen, or the successor cannot take over.
    """
    require(can_manage_people(by))
    if not chosen:
        raise Refused("nothing-chosen", _("Choose at least one row."), "chosen")
    _check_successor(person, successor)
    with transaction.atomic():
        headed = _hand_over_departments(person, successor, chosen)
        event = WorkHandedOver(person.pk, successor.pk, len(chosen))
        record(event, by=by, now=now, subject=_subject(person), changes=headed)
        for handler in OUTCOMES.at("work-handed-over"):
            handler(by=by, person=person, successor=successor, chosen=frozenset(chosen), now=now)


def _check_successor(person: User, successor: User | None) -> None:
    if successor is not None and (successor.pk == person.pk or not successor.is_active):
        raise Refused("successor-unfit", _("Choose a successor who works here."), "successor")


def _stand_in(person: User) -> User | None:
    return person.stand_in if person.stand_in and person.stand_in.is_active else None


def _hand_over_departments(person: User, successor: User | None, chosen: Collection[str] | None = None) -> list[ChangeOf]:
    if successor is None:
        return []
    headed = Department.objects.filter(head=person).order_by("pk")
    rows = [row for row in headed if chosen is None or f"department-{row.pk}" in chosen]
    Department.objects.filter(pk__in=[row.pk for row in rows]).update(head=successor)
    return [ChangeOf("department", row.pk, row.name, {"head": person.name}, {"head": successor.name}) for row in rows]


def _subject(person: User) -> Subject:
    return Subject("person", person.pk, person.name)
