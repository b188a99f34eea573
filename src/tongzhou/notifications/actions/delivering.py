"""Handing messages to channels, trying again, and giving up after three days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tongzhou.lib import due
from tongzhou.lib.access import Refused, require
from tongzhou.lib.due import ATTEMPTS_OF_THREE_DAYS, THREE_DAYS
from tongzhou.lib.telling import Told
from tongzhou.notifications.access import can_manage_delivery
from tongzhou.notifications.actions.telling import DELIVERY, DIGEST, notify
from tongzhou.notifications.events import DeliverySentAgain, TestMailSent
from tongzhou.notifications.models import Delivery, Notice
from tongzhou.notifications.queries.channels import Later, Undeliverable, channels_on
from tongzhou.notifications.queries.deliveries import OPEN, Parcel, State
from tongzhou.people.models import User
from tongzhou.rhythm.actions import set_due
from tongzhou.timeline.actions import Subject, record

LONGEST_ERROR = 300


def hand_over(parcel: Parcel, *, now: datetime) -> None:
    """Hand a parcel to its channel; what nobody needs any more is dropped. Called outside a transaction.

    :raises Later: (of lib/due.py) if it is to be tried again.
    """
    way = channels_on().get(parcel.channel)
    needed = parcel.needed if way is not None and way.reaches(parcel.person) else ()
    dropped = [row.pk for row in parcel.rows if row not in needed]
    Delivery.objects.filter(pk__in=dropped, state__in=OPEN).update(state=State.DROPPED)
    if way is None or not needed:
        return
    keys = [row.pk for row in needed]
    tries = max(row.tries for row in needed) + 1
    # Whoever took it over since it was read (a lease ends early where the clock jumps) is at it: nothing goes out twice.
    begun = Delivery.objects.filter(pk__in=keys, state__in=OPEN, tries__lt=tries)
    if not begun.update(tries=F("tries") + 1, tried_at=now):
        return
    try:
        way(parcel.message())
    except Undeliverable as error:
        _note(keys, State.FAILED, str(error))
    except Later as error:
        if tries >= ATTEMPTS_OF_THREE_DAYS:
            _note(keys, State.FAILED, str(error))
            return
        _note(keys, State.WAITING, str(error))
        wait = THREE_DAYS.after(tries) if error.seconds is None else timedelta(seconds=error.seconds)
        raise due.Later(wait, str(error)) from error
    else:
        Delivery.objects.filter(pk__in=keys).update(state=State.SENT, sent_at=now, error="")


def _note(keys: list[int], state: Delivery.State, error: str) -> None:
    Delivery.objects.filter(pk__in=keys, state__in=OPEN).update(state=state, error=" ".join(error.split())[:LONGEST_ERROR])


def send_again(*, by: User, delivery: int, now: datetime) -> Delivery:
    """再发一次: let what failed, or waits for its next try, go out at once. What was sent stays sent.

    :raises Refused: if `by` is no administrator, or the delivery is not there, sent or dropped.
    """
    require(can_manage_delivery(by))
    with transaction.atomic():
        row = Delivery.objects.select_for_update(of=("self",)).select_related("notice__person").filter(pk=delivery).first()
        if row is None or row.state not in OPEN:
            raise Refused("delivery-over", _("This was sent meanwhile, or is not needed any more."))
        rows = Delivery.objects.filter(digest=row.digest_id) if row.digest_id else Delivery.objects.filter(pk=row.pk)
        rows.filter(state__in=OPEN).update(state=State.WAITING, tries=0, error="")
        kind, key = (DIGEST, row.digest_id) if row.digest_id else (DELIVERY, row.pk)
        set_due(kind, key, now)
        person = row.notice.person
        record(DeliverySentAgain(row.pk), by=by, now=now, subject=Subject("person", person.pk, person.name))
    return row


def send_test(*, by: User, channel: str, now: datetime) -> Notice:
    """Try a channel by a notice to oneself; the worker sends it, and the page shows what became of it.

    :raises Refused: if `by` is no administrator, the channel is off, or it does not reach her.
    """
    require(can_manage_delivery(by))
    way = channels_on().get(channel)
    if way is None:
        raise Refused("channel-off", _("This channel is not set up."))
    if not way.reaches(by):
        raise Refused("no-address", _("You have no usable address yourself: enter one with your data first."))
    with transaction.atomic():
        record(TestMailSent(by.pk), by=by, now=now, subject=Subject("person", by.pk, by.name))
        title, text = _("Test message"), _("If you read this, messages arrive by this channel.")
        told = Told((by.pk,), "test", title, text, "/", urgent=True)
        source = f"test:{channel}:{now:%Y%m%d%H%M%S%f}"
        notify(told=told, source=source, project=None, now=now)
        return Notice.objects.get(source=source, person=by)
