"""A meeting for people's own calendars, as RFC 5545 says it, and what an invitation by mail carries of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.lib.telling import Enclosure
from tongzhou.meetings.models import Meeting
from tongzhou.timeline.models import Event

CONTENT_TYPE = "text/calendar"
INVITING = ("meeting-planned", "meeting-changed", "meeting-cancelled", "attendees-changed")
PRODUCT = "-//Tongzhou//Meetings//ZH"
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def calendar_of(meeting: Meeting, now: datetime) -> bytes:
    """Return a meeting as an iCalendar file, in UTC; whoever takes a later one over finds the same entry. One query.

    The entry never changes its UID; SEQUENCE grows with each change, so that the newer one wins.
    """
    entry = icalendar.Event()
    entry.add("uid", f"meeting-{meeting.pk}@{_host()}")
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("dtstart", meeting.starts_at.astimezone(UTC))
    entry.add("dtend", meeting.ends_at.astimezone(UTC))
    entry.add("summary", _line(meeting.title))
    entry.add("sequence", meeting.version - 1 + (meeting.cancelled_at is not None))
    entry.add("status", "CANCELLED" if meeting.cancelled_at else "CONFIRMED")
    if meeting.place:
        entry.add("location", _line(meeting.place))
    page = f"{settings.BASE_URL}{reverse('meeting', args=[meeting.project.number, meeting.pk])}"
    entry.add("url", page)
    entry.add("description", _plain(_description(meeting, page)))
    book = icalendar.Calendar()
    book.add("prodid", PRODUCT)
    book.add("version", "2.0")
    book.add_component(entry)
    return bytes(book.to_ical())


def file_name(meeting: Meeting) -> str:
    return f"{meeting.title}.ics"


def enclosures_of(source: str, now: datetime) -> list[Enclosure]:
    """Return what a mail about this source ("event:17") carries: the meeting that it invites to, moves or calls off.

    At most three queries.
    """
    key = source.removeprefix("event:")
    event = Event.objects.filter(pk=int(key), kind__in=INVITING).first() if key != source and key.isdecimal() else None
    if event is None:
        return []
    row = Meeting.objects.select_related("project", "host").filter(pk=event.data["meeting"]).first()
    return [Enclosure(f"meeting-{row.pk}.ics", calendar_of(row, now), CONTENT_TYPE)] if row else []


def _description(meeting: Meeting, page: str) -> str:
    """Return project and host, where the video meeting is, the agenda, and the page of the product."""
    agenda = [f"{place}. {title}" for place, title in enumerate(meeting.items.values_list("title", flat=True), 1)]
    host = _("Host %(name)s") % {"name": meeting.host.name}
    return "\n".join((f"{meeting.project.name} · {host}", *filter(None, (meeting.link,)), *agenda, page))


def _plain(text: str) -> str:
    """Return a text without the characters that no calendar takes."""
    return _HIDDEN.sub(" ", text.replace("\r\n", "\n"))


def _line(text: str) -> str:
    return " ".join(_plain(text).split())


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"
