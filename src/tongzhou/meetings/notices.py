"""Who is told of what happens to meetings."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.telling import Told
from tongzhou.meetings.models import Meeting
from tongzhou.projects.models import ProjectRole
from tongzhou.timeline.models import Event

KIND = "meeting"


def told_of_invitation(event: Event) -> list[Told]:
    """Who is invited, first or later; and when it was called off, all who are."""
    row = _row(event)
    people = event.data.get("people", event.data.get("invited"))
    titles = {
        "meeting-planned": _("You are invited: %(title)s, %(at)s"),
        "attendees-changed": _("You are invited: %(title)s, %(at)s"),
        "meeting-cancelled": _("Called off: %(title)s, %(at)s"),
    }
    told = tuple(people) if people is not None else _invited(row)
    text = row.cancellation if event.kind == "meeting-cancelled" else _where(row)
    return [Told(told, KIND, titles[event.kind] % _words(row), text, _link(row))]


def told_of_change(event: Event) -> list[Told]:
    """Who hosts it or takes the minutes from now on; and when time or place changed, all others who are invited."""
    row = _row(event)
    # Earlier rows of the record name nobody.
    duties = (
        (event.data.get("recorder"), _("You take the minutes from now on: %(title)s, %(at)s")),
        (event.data.get("host"), _("You host it from now on: %(title)s, %(at)s")),
    )
    titles = {key: title for key, title in duties if key is not None}
    told = [Told((key,), KIND, title % _words(row), _where(row), _link(row)) for key, title in titles.items()]
    others = tuple(key for key in _invited(row) if key not in titles) if event.data["moved"] else ()
    if others:
        title = _("Another time or place: %(title)s, %(at)s, %(place)s")
        told.append(Told(others, KIND, title % _words(row), _where(row), _link(row)))
    return told


def told_of_due(event: Event) -> list[Told]:
    """The host, before the minutes have to be out; afterwards the manager and the host."""
    row = _row(event)
    until = f"{timezone.localtime(row.minutes_due):%m-%d %H:%M}" if row.minutes_due else ""
    words = {"title": row.title, "due": until}
    if event.kind == "minutes-due-soon":
        return [Told((row.host_id,), KIND, _("Send the minutes by %(due)s: %(title)s") % words, "", _link(row))]
    people = tuple(dict.fromkeys((*_managers(row), row.host_id)))
    title = _("The minutes are not out in time: %(title)s") % words
    return [Told(people, KIND, title, _("They were due at %(due)s.") % words, _link(row))]


def told_of_minutes(event: Event) -> list[Told]:
    """Those who get the minutes and have nothing to answer: who is asked gets them with the question."""
    row = _row(event)
    edition = row.editions.get(number=event.data["edition"])
    title = _("Edition %(number)s of the minutes, nothing to confirm: %(title)s")
    known = {"number": edition.number, "title": row.title}
    people = tuple(dict.fromkeys((*event.data["told"], row.host_id)))
    return [Told(people, KIND, title % known, edition.note, _link(row))]


def told_of_end(event: Event) -> list[Told]:
    """Host and manager: when they have to name who signs, and when the minutes are in the archive."""
    row = _row(event)
    people = tuple(dict.fromkeys((row.host_id, *_managers(row))))
    if event.kind == "minutes-archived":
        return [Told(people, KIND, _("In the archive: %(title)s") % {"title": row.title}, "", _link(row))]
    if event.data["sheet"] is not None or row.archived_at is not None:
        return []
    text = _("All have confirmed, but not every department has a head who could sign.")
    return [Told(people, KIND, _("Nobody to sign for a department: %(title)s") % {"title": row.title}, text, _link(row))]


def _row(event: Event) -> Meeting:
    return Meeting.objects.select_related("project").get(pk=event.data["meeting"])


def _words(row: Meeting) -> dict[str, str]:
    return {"title": row.title, "at": f"{timezone.localtime(row.starts_at):%m-%d %H:%M}", "place": row.place or "—"}


def _where(row: Meeting) -> str:
    return " · ".join(filter(None, (row.place, row.link)))


def _invited(row: Meeting) -> tuple[int, ...]:
    return tuple(row.attendees.values_list("person_id", flat=True))


def _managers(row: Meeting) -> list[int]:
    found = ProjectRole.objects.filter(project=row.project_id, kind=ProjectRole.Kind.MANAGER)
    return list(found.values_list("user_id", flat=True))


def _link(row: Meeting) -> str:
    return reverse("meeting", args=[row.project.number, row.pk])
