"""Writes: planning a meeting, changing it, who is invited and came, calling it off."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.confirmations.actions import MOST_PEOPLE
from tongzhou.lib.access import Refused, require
from tongzhou.meetings import events
from tongzhou.meetings.access import can_plan
from tongzhou.meetings.actions.common import LONGEST_TITLE, checked_text, keep, open_meeting, stale
from tongzhou.meetings.models import AgendaItem, Attendee, Meeting
from tongzhou.meetings.queries.agenda import agenda_of
from tongzhou.meetings.queries.invited import tag_of_list
from tongzhou.meetings.queries.kinds import KindOfMeeting, kind_of, kinds_of
from tongzhou.meetings.queries.standing import REMINDED_BEFORE
from tongzhou.people.models import User
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import participants
from tongzhou.rhythm.actions import cancel_due, set_due

DUE, REMINDER = "minutes", "minutes-reminder"
LONGEST = 24 * 60
BACK, AHEAD = timedelta(days=366), timedelta(days=3 * 366)
Presence = Attendee.Presence


@dataclass(frozen=True)
class Plan:
    """When and where, who answers for the minutes and who writes them. `length` in minutes; people by id."""

    title: str
    starts_at: datetime
    length: int
    host: int
    place: str = ""
    link: str = ""
    recorder: int | None = None


def plan_meeting(*, by: User, project: Project, kind: str, plan: Plan, people: Collection[int], now: datetime) -> Meeting:
    """Plan a meeting of a kind, with its agenda, and invite people of the project (ids); the host always is.

    :raises Refused: if `by` may not, the project has no such kind or has one already, somebody is unknown, or a value
        cannot be.
    """
    require(can_plan(standing(by, project)))
    rules = _kind(project, kind)
    with transaction.atomic():
        Project.objects.select_for_update(no_key=True).only("pk").get(pk=project.pk)
        if rules.once and Meeting.objects.filter(project=project, kind=kind, cancelled_at__isnull=True).exists():
            raise Refused("planned-already", _("There is one already. Change it, or call it off first."), "kind")
        row = Meeting(project=project, kind=kind)
        _put(row, plan, now)
        row.save()
        invited = _people(project, {*people, plan.host, *([plan.recorder] if plan.recorder else [])})
        Attendee.objects.bulk_create(Attendee(meeting=row, person_id=key) for key in invited)
        AgendaItem.objects.bulk_create(
            AgendaItem(meeting=row, order=order, key=one.key, title=one.title, note=one.hint, minutes=one.minutes)
            for order, one in enumerate(agenda_of(project, rules), 1)
        )
        _wait(row)
        keep(events.MeetingPlanned(row.pk, invited), row, {}, _told(row), by=by, now=now)
    return row


def change_meeting(*, by: User, meeting: Meeting, plan: Plan, version: int | None = None, now: datetime) -> Meeting:
    """Give a meeting other times, another place, host or recorder.

    :raises Refused: if `by` may not, it is over, a value cannot be, or (Stale) somebody changed it since `version`.
    """
    with transaction.atomic():
        row = open_meeting(by, meeting)
        if version is not None and row.version != version:
            raise stale({"version": row.version, **_told(row)})
        before, held = _told(row), (row.host_id, row.recorder_id)
        if row.sent_at is not None and plan.starts_at > now:
            raise Refused("minutes-are-out", _("The minutes are out: the meeting was not later than now."), "starts_at")
        _put(row, plan, now)
        after = _told(row)
        if before == after:
            return row
        row.version += 1
        row.save()
        _invite(row)
        _wait(row)
        moved = any(before[name] != after[name] for name in ("starts_at", "length", "place", "link"))
        host, recorder = (new if new != old else None for old, new in zip(held, (row.host_id, row.recorder_id), strict=True))
        keep(events.MeetingChanged(row.pk, moved, host, recorder), row, before, after, by=by, now=now)
    return row


def _invite(row: Meeting) -> None:
    """Let host and recorder be invited.

    :raises Refused: if too many are then.
    """
    for key in {row.host_id, *([row.recorder_id] if row.recorder_id else [])}:
        Attendee.objects.get_or_create(meeting=row, person_id=key)
    if row.attendees.count() > MOST_PEOPLE:
        raise Refused("how-many", _("Name 1 to %(most)s people.") % {"most": MOST_PEOPLE}, "host")


def set_attendees(
    *, by: User, meeting: Meeting, presences: Mapping[int, str], shown: str | None = None, now: datetime
) -> Meeting:
    """Say who is invited (ids), and of each whether she is invited, present or excused; others are not invited.

    :param shown: `tag_of_list` of the list that was shown.
    :raises Refused: if `by` may not, it is over, the host is left out, somebody is unknown, a presence is none, or (Stale)
        somebody changed the list since it was `shown`.
    """
    with transaction.atomic():
        row = open_meeting(by, meeting)
        bad = [value for value in presences.values() if value not in Presence.values]
        if bad:
            raise Refused("presence-unknown", _("Choose one of the offered values."), "people")
        missing = {row.host_id, row.recorder_id} - {None, *presences}
        if missing:
            raise Refused("host-invited", _("The host and the recorder are always invited."), "people")
        known = {one.person_id: one for one in row.attendees.select_related("person")}
        there = {key: one.presence for key, one in known.items()}
        if shown not in (None, tag_of_list(there)) and there != dict(presences):
            raise stale()
        _people(row.project, set(presences) - set(known))
        if len(presences) > MOST_PEOPLE:
            raise Refused("how-many", _("Name 1 to %(most)s people.") % {"most": MOST_PEOPLE}, "people")
        before = {one.person.name: str(one.get_presence_display()) for one in known.values()}
        row.attendees.exclude(person__in=presences).delete()
        added = [Attendee(meeting=row, person_id=key, presence=presences[key]) for key in presences if key not in known]
        Attendee.objects.bulk_create(added)
        _mark(known, presences)
        rows = row.attendees.select_related("person")
        after = {one.person.name: str(one.get_presence_display()) for one in rows}
        if before == after:
            return row
        invited = sorted(set(presences) - set(known))
        keep(events.AttendeesChanged(row.pk, invited), row, {"attendees": before}, {"attendees": after}, by=by, now=now)
    return row


def _mark(known: Mapping[int, Attendee], presences: Mapping[int, str]) -> None:
    """Write how those attend who were invited already, where that is another way than before."""
    changed = [one for key, one in known.items() if presences.get(key, one.presence) != one.presence]
    for one in changed:
        one.presence = presences[one.person_id]
    Attendee.objects.bulk_update(changed, ["presence"])


def cancel_meeting(*, by: User, meeting: Meeting, reason: str, now: datetime) -> Meeting:
    """Call a meeting off, with a reason.

    :raises Refused: if `by` may not, it is over, its minutes are out, or no reason is given.
    """
    with transaction.atomic():
        row = open_meeting(by, meeting)
        if row.sent_at is not None:
            raise Refused("minutes-are-out", _("The minutes are out: it cannot be called off any more."))
        row.cancellation, row.cancelled_at = checked_text(reason, "reason", 500), now
        row.save()
        stop_clock(row)
        after = {"cancelled_at": now.isoformat(), "cancellation": row.cancellation}
        keep(events.MeetingCancelled(row.pk), row, dict.fromkeys(after), after, by=by, now=now)
    return row


def stop_clock(meeting: Meeting) -> None:
    """Let nothing become due of a meeting's minutes any more."""
    for kind in (DUE, REMINDER):
        cancel_due(kind, meeting.pk)


