"""Writes: keys of names written anew, and what has grown old removed."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tongzhou.lib.bulk import update_rows
from tongzhou.people.events import DataRestored, ExpiredEntriesRemoved, NameKeysRepaired
from tongzhou.people.models import SignInLink, System, User
from tongzhou.people.queries.housekeeping import CHUNK, expired_answers, spent_links, stray_name_keys
from tongzhou.timeline.actions import Subject, record
from tongzhou.timeline.models import Restoration


def repair_name_keys(*, by: System, now: datetime) -> int:
    """Write the keys of names anew where they are not those of the name; return of how many people."""
    with transaction.atomic():
        stray = [(key, *keys.values()) for key, keys in stray_name_keys()]
        for at in range(0, len(stray), CHUNK):
            update_rows(User, ("sort_key", "pinyin", "initials"), stray[at : at + CHUNK])
        count = len(stray)
        if count:
            record(NameKeysRepaired(count), by=by, now=now, subject=Subject("organisation", None, _("Organisation")))
    return count


def remove_expired(*, by: System, now: datetime) -> int:
    """Remove answers kept for repeated requests after a day, and ways in 30 days after their end; return how many."""
    with transaction.atomic():
        answers, links = expired_answers(now).delete()[0], spent_links(now).delete()[0]
        if answers or links:
            record(
                ExpiredEntriesRemoved(answers, links), by=by, now=now, subject=Subject("organisation", None, _("Organisation"))
            )
    return answers + links


def note_restore(*, by: System, copy: Restoration, now: datetime) -> Restoration:
    """Write down that these data came from a backup: within the restore, before anybody sees them.

    Sessions and ways in of back then do not come to life again. The restoration gets an id that no process has seen.
    :param copy: `taken_at`, `source` and `manifest` of the backup, and as `pk` the largest id that was there before.
    """
    with transaction.atomic():
        last = Restoration.objects.aggregate(last=Max("pk"))["last"] or 0
        copy.pk, copy.at = max(int(now.timestamp() * 1_000_000), last + 1, (copy.pk or 0) + 1), now
        copy.save(force_insert=True)
        UserSession.objects.all().delete()
        sessions = Session.objects.all().delete()[0]
        SignInLink.objects.filter(used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
        subject = Subject("organisation", None, _("Organisation"))
        record(DataRestored(copy.source, copy.taken_at.isoformat(), sessions), by=by, now=now, subject=subject)
    return copy
