"""What the page of a meeting shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.confirmations.models import Confirmation, Confirmer
from tongzhou.meetings.access import can_record
from tongzhou.meetings.models import ActionItem, AgendaItem, Attendee, Decision, Edition, Meeting
from tongzhou.meetings.queries.content import Content, composed, written
from tongzhou.meetings.queries.kinds import KindOfMeeting, is_signed, kind_of
from tongzhou.meetings.queries.standing import HELD, OUT, PLANNED, Stands, stands
from tongzhou.people.models import User
from tongzhou.projects.access import standing, while_open
from tongzhou.projects.queries.asked import principals_of
from tongzhou.signoffs.queries.places import ending_of

Answer = Confirmer.Answer
TONES = {Answer.CONFIRMED: "done", Answer.ASSUMED: "todo", Answer.OBJECTED: "blocked", Answer.NONE: "todo"}


@dataclass(frozen=True)
class SaidToMinutes:
    """What somebody answered to the minutes. `by` is who answered in her place."""

    person: int
    name: str
    answer: str
    reason: str
    by: str

    @property
    def word(self) -> str:
        return str(Answer(self.answer).label)

    @property
    def tone(self) -> str:
        return TONES[Answer(self.answer)]

    @property
    def assumed(self) -> bool:
        """Silence counted: an entry of the product."""
        return self.answer == Answer.ASSUMED


@dataclass(frozen=True)
class Part:
    """A part of the agenda, with its rows as cells. `hint`: what its kind talks about; `note`: what a template says of it."""

    id: int
    key: str
    title: str
    text: str
    hint: str
    columns: list[str]
    table: list[list[str]]
    note: str = ""
    minutes: int = 0
    version: int = 0
    edited_by: str = ""
    edited_at: datetime | None = None


@dataclass(frozen=True)
class Invited:
    """Somebody who is invited; what she answered to the minutes, if she is asked."""

    person: int
    name: str
    department: str
    presence_word: str
    is_host: bool
    said: SaidToMinutes | None


@dataclass(frozen=True)
class Signing:
    """How far the heads are with the sheet."""

    sheet: int
    agreed: int
    refused: int
    places: int
    ended: str


@dataclass(frozen=True)
class MeetingPage:
    """A meeting as `user` sees it: who writes the minutes sees them as they stand, everybody else what was sent.

    `draft`: they stand otherwise than the newest edition.
    """

    row: Meeting
    kind: KindOfMeeting
    stands: Stands
    parts: list[Part]
    invited: list[Invited]
    begun: bool
    content: Content
    editions: list[Edition]
    question: Confirmation | None
    mine: SaidToMinutes | None
    instead_of: str
    signing: Signing | None
    signed: bool
    can_record: bool
    draft: bool

    @property
    def newest(self) -> Edition | None:
        return self.editions[0] if self.editions else None

    @property
    def asked(self) -> list[SaidToMinutes]:
        return [one.said for one in self.invited if one.said is not None]

    @property
    def confirmed(self) -> int:
        return sum(said.answer in (Answer.CONFIRMED, Answer.ASSUMED) for said in self.asked)

    @property
    def objections(self) -> list[SaidToMinutes]:
        return [said for said in self.asked if said.answer == Answer.OBJECTED]

    @property
    def may_write(self) -> bool:
        return self.can_record and self.row.cancelled_at is None and self.row.archived_at is None

    @property
    def may_send(self) -> bool:
        return self.may_write and self.stands.state != PLANNED and (self.draft or not self.editions)

    @property
    def waits(self) -> bool:
        """Whether people are still asked to confirm."""
        return self.stands.state == OUT

    @property
    def needs_heads(self) -> bool:
        """Confirmed, and to be signed, but there was nobody to sign for a department."""
        row = self.row
        open_ = row.archived_at is None and row.confirmed_at is not None
        return open_ and self.signed and (self.signing is None or self.signing.ended == "voided")

    @property
    def says(self) -> str:
        """How it stands, in one sentence."""
        row, words = self.row, {"due": _at(self.row.minutes_due), "n": self.confirmed, "of": len(self.asked)}
        if row.cancelled_at is not None:
            return _("Called off: %(reason)s") % {"reason": row.cancellation}
        if row.archived_at is not None:
            return _("In the archive since %(at)s; nothing of it changes any more.") % {"at": _at(row.archived_at)}
        if self.signing is not None and not self.signing.ended:
            known = {"n": self.signing.agreed, "of": self.signing.places}
            return _("All have confirmed. %(n)s of %(of)s heads have signed.") % known
        if self.needs_heads:
            return _("All have confirmed, but not every department has a head who could sign.")
        if self.waits:
            return _("%(n)s of %(of)s have confirmed the minutes.") % words
        if self.stands.state == HELD and row.minutes_due is not None:
            late = self.stands.late
            return (_("The minutes were due at %(due)s.") if late else _("The minutes are to be out by %(due)s.")) % words
        if self.stands.state == HELD:
            return _("Send it, so that everybody confirms.")
        return _("Begins at %(at)s.") % {"at": _at(row.starts_at)}


def meeting_page(meeting: Meeting, user: User, now: datetime, *, refused: bool = False) -> MeetingPage:
    """Return what `user` sees of a meeting as `meeting_or_404` found it. At most seven queries.

    :param refused: she sent something that was refused, and sees it again.
    """
    writes = can_record(while_open(standing(user, meeting.project), meeting.project, refused=refused), meeting)
    attendees = list(_attendees(meeting))
    said = {row.person_id: _said(row) for row in attendees if row.said is not None}  # type: ignore[attr-defined]
    editions = list(Edition.objects.filter(meeting=meeting)) if meeting.sent_at else []
    content, parts = _shown(meeting, attendees, editions[0] if editions and not writes else None, writes)
    question = meeting.confirmation
    mine = _mine(user, said, now) if question is not None and question.closed_at is None else None
    return MeetingPage(
        row=meeting,
        kind=kind_of(meeting),
        stands=stands(meeting, now),
        parts=parts,
        invited=[_invited(meeting, row, said) for row in attendees],
        begun=bool(editions) or any(part.columns for part in parts),
        content=content,
        editions=editions,
        question=question,
        mine=mine,
        instead_of=mine.name if mine is not None and mine.person != user.pk else "",
        signing=_signing(meeting),
        signed=is_signed(meeting.project),
        can_record=writes,
        draft=bool(editions) and writes and written(editions[0].content) != written(content),
    )


def _attendees(meeting: Meeting) -> QuerySet[Attendee]:
    """Return who is invited, with what each answered to the newest edition."""
    answers = Confirmer.objects.filter(confirmation=meeting.confirmation_id, person=OuterRef("person"))
    told = answers.values(told=JSONObject(answer="answer", reason="reason", by="answered_by_name"))
    rows = Attendee.objects.filter(meeting=meeting).select_related("person__department")
    return rows.annotate(said=Subquery(told, output_field=JSONField()))


def _said(row: Attendee) -> SaidToMinutes:
    return SaidToMinutes(row.person_id, row.person.name, **row.said)  # type: ignore[attr-defined]


def _shown(meeting: Meeting, attendees: list[Attendee], sent: Edition | None, writes: bool) -> tuple[Content, list[Part]]:
    """Return the minutes and their parts: those that were sent, or as they stand. Texts that were not sent are the writer's."""
    hints = {line.key: str(line.hint) for line in kind_of(meeting).agenda}
    if sent is not None:
        return sent.content, [
            Part(part["id"], part["key"], part["name"], part["text"], hints.get(part["key"], ""), *_cells(part))
            for part in sent.content["parts"]
        ]
    items = list(AgendaItem.objects.filter(meeting=meeting).select_related("edited_by"))
    decisions = Decision.objects.filter(meeting=meeting) if writes else []
    actions = ActionItem.objects.filter(meeting=meeting).select_related("who__department") if writes else []
    parts = [
        Part(
            row.pk,
            row.key,
            row.title,
            row.text if writes else "",
            "" if row.note else hints.get(row.key, ""),
            *(_cells(row.live) if writes else ([], [])),
            note=row.note,
            minutes=row.minutes,
            version=row.version,
            edited_by=row.edited_by.name if row.edited_by else "",
            edited_at=row.edited_at,
        )
        for row in items
    ]
    return composed(meeting, items, attendees, decisions, actions), parts