def _kind(project: Project, key: str) -> KindOfMeeting:
    found = next((kind for kind in kinds_of(project) if kind.key == key), None)
    if found is None:
        raise Refused("kind-unknown", _("This project has no such meeting."), "kind")
    return found


def _put(row: Meeting, plan: Plan, now: datetime) -> None:
    if not now - BACK <= plan.starts_at <= now + AHEAD:
        raise Refused("time-range", _("Choose a time within a year back and three years ahead."), "starts_at")
    if not 1 <= plan.length <= LONGEST:
        raise Refused("length-range", _("A meeting takes 1 minute to 24 hours."), "length")
    row.title = checked_text(plan.title, "title", LONGEST_TITLE)
    row.place = checked_text(plan.place, "place", 200, needed=False)
    row.link = _link(checked_text(plan.link, "link", 500, needed=False))
    row.starts_at, row.length = plan.starts_at, plan.length
    if plan.host != row.host_id:
        row.host = _person(row.project, plan.host, "host")
    if plan.recorder != row.recorder_id:
        row.recorder = _person(row.project, plan.recorder, "recorder") if plan.recorder else None
    hours = kind_of(row).hours
    row.minutes_due = row.ends_at + timedelta(hours=hours) if hours else None


def _link(text: str) -> str:
    """Return an address that browsers open without harm.

    :raises Refused: for any other.
    """
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        fine = False
    if not fine or any(sign.isspace() for sign in text):
        raise Refused("link-unfit", _("Give an address that begins with http:// or https://."), "link")
    return text


def _person(project: Project, key: int, field: str) -> User:
    found = participants(project).filter(pk=key).first()
    if found is None:
        raise Refused("person-unknown", _("Choose people who take part in the project."), field)
    return found


def _people(project: Project, keys: Collection[int]) -> list[int]:
    """Return those people by name.

    :raises Refused: if one takes no part in the project, or there are too many.
    """
    if len(keys) > MOST_PEOPLE:
        raise Refused("how-many", _("Name 1 to %(most)s people.") % {"most": MOST_PEOPLE}, "people")
    found = list(participants(project).filter(pk__in=keys).order_by("sort_key", "pk").values_list("pk", flat=True))
    if len(found) != len(set(keys)):
        raise Refused("person-unknown", _("Choose people who take part in the project."), "people")
    return found


def _wait(row: Meeting) -> None:
    """Let time run: before the minutes have to be out the host is reminded, afterwards the manager is told."""
    if row.sent_at is not None or row.minutes_due is None:
        stop_clock(row)
        return
    set_due(DUE, row.pk, row.minutes_due)
    set_due(REMINDER, row.pk, row.minutes_due - REMINDED_BEFORE)


def _told(row: Meeting) -> dict[str, object]:
    return {
        "title": row.title,
        # A form gives the same moment in another zone than the database.
        "starts_at": row.starts_at.astimezone(UTC).isoformat(),
        "length": row.length,
        "place": row.place,
        "link": row.link,
        "host": row.host.name,
        "recorder": row.recorder.name if row.recorder else "",
    }
