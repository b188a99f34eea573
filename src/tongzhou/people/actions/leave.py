"""Writes: leave."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.access import can_change_leave
from tongzhou.people.actions.people import check_stand_in
from tongzhou.people.events import LeaveCancelled, LeaveTaken
from tongzhou.people.models import Leave, User
from tongzhou.timeline.actions import ChangeOf, Subject, record

LONGEST_DAYS = 400


def take_leave(
    *, by: User, person: User, days: tuple[date, date], stand_in: User | None = None, note: str = "", now: datetime
) -> Leave:
    """Say that a person is away from the first to the last of `days`, both included.

    :raises Refused: if `by` may not, the days are in the wrong order, too many or overlap an earlier leave,
        or the stand-in cannot stand in.
    """
    require(can_change_leave(by, person))
    first, last = days
    if last < first:
        raise Refused("ends-before-start", _("The leave ends before it starts."), "last")
    if (last - first).days >= LONGEST_DAYS:
        raise Refused("leave-too-long", _("A leave has at most %(count)s days.") % {"count": LONGEST_DAYS}, "last")
    check_stand_in(person, stand_in)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        if Leave.objects.filter(user=person, first__lte=last, last__gte=first).exists():
            raise Refused("leave-overlaps", _("There is a leave on some of these days already."), "first")
        leave = Leave.objects.create(user=person, first=first, last=last, stand_in=stand_in, note=note.strip())
        change = ChangeOf("leave", leave.pk, person.name, dict.fromkeys(_facts(leave)), _facts(leave))
        record(LeaveTaken(person.pk, leave.pk), by=by, now=now, subject=_subject(person), changes=[change])
    return leave


def cancel_leave(*, by: User, leave: Leave, now: datetime) -> None:
    """Take a leave back.

    :raises Refused: if `by` may not.
    """
    require(can_change_leave(by, leave.user))
    with transaction.atomic():
        key, facts = leave.pk, _facts(leave)
        if Leave.objects.filter(pk=key).delete()[0]:
            change = ChangeOf("leave", key, leave.user.name, facts, dict.fromkeys(facts))
            record(LeaveCancelled(leave.user_id, key), by=by, now=now, subject=_subject(leave.user), changes=[change])


def _facts(leave: Leave) -> dict[str, object]:
    stand_in = leave.stand_in.name if leave.stand_in else None
    return {"first": leave.first, "last": leave.last, "stand_in": stand_in, "note": leave.note}


def _subject(person: User) -> Subject:
    return Subject("person", person.pk, person.name)