def _cells(live: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the heads of a part, and its rows as cells in their order."""
    columns = live.get("columns", [])
    rows = [[str(row.get(field, "")) for field, _word in columns] for row in live.get("rows", [])]
    return [word for _field, word in columns], rows


def _mine(user: User, said: Mapping[int, SaidToMinutes], now: datetime) -> SaidToMinutes | None:
    """Return the place in which `user` answers: her own, else that of somebody on leave for whom she is asked."""
    people = [user.pk] if user.pk in said else principals_of(user, timezone.localtime(now).date())
    mine = [said[key] for key in people if key in said and not said[key].assumed]
    return min(mine, key=lambda one: (one.person != user.pk, bool(one.answer), one.person), default=None)


def _invited(meeting: Meeting, row: Attendee, said: Mapping[int, SaidToMinutes]) -> Invited:
    return Invited(
        row.person_id,
        row.person.name,
        row.person.department.name if row.person.department else "",
        str(row.get_presence_display()),
        row.person_id == meeting.host_id,
        said.get(row.person_id),
    )


def _signing(meeting: Meeting) -> Signing | None:
    if meeting.sheet is None:
        return None
    agreed, refused, places = (int(getattr(meeting, name)) for name in ("agreed", "refused", "places"))
    return Signing(meeting.sheet.pk, agreed, refused, places, ending_of(meeting.sheet))


def _at(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%m-%d %H:%M}" if moment else ""
