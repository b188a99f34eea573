"""Writes: keys of names written anew, and what has grown old removed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.bulk import update_rows
from tongzhou.people.events import ExpiredEntriesRemoved, NameKeysRepaired
from tongzhou.people.models import System, User
from tongzhou.people.queries.housekeeping import CHUNK, expired_answers, spent_links, stray_name_keys
from tongzhou.timeline.actions import Subject, record


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
