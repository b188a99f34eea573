"""Writes: an edition of the minutes goes out and is confirmed, the heads sign it, it goes to the archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.confirmations.actions import Asking, ask_anew, ask_confirmation
from tongzhou.confirmations.models import Confirmation, Confirmer
from tongzhou.documents.queries.kinds import wording
from tongzhou.engine.canonical import digest
from tongzhou.lib.access import Refused
from tongzhou.meetings import events
from tongzhou.meetings.actions.common import checked_text, keep, locked, open_meeting, subject_of
from tongzhou.meetings.actions.planning import stop_clock
from tongzhou.meetings.actions.writing import take_minutes
from tongzhou.meetings.models import Edition, Meeting
from tongzhou.meetings.queries.content import Content, as_text, concern, content_of, labels, written
from tongzhou.meetings.queries.kinds import is_signed, kind_of
from tongzhou.meetings.queries.page import minutes_page
from tongzhou.people.models import System, User
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import participants
from tongzhou.projects.queries.communication import silence_confirms
from tongzhou.signoffs.access import seats_held
from tongzhou.signoffs.actions import About, Course, open_sheet, void_sheet
from tongzhou.signoffs.actions import Content as Signed
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.places import ending_of


@dataclass(frozen=True)
class Sending:
    """Until when people confirm, and what was amended since the edition before."""

    due: datetime
    note: str = ""


def send_minutes(*, by: User, meeting: Meeting, sending: Sending, now: datetime) -> Edition:
    """Freeze the minutes as the next edition, give it to everybody who is invited, and ask them to confirm it.

    Asked are those whom something new concerns and those who have not confirmed; the host, in whose name it is sent, is not.
    A sheet of the edition before, if one is open, is void.
    :raises Refused: if `by` may not, it is over or has not begun, nobody else is invited, nothing changed since the last
        edition, or the time to confirm cannot be.
    """
    with transaction.atomic():
        row = open_meeting(by, meeting)
        if row.starts_at > now:
            raise Refused("not-held", _("The meeting has not begun yet."))
        if row.items.filter(taken_at__isnull=True).exclude(key="").exists():
            take_minutes(by=by, meeting=row, now=now)
        last = row.editions.first()
        content = content_of(row)
        if last is not None and written(last.content) == written(content):
            raise Refused("nothing-changed", _("Nothing changed since edition %(number)s.") % {"number": last.number})
        if is_signed(row.project):
            # What heads sign stands on the page that they are shown: the fixed texts may be others when the paper is fetched.
            content["wording"] = dict(wording(kind_of(row).paper))
        edition = Edition.objects.create(
            meeting=row,
            number=last.number + 1 if last else 1,
            content=content,
            fingerprint=digest(content),
            note=checked_text(sending.note, "note", 500, needed=False),
            sent_at=now,
            sent_by_name=by.name,
        )
        _void_sheet(row, edition, now)
        row.sent_at, row.confirmed_at, row.sheet = row.sent_at or now, None, None
        row.save()
        stop_clock(row)
        _ask(by, row, edition, last, sending.due, now)
    return edition


def open_sheet_of(*, by: User, meeting: Meeting, now: datetime) -> Sheet:
    """Let the heads sign the newest edition, once all seats are held: what was not possible when it was confirmed.

    :raises Refused: if `by` may not, it is over, it is not confirmed yet, there is a sheet already, or a seat is empty.
    """
    with transaction.atomic():
        row = open_meeting(by, meeting)
        if row.confirmed_at is None or not is_signed(row.project):
            raise Refused("not-confirmed", _("The minutes are not confirmed yet."))
        if row.sheet is not None and not ending_of(row.sheet):
            raise Refused("sheet-open", _("The heads are signing already."))
        row.sheet = _opened(by, row, now)
        row.save()
    return row.sheet


def keep_confirmation(*, confirmation: Confirmation, now: datetime) -> None:
    """Outcome "confirmed": when everybody confirmed the minutes, the heads sign them; where nobody signs they are archived."""
    if confirmation.subject_type != "meeting":
        return
    row = locked(confirmation.subject_id)
    if row.confirmation_id != confirmation.pk or row.archived_at is not None:
        return
    row.confirmed_at, by = now, System()
    if not is_signed(row.project):
        row.archived_at = now
    elif _seats(row.project) and not empty_seats(row.project):
        row.sheet = _opened(by, row, now)
    row.save()
    after = {"confirmed_at": now.isoformat()}
    sheet = row.sheet.pk if row.sheet else None
    keep(events.MinutesConfirmed(row.pk, sheet), row, dict.fromkeys(after), after, by=by, now=now)
    if row.archived_at is not None:
        _record_archive(row, by, now)


def keep_signatures(*, sheet: Sheet, by: User | System, now: datetime) -> None:
    """Outcomes "sheet-final:…": every head agreed, the minutes go to the archive."""
    row = locked(sheet.key)
    if row.sheet_id != sheet.pk or row.archived_at is not None:
        return
    row.signed_at = row.archived_at = now
    row.save()
    _record_archive(row, by, now)


def empty_seats(project: Project) -> list[str]:
    """Return the seats of heads that nobody holds, in words. Two queries."""
    return [seat.capacity for seat in seats_held(project, _seats(project)).values() if seat.is_empty]


def _ask(by: User, row: Meeting, edition: Edition, last: Edition | None, due: datetime, now: datetime) -> None:
    """Ask who must confirm; tell the others."""
    invited = set(row.attendees.values_list("person_id", flat=True))
    there = dict(participants(row.project).filter(pk__in=invited).values_list("pk", "department_id"))
    people = [key for key in there if key != row.host_id]
    if not people:
        raise Refused("nobody-invited", _("Invite those who are to confirm the minutes first."), "people")
    silence = Confirmation.Silence.CONFIRMED if silence_confirms(row.project) else Confirmation.Silence.OPEN
    here = reverse("meeting", args=[row.project.number, row.pk])
    with translation.override(settings.LANGUAGE_CODE):
        title = _("%(title)s, edition %(number)s") % {"title": row.title[:100], "number": edition.number}
        text, is_whole = as_text(edition.content, f"{settings.BASE_URL}{here}")
    asking = Asking(title, text, people, due, silence, subject_of(row), row.host, "" if is_whole else here)
    kept: set[int] = set()
    if row.confirmation is None:
        row.confirmation = ask_confirmation(by=by, project=row.project, asking=asking, now=now)
        row.save()
        asked = people
    else:
        kept = _kept(row.confirmation, edition.content, last.content if last else None, there)
        asked = [key for key in people if key not in kept]
    event = events.MinutesSent(row.pk, edition.number, asked, sorted(kept & set(people)))
    after = {"edition": edition.number, "note": edition.note}
    keep(event, row, {"edition": last.number if last else 0, "note": ""}, after, by=by, now=now)
    if edition.number > 1:
        ask_anew(by=by, confirmation=row.confirmation, asking=asking, kept=kept, now=now)


def _kept(confirmation: Confirmation, new: Content, old: Content | None, departments: Mapping[int, int | None]) -> set[int]:
    """Return who confirmed the edition before and is not concerned by what changed since."""
    rows = confirmation.confirmers.filter(answer=Confirmer.Answer.CONFIRMED).values_list("person_id", flat=True)
    if old is None:
        return set()
    return {
        key for key in rows if key in departments and concern(new, key, departments[key]) == concern(old, key, departments[key])
    }


def _void_sheet(row: Meeting, edition: Edition, now: datetime) -> None:
    if row.sheet is not None and not ending_of(row.sheet):
        with translation.override(settings.LANGUAGE_CODE):
            reason = _("Edition %(number)s of the minutes is out.") % {"number": edition.number}
        void_sheet(by=System(), sheet=row.sheet, reason=reason, now=now)


def _seats(project: Project) -> list[str]:
    return [f"head:{key}" for key in project.participations.order_by("pk").values_list("department_id", flat=True)]


def _opened(by: User | System, row: Meeting, now: datetime) -> Sheet:
    """Open the sheet of the newest edition for the heads of all departments that take part."""
    edition = row.editions.first()
    assert edition is not None
    rules, seats = kind_of(row), _seats(row.project)
    if not seats:
        raise Refused("no-departments", _("No department takes part yet."), "seats")
    link = reverse("meeting", args=[row.project.number, row.pk])
    # What heads sign is the same whoever confirmed last.
    with translation.override(settings.LANGUAGE_CODE):
        return open_sheet(
            by=by,
            project=row.project,
            about=About(rules.paper, row.pk, row.title, link),
            content=Signed(edition.content, minutes_page(row.project, edition), labels=labels()),
            course=Course(tuple(seats)),
            now=now,
        )


def _record_archive(row: Meeting, by: User | System, now: datetime) -> None:
    after = {"archived_at": now.isoformat()}
    keep(events.MinutesArchived(row.pk), row, dict.fromkeys(after), after, by=by, now=now)
