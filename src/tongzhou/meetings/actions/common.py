"""What every write of the room asks first, and how it is put on the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, Stale, require
from tongzhou.meetings.access import can_record
from tongzhou.meetings.models import AgendaItem, Meeting
from tongzhou.people.models import System, User
from tongzhou.projects.access import standing
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

LONGEST_TITLE, LONGEST_TEXT = 120, 20_000


def open_meeting(by: User | System, meeting: Meeting) -> Meeting:
    """Return a meeting that `by` may change, locked, with its project.

    :raises Refused: if she may not, it was called off, or its minutes are in the archive.
    """
    row = locked(meeting.pk)
    require(isinstance(by, System) or can_record(standing(by, row.project), row))
    if row.cancelled_at is not None:
        raise Refused("cancelled", _("This meeting was called off."))
    if row.archived_at is not None:
        raise Refused("archived", _("These minutes are in the archive: they are not changed any more."))
    return row


def locked(key: int) -> Meeting:
    """Return a meeting that nobody else changes before this transaction ends."""
    hold_meeting(key)
    return Meeting.objects.select_related("project", "host", "recorder", "confirmation", "sheet").get(pk=key)


def hold_meeting(key: int) -> None:
    """Hold of the sheet and of the confirmation of minutes: the meeting, which both write at their end."""
    Meeting.objects.select_for_update().only("pk").get(pk=key)


def checked_text(text: str, field: str, longest: int, *, needed: bool = True) -> str:
    """Return a text without the space around it.

    :raises Refused: if nothing is left of a text that is needed, or it is too long.
    """
    text = text.replace("\r\n", "\n").strip()
    if needed and not text:
        raise Refused("needed", _("This is needed."), field)
    if len(text) > longest:
        raise Refused("too-long", _("At most %(limit)s characters.") % {"limit": longest}, field)
    return text


def stale(current: Mapping[str, Any] | None = None) -> Stale:
    message = _("Somebody else changed this in the meantime. Look at both texts, then save again.")
    return Stale("stale", message, current=current)


def subject_of(meeting: Meeting) -> Subject:
    return Subject("meeting", meeting.pk, meeting.title)


def keep(event: object, meeting: Meeting, before: Mapping[str, Any], after: Mapping[str, Any], **who: Any) -> None:
    """Record an event of a meeting with the fields that differ. `who`: by, now, and `item` for a change of a part."""
    item: AgendaItem | None = who.get("item")
    by: User | System = who["by"]
    now: datetime = who["now"]
    old, new = differences(before, after)
    about = ChangeOf("meeting", meeting.pk, meeting.title, old, new)
    if item is not None:
        about = ChangeOf("agenda_item", item.pk, item.title, old, new)
    changes = [about] if new else []
    record(event, by=by, now=now, subject=subject_of(meeting), project=meeting.project_id, changes=changes)
