"""What administrators do with what failed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.models import System, User
from tongzhou.rhythm import access
from tongzhou.rhythm.actions.waking import wake
from tongzhou.rhythm.events import DueDropped, DueTriedAgain
from tongzhou.rhythm.models import Due
from tongzhou.rhythm.queries.background import label_of
from tongzhou.timeline.actions import Subject, record


def try_again(*, by: User | System, kind: str, row: int | None = None, now: datetime) -> int:
    """Let what failed be tried again at once: one row of a kind, or all of it; return how many.

    :raises Refused: if `by` is no administrator, or nothing of it failed.
    """
    require(access.can_look_after(by))
    dead = Due.objects.filter(kind=kind, dead_at__isnull=False)
    with transaction.atomic():
        chosen = dead if row is None else dead.filter(pk=row)
        count = chosen.update(dead_at=None, attempts=0, next_at=now, holder=None, error="")
        if not count:
            raise Refused("nothing-failed", _("Nothing of this has failed: it may have been tried again meanwhile."), "kind")
        record(DueTriedAgain(kind, count), by=by, now=now, subject=Subject("due", row, label_of(kind)))
        transaction.on_commit(wake)
    return count


def drop_due(*, by: User | System, row: int, now: datetime) -> None:
    """Give up what failed: it is never tried again.

    :raises Refused: if `by` is no administrator, or it did not fail.
    """
    require(access.can_look_after(by))
    with transaction.atomic():
        found = Due.objects.select_for_update().filter(pk=row, dead_at__isnull=False).first()
        if found is None:
            raise Refused("nothing-failed", _("Nothing of this has failed: it may have been tried again meanwhile."), "id")
        found.delete()
        record(DueDropped(found.kind, found.key), by=by, now=now, subject=Subject("due", row, label_of(found.kind)))
