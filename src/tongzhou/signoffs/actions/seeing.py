"""Writes: what a person has seen of a sheet, and signing what was seen to its end."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Outdated, Refused
from tongzhou.people.models import User
from tongzhou.signoffs.actions.opening import subject_of
from tongzhou.signoffs.actions.signing import Origin, Said, sign_place
from tongzhou.signoffs.events import SheetSeen
from tongzhou.signoffs.models import Place, Sheet, Signature, Viewing
from tongzhou.timeline.actions import record


def see_sheet(*, by: User, sheet: Sheet, digest: str, whole: bool = False, now: datetime) -> Viewing:
    """Keep that a sheet was shown to a person who sees its project, under the hash that stood on her page; once each.

    `whole`: down to its end. The event belongs to no project: who read what is nobody's news.
    :raises Outdated: if this is not the sheet's hash.
    """
    if digest != sheet.digest:
        raise Outdated("sheet-changed", _("What was shown is not this sheet: load the page again."))
    with transaction.atomic():
        row, is_new = Viewing.objects.get_or_create(
            sheet=sheet, person=by, whole=whole, defaults={"digest": sheet.digest, "at": now}
        )
        if is_new:
            record(SheetSeen(sheet.pk, sheet.digest, whole), by=by, now=now, subject=subject_of(sheet))
    return row


def sign_seen(*, by: User, place: Place, said: Said, origin: Origin, now: datetime) -> Signature:
    """Sign a place of a sheet that was seen to its end: one of several after one proof of identity.

    :raises Refused: if the hash is that of the sheet, but was not shown to its end; else as sign_place.
    """
    seen = Viewing.objects.filter(sheet=place.sheet_id, person=by, whole=True, digest=place.sheet.digest)
    if said.digest == place.sheet.digest and not seen.exists():
        raise Refused("not-seen", _("Read the paper to its end first: then it can be signed."), "paper")
    return sign_place(by=by, place=place, said=said, origin=origin, now=now)
